#!/usr/bin/env python3
# needs: kinesis-local kinesis-client python:moto
"""What kinesis-encode --aggregate packs is read by Amazon's own Kinesis Client Library, with its leases in a DynamoDB (moto's),
from a stream whose shards are split while one sender goes on by the map of before: each record once, and those of each
partition key in their order. The library drops an aggregate that is in the shard of others: one that is put there by hand
shows that it looks.

Runs beside an emulator of Kinesis that tells consumers of the children of a shard, in the Python of scripts/with-python.
"""

import base64
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import aws_server
import rerun

TESTS = Path(os.environ["TESTS"])
STREAM = "streaming-0a-pin"
POSTS = 6000
KEY = "category"  # few, of many records each, in all quarters of the hash keys
SPLITS = (0.5, 0.9)  # of each of two shards: behind the second is a key that goes on beside those before it
STRAY, END = "stray", "end"
LIMIT_S = 300  # of the reader, which takes some 20

Records = dict[str, list[bytes]]  # by partition key, in their order


def shell(command: str) -> str:
    return subprocess.run(["bash", "-euo", "pipefail", "-c", command], stdout=subprocess.PIPE, text=True, check=True).stdout


def expected() -> Records:
    records: Records = defaultdict(list)
    for line in shell("to-kafka-payload --api kcat --payload-only --only pin posts").splitlines():
        records[json.loads(line)[KEY]].append(line.encode())
    return records


class Reader:
    """The library, and what it has read until now."""

    def __init__(self, leases: str) -> None:
        self.records: Records = defaultdict(list)
        self.counts: dict[str, int] = defaultdict(int)  # by shard
        self.ended: set[str] = set()  # shards whose last record was read
        self.log = Path("client.log")
        program = TESTS / "kinesis-encode/kinesis-client"
        self.process = subprocess.Popen(
            ["timeout", str(LIMIT_S), program, STREAM, os.environ["AWS_ENDPOINT_URL"], leases], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=self.log.open("w"))

    def read_until(self, enough: Callable[[], bool]) -> None:
        while not enough():
            line = self.process.stdout.readline()
            assert line, self.log.read_text()
            self.add(json.loads(line))

    def add(self, record: dict) -> None:
        assert record["key"] != STRAY, "an aggregate in the shard of others was not dropped"
        if record["key"] == END:
            self.ended.add(record["shard"])
            return
        self.records[record["key"]].append(base64.b64decode(record["data"]))
        self.counts[record["shard"]] += 1

    def end(self) -> None:
        rest, _ = self.process.communicate()
        for line in rest.splitlines():
            self.add(json.loads(line))
        assert self.process.returncode == 0, self.log.read_text()


def is_open(shard: dict) -> bool:
    return "EndingSequenceNumber" not in shard["SequenceNumberRange"]


def split(kinesis, shard: dict, share: float) -> None:
    """At that share of it."""
    first, last = (int(shard["HashKeyRange"][end]) for end in ("StartingHashKey", "EndingHashKey"))
    kinesis.split_shard(
        StreamName=STREAM, ShardToSplit=shard["ShardId"], NewStartingHashKey=str(first + int((last - first) * share)))
    while kinesis.describe_stream_summary(StreamName=STREAM)["StreamDescriptionSummary"]["StreamStatus"] != "ACTIVE":
        time.sleep(0.1)


def put_into(kinesis, shard: dict, key: str, data: bytes) -> None:
    put = kinesis.put_record(StreamName=STREAM, PartitionKey=key, Data=data, ExplicitHashKey=shard["HashKeyRange"]["EndingHashKey"])
    assert put["ShardId"] == shard["ShardId"], (put, shard)


def put_astray(kinesis, shards: list[dict]) -> None:
    """An aggregate, into a shard that is not its own."""
    lines = "".join(f'{{"{KEY}":"{STRAY}","n":{n}}}\\n' for n in range(3))
    request = json.loads(shell(
        f"printf '{lines}' | kinesis-encode --stream {STREAM} --partition-key {KEY} --aggregate --shards 1 --payload-only"))
    (record,) = request["Records"]
    own = int(record["ExplicitHashKey"])
    other = next(shard for shard in shards if int(shard["HashKeyRange"]["EndingHashKey"]) < own
                 or own < int(shard["HashKeyRange"]["StartingHashKey"]))
    put_into(kinesis, other, STRAY, base64.b64decode(record["Data"]))


def check_leases(url: str, shards: list[dict]) -> None:
    """A shard that was split is read to its end, and the others as far as they go."""
    import boto3

    table = boto3.client("dynamodb", endpoint_url=url).scan(TableName="leases")["Items"]
    at = {item["leaseKey"]["S"]: item["checkpoint"]["S"] for item in table if "checkpoint" in item}
    assert set(at) == {shard["ShardId"] for shard in shards}, at
    for shard in shards:
        where = at[shard["ShardId"]]
        assert where.isdecimal() if is_open(shard) else where == "SHARD_END", at


def check(url: str) -> None:
    import boto3

    kinesis = boto3.client("kinesis")
    lines = Path("posts").read_bytes().splitlines(keepends=True)
    parts = [b"".join(lines[first : first + POSTS // 3]) for first in range(0, POSTS, POSTS // 3)]
    shell("create-streams --shards 2 0a && create-streams --list-shards 0a >map")
    parents = kinesis.list_shards(StreamName=STREAM)["Shards"]
    reader = Reader(url)
    sender = subprocess.Popen(
        ["bash", "-euo", "pipefail", "-c",
         f"kinesis-encode --user-id 0a --only pin --partition-key {KEY} --aggregate --shards map --max-records 10 | send-payloads"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    sender.stdin.write(parts[0])
    sender.stdin.flush()
    reader.read_until(lambda: all(reader.counts[shard["ShardId"]] for shard in parents))
    sender.stdin.write(parts[1])
    sender.stdin.flush()
    for shard, share in zip(parents, SPLITS, strict=True):
        split(kinesis, shard, share)
    reports, _ = sender.communicate(parts[2])
    assert sender.returncode == 0, reports

    shards = kinesis.list_shards(StreamName=STREAM)["Shards"]
    children = [shard for shard in shards if is_open(shard)]
    assert len(shards) == 6 and len(children) == 4, shards
    put_astray(kinesis, children)
    for shard in children:
        put_into(kinesis, shard, END, END.encode())
    reader.read_until(lambda: len(reader.ended) == len(children))
    reader.end()

    wanted = expected()
    assert reader.records.keys() <= wanted.keys(), reader.records.keys() - wanted.keys()
    differing = {key: (len(reader.records[key]), len(wanted[key])) for key in wanted if reader.records[key] != wanted[key]}
    assert not differing, f"read, and sent, of each key that is not the same in the same order: {differing}"
    assert len(reader.counts) == 5, reader.counts  # of the shard that is split in the middle both children have their own
    check_leases(url, shards)
    delivered = sum(json.loads(line)["delivered"] for line in reports.splitlines())
    print(f"{sum(reader.counts.values())} records in {delivered} were read once and in order: {dict(reader.counts)}")


def over_kinesis() -> None:
    rerun.with_packages("moto")
    moto, url = aws_server.start(Path())
    try:
        check(url)
    finally:
        moto.kill()


def main() -> None:
    if sys.argv[1:] == ["over-kinesis"]:
        over_kinesis()
        return
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        shell(f"emulate-posts -n {POSTS} >posts")
        up = TESTS.parent / "scripts/home/kinesis-up"
        script = TESTS / "pipelines" / Path(__file__).name
        subprocess.run([up, "kinesis-local", "server", "--", script, "over-kinesis"], check=True)


main()
