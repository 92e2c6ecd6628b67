"""Cleans raw posts and records on Spark into Delta tables, and answers the nine questions.

  spark-submit [OPTION…] batch.py --to LAKE INPUT…

INPUT is a file or a folder of posts or records, NDJSON or NDJSON in zstd (.zst), or the folder of a sink with its
topics/ID.pin/partition=N/ objects: local, s3a://BUCKET/…, or whatever else Spark opens. LAKE is the folder of the Delta
tables

  pin, geo, user   clean records, typed, one for each ind: the first that came, as `query` counts
  rejects          file, line, tool, reason, raw (raw_base64, if it is not UTF-8)

and of answers/QUESTION, NDJSON or CSV. Standard output gets the answers too, as `query all` prints them, and
last a line of counts: what `clean-posts --stats` says of all inputs, and how many rows were added to each table. in,
out and rejected are lines, where in = out + rejected; of each dataset, records + passed = out, and unreadable are values.

The cleaning is done by clean-posts on the executors, the very tool, which comes with the job (spark-submit --files; it
needs the libraries of Debian 12), or is there (the Debian package; --bin DIR). A line that it rejects does not fail the
job; that it cannot finish does.

Run again, with what it was run with or more, it adds what is not there: records by ind, rejects by file, line and
reason. So a job that was killed is run again, and a day that came twice changes nothing: nor in a lake of before, when
tool was clean-pin, clean-geo or clean-user, and raw of the latter two what those before them had made of the line.

pinpipe-spark-submit has Spark, the jars and the tools for you. By hand:

  spark-submit --packages io.delta:delta-spark_4.2_2.13:4.4.0[,org.apache.hadoop:hadoop-aws:3.5.0]
    --py-files pinpipe_io.py,pinpipe_options.py,pinpipe_values.py,schemas.py,lines.py,cleaning.py,tables.py
    --files clean-posts,query batch.py --to LAKE INPUT…

A .zst file is not cut: one core reads it. Exit status: 0 finished, 2 not."""

from __future__ import annotations

import argparse
import json
import sys
from functools import reduce
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "python"))

from pinpipe_io import printable, say, text_of, write_line
from pinpipe_options import ArgumentParser


