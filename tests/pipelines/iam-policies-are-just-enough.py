#!/usr/bin/env python3
# needs: librdkafka python:moto python:gateway iam-simulator openssl
"""Each policy of pinpipe-aws(7) is just enough: who has it, and nothing else, does with the tools what the page says. Where any
one action is taken away from it, and where it is another user's, that is denied, and a tool says which right lacks and where
the policy is. moto verifies the signatures, and an evaluator of policies decides (support/moto_with_iam.py). The policies that
are of Kafka alone, and those of trust, have tests of their own; what nothing here can use is named.

Runs in the Python of scripts/with-python.
"""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import rerun

rerun.with_packages("moto")
import iam_policies
from aws_server import environment
from gateway_with_iam import API, STAGE, Gateway
from iam_policies import ACCOUNT, REGION, Evaluator, actions, filled, is_of_kafka, is_trust, without
from moto_with_iam import KeysOfMoto, Moto
from msk_broker import Broker, make_certificate, properties, start

PAGE = iam_policies.policies_of_page()
KEY = "11111111-2222-3333-4444-555555555555"
PLACES = {"BUCKET": "posts", "PREFIX": "landing/zone", "KEY": KEY, "API": API, "STAGE": STAGE, "192.0.2.0/24": "127.0.0.0/8"}
# Each with the reason. That IAM takes them another test sees.
NOT_TRIED = {
    "The S3 sink of MSK Connect": "the connector is Amazon's and runs there alone",
    "Reading the objects": "the storage credential is used by Databricks itself",
}
ASSUMED = "sink-topics, from a cluster with IAM authentication (2)"
SEND = "emulate-posts -n 2 | kinesis-encode --user-id $ID"


class Place:
    def __init__(self, folder: Path, evaluator: Evaluator) -> None:
        self.folder, self.moto, self.number = folder, Moto(evaluator), 0
        self.gateway = Gateway(self.moto.guard)
        self.broker = Broker(REGION, KeysOfMoto())
        self.kafka = start(self.broker, make_certificate(folder))
        self.moto.client("s3").create_bucket(Bucket="posts", CreateBucketConfiguration={"LocationConstraint": REGION})

    def new_id(self) -> str:
        self.number += 1
        return f"u{self.number}"

    def stream(self, name: str, encrypted: bool = False) -> None:
        kinesis = self.moto.client("kinesis")
        kinesis.create_stream(StreamName=name, ShardCount=1)
        kinesis.put_record(StreamName=name, PartitionKey="k", Data=b"{}")
        if encrypted:
            key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{KEY}"
            kinesis.start_stream_encryption(StreamName=name, EncryptionType="KMS", KeyId=key)

    def topics(self, topic_id: str, role: str = "") -> None:
        """Of the broker, and the file that leads to it."""
        self.broker.topics = {f"{topic_id}.{dataset}": [b'{"index":1}'] for dataset in ("pin", "geo", "user")}
        options = f' awsRoleArn="{role}"' if role else ""
        (self.folder / "client.properties").write_text(properties(self.broker, self.folder, options))

    def run(self, script: str, **variables: str) -> subprocess.CompletedProcess:
        where = {"AWS_ENDPOINT_URL": self.moto.url, "AWS_REGION": REGION, "HOME": str(self.folder), "GATEWAY": self.gateway.url}
        return subprocess.run(["bash", "-euo", "pipefail", "-c", script], capture_output=True, text=True, cwd=self.folder,
                              stdin=subprocess.DEVNULL, env=environment(**where, **variables))  # fmt: skip

    def stop(self) -> None:
        self.gateway.shutdown()
        self.kafka.shutdown()
        self.moto.stop()


@dataclass(frozen=True)
class Case:
    """A policy, and what it is for; `actions` are those of it that the script needs, all if there are none."""

    title: str
    script: str
    prepare: str = ""  # what is there before: "streams", "encrypted streams", "objects"
    policies: tuple[dict, ...] = ()  # others that it stands beside
    actions: tuple[str, ...] = ()
    as_role: bool = False
    of_resource: bool = False  # and not of who asks
    by: str = ""  # a tool of others that is denied, which has no hint


