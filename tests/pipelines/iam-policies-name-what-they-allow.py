#!/usr/bin/env python3
"""pinpipe-aws(7): each policy is JSON that IAM takes, names its actions and resources, and each of its actions is given
a reason in the text. The scripts' help asks for the same rights as the page."""

import json
import os
import re
import sys
from pathlib import Path

ROOT = Path(os.environ["TESTS"]).parent
PAGE = (ROOT / "man/pinpipe-aws.7").read_text()
SERVICES = {"execute-api", "iam", "kafka-cluster", "kinesis", "kms", "s3", "sts"}
POLICY_KEYS = {"Version", "Statement"}
STATEMENT_KEYS = {"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}
ACTION = re.compile(r"([a-z0-9-]+):[A-Z][A-Za-z]+")
OF_ALL = ["kinesis:ListStreams"]  # Amazon gives it for all resources or none
ARN = re.compile(r"arn:aws:[a-z0-9-]+:[^:]*:[^:]*:[^ ]+")


def sections() -> list[tuple[str, str]]:
    """Title and text of each part with a heading."""
    parts = re.split(r"^\.S[hs] (.*)\n", PAGE, flags=re.M)
    return list(zip(parts[1::2], parts[2::2]))


def policies(text: str) -> list[dict]:
    return [json.loads(block) for block in re.findall(r"^\.Bd -literal\n(\{.*?)^\.Ed", text, re.S | re.M)]


def listed(value: object) -> list:
    return value if isinstance(value, list) else [value]


def faults(statement: dict) -> list[str]:
    found = []
    if not {"Effect", "Action"} <= statement.keys() <= STATEMENT_KEYS or statement["Effect"] != "Allow":
        found.append("keys or effect")
    for action in listed(statement["Action"]):
        match = ACTION.fullmatch(action)
        if not match or match[1] not in SERVICES:
            found.append(f"action {action}")
    is_trust = statement["Action"] == "sts:AssumeRole" and "Principal" in statement
    if "Resource" not in statement and not is_trust:
        found.append("no resource")
    if listed(statement["Action"]) != OF_ALL:
        found += [f"resource {one}" for one in listed(statement.get("Resource", [])) if not ARN.fullmatch(one)]
    if "Principal" in statement and not is_trust and statement["Action"] != "execute-api:Invoke":
        found.append("a principal in a policy for a role")
    if statement.get("Principal") == "*" and "Condition" not in statement:
        found.append("everybody, without a condition")
    return found


def actions(policy: dict) -> set[str]:
    return {action for statement in policy["Statement"] for action in listed(statement["Action"])}


def check_page() -> list[str]:
    told, count = [], 0
    for title, text in sections():
        prose = re.sub(r"^\.Bd.*?^\.Ed", "", text, flags=re.S | re.M)
        for policy in policies(text):
            count += 1
            if policy.keys() != POLICY_KEYS or policy["Version"] != "2012-10-17" or not policy["Statement"]:
                told.append(f"{title}: version or statements")
            told += [f"{title}: {fault}" for statement in policy["Statement"] for fault in faults(statement)]
            told += [f"{title}: no reason for {action}" for action in actions(policy) if action not in prose]
    if count != PAGE.count('"Version"') or count < 15:
        told.append(f"{count} policies were read, of {PAGE.count(chr(34) + 'Version' + chr(34))}")
    return told


def check_tools() -> list[str]:
    """What the page of a tool asks for is what its policy allows."""
    told, texts = [], dict(sections())
    for tool in "create-streams", "read-stream":
        asked = set(re.findall(r"kinesis:[A-Z]\w+", (ROOT / f"man/{tool}.1").read_text()))
        allowed = set.union(*map(actions, policies(texts[tool])))
        if asked != allowed or not asked:
            told.append(f"{tool} asks for {sorted(asked)}, and its policy allows {sorted(allowed)}")
    return told


def main() -> None:
    told = check_page() + check_tools()
    print("\n".join(told))
    sys.exit(1 if told else 0)


if __name__ == "__main__":
    main()
