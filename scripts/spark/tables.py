"""The session, and the Delta tables pin, geo, user and rejects of a folder: made, and added to without doubles."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from delta.tables import DeltaTable
from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as F
from schemas import ORDER, REJECTS, Columns, ddl

if TYPE_CHECKING:
    from collections.abc import Sequence

SETTINGS = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.sql.session.timeZone": "UTC",  # clean timestamps are
}
# Delta skips a write of an application whose version it has.
LINES_OF_ERROR = 30
TRANSACTION_NAME = "spark.databricks.delta.write.txnAppId"
TRANSACTION_NUMBER = "spark.databricks.delta.write.txnVersion"


def open_session(name: str) -> SparkSession:
    builder = SparkSession.builder.appName(name)
    for key, value in SETTINGS.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


def close_session(spark: SparkSession) -> None:
    """On Databricks the session is not ours to stop."""
    if "DATABRICKS_RUNTIME_VERSION" not in os.environ:
        spark.stop()


def in_short(error: Exception) -> str:
    """What Spark says, without the places in its own code."""
    lines = [line for line in str(error).splitlines() if line.strip() and not line.startswith(("\tat ", "\t... "))]
    return " ".join(map(str.strip, lines[:LINES_OF_ERROR]))


def folder_of(text: str) -> str:
    """A folder as Delta takes it: a relative one would be the name of a table."""
    return text.rstrip("/") if "://" in text or text.startswith("dbfs:/") else os.path.abspath(text)


def create_tables(spark: SparkSession, folder: str, schemas: dict[str, Columns]) -> None:
    for name, columns in {**schemas, "rejects": REJECTS}.items():
        schema = spark.createDataFrame([], ddl(columns)).schema
        DeltaTable.createIfNotExists(spark).location(f"{folder}/{name}").addColumns(schema).execute()


def records_of(cleaned: DataFrame, name: str, columns: Columns) -> DataFrame:
    """The records of a dataset in what was cleaned, with the columns of its table, behind those of their order."""
    fields = [F.col(f"{name}.{key}").cast(kind).alias(key) for key, kind in columns.items()]
    return cleaned.where(F.col(name).isNotNull()).select(*ORDER, *fields)


def first_of_ind(records: DataFrame) -> DataFrame:
    """Of each `ind` the record that came first, as `query` has it."""
    by_arrival = Window.partitionBy("ind").orderBy(*ORDER)
    return records.withColumn("arrival", F.row_number().over(by_arrival)).where("arrival = 1").drop("arrival", *ORDER)


def rejects_of(cleaned: DataFrame) -> DataFrame:
    """What was rejected, with the columns of its table; lines are counted in the part of the file that was read."""
    return cleaned.where(F.col("reject").isNotNull()).select("input", "file", "block", "reject.*")


def count_in_files(rejects: DataFrame, cleaned: DataFrame) -> DataFrame:
    """Rejects with the number of the line in the whole file: Spark cuts large ones into parts, and counts no lines."""
    parts = cleaned.where(F.col("stats").isNotNull()).select("input", "file", "block", "stats.lines")
    before = Window.partitionBy("input", "file").orderBy("block").rowsBetween(Window.unboundedPreceding, -1)
    starts = parts.select("input", "file", "block", F.coalesce(F.sum("lines").over(before), F.lit(0)).alias("before"))
    joined = rejects.join(F.broadcast(starts), ["input", "file", "block"])
    return joined.withColumn("line", F.col("line") + F.col("before"))


def path_of(file: Column) -> Column:
    """A file of this machine as people write it, and others as their address."""
    decoded = F.url_decode(F.replace(file, F.lit("+"), F.lit("%2B")))
    return F.regexp_replace(decoded, "^file:(//)?", "")


def add_rows(rows: DataFrame, table: str, keys: Sequence[str], transaction: tuple[str, int] | None = None) -> None:
    """Adds the rows whose keys the table does not have; of a `transaction`, a name and a number, but once."""
    spark = rows.sparkSession
    if transaction:
        name, number = transaction
        spark.conf.set(TRANSACTION_NAME, name)
        spark.conf.set(TRANSACTION_NUMBER, number)
    equal = " AND ".join(f"table.`{key}` <=> new.`{key}`" for key in keys)
    values = {f"`{column}`": f"new.`{column}`" for column in rows.columns}  # to-delta --append has one more, arrival
    merge = DeltaTable.forPath(spark, table).alias("table").merge(rows.alias("new"), equal)
    merge.whenNotMatchedInsert(values=values).execute()
