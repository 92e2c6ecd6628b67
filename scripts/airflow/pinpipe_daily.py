"""The posts of a day with Airflow 3, or 2.10 and later: land, clean, delta, answers.

Each task is a step of batch.mk, which cron and systemd users run as a whole, in the same folder with the same result:
files appear whole or not at all, and what is there and up to date is left alone. So a task may be retried, killed or
cleared at any time. Rejected lines (exit status 1) are told in the log of `clean` and kept in rejects/; what cannot
be finished (2) fails the task.

Settings are Airflow variables, or else environment variables of the same name in capitals, of scheduler and workers:

  pinpipe_dir       the folder of raw/, clean/, rejects/, loaded/ and answers/ (~/pinpipe)
  pinpipe_land      a bash command that prints the raw lines of $DAY, as batch.mk says (10,000 emulated posts)
  pinpipe_delta     the Delta tables, a folder or an s3:// URL (tables, in that folder)
  pinpipe_to_delta  the command to-delta (with-python delta to-delta)
  pinpipe_batch     batch.mk (the one beside this folder, else the package's)
  pinpipe_path      folders of the tools, in front of PATH (within the sources build/bin, else none)

To try it:  airflow dags test pinpipe_daily 2026-01-05
A run by hand is for the day of its parameter `day`, or its logical date, or if it has none, the day it was asked for.
"""

import os
from datetime import datetime, timedelta, timezone
from pathlib import Path

from airflow.timetables.interval import CronDataIntervalTimetable

try:
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.sdk import DAG, Param
except ImportError:  # Airflow 2
    from airflow import DAG
    from airflow.models.param import Param
    from airflow.operators.bash import BashOperator

SCRIPTS = Path(__file__).resolve().parents[1]
BATCH, BUILT_TOOLS = SCRIPTS / "batch/batch.mk", SCRIPTS.parent / "build/bin"
DEFAULTS = {
    "pinpipe_dir": str(Path.home() / "pinpipe"),
    "pinpipe_land": 'emulate-posts -n 10000 --seed "${DAY//-/}"',
    "pinpipe_delta": "tables",
    "pinpipe_to_delta": "with-python delta to-delta",
    "pinpipe_batch": str(BATCH) if BATCH.exists() else "/usr/share/pinpipe/batch/batch.mk",
    "pinpipe_path": str(BUILT_TOOLS) if BUILT_TOOLS.exists() else "",
}
DAY = "{{ params.day or (dag_run.logical_date or dag_run.run_after) | ds }}"

# The values come by the environment, so that none is read as a piece of the command. It ends in no ".sh", which
# Airflow would take for the name of a file.
STEP = """set -euo pipefail
[[ $DAY =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}$ ]] || { echo "error: '$DAY' is not a day, YYYY-MM-DD" >&2; exit 2; }
PATH=${PINPIPE_PATH:+$PINPIPE_PATH:}$PATH
mkdir -p "$PINPIPE_DIR"
make --no-print-directory -C "$PINPIPE_DIR" -f "$PINPIPE_BATCH" "$STEP" DAYS="$DAY"
echo "$STEP of $DAY: done"
"""


def setting(name: str) -> str:
    """A template: the variable when the task runs, not when this file is read, which is every few seconds."""
    return "{{ var.value.get('%s', defaults.%s) }}" % (name, name)


def step(name: str) -> BashOperator:
    return BashOperator(
        task_id=name,
        bash_command=STEP,
        env={
            "DAY": DAY,
            "STEP": name,
            "LAND": setting("pinpipe_land"),
            "DELTA": setting("pinpipe_delta"),
            "TO_DELTA": setting("pinpipe_to_delta"),
            "PINPIPE_DIR": setting("pinpipe_dir"),
            "PINPIPE_BATCH": setting("pinpipe_batch"),
            "PINPIPE_PATH": setting("pinpipe_path"),
        },
        append_env=True,
        skip_on_exit_code=None,  # else a command that ends with 99 would pass for skipped
        do_xcom_push=False,
    )


with DAG(
    dag_id="pinpipe_daily",
    description="Land, clean and load the posts of a day, and answer questions about them",
    doc_md=__doc__,
    # The logical date is the day that is over, in Airflow 3 as in 2: of a plain cron string it would be the next.
    schedule=CronDataIntervalTimetable("15 0 * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,  # days meet in the same tables, the earlier one first
    default_args={
        "retries": int(os.environ.get("PINPIPE_RETRIES", "4")),
        "retry_delay": timedelta(minutes=1),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(minutes=30),
        "execution_timeout": timedelta(hours=6),
    },
    params={"day": Param(None, type=["null", "string"], format="date", description="the day, if not the logical date")},
    user_defined_macros={"defaults": {name: os.environ.get(name.upper(), value) for name, value in DEFAULTS.items()}},
    tags=["pinpipe"],
) as dag:
    step("land") >> step("clean") >> step("delta") >> step("answers")
