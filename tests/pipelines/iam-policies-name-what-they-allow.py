#!/usr/bin/env python3
"""pinpipe-aws(7): each policy allows on what it names, to whom it names, and each of its actions is given a reason in the text.
The tools' pages ask for the same rights. That IAM takes them, and that they are just enough, other tests see."""

import os
import re
import sys
from pathlib import Path

TESTS = Path(os.environ["TESTS"])
sys.path.insert(0, str(TESTS / "support"))
from iam_policies import PAGE, actions, listed, policies_in, sections

OF_ALL = ["kinesis:ListStreams"]  # Amazon gives it for all resources or none


def faults(statement: dict) -> list[str]:
    found = []
    is_trust = statement["Action"] == "sts:AssumeRole" and "Principal" in statement
    if statement["Effect"] != "Allow" or "*" in str(statement["Action"]):
        found.append("more or less than what it names")
    if "Resource" not in statement and not is_trust:
        found.append("no resource")
    if "*" in listed(statement.get("Resource", [])) and listed(statement["Action"]) != OF_ALL:
        found.append("all resources")
    if "Principal" in statement and not is_trust and statement["Action"] != "execute-api:Invoke":
        found.append("a principal in a policy for a role")
    if statement.get("Principal") == "*" and "Condition" not in statement:
        found.append("everybody, without a condition")
    return found


def check_page() -> list[str]:
    told, count = [], 0
    for title, text in sections():
        prose = re.sub(r"^\.Bd.*?^\.Ed", "", text, flags=re.S | re.M)
        for policy in policies_in(text):
            count += 1
            told += [f"{title}: {fault}" for statement in policy["Statement"] for fault in faults(statement)]
            told += [f"{title}: no reason for {action}" for action in actions(policy) if action not in prose]
    if count != PAGE.read_text().count('"Version"') or count < 15:
        told.append(f"only {count} policies were read")
    return told


def check_tools() -> list[str]:
    """What the page of a tool asks for is what its policy allows."""
    told, texts = [], dict(sections())
    for tool in "create-streams", "read-stream":
        asked = set(re.findall(r"kinesis:[A-Z]\w+", (TESTS.parent / f"man/{tool}.1").read_text()))
        allowed = {action for policy in policies_in(texts[tool]) for action in actions(policy)}
        if asked != allowed or not asked:
            told.append(f"{tool} asks for {sorted(asked)}, and its policy allows {sorted(allowed)}")
    return told


def main() -> None:
    told = check_page() + check_tools()
    print("\n".join(told))
    sys.exit(1 if told else 0)


if __name__ == "__main__":
    main()
