#!/usr/bin/env python3
# needs: spark
"""Posts that have been through Spark, and back, are cleaned to the same records and give the same answers."""

import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests/support"))
import rerun
import spark_session
from round_trips import Trip, run

rerun.with_packages("spark")
from pyspark.sql import DataFrame, SparkSession


def session() -> SparkSession:
    """In UTC, as the tools: in another zone it would move each time that is written without one."""
    return spark_session.start(1, spark_sql_session_timeZone="UTC")


def write(frame: DataFrame, target: str) -> None:
    parts = Path(f"{target}.parts").absolute()  # Spark has a current folder of its own
    frame.coalesce(1).write.json(str(parts), mode="overwrite")
    (part,) = parts.glob("part-*")
    part.rename(target)


def trips(spark: SparkSession) -> dict[str, Trip]:
    def read(source: str, **options: object) -> DataFrame:
        return spark.read.options(**options).json(str(Path(source).absolute()))

    def through_parquet(source: str, target: str) -> None:
        between = str(Path("trip.parquet").absolute())
        read(source).coalesce(1).write.parquet(between, mode="overwrite")
        write(spark.read.parquet(between), target)

    return {
        "Spark": lambda source, target: write(read(source), target),
        "Spark, timestamps": lambda source, target: write(read(source, inferTimestamp=True), target),
        "Spark, Parquet": through_parquet,
    }


if __name__ == "__main__":
    run(trips(session()))