def parse(arguments: list[str]) -> argparse.Namespace:
    assert __doc__
    parser = ArgumentParser("batch.py", __doc__, usage="spark-submit [OPTION…] batch.py --to LAKE INPUT…")
    parser.add_argument("--check", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("inputs", nargs="+", metavar="INPUT")
    parser.add_argument("--to", required=True, metavar="LAKE", help="folder of the tables and answers")
    parser.add_argument(
        "--bin", metavar="DIR", help="folder of the tools on all nodes (default: sent with the job, or on PATH)"
    )
    parser.add_argument(
        "--questions", type=lambda text: text.split(","), metavar="Q,Q…", help="which to answer (default: all)"
    )
    parser.add_argument("--no-answers", action="store_true", help="fill the tables only")
    parser.add_argument("--format", choices=["ndjson", "csv"], default="ndjson", help="of answers/QUESTION")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    OPTIONS = parse(sys.argv[1:])  # before Spark is looked for: help and misuse need none
    if OPTIONS.check:
        sys.exit(0)

from cleaning import Cleaning, Json
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from schemas import DATASETS, REJECTS, cleaned_ddl, output_of, read_schemas
from tables import (
    add_rows,
    close_session,
    count_in_files,
    create_tables,
    first_of_ind,
    folder_of,
    in_short,
    open_session,
    path_of,
    records_of,
    rejects_of,
)


def read_lines(spark: SparkSession, inputs: list[str]) -> DataFrame:
    """Lines as Cleaning takes them. They end in \\n alone, as those of the tools do; nothing in them is decoded."""
    reader = spark.read.option("lineSep", "\n").option("recursiveFileLookup", True)
    parts = [
        reader.text(path).select(
            F.lit(number).alias("input"),
            F.col("_metadata.file_path").alias("file"),
            F.col("_metadata.file_block_start").alias("block"),
            F.lit(None).cast("bigint").alias("position"),
            F.expr("CAST(concat(value, '\n') AS BINARY)").alias("line"),
        )
        for number, path in enumerate(inputs)
    ]
    return reduce(DataFrame.unionAll, parts)


def add_counts(sums: Json, counts: Json) -> None:
    """Adds counts by name, and those by name in them."""
    for name, value in counts.items():
        if isinstance(value, dict):
            add_counts(sums.setdefault(name, {}), value)
        elif isinstance(value, int):
            sums[name] = sums.get(name, 0) + value


def account_of(cleaned: DataFrame) -> Json:
    """What clean-posts says with --stats, of all parts together."""
    counts: Json = {"in": 0, "out": 0, "rejected": 0, **{name: {"records": 0, "passed": 0} for name in DATASETS}}
    for row in cleaned.where(F.col("stats").isNotNull()).select("stats.account").collect():
        add_counts(counts, json.loads(row["account"]))
    return counts


def rows_in(spark: SparkSession, table: str) -> int:
    return spark.read.format("delta").load(table).count()


def add(rows: DataFrame, table: str, keys: list[str]) -> int:
    """How many of the rows were not there."""
    before = rows_in(rows.sparkSession, table)
    add_rows(rows, table, keys)
    return rows_in(rows.sparkSession, table) - before


def fill(spark: SparkSession, options: argparse.Namespace) -> Json:
    """Cleans, fills the tables, and counts."""
    schemas = read_schemas(options.bin, "clean-posts")
    lines = read_lines(spark, options.inputs)
    create_tables(spark, options.to, schemas)
    cleaned = lines.mapInArrow(Cleaning(schemas, options.bin), cleaned_ddl(schemas)).persist()
    counts = account_of(cleaned)
    for name in DATASETS:
        records = first_of_ind(records_of(cleaned, name, schemas[name]))
        counts[name]["added"] = add(records, f"{options.to}/{name}", ["ind"])
    rejects = count_in_files(rejects_of(cleaned), cleaned).withColumn("file", path_of(F.col("file"))).select(*REJECTS)
    # Not by tool: a line is rejected once, and its cleaner was called otherwise in lakes of before.
    counts["rejects"] = {"added": add(rejects, f"{options.to}/rejects", ["file", "line", "reason"])}
    cleaned.unpersist()
    return counts


def answer(spark: SparkSession, options: argparse.Namespace) -> None:
    for name in DATASETS:  # an ind is once in them, so that it does not matter which came first
        rows = spark.read.format("delta").load(f"{options.to}/{name}").withColumn("arrival", F.lit(None))
        rows.createOrReplaceTempView(name)
    printed = output_of(options.bin, "query", *(options.questions or ["all"]), "--sql", "spark")
    for text in printed.split("\n\n")[1:]:  # behind the statements that would make the tables
        question = text.removeprefix("-- ").partition(":")[0]
        statement = text.rstrip().rstrip(";")
        asked = spark.sql(statement)
        rows = asked.collect()
        for row in rows:
            write_line(json.dumps({"question": question, **row.asDict()}, ensure_ascii=False, separators=(",", ":")))
        writer = spark.createDataFrame(rows, asked.schema).coalesce(1).write.mode("overwrite")
        to = f"{options.to}/answers/{question}"
        if options.format == "csv":
            writer.csv(to, header=True)
        else:
            writer.json(to, ignoreNullFields=False)


def main(options: argparse.Namespace) -> int:
    options.to = folder_of(options.to)
    spark = open_session("pinpipe batch")
    try:
        counts = fill(spark, options)
        if not options.no_answers:
            answer(spark, options)
    except Exception as error:  # Spark has many kinds, and Java's come as another
        say(
            f"batch.py: error: {printable(in_short(error))}",
            "hint: run it again when that is mended; what is done is not done twice",
        )
        return 2
    finally:
        close_session(spark)
    try:
        write_line(json.dumps(counts, separators=(",", ":")))
    except OSError as error:
        say(f"batch.py: error: {text_of(error)}")
        return 2
    return 0


if __name__ == "__main__":
    if status := main(OPTIONS):  # Databricks takes any exit for a failure
        sys.exit(status)
