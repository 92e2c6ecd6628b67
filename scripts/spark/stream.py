"""Follows the topics of Kafka, or the streams of Kinesis, into Delta tables, cleaned, each record once.

  spark-submit [OPTION…] stream.py --to LAKE --user-id ID

Reads ID.pin, ID.geo and ID.user at $KAFKA_BOOTSTRAP (or --bootstrap HOST:PORT), cleans each with its tool on the
executors (ID.pin with clean-pin), and adds to the tables of LAKE, which are those of batch.py:

  pin, geo, user   one row for each ind: the first that came; a record that is delivered again changes nothing
  rejects          what the tool, or the table, does not take; file is TOPIC+PARTITION, line the offset

Each table is filled by a query of its own, whose checkpoint is LAKE/checkpoints/TABLE (--checkpoints DIR). After
any end, kill -9 too, the same command goes on where it was: Spark does the unfinished batch again, and Delta, told
its number (txnAppId, txnVersion), skips what it has of it. The number belongs to the checkpoint: with a new one, all
that the topics still hold is read again; pins, geos and users then stay as they are, rejects are there twice.

It runs until SIGTERM or SIGINT, or, with --once, until the topics are read to their present ends: for cron. On a
cluster as batch.py, with clean-pin,clean-geo,clean-user for its --files, and
org.apache.spark:spark-sql-kafka-0-10_2.13:4.2.0 among its --packages.

On Databricks, --source kinesis reads the streams streaming-ID-pin, -geo and -user, with the options of its Kinesis
source: --option region=us-east-1 --option initialPosition=trim_horizon. There file is STREAM/SHARD, and line counts
within a micro-batch. For Kafka, --option kafka.security.protocol=SASL_SSL and the like; passwords belong in a JAAS
file.

Exit status: 0 ended when it was told to, 2 a query failed. Under spark-submit the signal is for the script, not for the
Java above it: if that gets it, too, the end is loud, and as safe as any."""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parent.parent / "python"))

from pinpipe_io import printable, say
from pinpipe_options import ArgumentParser
from pinpipe_values import BadValue, count, duration, shown


