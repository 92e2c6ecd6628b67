#!/usr/bin/env python3
# needs: python:moto python:msk
"""aws-up takes logins to Kafka whose tokens Amazon's own signer has made of its keys, and refuses what MSK refuses: other
keys, other sessions, other times, other actions, and whatever was changed. Its S3 and Kinesis refuse a wrong secret, and
requests without a signature.

Runs in the Python of `with-python msk`.
"""

import base64
import os
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

TESTS = Path(os.environ["TESTS"])
HOME = next(TESTS.parent.glob("scripts/home"))
REGION = "us-east-1"


def token_of(key: str, secret: str, session: str | None = None) -> str:
    from aws_msk_iam_sasl_signer import MSKAuthTokenProvider
    from botocore.credentials import CredentialProvider, Credentials

    class Provider(CredentialProvider):
        def load(self) -> Credentials:
            return Credentials(key, secret, session)

    return MSKAuthTokenProvider.generate_auth_token_from_credentials_provider(REGION, Provider())[0]


def changed(token: str, pattern: str, by: str) -> str:
    url = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
    new, count = re.subn(pattern, by, url)
    assert count == 1, (pattern, url)
    return base64.urlsafe_b64encode(new.encode()).decode().rstrip("=")


def post(url: str, body: str) -> tuple[int, str]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, body.encode(), timeout=30) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def checks_logins(url: str, key: str, secret: str) -> None:
    good = token_of(key, secret)
    status, text = post(url, good)
    assert status == 200 and re.fullmatch(r"arn:aws:iam::123456789012:user/pinpipe [0-9]{13}", text), text
    refused = {
        "not that of the key": token_of(key, "wrong"),
        "nobody's": token_of("AKIANOBODY", secret),
        "of another session": token_of(key, secret, "tok/en"),
        "of another time": changed(good, r"X-Amz-Date=[0-9]{8}", "X-Amz-Date=20200101"),
        "for 901 s": changed(good, "X-Amz-Expires=900", "X-Amz-Expires=901"),
        "not for kafka-cluster:Connect": changed(good, "kafka-cluster%3AConnect", "kafka-cluster%3ADescribeCluster"),
        "and its host is kafka.eu-west-1": changed(good, r"kafka\.us-east-1", "kafka.eu-west-1"),
        "the signature is not": changed(good, "X-Amz-Expires=900", "X-Amz-Expires=899"),
        "not a signed URL": "what is no token",
    }
    for why, token in refused.items():
        status, text = post(url, token)
        assert status == 403 and why in text and secret not in text, (why, status, text)
    print(f"1 login taken, {len(refused)} refused")


def checks_requests(url: str) -> None:
    wrong = {**os.environ, "AWS_SECRET_ACCESS_KEY": "wrong"}
    for command, what in ((["read-objects", "s3://posts/"], "SignatureDoesNotMatch"),
                          (["read-stream", "none"], "SignatureDoesNotMatch|InvalidSignature")):  # fmt: skip
        done = subprocess.run(command, env=wrong, capture_output=True, text=True)
        assert done.returncode == 2 and re.search(what, done.stderr), done
    assert post(url, "")[0] == 403


def main() -> None:
    if "VIRTUAL_ENV" in os.environ:
        url = os.environ["AWS_ENDPOINT_URL"]
        checks_logins(f"{url}/kafka-login", os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
        checks_requests(url)
        return
    with tempfile.TemporaryDirectory() as folder:
        up = [HOME / "aws-up", "--bucket", "posts", Path(folder, "aws"), "--", HOME / "with-python", "msk", "python3"]
        status = subprocess.run([*up, *sys.argv]).returncode
    sys.exit(status)


main()
