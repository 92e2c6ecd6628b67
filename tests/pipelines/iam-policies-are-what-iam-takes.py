#!/usr/bin/env python3
# needs: iam-simulator
"""Each policy of pinpipe-aws(7) is one that IAM takes, as an evaluator has it that knows the actions of each service: each action
is one that there is, and is for the resources that it stands beside. A policy of trust lets in whom it names, on its conditions,
and nobody else."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["TESTS"]) / "support"))
import iam_policies
from iam_policies import ACCOUNT, REGION, Evaluator, filled, is_trust, listed, of_account

PAGE = iam_policies.policies_of_page()
PLACES = {"ID": "0a", "BUCKET": "posts", "PREFIX": "landing/zone", "KEY": "k-1", "API": "a1b2c3", "STAGE": "prod", "CLUSTER": "c",
          "UUID": "u-1", "ROLE": "r", "USER": "somebody", "CONNECTOR": "sink", "EXTERNAL-ID": "e-1"}  # fmt: skip
ROLE = f"arn:aws:iam::{ACCOUNT}:role/r"
# Whom each policy of trust names, and what holds of a request.
TRUST = {
    "The host of the REST proxy, or of send-payloads --bootstrap (2)": ("ec2.amazonaws.com", {}),
    "An API Gateway in front of Kinesis (2)": ("apigateway.amazonaws.com", {}),
    "The S3 sink of MSK Connect (2)": ("kafkaconnect.amazonaws.com", {
        "aws:SourceAccount": ACCOUNT, "aws:SourceArn": f"arn:aws:kafkaconnect:{REGION}:{ACCOUNT}:connector/sink/u-1"}),
    "Reading the objects (2)": (
        "arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL", {"sts:ExternalId": "e-1"}),
    "sink-topics, from a cluster with IAM authentication (3)": (f"arn:aws:iam::{ACCOUNT}:user/somebody", {}),
}  # fmt: skip


def example_of(value: object) -> str:
    """One that a pattern, or the first of several, or a network is for."""
    return listed(value)[0].replace("*", "x").replace(".0/24", ".1")


def is_sound(evaluator: Evaluator, policy: dict) -> None:
    """IAM takes it, knows each action as one of the resources that it stands beside, and minds its conditions."""
    for statement in policy["Statement"]:
        conditions = {key: value for operator in statement.get("Condition", {}).values() for key, value in operator.items()}
        context = {key: example_of(value) for key, value in conditions.items()}
        for action in listed(statement["Action"]):
            for resource in listed(statement["Resource"]):
                asked = action, resource if resource == "*" else example_of(resource)
                assert may(evaluator, policy, *asked, context), (statement, asked)
                for key in context:
                    other = "198.51.100.1" if key == "aws:SourceIp" else "other"
                    assert not may(evaluator, policy, *asked, {**context, key: other}), (statement, asked, key)


def may(evaluator: Evaluator, policy: dict, action: str, resource: str, context: dict) -> bool:
    """Whether it allows that to a user who has it, or to any one if it is a resource's own."""
    who = f"arn:aws:iam::{ACCOUNT}:user/u"
    if "Principal" in policy["Statement"][0]:
        return evaluator.allows(who, [], action, resource, context, policy)
    of_resource = of_account(action) if action.startswith(("kms:", "sts:")) else None
    return evaluator.allows(who, [policy], action, resource, context, of_resource)


def trusts_whom_it_names(evaluator: Evaluator, title: str) -> None:
    policy = filled(PAGE[title], **PLACES)
    principal, context = TRUST[title]
    own = [iam_policies.MAY_ALL] if principal.startswith("arn:") else []

    def lets_in(who: str, **others: str) -> bool:
        return evaluator.allows(who, own, "sts:AssumeRole", ROLE, {**context, **others}, policy)

    assert lets_in(principal), title
    assert not lets_in("lambda.amazonaws.com") and not lets_in("arn:aws:iam::210987654321:user/u"), title
    for key in context:
        assert not lets_in(principal, **{key: "other"}), (title, key)


def main() -> None:
    evaluator = Evaluator()
    for title, policy in PAGE.items():
        if is_trust(policy):
            trusts_whom_it_names(evaluator, title)
        else:
            is_sound(evaluator, filled(policy, **PLACES))
    evaluator.stop()
    print(f"IAM takes {len(PAGE)} policies")


main()
