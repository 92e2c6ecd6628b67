#!/usr/bin/env python3
# needs: python:msk openssl
"""rest-proxy takes a kafka-rest.properties as it is written for a cluster of MSK: it serves on loopback, logs in by IAM to
a broker that verifies the tokens by botocore (support/msk_broker.py), and says of which lines it has no use, which it does
not know, and what it was refused, without what is secret.

Runs in the Python of scripts/with-python; rest-proxy in the system's.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import rerun

rerun.with_packages("msk")
import http_double
import rest_proxy
from aws_server import environment
from msk_broker import IAM, Broker, make_certificate, start
from msk_logins import Keys
from sts_server import ROLE, USER
from sts_server import Server as Sts

REGION = "eu-west-1"
TOPICS = ["0a.geo", "0a.pin", "0a.user"]
PATIENCE_S = 90
FILE = """# As the exercise has it
id=kafka-rest-0a
listeners=http://0.0.0.0:{port}
zookeeper.connect=z-1.pin.example:2181
schema.registry.url=http://localhost:8081
bootstrap.servers={bootstrap}

# Sets up TLS for encryption and SASL for authN.
client.security.protocol = SASL_SSL
client.sasl.mechanism = AWS_MSK_IAM
client.sasl.jaas.config = {iam}.IAMLoginModule required{options};
client.sasl.client.callback.handler.class = {iam}.IAMClientCallbackHandler
client.ssl.ca.location = {authority}
producer.enable.idempotence = false
"""


class Place:
    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, http_double.free_port()
        self.broker = Broker(REGION, topics={name: [] for name in TOPICS})
        self.broker.keys = {"AKIAUSER": Keys("user/secret+="), "AKIAOTHER": Keys("other")}
        self.server = start(self.broker, make_certificate(folder))
        self.sts = Sts(self.broker)

    def text(self, options: str = "") -> str:
        return FILE.format(port=self.port, bootstrap=f"localhost:{self.broker.port}", iam=IAM, options=options,
                           authority=f"{self.folder}/localhost.pem.crt")

    def properties(self, text: str) -> Path:
        path = self.folder / "kafka-rest.properties"
        path.write_text(text)
        return path

    def environment(self, variables: dict[str, str]) -> dict[str, str]:
        return environment(HOME=str(self.folder), AWS_REGION=REGION, AWS_ENDPOINT_URL_STS=self.sts.url, **variables)

    def refusal(self, text: str, variables: dict[str, str], *options: str) -> list[str]:
        done = subprocess.run(["rest-proxy", "--config", self.properties(text), *options], env=self.environment(variables),
                              capture_output=True, text=True, timeout=PATIENCE_S)  # fmt: skip
        assert done.returncode == 2 and not done.stdout, done
        return done.stderr.splitlines()

    def proxy(self, text: str, variables: dict[str, str], *options: str):
        """What it has said, in a list, once it has ended."""
        return rest_proxy.running(self.port, "--config", self.properties(text), *options, environment=self.environment(variables))

    def topics(self) -> tuple[int, object]:
        return rest_proxy.ask(f"http://127.0.0.1:{self.port}/topics")


def takes_the_file_as_it_stands(at: Place) -> None:
    """By whomever the login is; and what has no use is said."""
    aws = at.folder / ".aws"
    aws.mkdir()
    (aws / "credentials").write_text("[other]\naws_access_key_id=AKIAOTHER\naws_secret_access_key=other\n")
    cases = [(f' awsRoleArn="{ROLE}"', USER, "ASIAROLE"), ("", USER, "AKIAUSER"), (" awsProfileName=other", {}, "AKIAOTHER"),
             (f' awsRoleArn="{ROLE}" awsRoleSessionName="me" awsDebugCreds=true', USER, "ASIAROLE")]  # fmt: skip
    for options, variables, key in cases:
        at.broker.taken.clear()
        with at.proxy(at.text(options), variables) as said:
            assert at.topics() == (200, TOPICS), options
            listening = Path("/proc/net/tcp").read_text()
            assert re.search(rf" 0100007F:{at.port:04X} \S+ 0A ", listening) and f" 00000000:{at.port:04X} " not in listening
        assert at.broker.taken and all(one.startswith(key) for one in at.broker.taken), (options, at.broker.taken)
        where = f"rest-proxy: {at.folder}/kafka-rest.properties"
        assert said == [
            f"{where}:4: zookeeper.connect is of no use here: Kafka is asked itself, by bootstrap.servers",
            f"{where}:5: schema.registry.url is of no use here: records are JSON or binary, which have no schemas",
            f"{where}:3: serving on 127.0.0.1 only, not on http://0.0.0.0:{at.port}: whoever reaches this proxy uses its login",
            "hint: --address 0.0.0.0 serves there, where a firewall lets in who may",
        ], said  # fmt: skip


def serves_elsewhere_if_told(at: Place) -> None:
    with at.proxy(at.text(), USER, "--address", "0.0.0.0") as said:
        assert at.topics() == (200, TOPICS)
        assert f" 00000000:{at.port:04X} " in Path("/proc/net/tcp").read_text()
    assert not any("127.0.0.1 only" in line for line in said), said


def says_what_was_refused(at: Place) -> None:
    wrong = {**USER, "AWS_SECRET_ACCESS_KEY": "wrong+secret"}
    with at.proxy(at.text(), wrong) as said:
        status, reply = at.topics()
        assert (status, reply["error_code"]) == (401, 40101) and "Access denied" in reply["message"], reply
    assert "wrong+secret" not in "".join(said) + reply["message"], said
    role = f' awsRoleArn="{ROLE.replace("0a", "1b")}"'
    for options, variables, what, hint in ((role, USER, "AssumeRole: AccessDenied: not you", "trust policy"),
                                           ("", {}, "cannot make a token for IAM: ", "AWS_PROFILE")):  # fmt: skip
        lines = at.refusal(at.text(options), variables)[-2:]
        assert what in lines[0] and hint in lines[1], lines
    nothing = {**USER, "PINPIPE_CACHE": str(at.folder / "nothing"), "PINPIPE_OFFLINE": "1"}
    lines = at.refusal(at.text(), nothing)[-2:]
    assert "a login by IAM needs aws-msk-iam-sasl-signer-python: " in lines[0] and "with-python --fetch msk" in lines[1], lines


def names_what_is_wrong_in_the_file(at: Place) -> None:
    """By its line, without what may be secret. Each edit is of the whole file."""
    plain = "client.sasl.mechanism = PLAIN\n"
    cases = [
        ("client.security.protocol", "client.security.protocl", "client.security.protocl: no such property", "did you mean 'client.security.protocol'?"),
        ("id=kafka", "idd=kafka", ":2: no property 'idd'", "did you mean 'id'?"),
        ("zookeeper.connect", "zookeeper.conect", ":4: no property 'zookeeper.conect'", "did you mean 'zookeeper.connect'?"),
        ("# Sets up TLS", "colour=S3CRET\n#", ":8: no property 'colour'", "client."),
        ("id=kafka-rest-0a", "S3CRET", ":2: not a line of the form key=value", "id=1"),
        ("http://0.0.0.0", "https://0.0.0.0", ":3: listeners: not http://HOST:PORT", "nginx"),
        ("id=", "authentication.method=BASIC\nid=", ":2: rest-proxy has no 'authentication.method'", "leave the line out"),
        ("= SASL_SSL", "= SASL_PLAINTEXT", "client.security.protocol: IAM is by TLS only", "SASL_SSL"),
        ("IAMClientCallbackHandler", "S3CRET", "client.sasl.client.callback.handler.class: not Amazon's class", IAM),
        ("IAMLoginModule", "S3CRET", "client.sasl.jaas.config: not the login module of this mechanism", "IAMLoginModule"),
        (" required;", " required awsRoleArm=S3CRET;", "rest-proxy does not take 'awsRoleArm'", "awsRoleArn"),
        (" required;", " required", "client.sasl.jaas.config: no", "';'"),
        ("client.ssl.ca.location", "client.ssl.truststore.location", "'client.ssl.truststore.location' is for Java only", "client.ssl.ca.location"),
        ("client.sasl.mechanism = AWS_MSK_IAM\n", plain, "client.sasl.jaas.config: not a login by IAM, nor by username", "AWS_MSK_IAM"),
        ("# Sets up TLS", "producer.acks=S3CRET\n#", "producer.acks: not a value that it takes", "CONFIGURATION.md"),
        ("# Sets up TLS", "consumer.session.timeout=S3CRET\n#", "consumer.session.timeout: no such property", "did you mean 'consumer.session.timeout.ms'?"),
    ]  # fmt: skip
    for old, new, what, hint in cases:
        assert old in at.text(), old
        lines = [line for line in at.refusal(at.text().replace(old, new), USER) if "of no use" not in line]
        assert len(lines) == 2 and lines[0].startswith("rest-proxy: error: ") and lines[1].startswith("hint: "), (new, lines)
        assert what in lines[0] and hint in lines[1] and "S3CRET" not in "".join(lines), (new, lines)
    without = re.sub("bootstrap.servers=.*\n", "", at.text())
    assert "nothing says where Kafka is" in at.refusal(without, USER)[-2]


def takes_a_password_as_java_has_it(at: Place) -> None:
    """The broker knows no PLAIN: it is asked, and says so."""
    text = at.text().replace("AWS_MSK_IAM", "PLAIN").replace(f"{IAM}.IAMLoginModule required",
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"me\" password=\"S3;CR=ET\"")  # fmt: skip
    text = re.sub("client.sasl.client.callback.*\n", "", text)
    with at.proxy(text, {}) as said:
        status, reply = at.topics()
        assert status in (401, 503) and "PLAIN" in reply["message"], reply
    assert "S3;CR=ET" not in "".join(said) + reply["message"], said


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        at = Place(Path(folder))
        for check in (takes_the_file_as_it_stands, serves_elsewhere_if_told, says_what_was_refused,
                      names_what_is_wrong_in_the_file, takes_a_password_as_java_has_it):  # fmt: skip
            check(at)
            print(f"{check.__name__}: fine", flush=True)
        assert not at.broker.faults, at.broker.faults


main()