def key_and_value(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise BadValue(f"takes KEY=VALUE, not {shown(text)}")
    return key, value


def interval(text: str) -> int:
    """A duration, or as Spark writes it: 10 seconds. In milliseconds."""
    units = {"millisecond": "ms", "second": "s", "minute": "m", "hour": "h", "day": "d"}
    spark = re.fullmatch(r"([0-9]+) *([a-z]+?)s?", text)
    return duration()(spark[1] + units[spark[2]] if spark and spark[2] in units else text)


def parse(arguments: list[str]) -> argparse.Namespace:
    assert __doc__
    parser = ArgumentParser("stream.py", __doc__, usage="spark-submit [OPTION…] stream.py --to LAKE --user-id ID")
    parser.add_argument("--check", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--to", required=True, metavar="LAKE", help="folder of the tables")
    parser.add_argument("--user-id", required=True, metavar="ID")
    parser.add_argument("--source", choices=["kafka", "kinesis"], default="kafka")
    parser.add_argument("--bootstrap", default=os.environ.get("KAFKA_BOOTSTRAP"), metavar="HOST:PORT")
    parser.add_argument("--checkpoints", metavar="DIR", help="default: LAKE/checkpoints")
    ending = parser.add_mutually_exclusive_group()
    ending.add_argument("--once", action="store_true", help="stop where the topics ended when this was started")
    ending.add_argument("--follow", action="store_true", help="go on until a signal (default)")
    parser.add_argument("--every", type=interval, default=10_000, metavar="DURATION", help="between micro-batches (10s)")
    parser.add_argument(
        "--max-records", type=count(1, 2**63 - 1), default=500_000, metavar="N", help="of a topic in a micro-batch (500000)"
    )
    parser.add_argument(
        "--option", type=key_and_value, action="append", default=[], metavar="KEY=VALUE", help="of the source"
    )
    parser.add_argument(
        "--bin", metavar="DIR", help="folder of the tools on all nodes (default: sent with the job, or on PATH)"
    )
    options = parser.parse_args(arguments)
    if options.source == "kafka" and not options.bootstrap:
        parser.refuse("nothing says where Kafka is", "--bootstrap HOST:PORT, or KAFKA_BOOTSTRAP")
    return options


if __name__ == "__main__":
    OPTIONS = parse(sys.argv[1:])  # before Spark is looked for: help and misuse need none
    if OPTIONS.check:
        sys.exit(0)

from cleaning import Cleaning
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.streaming.query import StreamingQuery
from schemas import DATASETS, REJECTS, cleaned_ddl, read_schemas
from tables import (
    add_rows,
    close_session,
    create_tables,
    first_of_ind,
    folder_of,
    in_short,
    open_session,
    records_of,
    rejects_of,
)

SECONDS_TO_FINISH = 60  # of a micro-batch, when told to stop

# A value is a line: a newline in JSON is a blank.
LINE = "CAST(concat(replace(CAST({value} AS STRING), '\n', ' '), '\n') AS BINARY)"
NOT_BLANK = "btrim(CAST({value} AS STRING), ' \t\r\n') != ''"  # nor null


def read_kafka(spark: SparkSession, options: argparse.Namespace, dataset: str) -> DataFrame:
    """The values of a topic, as Cleaning takes them."""
    settings = {
        "kafka.bootstrap.servers": options.bootstrap,
        "subscribe": f"{options.user_id}.{dataset}",
        "startingOffsets": "earliest",
        "maxOffsetsPerTrigger": options.max_records,
        **dict(options.option),
    }
    return (
        spark.readStream.format("kafka")
        .options(**settings)
        .load()
        .where(NOT_BLANK.format(value="value"))
        .selectExpr(
            "0 AS input",
            "concat(topic, '+', partition) AS file",
            "0L AS block",
            "offset AS position",
            LINE.format(value="value") + " AS line",
        )
    )


def read_kinesis(spark: SparkSession, options: argparse.Namespace, dataset: str) -> DataFrame:
    settings = {
        "streamName": f"streaming-{options.user_id}-{dataset}",
        "initialPosition": "trim_horizon",
        **dict(options.option),
    }
    return (
        spark.readStream.format("kinesis")
        .options(**settings)
        .load()
        .where(NOT_BLANK.format(value="data"))
        .selectExpr(
            "0 AS input",
            "concat(stream, '/', shardId) AS file",
            "0L AS block",
            "CAST(NULL AS BIGINT) AS position",
            LINE.format(value="data") + " AS line",
        )
    )


SOURCES: dict[str, Callable[[SparkSession, argparse.Namespace, str], DataFrame]] = {
    "kafka": read_kafka,
    "kinesis": read_kinesis,
}


def query_id(spark: SparkSession, checkpoint: str) -> str:
    """What a query is called through all its starts: its checkpoint has it before the first batch."""
    return str(json.loads(spark.read.text(f"{checkpoint}/metadata").collect()[0]["value"])["id"])


def adder(
    options: argparse.Namespace, schemas: dict[str, dict[str, str]], dataset: str
) -> Callable[[DataFrame, int], None]:
    """Cleans a micro-batch, and adds it to the tables."""
    cleaning, columns = Cleaning(schemas, options.bin, only=dataset), schemas[dataset]

    def add(lines: DataFrame, number: int) -> None:
        spark = lines.sparkSession
        name = query_id(spark, f"{options.checkpoints}/{dataset}")
        cleaned = lines.mapInArrow(cleaning, cleaned_ddl(schemas)).persist()
        add_rows(
            first_of_ind(records_of(cleaned, dataset, columns)), f"{options.to}/{dataset}", ["ind"], (name, number)
        )
        rejects = rejects_of(cleaned).select(*REJECTS)
        rejects.write.format("delta").mode("append").options(txnAppId=name, txnVersion=number).save(
            f"{options.to}/rejects"
        )
        cleaned.unpersist()

    return add


def start(
    spark: SparkSession, options: argparse.Namespace, schemas: dict[str, dict[str, str]], dataset: str
) -> StreamingQuery:
    trigger: dict[str, Any] = {"availableNow": True} if options.once else {"processingTime": f"{options.every} milliseconds"}
    return (
        SOURCES[options.source](spark, options, dataset)
        .writeStream.queryName(dataset)
        .option("checkpointLocation", f"{options.checkpoints}/{dataset}")
        .foreachBatch(adder(options, schemas, dataset))
        .trigger(**trigger)
        .start()
    )


def follow(queries: list[StreamingQuery], stopped: threading.Event) -> None:
    """Until all have ended, one has failed, or it is told to stop."""
    while any(query.isActive for query in queries) and not stopped.wait(0.5):
        for query in queries:
            if fault := query.exception():
                raise fault
    for query in queries:
        if fault := query.exception():
            raise fault
        stop(query)


def stop(query: StreamingQuery) -> None:
    """Between two micro-batches, if there is a moment between: what is cut short is not lost, but done again."""
    deadline = time.monotonic() + SECONDS_TO_FINISH
    while query.isActive and query.status["isTriggerActive"] and time.monotonic() < deadline:
        time.sleep(0.05)
    query.stop()


def main(options: argparse.Namespace) -> int:
    options.to = folder_of(options.to)
    options.checkpoints = folder_of(options.checkpoints or f"{options.to}/checkpoints")
    stopped = threading.Event()
    for number in signal.SIGINT, signal.SIGTERM:
        signal.signal(number, lambda *_: stopped.set())
    spark = open_session("pinpipe stream")
    try:
        schemas = read_schemas(options.bin, f"clean-{DATASETS[0]}")
        create_tables(spark, options.to, schemas)
        follow([start(spark, options, schemas, dataset) for dataset in DATASETS], stopped)
    except Exception as error:  # Spark has many kinds, and Java's come as another
        say(
            f"stream.py: error: {printable(in_short(error))}",
            "hint: run it again when that is mended; what is done is not done twice",
        )
        return 2
    finally:
        close_session(spark)
    return 0


if __name__ == "__main__":
    if status := main(OPTIONS):  # Databricks takes any exit for a failure
        sys.exit(status)
