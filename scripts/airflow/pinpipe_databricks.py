"""The posts of a day with Databricks, from Airflow 3, or 2.10 and later, Amazon's MWAA among them.

A run on a cluster of its own: the job of pinpipe-daily.json, beside this file or in ../databricks, submitted by Airflow
instead of scheduled by Databricks. The cluster and its limits are the same, and so is batch_of_day.py, with the day that
Airflow says. It is asked after until it has ended, and what has not ended well fails the task; then Airflow tries again,
not Databricks. Whoever stops the task cancels the run.

Settings are Airflow variables, or else environment variables of the same name in capitals, of scheduler and workers:

  pinpipe_input  where the sink wrote, as pinpipe-daily.json says: %Y, %m and %d are those of the day
  pinpipe_lake   the Delta tables, an s3:// URL or a Volume

The workspace and its token are the connection `databricks_default`. To try it, with the packages of requirements.txt:

  airflow dags test pinpipe_databricks 2026-01-05

A run by hand is for the day of its parameter `day`, or its logical date, or if it has none, the day it was asked for.
"""

import json
import os
import re
import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path

from airflow.timetables.interval import CronDataIntervalTimetable

try:
    from airflow.providers.databricks.operators.databricks import DatabricksSubmitRunOperator
except ImportError as error:
    raise ImportError("no provider of Databricks: get what requirements.txt names, or remove this file") from error
try:
    from airflow.sdk import DAG, Param
except ImportError:  # Airflow 2
    from airflow import DAG
    from airflow.models.param import Param

HERE = Path(__file__).resolve().parent
BESIDE, OF_SOURCES = HERE / "pinpipe-daily.json", HERE.parent / "databricks/pinpipe-daily.json"
JOB = json.loads((BESIDE if BESIDE.exists() else OF_SOURCES).read_text())
DAY = "{{ params.day or (dag_run.logical_date or dag_run.run_after) | ds }}"
DEFAULTS = {
    f"pinpipe_{parameter['name']}": os.environ.get(f"PINPIPE_{parameter['name'].upper()}", parameter["default"])
    for parameter in JOB["parameters"]
}
# A run that is submitted has no clusters beside its tasks, and Airflow is who tries again.
NOT_OF_A_RUN = {"job_cluster_key", "max_retries", "min_retry_interval_millis", "retry_on_timeout"}


def filled_in(text: str) -> str:
    """The parameters of a job are no part of a run that is submitted: Airflow's templates stand in their places."""

    def template(found: re.Match) -> str:
        if found[1] == "day":
            return DAY
        return "{{ var.value.get('pinpipe_%s', defaults.pinpipe_%s) }}" % (found[1], found[1])

    return re.sub(r"\{\{job\.parameters\.(\w+)\}\}", template, text)


def task_of_run(task: dict) -> dict:
    clusters = {cluster["job_cluster_key"]: cluster["new_cluster"] for cluster in JOB["job_clusters"]}
    script = task["spark_python_task"]
    return {name: value for name, value in task.items() if name not in NOT_OF_A_RUN} | {
        "new_cluster": clusters[task["job_cluster_key"]],
        "spark_python_task": script | {"parameters": [filled_in(text) for text in script["parameters"]]},
    }


def token(run_id: str, attempt: int) -> str:
    """The same for each request of an attempt, so that one that is sent again, its answer lost, starts no second run."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"pinpipe_databricks {run_id} {attempt}"))


with DAG(
    dag_id="pinpipe_databricks",
    description=JOB["description"],
    doc_md=__doc__,
    # The logical date is the day that is over, in Airflow 3 as in 2: of a plain cron string it would be the next.
    schedule=CronDataIntervalTimetable("15 0 * * *", timezone=JOB["schedule"]["timezone_id"]),
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=JOB["max_concurrent_runs"],  # days meet in the same tables, the earlier one first
    default_args={
        "retries": int(os.environ.get("PINPIPE_RETRIES", "4")),
        "retry_delay": timedelta(minutes=1),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(minutes=30),
    },
    params={"day": Param(None, type=["null", "string"], format="date", description="the day, if not the logical date")},
    user_defined_macros={"defaults": DEFAULTS, "token": token},
    tags=["pinpipe"],
) as dag:
    DatabricksSubmitRunOperator(
        task_id="batch",
        json={
            "run_name": f"{JOB['name']} {DAY}",
            "idempotency_token": "{{ token(dag_run.run_id, ti.try_number) }}",
            "tasks": [task_of_run(task) for task in JOB["tasks"]],
        },
        polling_period_seconds=int(os.environ.get("PINPIPE_POLL_SECONDS", "30")),
    )
