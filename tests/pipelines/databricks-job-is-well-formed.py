#!/usr/bin/env python3
# needs: python:databricks
"""What can be told of the Databricks job without a workspace: its fields are those of Databricks' own SDK, what it refers
to is there, it holds no secret; its init script installs, and says why if it cannot; its task runs batch.py for a day. And the
names in the schema that runs are checked by (tests/databricks) are the SDK's as well.
"""

import dataclasses
import inspect
import json
import os
import re
import subprocess
import sys
import tempfile
import zoneinfo
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
FOLDER = SCRIPTS / "databricks"
VOLUME = "/Volumes/main/pinpipe/package/"

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import rerun

rerun.with_packages("databricks")
from databricks.sdk.service import compute
from databricks.sdk.service.compute import ClusterSpec
from databricks.sdk.service.jobs import JobsAPI, JobSettings, Source, SparkPythonTask, SubmitTask


def check_fields(job: dict) -> None:
    """The SDK leaves out what it does not know: so all of it must come back."""
    assert JobSettings.from_dict(job).as_dict() == job, JobSettings.from_dict(job).as_dict()
    for cluster in job["job_clusters"]:
        assert ClusterSpec.from_dict(cluster["new_cluster"]).as_dict() == cluster["new_cluster"]


def check_schema(schema: dict) -> None:
    """It allows no name that Databricks does not know, nor those of a job that a run does not have."""
    parts = schema["$defs"]
    names = {
        SubmitTask: parts["task"]["properties"],
        SparkPythonTask: parts["spark_python_task"]["properties"],
        ClusterSpec: parts["cluster"]["properties"],
        compute.AutoScale: parts["cluster"]["properties"]["autoscale"]["properties"],
        compute.AwsAttributes: parts["aws_attributes"]["properties"],
        compute.InitScriptInfo: parts["init_script"]["propertyNames"]["enum"],
    }
    for kind, used in names.items():
        assert set(used) <= {field.name for field in dataclasses.fields(kind)}, (kind, used)
    values = {
        Source: parts["spark_python_task"]["properties"]["source"],
        compute.DataSecurityMode: parts["cluster"]["properties"]["data_security_mode"],
        compute.RuntimeEngine: parts["cluster"]["properties"]["runtime_engine"],
        compute.AwsAvailability: parts["aws_attributes"]["properties"]["availability"],
    }
    for kind, used in values.items():
        assert set(used["enum"]) <= {member.value for member in kind}, (kind, used)
    assert set(schema["properties"]) <= set(inspect.signature(JobsAPI.submit).parameters)
    assert "job_cluster_key" not in {field.name for field in dataclasses.fields(SubmitTask)}


def check_references(job: dict, text: str) -> None:
    assert {task["job_cluster_key"] for task in job["tasks"]} == {c["job_cluster_key"] for c in job["job_clusters"]}
    assert set(re.findall(r"\{\{job\.parameters\.(\w+)\}\}", text)) == {p["name"] for p in job["parameters"]}
    for path in re.findall(r'"(/Volumes/[^"]*)"', text):
        assert path.startswith(VOLUME) and (FOLDER / path.removeprefix(VOLUME)).is_file(), path
    assert not re.search(r"secret|token|password|AKIA", text, re.I), "a secret does not belong here"


def check_schedule(job: dict) -> None:
    zoneinfo.ZoneInfo(job["schedule"]["timezone_id"])
    fields = job["schedule"]["quartz_cron_expression"].split()
    assert len(fields) == 6 and "?" in (fields[3], fields[5]), "Quartz has six fields, and one of the days is a ?"
    assert job["max_concurrent_runs"] == 1
    assert all(task["max_retries"] > 0 and task["timeout_seconds"] > 0 for task in job["tasks"])


def stub(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


def install(folder: Path, package: Path) -> subprocess.CompletedProcess:
    environment = os.environ | {"PATH": f"{folder}:{os.environ['PATH']}", "PINPIPE_PACKAGE": str(package),
                                "PINPIPE_PYTHON": str(folder / "python3")}
    return subprocess.run([FOLDER / "install-pinpipe.sh"], env=environment, capture_output=True, text=True)


def check_install(folder: Path) -> None:
    stub(folder, "apt-get", f'echo "$*" >>{folder}/asked')
    stub(folder, "python3", f'echo "$2" >{folder}/pth')
    done = install(folder, folder / "missing.deb")
    assert done.returncode == 2 and "hint: put the package there" in done.stderr, done
    (folder / "pinpipe.deb").touch()
    done = install(folder, folder / "pinpipe.deb")
    assert done.returncode == 0 and not done.stderr, done
    assert str(folder / "pinpipe.deb") in (folder / "asked").read_text()
    assert "/usr/share/pinpipe/spark" in (folder / "pth").read_text()
    stub(folder, "apt-get", '[ "$2" = update ]')
    done = install(folder, folder / "pinpipe.deb")
    assert done.returncode == 2 and "does not install" in done.stderr, done


def batch_of(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    (folder / "batch.py").write_text("import beside, json, sys\nprint(json.dumps(sys.argv[1:]))\nsys.exit(beside.STATUS)\n")
    (folder / "beside.py").write_text("STATUS = 2\n")
    return subprocess.run([sys.executable, FOLDER / "batch_of_day.py", *arguments], capture_output=True, text=True,
                          env=os.environ | {"PINPIPE_SPARK": str(folder)})


def check_day(folder: Path, job: dict) -> None:
    values = {parameter["name"]: parameter["default"] for parameter in job["parameters"]}
    done = batch_of(folder, "2026-01-05", values["lake"], values["input"])
    expected = ["--bin", "/usr/bin", "--to", "s3://BUCKET/lake", "s3://BUCKET/sink/topics/*/year=2026/month=01/day=05"]
    assert json.loads(done.stdout.splitlines()[-1]) == expected, done
    assert done.returncode == 2, "the status of batch.py is lost"
    yesterday = batch_of(folder, values["day"], values["lake"], values["input"]).stdout
    assert re.search(r"/year=20\d\d/month=\d\d/day=\d\d", yesterday), yesterday
    assert "is not a day" in batch_of(folder, "5.1.2026", "lake", "input").stderr


def main() -> None:
    text = (FOLDER / "pinpipe-daily.json").read_text()
    job = json.loads(text)
    check_fields(job)
    check_schema(json.loads((SCRIPTS.parent / "tests/databricks/runs-submit.json").read_text()))
    check_references(job, text)
    check_schedule(job)
    with tempfile.TemporaryDirectory(prefix="databricks-") as folder:
        check_install(Path(folder))
        check_day(Path(folder), job)
    print(f"{job['name']}: all fields are known, all files are there")


if __name__ == "__main__":
    main()
