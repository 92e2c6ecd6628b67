"""Kafka itself (kafka-up --iam), where IAM decides: this process verifies the tokens of logins (msk_broker.py), and an evaluator
of policies (iam_policies.py) is asked what who has logged in may do, by the names that MSK has for Kafka's operations:
https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html.

Runs in the Python of `with-python msk`.
"""

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import http_double
from aws_server import environment
from iam_policies import ACCOUNT, REGION, Evaluator
from msk_broker import Broker, Denied, Keys

SCRIPTS = Path(os.environ["TESTS"]).parent / "scripts/home"
CLUSTER = "sandbox/0a1b2c3d-4e5f-6789-abcd-ef0123456789-1"
# A cluster's CREATE, of which MSK knows nothing, is asked before that of a topic.
ACTIONS = {
    ("TOPIC", "DESCRIBE"): "DescribeTopic", ("TOPIC", "READ"): "ReadData", ("TOPIC", "WRITE"): "WriteData",
    ("TOPIC", "CREATE"): "CreateTopic", ("TOPIC", "DELETE"): "DeleteTopic", ("TOPIC", "ALTER"): "AlterTopic",
    ("TOPIC", "DESCRIBE_CONFIGS"): "DescribeTopicDynamicConfiguration",
    ("TOPIC", "ALTER_CONFIGS"): "AlterTopicDynamicConfiguration",
    ("GROUP", "DESCRIBE"): "DescribeGroup", ("GROUP", "READ"): "AlterGroup", ("GROUP", "DELETE"): "DeleteGroup",
    ("CLUSTER", "DESCRIBE"): "DescribeCluster", ("CLUSTER", "IDEMPOTENT_WRITE"): "WriteDataIdempotently",
    ("CLUSTER", "DESCRIBE_CONFIGS"): "DescribeClusterDynamicConfiguration",
}  # fmt: skip


@dataclass
class Judge:
    """Who there is, with a policy each, and what was asked of each: action, resource and whether it was allowed."""

    evaluator: Evaluator
    known: Broker = field(default_factory=lambda: Broker(REGION, {}))
    policies: dict[str, dict] = field(default_factory=dict)
    asked: dict[str, list[tuple[str, str, bool]]] = field(default_factory=dict)

    def user(self, name: str, policy: dict) -> dict[str, str]:
        """The keys of a new user, who has this policy alone."""
        self.known.keys[name], self.policies[name], self.asked[name] = Keys(f"{name}/secret"), policy, []
        return {"AWS_ACCESS_KEY_ID": name, "AWS_SECRET_ACCESS_KEY": f"{name}/secret"}

    def may(self, principal: str, action: str, resource: str) -> bool:
        name = principal.rsplit("/", maxsplit=1)[-1]
        allowed = self.evaluator.allows(principal, [self.policies[name]], f"kafka-cluster:{action}", resource)
        self.asked[name].append((f"kafka-cluster:{action}", resource, allowed))
        return allowed

    def log_in(self, token: str) -> str:
        """The user and the end of the login. Raises: Denied."""
        key, end = self.known.check(token)
        principal = f"arn:aws:iam::{ACCOUNT}:user/{key}"
        if not self.may(principal, "Connect", f"arn:aws:kafka:{REGION}:{ACCOUNT}:cluster/{CLUSTER}"):
            raise Denied("Connect")
        return f"{principal} {int(end * 1000)}"

    def judge(self, line: str) -> str:
        principal, operation, kind, name = line.split(" ")
        action = ACTIONS.get((kind, operation))
        where = CLUSTER if kind == "CLUSTER" else f"{CLUSTER}/{name}"
        resource = f"arn:aws:kafka:{REGION}:{ACCOUNT}:{kind.lower()}/{where}"
        return "yes" if action and self.may(principal, action, resource) else "no"


class Handler(http_double.Handler):
    """Answers the broker."""

    def do_POST(self) -> None:
        asked, judge = self.body().decode(), self.server.judge
        try:
            if self.path == "/kafka-login":
                self.reply(200, judge.log_in(asked))
            else:
                self.reply(200, "\n".join(judge.judge(line) for line in asked.splitlines()))
        except Denied as denied:
            self.reply(403, str(denied))


class Kafka:
    """The broker and who judges. `bootstrap` is the plain listener, whose users may do all; `properties` lead to the other."""

    def __init__(self, folder: Path, evaluator: Evaluator) -> None:
        self.folder, self.judge = folder / "kafka", Judge(evaluator)
        self.server = http_double.Server(Handler)
        self.server.judge = self.judge
        url = self.server.url
        classes = subprocess.run([Path(os.environ["TESTS"]) / "iam/kafka-rights"], stdout=subprocess.PIPE, text=True, check=True)
        rights = folder / "rights.properties"
        rights.write_text(f"authorizer.class.name=IamRights\niam.judge={url}/rights\n")
        variables = environment(CLASSPATH=classes.stdout.strip(), AWS_ENDPOINT_URL=url)
        up = [SCRIPTS / "kafka-up", "--no-rest", "--iam", "--server-properties", rights, self.folder]
        subprocess.run(up, env=variables, stdout=subprocess.DEVNULL, check=True)
        self.bootstrap = f"127.0.0.1:{(self.folder / 'kafka.port').read_text().strip()}"
        self.properties = self.folder / "iam.properties"

    def stop(self) -> None:
        subprocess.run([SCRIPTS / "kafka-down", self.folder], stdout=subprocess.DEVNULL, check=True)
        self.server.shutdown()
