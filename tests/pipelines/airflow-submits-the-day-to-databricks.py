#!/usr/bin/env python3
# needs: python:airflow-databricks
"""The DAG submits the job of pinpipe-daily.json as a run, as Databricks' reference has it, waits for its end, and fails if that
is no success. The workspace is one of ours (tests/databricks). In a private home with SQLite, by `airflow dags test`.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
SCRIPTS = TESTS.parent / "scripts"

sys.path[:0] = [str(TESTS / "databricks"), str(TESTS / "support")]
import rerun

rerun.with_packages("airflow-databricks")
from workspace import TOKEN, Workspace, serving

JOB = json.loads((SCRIPTS / "databricks/pinpipe-daily.json").read_text())

# What the DAG says beside the job, and the other DAG too, is the same in all three places.
AGREE = """
import json, sys
sys.path.insert(0, sys.argv[1])
import pinpipe_daily as plain, pinpipe_databricks as cloud
quartz, zone = (cloud.JOB["schedule"][name] for name in ("quartz_cron_expression", "timezone_id"))
second, minute, hour = quartz.split()[:3]
cron = f"{minute} {hour} * * *"
assert second == "0" and quartz.split()[3:] == ["*", "*", "?"], quartz
for dag in plain.dag, cloud.dag:
    timetable = dag.timetable.serialize()
    assert timetable["expression"] == cron and str(timetable["timezone"]) == zone, timetable
assert plain.DAY == cloud.DAY
for name in "start_date", "catchup", "max_active_runs":
    assert getattr(plain.dag, name) == getattr(cloud.dag, name), name
assert plain.dag.params.dump() == cloud.dag.params.dump()
for name in "retries", "retry_delay", "retry_exponential_backoff", "max_retry_delay":
    assert plain.dag.default_args[name] == cloud.dag.default_args[name], name
"""


def environment(folder: Path, port: int, **variables: str) -> dict[str, str]:
    connection = {"conn_type": "databricks", "host": "127.0.0.1", "schema": "http", "port": port, "password": TOKEN}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW_", "PINPIPE_"))}
    return kept | {
        "AIRFLOW_HOME": str(folder / "airflow"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(SCRIPTS / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",  # it would tell its makers that it runs
        "SCARF_ANALYTICS": "false",
        "AIRFLOW_CONN_DATABRICKS_DEFAULT": json.dumps(connection),
        "PINPIPE_RETRIES": "0",
        "PINPIPE_POLL_SECONDS": "0",
    } | variables


def airflow(arguments: list[str], variables: dict[str, str], status: int = 0) -> str:
    done = subprocess.run(arguments, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == status, f"{arguments} ended with {done.returncode}:\n{done.stdout[-6000:]}"
    assert TOKEN not in done.stdout, "the log has the token"
    return done.stdout


def as_text(value: object) -> object:
    """Numbers are sent as text."""
    if isinstance(value, dict):
        return {name: as_text(member) for name, member in value.items()}
    if isinstance(value, list):
        return [as_text(member) for member in value]
    return str(value) if type(value) is int else value


def filled_in(text: str, day: str, **settings: str) -> str:
    for parameter in JOB["parameters"]:
        value = settings.get(parameter["name"], parameter["default"]) if parameter["name"] != "day" else day
        text = text.replace("{{job.parameters.%s}}" % parameter["name"], value)
    return text


def check_run(body: dict, day: str, **settings: str) -> None:
    """It is the job, with what a job has beside its tasks put into them."""
    assert body["run_name"] == f"{JOB['name']} {day}", body
    assert len(body["tasks"]) == len(JOB["tasks"])
    for sent, task in zip(body["tasks"], JOB["tasks"], strict=True):
        cluster, = [each["new_cluster"] for each in JOB["job_clusters"] if each["job_cluster_key"] == task["job_cluster_key"]]
        assert sent["new_cluster"] == as_text(cluster), sent
        assert sent["timeout_seconds"] == str(task["timeout_seconds"])
        script = task["spark_python_task"]
        assert sent["spark_python_task"]["python_file"] == script["python_file"]
        assert sent["spark_python_task"]["parameters"] == [filled_in(text, day, **settings) for text in script["parameters"]]


def check_batch(folder: Path, task: dict) -> None:
    """The script that is named takes what is given to it, and hands batch.py the folders of the day."""
    (folder / "batch.py").write_text("import json, sys\nprint(json.dumps(sys.argv[1:]))\n")
    script = SCRIPTS / "databricks" / Path(task["python_file"]).name
    done = subprocess.run([sys.executable, script, *task["parameters"]], env=os.environ | {"PINPIPE_SPARK": str(folder)},
                          capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1])[-1].endswith("/year=2026/month=01/day=05"), done


def main() -> None:
    refused = Workspace([])
    assert refused.submit({"tasks": JOB["tasks"]})[0] == 400, "a job's own task is none of a run: the schema says nothing"

    workspace = Workspace(["SUCCESS", "FAILED", "CANCELED", "SUCCESS"])
    with tempfile.TemporaryDirectory(prefix="airflow-") as scratch, serving(workspace) as port:
        folder = Path(scratch)
        plain = environment(folder, port)
        airflow(["airflow", "db", "migrate"], plain)
        airflow([sys.executable, "-c", AGREE, str(SCRIPTS / "airflow")], plain)

        def run_day(day: str, status: int = 0, **variables: str) -> str:
            return airflow(["airflow", "dags", "test", "pinpipe_databricks", day], plain | variables, status)

        workspace.answers_to_lose = 1
        run_day("2026-01-05")
        calls = [path.rsplit("/", 1)[1] for _, path in workspace.calls]
        assert calls.count("submit") == 2 and len(workspace.submitted) == 1, f"an answer was lost, and a second run is there: {calls}"
        assert workspace.asked[1] == 4, workspace.asked
        check_run(workspace.submitted[0], "2026-01-05")
        check_batch(folder, workspace.submitted[0]["tasks"][0]["spark_python_task"])
        version = workspace.calls[0][1].split("/")[2]
        print(f"2026-01-05: submitted once by version {version} of the API, asked after until it ended well")

        assert "the tool ended with status 2" in run_day("2026-01-06", status=1)
        run_day("2026-01-07", status=1)
        print("a run that fails, or that somebody cancels, fails the task")

        run_day("2026-01-08", AIRFLOW_VAR_PINPIPE_LAKE="s3://lakes/of%day", PINPIPE_INPUT="s3://sink/%Y")
        check_run(workspace.submitted[3], "2026-01-08", lake="s3://lakes/of%day", input="s3://sink/%Y")
        assert len({body["idempotency_token"] for body in workspace.submitted}) == 4
        print("variables of Airflow and of the environment say where from and where to")

        run_day("2026-01-09", status=1, AIRFLOW_CONN_DATABRICKS_DEFAULT=plain["AIRFLOW_CONN_DATABRICKS_DEFAULT"].replace(TOKEN, "old"))
        assert workspace.faults == ["a request without the token"], workspace.faults
        print("without its token nothing runs")


if __name__ == "__main__":
    main()
