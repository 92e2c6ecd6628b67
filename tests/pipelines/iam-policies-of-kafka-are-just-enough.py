#!/usr/bin/env python3
# needs: python:msk kafka kafka-rights iam-simulator
"""Each policy of pinpipe-aws(7) that is of Kafka alone is just enough: who has it, and nothing else, does with the tools and
with rest-proxy what the page says, at a Kafka whose logins are by IAM and where an evaluator of policies decides
(support/kafka_with_iam.py). Where any one action is taken away from it, and where it is another user's, that is denied, and who
has asked is told which right lacks and where the policy is.

Runs in the Python of scripts/with-python; rest-proxy in the system's.
"""

import itertools
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import rerun

rerun.with_packages("msk")
import iam_policies
from aws_server import environment
from http_double import free_port
from iam_policies import REGION, Evaluator, actions, filled, is_of_kafka, without
from kafka_with_iam import CLUSTER, KafkaWithPolicies

AT_ONCE = 4  # of which most wait
PAGE = iam_policies.policies_of_page()
PRODUCE = "emulate-posts -n 2 | to-kafka-payload --user-id $ID"
PROXY = """sed 's/^/client./; s/^client.bootstrap/bootstrap/' $FILE >rest-$ID.properties
rest-proxy --config rest-$ID.properties --port $port 2>rest-$ID.log & trap "kill $!" EXIT
curl -s -o /dev/null --retry 300 --retry-delay 1 --retry-connrefused http://127.0.0.1:$port/
"""
CONSUME = """at=http://127.0.0.1:$port/consumers/$ID-mine kind=application/vnd.kafka.json.v2+json
ask() { curl -sS --fail-with-body -H "Content-Type: $kind" -H "Accept: $kind" "$@"; }
ask $at --data '{"name":"me","format":"json","auto.offset.reset":"earliest"}'
ask $at/instances/me/subscription --data '{"topics":["'$ID.pin'"]}'
for ((i = 0; i < 20; ++i)); do
  read=$(ask "$at/instances/me/records?timeout=2000") || { echo "$read" && exit 22; }
  [[ $read == '[]' ]] || break
done
[[ $read == *index* ]] && ask $at/instances/me/offsets --data ''
"""


@dataclass(frozen=True)
class Case:
    title: str
    script: str
    added: str = ""  # an action that stands beside CreateTopic, as the text has it for --delete
    denied: tuple[str, ...] = ()  # what is asked in vain, and nothing comes of it


CASES = (
    Case("The host of the REST proxy, or of send-payloads --bootstrap", f"{PRODUCE} | send-payloads --config $FILE"),
    Case("The host of the REST proxy, or of send-payloads --bootstrap",
         f"{PROXY} {PRODUCE} | send-payloads --retries 0 --url http://127.0.0.1:$port"),
    Case("Who makes the topics", "create-topics $ID.new --config $FILE; create-topics --describe $ID.new --config $FILE",
         denied=("DescribeTopicDynamicConfiguration",)),
    Case("Who makes the topics", "create-topics $ID.new --config $FILE; create-topics --delete $ID.new --config $FILE",
         added="kafka-cluster:DeleteTopic", denied=("DescribeTopicDynamicConfiguration",)),
    Case("Who reads the topics", "sink-topics $ID --stdout --group $ID-mine --from-beginning --once --config $FILE"),
    Case("Who reads the topics", PROXY + CONSUME, denied=("WriteDataIdempotently",)),
    Case("sink-topics, from a cluster with IAM authentication", "sink-topics $ID sink-$ID --once --config $FILE"),
)  # fmt: skip


def policy_of(case: Case) -> dict:
    policy = PAGE[case.title]
    if not case.added:
        return policy
    grown = without(policy, case.added)
    next(one for one in grown["Statement"] if "kafka-cluster:CreateTopic" in one["Action"])["Action"].append(case.added)
    return grown


class Place:
    def __init__(self, folder: Path, evaluator: Evaluator) -> None:
        self.folder, self.numbers = folder, itertools.count(1)
        self.kafka = KafkaWithPolicies(folder / "kafka", evaluator)

    def run(self, script: str, **variables: str) -> subprocess.CompletedProcess:
        where = {"AWS_REGION": REGION, "HOME": str(self.folder), "FILE": str(self.kafka.properties),
                 "PINPIPE_CACHE": os.environ["PINPIPE_CACHE"]}  # fmt: skip
        return subprocess.run(["bash", "-euo", "pipefail", "-c", script], capture_output=True, text=True, cwd=self.folder,
                              stdin=subprocess.DEVNULL, env=environment(**where, **variables))  # fmt: skip

    def attempt(self, case: Case, lacking: str = "", of_other: bool = False) -> tuple[subprocess.CompletedProcess, list]:
        """What it came to, and what was asked of IAM about this user's own things."""
        name = f"u{next(self.numbers)}"
        prepare = f"create-topics $ID && {PRODUCE} | send-payloads --bootstrap $KAFKA_BOOTSTRAP -o /dev/null"
        done = self.run(prepare, ID=name, KAFKA_BOOTSTRAP=self.kafka.bootstrap)
        assert done.returncode == 0, done
        policy = filled(without(policy_of(case), lacking), ID="other" if of_other else name, **{"CLUSTER/UUID": CLUSTER})
        done = self.run(case.script, ID=name, port=str(free_port()), **self.kafka.user(name, policy))
        own = re.compile(f":cluster/|/{name}[.-]")
        return done, [(action, may) for action, resource, may in self.kafka.asked[name] if own.search(resource)]


def expect_denial(case: Case, done: subprocess.CompletedProcess, asked: list, *of: str) -> None:
    """Of one of these actions, by a line that names it and the page."""
    said = (done.stderr + done.stdout).splitlines()
    told = any(action in line and "man pinpipe-aws" in line for action in of for line in said)
    is_denied = any((action, False) in asked for action in of)
    assert done.returncode != 0 and is_denied and told, (case.title, of, done, asked)


def is_just_enough(at: Place, case: Case) -> str:
    policy = policy_of(case)
    done, asked = at.attempt(case)
    assert done.returncode == 0 and not done.stderr, (case.title, done)
    used, denied = ({action for action, may in asked if may == which} for which in (True, False))
    assert used == set(actions(policy)), (case.title, used ^ set(actions(policy)))
    assert denied <= {f"kafka-cluster:{action}" for action in case.denied}, (case.title, denied)
    for action in actions(policy):
        expect_denial(case, *at.attempt(case, action), action)
    expect_denial(case, *at.attempt(case, of_other=True), *actions(policy))
    return f"{case.title}: just enough, less by one {len(actions(policy))} times"


def main() -> None:
    evaluator = Evaluator()
    mine = {title for title, policy in PAGE.items() if is_of_kafka(policy)}
    assert {case.title for case in CASES} == mine, mine
    with tempfile.TemporaryDirectory() as folder:
        at = Place(Path(folder), evaluator)
        try:
            with ThreadPoolExecutor(AT_ONCE) as pool:
                for said in pool.map(lambda case: is_just_enough(at, case), CASES):
                    print(said, flush=True)
        finally:
            at.kafka.stop()
    evaluator.stop()
    print(f"{len(mine)} policies are just enough")


main()
