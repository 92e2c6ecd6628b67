#!/usr/bin/env python3
# needs: python:moto
"""Signed requests to a server that verifies their signatures by botocore (moto): README's pipeline over Kinesis, whole;
and those of send-payloads with long keys and session tokens, to streams of odd names, small and large. A wrong secret is
refused there.

Runs in the Python of scripts/with-python.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import aws_server
import rerun
from aws_server import REGION, environment

ODD_NAMES = ("streaming-u-pin", "a.b_c-D", "-", ".x", "0" * 128)
LARGE_BYTES = 3_600_000


def prepare(url: str) -> tuple[dict, dict, dict]:
    """Streams, and the keys of a user, of a role (which has a session token) and of a user who may only list; from then
    on signatures count."""
    for name in ODD_NAMES:
        aws_server.client("kinesis", url).create_stream(StreamName=name, ShardCount=1)
    keys = aws_server.user(url, "u", "*"), aws_server.role(url), aws_server.user(url, "lister", "kinesis:ListShards")
    aws_server.verify(url)
    return keys


def send(requests: str, url: str, keys: dict) -> subprocess.CompletedProcess:
    where = {"AWS_ENDPOINT_URL": url, "AWS_REGION": REGION, **keys}
    return subprocess.run(["send-payloads", "--retries", "0"], input=requests, capture_output=True, text=True, env=environment(**where))


def encoded(records: str, *options: str) -> str:
    return subprocess.run(["kinesis-encode", *options], input=records, capture_output=True, text=True, check=True).stdout


def pipeline_of_readme() -> str:
    """What README.md runs beside the emulator."""
    text = (Path(os.environ["TESTS"]).parent / "README.md").read_text()
    return re.search(r"kinesis-up -- bash -euo pipefail -c '(.*?)'", text, re.S)[1]


def answers_of(pipeline: str, folder: str, **variables: str) -> subprocess.CompletedProcess:
    command = ["bash", "-euo", "pipefail", "-c", pipeline]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment(**variables))


def check_readme(folder: str, url: str, keys: dict) -> None:
    console = "emulate-posts -n 10000 | clean-pin | clean-geo | clean-user | query all --format table"
    done = answers_of(pipeline_of_readme(), folder, AWS_ENDPOINT_URL=url, AWS_REGION=REGION, **keys)
    assert done.returncode == 0 and not done.stderr, done
    assert done.stdout == answers_of(console, folder).stdout, done.stdout


def check_reading(url: str, user: dict, lister: dict) -> None:
    """What is wrong is told with what to do about it."""
    cases = (
        ({**user, "AWS_SECRET_ACCESS_KEY": "wrong" * 8}, "SignatureDoesNotMatch", "AWS_SECRET_ACCESS_KEY"),
        ({**user, "AWS_ACCESS_KEY_ID": "AKIA" + "0" * 16}, "", "does not know the key"),
        (lister, "AccessDenied", "kinesis:GetShardIterator"),
        ({**user, "AWS_REGION": "eu-west-2"}, "ResourceNotFoundException", "is AWS_REGION the region"),
    )
    for keys, what, hint in cases:
        where = environment(**{"AWS_ENDPOINT_URL": url, "AWS_REGION": REGION, **keys})
        done = subprocess.run(["read-stream", ODD_NAMES[0]], capture_output=True, text=True, env=where)
        told = done.stderr.splitlines()
        assert done.returncode == 2 and not done.stdout and len(told) == 2, done
        assert told[0].startswith(f"read-stream: error: stream '{ODD_NAMES[0]}': ") and what in told[0] and hint in told[1], done


def check_streams(url: str, keys: dict) -> None:
    """create-streams makes, lists, describes and deletes, with a session token."""
    where = environment(**{"AWS_ENDPOINT_URL": url, "AWS_REGION": REGION, **keys})
    names = [f"streaming-s-{dataset}" for dataset in ("pin", "geo", "user")]

    def run(*options: str) -> list[str]:
        done = subprocess.run(["create-streams", *options, "s"], capture_output=True, text=True, env=where)
        assert done.returncode == 0 and not done.stderr, done
        return done.stdout.splitlines()

    assert run("--shards", "2") == []
    assert sorted(run("--list")) == sorted(names)
    assert [json.loads(line)["stream"] for line in run("--describe")] == names
    assert run("--delete") == run("--list") == []


def main() -> None:
    rerun.with_packages("moto")
    records = "".join(json.dumps({"index": i, "title": "né ✓"}) + "\n" for i in range(20))
    large = json.dumps({"index": 1, "title": "x" * 900_000}) + "\n"
    with tempfile.TemporaryDirectory() as folder:
        server, url = aws_server.start(Path(folder))
        try:
            user, session, lister = prepare(url)
            check_readme(folder, url, session)
            for keys in (user, session):
                for name in ODD_NAMES:
                    for shape in ("put-records", "put-record"):
                        done = send(encoded(records, "--stream", name, "--shape", shape), url, keys)
                        assert done.returncode == 0 and not done.stderr, done
                        assert sum(json.loads(line)["delivered"] for line in done.stdout.splitlines()) == 20, done
                body = encoded(large * 4, "--stream", ODD_NAMES[0])
                assert len(body) > LARGE_BYTES, len(body)
                done = send(body, url, keys)
                assert done.returncode == 0 and not done.stderr, done

            check_reading(url, user, lister)
            check_streams(url, session)
            wrong = {**user, "AWS_SECRET_ACCESS_KEY": "wrong" * 8}
            done = send(encoded(records, "--stream", "s"), url, wrong)
            assert done.returncode == 2 and "SignatureDoesNotMatch" in done.stderr, done
        finally:
            server.terminate()
            server.wait()


main()