def put_record() -> dict:
    """That of send-payloads as the text has it for requests of one record."""
    policy = PAGE["send-payloads, straight to Kinesis"]
    return {**policy, "Statement": [{**policy["Statement"][0], "Action": "kinesis:PutRecord"}]}


SINK = "sink-topics $ID --once --config client.properties"
WRITE_READ = f"{SEND} | send-payloads --retries 0; read-stream streaming-$ID-pin"
CASES = (
    Case("Who may post", 'emulate-posts -n 2 | to-kafka-payload --user-id $ID | send-payloads --retries 0 --url "$GATEWAY"',
         of_resource=True),
    Case("Who may post, with IAM authorization",
         """curl -sS --fail-with-body --aws-sigv4 "aws:amz:$AWS_REGION:execute-api" -K - "$GATEWAY/topics/$ID.pin" \
            --data '{"records":[{"value":1}]}' <<<"user = \\"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\\"" >&2""", by="curl"),
    Case("send-payloads, straight to Kinesis", f"{SEND} | send-payloads --retries 0", "streams"),
    Case("send-payloads, straight to Kinesis", f"{SEND} --shape put-record | send-payloads --retries 0", "streams",
         actions=("kinesis:PutRecord",)),
    Case("An API Gateway in front of Kinesis", f"""gateway-up gateway-$ID -- bash -euo pipefail -c '
         for shape in gateway-record gateway-records; do
           {SEND} --shape $shape | send-payloads --retries 0 --url "$GATEWAY_URL"
         done
         curl -sS "$GATEWAY_URL/streams/streaming-$ID-pin" | grep StreamDescription'""", "streams", as_role=True),
    Case("create-streams", "create-streams $ID; for what in describe list-shards list delete; do create-streams --$what $ID; done"),
    Case("read-stream", "read-stream streaming-$ID-pin", "streams"),
    Case("Streams that are encrypted", WRITE_READ, "encrypted streams",
         policies=(PAGE["send-payloads, straight to Kinesis"], PAGE["read-stream"])),
    Case("sink-topics", f"{SINK} s3://posts/landing/zone; {SINK} s3://posts/landing/zone", "topics"),
    Case("read-objects", "read-objects s3://posts/landing/zone/topics/$ID.pin/", "objects"),
)  # fmt: skip


def policy_of(case: Case) -> dict:
    return put_record() if case.actions == ("kinesis:PutRecord",) else PAGE[case.title]


def statements(*policies: dict) -> dict:
    return {"Version": "2012-10-17", "Statement": [statement for policy in policies for statement in policy["Statement"]]}


def attempt(at: Place, case: Case, lacking: str = "", of_other: bool = False) -> tuple[subprocess.CompletedProcess, str, list]:
    """What it came to, whose policy it was, and what was asked of IAM."""
    topic_id = at.new_id()
    policy = without(policy_of(case), lacking)
    values = {**PLACES, "ID": "other" if of_other else topic_id}
    policy = filled(statements(policy, *case.policies), **values)
    if "streams" in case.prepare:
        for dataset in ("pin", "geo", "user"):
            at.stream(f"streaming-{topic_id}-{dataset}", encrypted="encrypted" in case.prepare)
    if case.prepare == "topics":
        at.topics(topic_id)
    if case.prepare == "objects":
        at.moto.client("s3").put_object(Bucket="posts", Key=f"landing/zone/topics/{topic_id}.pin/partition=0/o.json", Body=b"{}\n")
    keys = {}
    if case.of_resource:
        at.gateway.policy = policy
    elif case.as_role:
        trust = filled(PAGE[f"{case.title} (2)"])
        keys = at.moto.session(at.moto.role(topic_id, trust, policy))
    else:
        keys = at.moto.user(topic_id, policy)
    before = len(at.moto.guard.asked)
    done = at.run(case.script, ID=topic_id, **keys)
    at.gateway.policy = None
    return done, topic_id, at.moto.guard.asked[before:]


