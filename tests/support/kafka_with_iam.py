"""Kafka itself, with logins by IAM as MSK has them (kafka-up --iam). This process verifies the tokens (msk_logins.py); what who
has logged in may do is decided by Kafka's own authorizer, or by an evaluator of policies.

Runs in the Python of `with-python msk`.
"""

import subprocess
from pathlib import Path

import http_double
from aws_server import environment
from iam_policies import ACCOUNT, REGION, TESTS, Evaluator
from msk_logins import Keys, Logins, Refused

HOME = TESTS.parent / "scripts/home"
MODULE = "IAMLoginModule required"
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


class Handler(http_double.Handler):
    """Answers what IamLogin.java and IamRights.java ask."""

    def do_POST(self) -> None:
        asked, kafka = self.body().decode(), self.server.kafka
        try:
            if self.path == "/kafka-login":
                name, end = kafka.log_in(asked)
                self.reply(200, f"{name} {int(end * 1000)}")
            else:
                self.reply(200, "\n".join(kafka.judge(line) for line in asked.splitlines()))
        except Refused as refused:
            self.reply(403, str(refused))


class Kafka:
    """`bootstrap` is the plain listener, whose users may do all; `properties` lead to the other."""

    def __init__(self, folder: Path, known: Logins) -> None:
        """`known` has the keys, and hears of the logins."""
        self.folder, self.known = folder, known
        self.server = http_double.Server(Handler)
        self.server.kafka = self

    def start(self, more: str, **variables: str) -> None:
        """`more` are properties of the server."""
        self.folder.mkdir()
        (self.folder / "more.properties").write_text(more)
        up = [HOME / "kafka-up", "--no-rest", "--iam", "--server-properties", self.folder / "more.properties", self.folder]
        subprocess.run(up, env=environment(AWS_ENDPOINT_URL=self.server.url, **variables), stdout=subprocess.DEVNULL, check=True)
        self.bootstrap = f"127.0.0.1:{(self.folder / 'kafka.port').read_text().strip()}"
        self.properties = self.folder / "iam.properties"

    def log_in(self, token: str) -> tuple[str, float]:
        """Kafka's name for who logs in, and the end of that. Raises: Refused."""
        return self.known.log_in(token)

    def stop(self) -> None:
        subprocess.run([HOME / "kafka-down", self.folder], stdout=subprocess.DEVNULL, check=True)
        self.server.stop()


class KafkaWithRights(Kafka):
    """Who logs in may do what kafka/GiveRights.java gives him. Connections end with their tokens, and after CONNECTION_S."""

    CONNECTION_S = 5
    SERVER = f"""authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
listener.name.iam.oauthbearer.connections.max.reauth.ms={CONNECTION_S * 1000}
"""
    # librdkafka waits longer and longer, up to 10 s, to connect again where a connection lasted less than that; Amazon's do not.
    BACKOFF = "reconnect.backoff.max.ms=1000\n"

    def __init__(self, folder: Path, known: Logins, rights: list[str]) -> None:
        super().__init__(folder, known)
        try:
            self.start(self.SERVER)
            (folder / "rights").write_text("".join(f"{right}\n" for right in rights))
            subprocess.run([TESTS / "kafka/give-rights", self.bootstrap, folder / "rights"], check=True)
        except subprocess.CalledProcessError:
            self.stop()
            raise

    def log_in(self, token: str) -> tuple[str, float]:
        """All keys of the role, which are new each time, are one user's."""
        key, end = super().log_in(token)
        return ("role" if key.startswith("ASIAROLE") else key), end

    def properties_with(self, options: str = "") -> str:
        """A client's, as Java has them; `options` are those of Amazon's login module."""
        text = self.properties.read_text()
        assert MODULE in text
        return text.replace(MODULE, MODULE + options) + self.BACKOFF


class KafkaWithPolicies(Kafka):
    """Users have a policy each, of which an evaluator is asked by the names that MSK has for Kafka's operations:
    https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html."""

    def __init__(self, folder: Path, evaluator: Evaluator) -> None:
        super().__init__(folder, Logins(REGION))
        self.evaluator = evaluator
        self.policies: dict[str, dict] = {}
        self.asked: dict[str, list[tuple[str, str, bool]]] = {}  # action, resource and whether it was allowed, of each user
        classes = subprocess.run([TESTS / "iam/kafka-rights"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
        self.start(f"authorizer.class.name=IamRights\niam.judge={self.server.url}/rights\n", CLASSPATH=classes)

    def user(self, name: str, policy: dict) -> dict[str, str]:
        """The keys of a new user, who has this policy alone."""
        self.known.keys[name], self.policies[name], self.asked[name] = Keys(f"{name}/secret"), policy, []
        return {"AWS_ACCESS_KEY_ID": name, "AWS_SECRET_ACCESS_KEY": f"{name}/secret"}

    def may(self, principal: str, action: str, resource: str) -> bool:
        name = principal.rsplit("/", maxsplit=1)[-1]
        allowed = self.evaluator.allows(principal, [self.policies[name]], f"kafka-cluster:{action}", resource)
        self.asked[name].append((f"kafka-cluster:{action}", resource, allowed))
        return allowed

    def log_in(self, token: str) -> tuple[str, float]:
        key, end = super().log_in(token)
        principal = f"arn:aws:iam::{ACCOUNT}:user/{key}"
        if not self.may(principal, "Connect", f"arn:aws:kafka:{REGION}:{ACCOUNT}:cluster/{CLUSTER}"):
            raise Refused("Connect")
        return principal, end

    def judge(self, line: str) -> str:
        """Is "yes" or "no"; a line is "PRINCIPAL OPERATION TYPE NAME"."""
        principal, operation, kind, name = line.split(" ")
        action = ACTIONS.get((kind, operation))
        where = CLUSTER if kind == "CLUSTER" else f"{CLUSTER}/{name}"
        resource = f"arn:aws:kafka:{REGION}:{ACCOUNT}:{kind.lower()}/{where}"
        return "yes" if action and self.may(principal, action, resource) else "no"
