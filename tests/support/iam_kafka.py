"""Kafka itself, with logins by IAM as MSK has them (kafka-up --iam), whose tokens are verified here, by botocore: sessions
may last seconds. Connections end with their tokens, and after CONNECTION_S."""

import binascii
import os
import subprocess
import sys
from pathlib import Path

import http_double
from msk_broker import Broker, Denied

TESTS = Path(__file__).resolve().parents[1]
HOME = TESTS.parent / "scripts/home"
MODULE = "IAMLoginModule required"
CONNECTION_S = 5
# librdkafka waits longer and longer, up to 10 s, to connect again where a connection lasted less than that; Amazon's do not.
BACKOFF = "reconnect.backoff.max.ms=1000\n"
# Who logs in may do what give-rights gives him; who comes by the plain listener, all.
SERVER = f"""authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
listener.name.iam.oauthbearer.connections.max.reauth.ms={CONNECTION_S * 1000}
"""


class Verifier(http_double.Handler):
    """Answers what IamLogin.java asks, and notes the logins in the Broker."""

    def do_POST(self) -> None:
        token = self.body().decode()
        known = self.server.broker
        try:
            key, end = known.check(token)
            known.logins.append(key)
            known.tokens.add(token)
            self.reply(200, f"{user_of(key)} {int(end * 1000)}")
        except (Denied, binascii.Error, KeyError, ValueError) as error:
            self.reply(403, repr(error))


def user_of(key: str) -> str:
    """Kafka's name for who has a key: the key, or the role, whose keys are new each time."""
    return "role" if key.startswith("ASIAROLE") else key


class IamKafka:
    def __init__(self, folder: Path, known: Broker, rights: list[str]) -> None:
        """`known` has the keys, and hears of the logins that were taken; `rights` are those of kafka/GiveRights.java."""
        if "thread" in os.environ.get("PINPIPE_SANITIZE", ""):
            print("skipped: the thread sanitizer cannot run librdkafka")
            sys.exit(77)
        self.folder = folder
        self.verifier = http_double.Server(Verifier)
        self.verifier.broker = known
        folder.mkdir()
        (folder / "more.properties").write_text(SERVER)
        (folder / "rights").write_text("".join(f"{right}\n" for right in rights))
        try:
            self.start()
        except subprocess.CalledProcessError:
            self.stop()
            raise

    def start(self) -> None:
        up = [HOME / "kafka-up", "--no-rest", "--iam", "--server-properties", self.folder / "more.properties", self.folder]
        subprocess.run(up, env={**os.environ, "AWS_ENDPOINT_URL": self.verifier.url}, check=True, stdout=subprocess.DEVNULL)
        subprocess.run([TESTS / "kafka/give-rights", self.address(), self.folder / "rights"], check=True)

    def address(self) -> str:
        """Of the plain listener."""
        return f"127.0.0.1:{(self.folder / 'kafka.port').read_text().strip()}"

    def properties(self, options: str = "") -> str:
        """A client's, as Java has them; `options` are those of Amazon's login module."""
        text = (self.folder / "iam.properties").read_text()
        assert MODULE in text
        return text.replace(MODULE, MODULE + options) + BACKOFF

    def stop(self) -> None:
        subprocess.run([HOME / "kafka-down", self.folder], check=True)
        self.verifier.shutdown()