def expect_denial(case: Case, done: subprocess.CompletedProcess, asked: list, action: str) -> None:
    """It ended with an error that names the action, and with a hint that names the page; nothing was asked in vain before."""
    what = (case.title, action, done)
    assert done.returncode != 0, what
    assert any(one[1] == action and not one[3] for one in asked), (what, asked)
    lines = [line for line in (done.stderr + done.stdout * bool(case.by)).splitlines() if line.strip()]
    assert any(action in line for line in lines), what
    if case.by:
        return
    hint = next((line for line in lines if line.startswith("hint: ")), "")
    assert "man pinpipe-aws" in hint, what


def is_just_enough(at: Place, case: Case) -> int:
    """How many actions it was tried without."""
    policy = policy_of(case)
    done, _, asked = attempt(at, case)
    assert done.returncode == 0 and (case.by or not done.stderr), (case.title, done)
    used = {one[1] for one in asked if one[3]}
    named = set(actions(statements(policy, *case.policies)))
    assert used == named and all(one[3] for one in asked), (case.title, used ^ named)
    for action in actions(policy):
        done, _, asked = attempt(at, case, action)
        expect_denial(case, done, asked, action)
    if "ID" in str(policy):
        done, _, asked = attempt(at, case, of_other=True)
        expect_denial(case, done, asked, next(one[1] for one in asked if not one[3]))
    return len(actions(policy))


def assumes_a_role(at: Place) -> None:
    """In one account, who is named in the trust policy needs none of his own; where that names the account, he needs it; and
    another is denied, whatever his own."""
    own, trust = PAGE[ASSUMED], PAGE[ASSUMED.replace("2", "3")]
    account = filled(trust, USER="nobody")
    account["Statement"][0]["Principal"]["AWS"] = f"arn:aws:iam::{ACCOUNT}:root"
    nothing = without(own, "sts:AssumeRole")
    for policy, trusted, is_allowed in (
        (own, "self", True), (nothing, "self", True), (own, "account", True), (nothing, "account", False), (own, "another", False)
    ):  # fmt: skip
        name = at.new_id()
        keys = at.moto.user(name, filled(policy, ROLE=f"role-{name}"))
        named = account if trusted == "account" else filled(trust, USER=name if trusted == "self" else "another")
        at.topics(name, at.moto.role(f"role-{name}", named, iam_policies.MAY_ALL))
        before = len(at.moto.guard.asked)
        done = at.run(f"{SINK} sink-{name}", ID=name, **keys)
        if is_allowed:
            assert done.returncode == 0 and not done.stderr, (policy, trusted, done)
        else:
            expect_denial(Case(ASSUMED, ""), done, at.moto.guard.asked[before:], "sts:AssumeRole")
    print(f"{ASSUMED}: the role is assumed by whom it trusts", flush=True)


def main() -> None:
    evaluator = Evaluator()
    mine = {title for title, policy in PAGE.items() if not is_trust(policy) and not is_of_kafka(policy)}
    with tempfile.TemporaryDirectory() as folder:
        at = Place(Path(folder), evaluator)
        try:
            for case in CASES:
                count = is_just_enough(at, case)
                print(f"{case.title}: just enough, less by one {count} times", flush=True)
            assumes_a_role(at)
            assert not at.broker.faults, at.broker.faults
        finally:
            at.stop()
    evaluator.stop()
    for title, why in NOT_TRIED.items():
        print(f"skipped: {title}: {why}")
    tried = {case.title for case in CASES} | {ASSUMED} | NOT_TRIED.keys()
    assert tried == mine, tried ^ mine
    print(f"{len(tried) - len(NOT_TRIED)} policies are just enough, {len(NOT_TRIED)} were not tried")


main()
