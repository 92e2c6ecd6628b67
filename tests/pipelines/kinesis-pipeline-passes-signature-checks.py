#!/usr/bin/env python3
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
import time
import urllib.request
from pathlib import Path

REGION = "eu-west-1"
ODD_NAMES = ("streaming-u-pin", "a.b_c-D", "-", ".x", "0" * 128)
LARGE_BYTES = 3_600_000


def with_moto() -> None:
    """Runs this file again, in a Python that has moto."""
    if "VIRTUAL_ENV" not in os.environ:
        with_python = next(Path(os.environ["TESTS"]).parent.glob("scripts/**/with-python"))
        os.execv(with_python, [with_python, "moto", "python3", *sys.argv])


def start_moto(folder: Path) -> tuple[subprocess.Popen, str]:
    """The server, on a port that it chose itself, and its URL."""
    log = folder / "moto.log"
    server = subprocess.Popen(
        ["moto_server", "-H", "127.0.0.1", "-p", "0"], stdout=log.open("w"), stderr=subprocess.STDOUT, env=environment()
    )
    for _ in range(600):
        if port := re.search(r"Running on http://127\.0\.0\.1:(\d+)", log.read_text()):
            return server, f"http://127.0.0.1:{port[1]}"
        assert server.poll() is None, log.read_text()
        time.sleep(0.1)
    raise TimeoutError(log.read_text())


def environment(**more: str) -> dict[str, str]:
    """Ours without the settings of AWS that whoever runs the tests has."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {**kept, "no_proxy": "*", **more}


def prepare(url: str) -> tuple[dict, dict]:
    """Streams, and the keys of a user and of a role (which has a session token); from then on signatures count."""
    import boto3

    def client(service: str):
        return boto3.client(service, REGION, endpoint_url=url, aws_access_key_id="a", aws_secret_access_key="b")

    allowed = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    iam = client("iam")
    iam.create_user(UserName="u")
    iam.put_user_policy(UserName="u", PolicyName="all", PolicyDocument=json.dumps(allowed))
    user = iam.create_access_key(UserName="u")["AccessKey"]
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(allowed))["Role"]
    iam.put_role_policy(RoleName="r", PolicyName="all", PolicyDocument=json.dumps(allowed))
    session = client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="session")["Credentials"]
    for name in ODD_NAMES:
        client("kinesis").create_stream(StreamName=name, ShardCount=1)
    reset = urllib.request.Request(f"{url}/moto-api/reset-auth", data=b"0", headers={"Content-Type": "text/plain"})
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(reset)
    return (
        {"AWS_ACCESS_KEY_ID": user["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": user["SecretAccessKey"]},
        {
            "AWS_ACCESS_KEY_ID": session["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": session["SecretAccessKey"],
            "AWS_SESSION_TOKEN": session["SessionToken"],
        },
    )


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


def main() -> None:
    with_moto()
    records = "".join(json.dumps({"index": i, "title": "né ✓"}) + "\n" for i in range(20))
    large = json.dumps({"index": 1, "title": "x" * 900_000}) + "\n"
    with tempfile.TemporaryDirectory() as folder:
        server, url = start_moto(Path(folder))
        try:
            user, session = prepare(url)
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

            wrong = {**user, "AWS_SECRET_ACCESS_KEY": "wrong" * 8}
            done = send(encoded(records, "--stream", "s"), url, wrong)
            assert done.returncode == 2 and "SignatureDoesNotMatch" in done.stderr, done
        finally:
            server.terminate()
            server.wait()


main()
