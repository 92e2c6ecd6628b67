#!/usr/bin/env python3
# needs: python:moto
"""Signs random requests by lib/aws and by botocore, and compares every header that results.

Runs in the Python of scripts/with-python.
"""

import datetime
import os
import random
import string
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import rerun

REQUESTS = 5_000
PROGRAM = Path(os.environ["PINPIPE_BUILD"]) / "tests/sign_requests"
TEXT = string.ascii_letters + string.digits + "-._~ =+/&%é✓*'()!;:@,$"


def text(draw: random.Random, most: int) -> str:
    return "".join(draw.choices(TEXT, k=draw.randint(1, most)))


def url(draw: random.Random) -> str:
    host = draw.choice(("kinesis.eu-west-1.amazonaws.com", "127.0.0.1:4567", "[::1]:80", "Bucket.example.com"))
    port = draw.choice(("", ":443", ":80", ":8080")) if ":" not in host else ""
    # An empty path is sent as "/"; botocore signs it as empty for S3, which it never asks that way.
    path = draw.choice(("/", "/", "/".join(["", *(quote(text(draw, 12), safe="") for _ in range(draw.randint(1, 4)))])))
    path += draw.choice(("", "", "//", "/./a", "/../b", "/"))
    query = "&".join(
        quote(text(draw, 5), safe="-_.~") + draw.choice(("", "=", "=" + quote(text(draw, 8), safe="-_.~")))
        for _ in range(draw.randint(0, 4))
    )
    return draw.choice(("http", "https")) + "://" + host + port + path + (f"?{query}" if query else "")


def headers(draw: random.Random) -> dict[str, str]:
    possible = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "Kinesis_20131202.PutRecords",
        "x-amz-meta-note": "  a   b\u00e9  c ",
        "X-Api-Key": text(draw, 20).strip() or "k",
        "User-Agent": "pinpipe",
        "Expect": "100-continue",
        "Accept": "*/*",
        "A": "1",
    }
    return {name: possible[name] for name in draw.sample(sorted(possible), draw.randint(0, len(possible)))}


def request(draw: random.Random) -> dict:
    return {
        "time": draw.randrange(1_500_000_000, 2_000_000_000),
        "service": draw.choice(("kinesis", "s3", "sts")),
        "region": draw.choice(("eu-west-1", "us-east-1", "cn-north-1")),
        "access_key": "AKID" + text(draw, 8).replace(" ", ""),
        "secret_key": text(draw, 60),
        "token": draw.choice(("", "tok/en==" + text(draw, 30).strip())),
        "method": draw.choice(("POST", "PUT", "GET")),
        "url": url(draw),
        "body": draw.choice(("", text(draw, 300))),
        "headers": headers(draw),
    }


def ours(requests: list[dict]) -> list[dict[str, str]]:
    lines = (
        "\t".join([*(str(one[key]) for key in one if key != "headers"), *(f"{n}: {v}" for n, v in one["headers"].items())])
        for one in requests
    )
    printed = subprocess.run([PROGRAM], input="\n".join(lines) + "\n", capture_output=True, text=True, check=True).stdout
    blocks = printed.removesuffix("\n\n").split("\n\n")
    return [dict(line.split(": ", 1) for line in block.split("\n")) for block in blocks]


def botocores(one: dict) -> dict[str, str]:
    import botocore.auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    moment = datetime.datetime.fromtimestamp(one["time"], datetime.timezone.utc)
    botocore.auth.get_current_datetime = lambda *_, **__: moment
    signer = botocore.auth.S3SigV4Auth if one["service"] == "s3" else botocore.auth.SigV4Auth
    made = AWSRequest(one["method"], one["url"], headers=one["headers"], data=one["body"].encode())
    credentials = Credentials(one["access_key"], one["secret_key"], one["token"] or None)
    signer(credentials, one["service"], one["region"]).add_auth(made)
    return dict(made.headers.items())


def small_names(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value.strip() for name, value in headers.items() if name.lower() != "host"}


def main() -> None:
    rerun.with_packages("moto")  # botocore comes with it
    seed = int(os.environ.get("SEED", "1"))
    draw = random.Random(seed)
    requests = [request(draw) for _ in range(REQUESTS)]
    results = ours(requests)
    assert len(results) == len(requests), len(results)
    for one, result in zip(requests, results):
        expected = botocores(one)
        assert small_names(result) == small_names(expected), f"seed {seed}: {one}\nours: {result}\nbotocore: {expected}"
    print(f"seed {seed}: {len(requests)} requests signed alike")


main()
