"""A Spark on this machine alone, which says no more than errors."""

import os

os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # its second compiler takes longer than it saves in minutes


def start(cores: int, **settings: str):
    """`settings` are those of Spark, with _ for each dot. REQUIRES: pyspark is there"""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(f"local[{cores}]")
    quiet = {"spark_ui_enabled": "false", "spark_ui_showConsoleProgress": "false"}
    java = {"spark_driver_extraJavaOptions": f"{JAVA} {settings.pop('spark_driver_extraJavaOptions', '')}"}
    for name, value in (quiet | java | settings).items():
        builder = builder.config(name.replace("_", "."), value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session
