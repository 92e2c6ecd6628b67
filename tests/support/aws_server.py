"""moto, a server of AWS's APIs that verifies signatures by botocore: for tests in the Python of `with-python moto`."""

import json
import os
import re
import subprocess
import time
import urllib.request
from pathlib import Path

REGION = "eu-west-1"


def environment(**more: str) -> dict[str, str]:
    """Ours without the settings of AWS that whoever runs the tests has."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {**kept, "no_proxy": "*", "AWS_EC2_METADATA_DISABLED": "true", **more}


def start(folder: Path) -> tuple[subprocess.Popen, str]:
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


def client(service: str, url: str, keys: dict | None = None):
    import boto3

    keys = keys or {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    return boto3.client(
        service, REGION, endpoint_url=url, aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"], aws_session_token=keys.get("AWS_SESSION_TOKEN"))


def variables(key: dict) -> dict[str, str]:
    """The variables of a key as boto3 gives it."""
    token = {"AWS_SESSION_TOKEN": key["SessionToken"]} if "SessionToken" in key else {}
    return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"], **token}


def given_to_container(keys: dict[str, str]) -> str:
    """What a container is told that asks for its keys, which have a session token."""
    return json.dumps({
        "AccessKeyId": keys["AWS_ACCESS_KEY_ID"], "SecretAccessKey": keys["AWS_SECRET_ACCESS_KEY"],
        "Token": keys["AWS_SESSION_TOKEN"], "Expiration": "2099-01-01T00:00:00Z"})  # fmt: skip


def allowed(*actions: str) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]})


def user(url: str, name: str, *actions: str) -> dict[str, str]:
    """The keys of a new user who may do `actions`."""
    iam = client("iam", url)
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=allowed(*actions))
    return variables(iam.create_access_key(UserName=name)["AccessKey"])


def role(url: str) -> dict[str, str]:
    """The keys of a new role that may do all; they have a session token."""
    iam = client("iam", url)
    made = iam.create_role(RoleName="r", AssumeRolePolicyDocument=allowed("*"))["Role"]
    iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=allowed("*"))
    return variables(client("sts", url).assume_role(RoleArn=made["Arn"], RoleSessionName="session")["Credentials"])


def verify(url: str) -> None:
    """From now on signatures and rights count."""
    reset = urllib.request.Request(f"{url}/moto-api/reset-auth", data=b"0", headers={"Content-Type": "text/plain"})
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(reset)
