#!/usr/bin/env python3
# needs: spark
"""Any question, three ways: query, its own SQL on Spark, and SQLite by statements of the test's own.

Spark has the records as the head of its SQL says: views of NDJSON, views of Parquet and tables, with times as text and as
timestamps with and without a zone, in sessions of three time zones.

Runs in the Python of with-python.
"""

import os
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests/support"))
import rerun
import spark_session
from plan_questions import (
    KEYS,
    QUESTIONS,
    TIMES,
    ZONES,
    Records,
    answer_of_sqlite,
    differ,
    in_head,
    load_sqlite,
    rows_of_query,
    run,
    write_lines,
)

rerun.with_packages("spark")
from pyspark.sql import SparkSession


def session(folder: Path) -> SparkSession:
    """One that does not compile its plans, which takes longer here than to run them."""
    return spark_session.start(2, spark_sql_codegen_wholeStage="false", spark_sql_codegen_factoryMode="NO_CODEGEN",
                               spark_sql_adaptive_enabled="false", spark_sql_shuffle_partitions="1",
                               spark_sql_warehouse_dir=str(folder / "warehouse"),
                               spark_driver_extraJavaOptions=f"-Dderby.system.home={folder}")


def statements_of_head() -> list[str]:
    return in_head(run("query", "--sql", "spark", "all")).split(";")


def drop(spark: SparkSession) -> None:
    for name in KEYS:
        spark.catalog.dropTempView(name)
        spark.sql(f"DROP TABLE IF EXISTS `{name}`")
    spark.catalog.dropTempView("posts")


def load_posts(spark: SparkSession, folder: Path, _time_type: str) -> None:
    for statement in statements_of_head()[:4]:
        spark.sql(statement.replace("posts.ndjson", str(folder / "posts.ndjson")))


def columns_of(name: str, time_type: str) -> str:
    """Its time of this type, whatever the zone of the session is."""
    zone = "Z" if time_type == "TIMESTAMP" else ""
    return ", ".join(f"CAST({key} || '{zone}' AS {time_type}) AS {key}" if key == TIMES[name] and time_type != "STRING" else key
                     for key in KEYS[name])


def load_parquet(spark: SparkSession, folder: Path, time_type: str) -> None:
    load_posts(spark, folder, time_type)
    for name in KEYS:
        file = str(folder / f"{name}.parquet")
        frame = spark.sql(f"SELECT {columns_of(name, time_type)} FROM `{name}` ORDER BY arrival")
        frame.coalesce(1).write.parquet(file)
        spark.catalog.dropTempView(name)
        spark.sql(statements_of_head()[4].replace("pin.parquet", file).replace("`pin`", f"`{name}`"))


def load_tables(spark: SparkSession, folder: Path, time_type: str) -> None:
    load_posts(spark, folder, time_type)
    for name in KEYS:
        spark.sql(f"CREATE TABLE made USING parquet AS SELECT {columns_of(name, time_type)}, "
                  f"row_number() OVER (ORDER BY arrival) AS arrival FROM `{name}`")
        spark.catalog.dropTempView(name)
        spark.sql(f"ALTER TABLE made RENAME TO `{name}`")


# The number of a data set, how Spark has it, and the type of its times.
CASES = [(3, load_posts, "STRING"), (4, load_tables, "TIMESTAMP"), (9, load_parquet, "TIMESTAMP"), (8, load_parquet, "TIMESTAMP_NTZ")]


def value_of(value: object) -> object:
    return int(value) if isinstance(value, Decimal) else value


def main() -> None:
    compared = 0
    statements = [run("query", *words, "--sql", "spark").rstrip().removesuffix(";") for words, _ in QUESTIONS]
    with tempfile.TemporaryDirectory(prefix="query-on-spark-") as top:
        os.chdir(top)
        spark = session(Path(top))
        for number, (data_set, load, time_type) in enumerate(CASES):
            folder = Path(top) / str(number)
            folder.mkdir()
            posts = list(Records(data_set).posts())
            write_lines(posts, folder / "posts.ndjson", bare=False)
            write_lines(posts, folder / "lines.ndjson", bare=True)
            spark.conf.set("spark.sql.session.timeZone", ZONES[(number + 1) % 3])
            drop(spark)
            load(spark, folder, time_type)
            sqlite = load_sqlite(posts)
            who = f"Spark ({load.__name__}, {time_type}, {ZONES[(number + 1) % 3]})"
            for (words, of_sqlite), statement in zip(QUESTIONS, statements):
                rows = rows_of_query(words, folder / "lines.ndjson")
                for other, answer in (("SQLite", answer_of_sqlite(sqlite, of_sqlite)),
                                      (who, [tuple(map(value_of, row)) for row in spark.sql(statement).collect()])):
                    if rows != answer:
                        differ(words, data_set, other, rows, answer)
                compared += len(rows)
        spark.stop()
    print(f"{len(QUESTIONS)} questions over {len(CASES)} data sets: {compared} rows are equal")


if __name__ == "__main__":
    main()
