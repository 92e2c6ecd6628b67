#!/usr/bin/env python3
# needs: kinesis python:kinesis
"""What kinesis-encode --aggregate packs is read by Amazon's own library (aws-kinesis-agg), to the byte and in order.

A million records, each in the shard that its own partition key hashes to, in records and requests within the limits. And
over an emulator whose shards are split while it sends: nothing is lost by who reads as Amazon's client does, which drops an
aggregate if the hash key of one record in it is not of the shard that it was read from (AggregatorUtil.java of
amazon-kinesis-client)."""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

HOME = Path(os.environ["TESTS"]).parent / "scripts/home"
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import rerun

rerun.with_packages("kinesis")
from aws_kinesis_agg import deaggregator

POSTS = 333_334
SHARDS = 7
PUT_UNIT, MOST_BYTES, MOST_RECORDS = 25_000, 5 * 1024 * 1024, 500
DATASETS = ("pin", "geo", "user")
OWN_KEY = re.compile(rb'^\{"ind(?:ex)?":(\d+)')
Range = tuple[int, int]
Digests = dict[tuple[str, str], bytes]  # by stream and partition key, of its records in their order


def shell(command: str, **variables: str) -> bytes:
    return subprocess.run(["bash", "-euo", "pipefail", "-c", command], env=os.environ | variables, stdout=subprocess.PIPE,
                          check=True).stdout


def lines_of(command: str) -> Iterator[bytes]:
    with subprocess.Popen(["bash", "-euo", "pipefail", "-c", command], stdout=subprocess.PIPE) as process:
        yield from process.stdout
    assert process.returncode == 0, f"{command}: status {process.returncode}"


def hash_key(partition_key: str) -> int:
    return int.from_bytes(hashlib.md5(partition_key.encode()).digest(), "big")


def add(record: bytes, key: tuple[str, str], digests: Digests) -> None:
    digests[key] = hashlib.md5(digests.get(key, b"") + record).digest()


def unpacked(records: list[dict]) -> Iterator[tuple[dict, str, str | None, bytes]]:
    """Each user record, as the library reads it: with the record it was in, its keys, and its data."""
    for record in records:
        event = {"kinesis": {"kinesisSchemaVersion": "1.0", "sequenceNumber": "0", "approximateArrivalTimestamp": 0,
                             "partitionKey": record["PartitionKey"], "data": record["Data"]}}
        for user_record in deaggregator.iter_deaggregate_records([event]):
            found = user_record["kinesis"]
            yield record, found["partitionKey"], found.get("explicitHashKey"), base64.b64decode(found["data"])


def even(shards: int) -> list[Range]:
    width = 2**128 // shards
    return [(i * width, (i + 1) * width - 1 if i + 1 < shards else 2**128 - 1) for i in range(shards)]


def expected(posts: Path) -> Digests:
    digests: Digests = {}
    for dataset in DATASETS:
        for line in lines_of(f"to-kafka-payload --api kcat --payload-only --only {dataset} {posts}"):
            add(line.rstrip(b"\n"), (f"streaming-0a-{dataset}", OWN_KEY.match(line)[1].decode()), digests)
    return digests


def check_requests(posts: Path) -> None:
    shards = even(SHARDS)
    digests: Digests = {}
    packed = alone = 0
    for line in lines_of(f"kinesis-encode --user-id 0a --aggregate --shards {SHARDS} {posts}"):
        request = json.loads(line)
        records = request["payload"]["Records"]
        sizes = [len(record["PartitionKey"]) + len(base64.b64decode(record["Data"])) for record in records]
        assert max(sizes) <= PUT_UNIT and sum(sizes) <= MOST_BYTES and len(records) <= MOST_RECORDS, (sizes, len(line))
        for record, key, explicit, data in unpacked(records):
            place = int(record["ExplicitHashKey"])
            first, last = next(shard for shard in shards if shard[0] <= place <= shard[1])
            assert first <= hash_key(key) <= last, f"{key} is in the shard of another"
            assert explicit in (None, record["ExplicitHashKey"]), explicit
            packed += explicit is not None
            alone += explicit is None
            add(data, (request["stream"], key), digests)
    assert digests == expected(posts)
    assert packed + alone == 3 * POSTS and packed > alone, (packed, alone)
    print(f"{packed} records in aggregates and {alone} alone are the same")


