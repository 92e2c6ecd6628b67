"""The policies of pinpipe-aws(7), and whether IAM allows by them what is asked (tests/iam/simulator, an evaluator of policies
that knows the actions of each service and their resources)."""

import copy
import json
import os
import re
import subprocess
import threading
from pathlib import Path

TESTS = Path(os.environ["TESTS"])
PAGE = TESTS.parent / "man/pinpipe-aws.7"
REGION, ACCOUNT = "eu-west-1", "123456789012"
MAY_ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def listed(value: object) -> list:
    return value if isinstance(value, list) else [value]


def sections() -> list[tuple[str, str]]:
    """Title and text of each part with a heading."""
    parts = re.split(r"^\.S[hs] (.*)\n", PAGE.read_text(), flags=re.M)
    return list(zip(parts[1::2], parts[2::2]))


def policies_in(text: str) -> list[dict]:
    return [json.loads(block) for block in re.findall(r"^\.Bd -literal\n(\{.*?)^\.Ed", text, re.S | re.M)]


def policies_of_page() -> dict[str, dict]:
    """By the title of their part; the second of one is "TITLE (2)"."""
    found = {}
    for title, text in sections():
        for number, policy in enumerate(policies_in(text), 1):
            found[title if number == 1 else f"{title} ({number})"] = policy
    return found


def actions(policy: dict) -> list[str]:
    return list(dict.fromkeys(action for statement in policy["Statement"] for action in listed(statement["Action"])))


def is_trust(policy: dict) -> bool:
    return actions(policy) == ["sts:AssumeRole"] and "Principal" in policy["Statement"][0]


def is_of_kafka(policy: dict) -> bool:
    return all(action.startswith("kafka-cluster:") for action in actions(policy))


def filled(policy: dict, **values: str) -> dict:
    """With values in place of what is in capitals; ACCOUNT and REGION are known. What is left in capitals is a fault."""
    text = json.dumps(policy)
    values = {"ACCOUNT": ACCOUNT, "REGION": REGION, **values}
    for name, value in sorted(values.items(), key=lambda one: len(one[0]), reverse=True):  # EXTERNAL-ID is not an ID
        text = re.sub(rf"(?<![A-Za-z]){name}(?![A-Za-z])", value, text)
    made = json.loads(text)
    for statement in made["Statement"]:
        named = json.dumps([statement.get(part) for part in ("Resource", "Principal", "Condition")])
        assert not re.search(r"[:/\"-](BUCKET|PREFIX|ID|CLUSTER|UUID|API|STAGE|ROLE|USER|KEY|CONNECTOR)\b", named), named
    return made


def without(policy: dict, action: str) -> dict:
    """Less one action, and less the statements that then allow nothing."""
    made = copy.deepcopy(policy)
    for statement in made["Statement"]:
        statement["Action"] = [one for one in listed(statement["Action"]) if one != action]
    made["Statement"] = [statement for statement in made["Statement"] if statement["Action"]]
    return made


def of_account(action: str) -> dict:
    """The policy of a resource that leaves it to those of who asks, if they are of the account: as keys are made."""
    statement = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": action, "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


class Evaluator:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.process = subprocess.Popen([TESTS / "iam/simulator"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def allows(self, principal: object, policies: list[dict], action: str, resource: str, context: dict | None = None,
               resource_policy: dict | None = None) -> bool:
        """Raises: there is no such action, or not of that resource, or IAM would not take a policy."""
        policies = [policy for policy in policies if policy["Statement"]]
        question = {"principal": principal, "action": action, "resource": resource, "account": ACCOUNT,
                    "context": context or {}, "policies": policies, "resourcePolicy": resource_policy}  # fmt: skip
        with self.lock:
            self.process.stdin.write(json.dumps(question) + "\n")
            self.process.stdin.flush()
            answer = json.loads(self.process.stdout.readline())
        assert "faults" not in answer, (question, answer["faults"])
        return answer["result"] == "Allowed"

    def stop(self) -> None:
        self.process.stdin.close()
        self.process.wait()