def call(action: str, arguments: dict) -> dict:
    user = f"user = {os.environ['AWS_ACCESS_KEY_ID']}:{os.environ['AWS_SECRET_ACCESS_KEY']}"
    reply = shell(
        'curl -sS --fail-with-body -K <(echo "$USER_LINE") --data-binary "$BODY" -H "X-Amz-Target: Kinesis_20131202.$ACTION" '
        '--aws-sigv4 "aws:amz:$AWS_REGION:kinesis" -H "Content-Type: application/x-amz-json-1.1" "$AWS_ENDPOINT_URL/"',
        USER_LINE=user, BODY=json.dumps(arguments), ACTION=action)
    return json.loads(reply) if reply else {}


def split(stream: str, share: float) -> None:
    """Splits the first open shard of `stream`, at that share of it."""
    shards = call("ListShards", {"StreamName": stream})["Shards"]
    shard = next(shard for shard in shards if "EndingSequenceNumber" not in shard["SequenceNumberRange"])
    first, last = (int(shard["HashKeyRange"][end]) for end in ("StartingHashKey", "EndingHashKey"))
    call("SplitShard", {"StreamName": stream, "ShardToSplit": shard["ShardId"],
                        "NewStartingHashKey": str(first + int((last - first) * share))})
    shell(f"create-streams 0a >/dev/null; until create-streams --describe 0a | grep {stream} | grep -q ACTIVE; do sleep 0.1; done")


def read_shard(stream: str, shard: dict) -> Iterator[dict]:
    iterator = call("GetShardIterator", {"StreamName": stream, "ShardId": shard["ShardId"],
                                         "ShardIteratorType": "TRIM_HORIZON"})["ShardIterator"]
    while iterator:
        reply = call("GetRecords", {"ShardIterator": iterator})
        yield from reply["Records"]
        at_end = not reply["Records"] and reply["MillisBehindLatest"] == 0
        iterator = None if at_end else reply.get("NextShardIterator")


def read_as_amazons_client(stream: str, digests: Digests) -> int:
    """The records of `stream`, a parent before its children; how many shards had some. None may have to be dropped."""
    used = 0
    for shard in sorted(call("ListShards", {"StreamName": stream})["Shards"], key=lambda shard: shard["ShardId"]):
        first, last = (int(shard["HashKeyRange"][end]) for end in ("StartingHashKey", "EndingHashKey"))
        count = 0
        for _, key, explicit, data in unpacked(list(read_shard(stream, shard))):
            place = hash_key(key) if explicit is None else int(explicit)
            assert first <= place <= last, f"{shard['ShardId']}: the aggregate with {key} would be dropped"
            add(data, (stream, key), digests)
            count += 1
        used += count > 0
    return used


def check_split(posts: Path) -> None:
    """Shards are split at their middle and elsewhere, and what is sent goes by the map of before."""
    shell("create-streams --shards 2 0a && create-streams --list-shards 0a >map && split -n l/3 posts part.")
    for number, part in enumerate(("part.aa", "part.ab", "part.ac")):
        if number > 0:
            for stream, share in zip(("pin", "geo", "user"), (0.5, 0.1, 0.9), strict=True):
                split(f"streaming-0a-{stream}", share)
        reports = shell(f"kinesis-encode --user-id 0a --aggregate --shards map {part} | send-payloads")
        delivered = sum(json.loads(line)["delivered"] for line in reports.splitlines())
        assert delivered > 0, reports
    digests: Digests = {}
    used = {dataset: read_as_amazons_client(f"streaming-0a-{dataset}", digests) for dataset in DATASETS}
    assert digests == expected(posts)
    assert used["pin"] == 6, used  # both parents, and all four children: at the middle both take their own
    print(f"shards that were split meanwhile lost nothing: {used}")


def main() -> None:
    if sys.argv[1:] == ["over-kinesis"]:
        check_split(Path("posts"))
        return
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        shell(f"emulate-posts -n {POSTS} >all && head -n 3000 all >posts")
        check_requests(Path("all"))
        server = [HOME / "kinesis-up", "kinesalite", "server", "--", sys.executable, os.environ["TESTS"] + "/pipelines/" + Path(__file__).name]
        subprocess.run([*server, "over-kinesis"], check=True)


main()
