#!/usr/bin/env python3
# needs: python:msk openssl
"""sink-topics logs in by client.properties as Java's clients have it, to a broker that verifies the tokens by botocore
(support/msk_broker.py): with keys from wherever AWS's clients find them, and with roles, of an STS that verifies who
asks. It goes on where tokens end, and where STS is down until the last one has ended. What is refused is told.

Runs in the Python of scripts/with-python.
"""

import datetime
import http.server
import json
import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from aws_server import environment
from msk_broker import Broker, Keys, Server, make_certificate, properties, start

REGION = "eu-west-1"
ROLE = "arn:aws:iam::123456789012:role/0a-access-role"
USER = {"AWS_ACCESS_KEY_ID": "AKIAUSER", "AWS_SECRET_ACCESS_KEY": "user/secret+="}
VALUES = {f"0a.{name}": [f'{{"{name}":{i}}}'.encode() for i in range(25)] for name in ("pin", "geo", "user")}
SHORT_S = 10  # of a role's keys, and so of a token
PATIENCE_S = 90


def with_signer() -> None:
    """Runs the script again, in a Python that has botocore."""
    if "VIRTUAL_ENV" not in os.environ:
        with_python = next(Path(os.environ["TESTS"]).parent.glob("scripts/**/with-python"))
        os.execv(with_python, [with_python, "msk", "python3", *sys.argv])


class Sts(http.server.BaseHTTPRequestHandler):
    """Gives keys of the role to USER and to who has the token of a web identity, and the broker knows them."""

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers["Content-Length"]))
        asked = {name: values[0] for name, values in parse_qs(form.decode()).items()}
        if self.server.is_down:
            self.reply(503, "<ErrorResponse><Error><Code>ServiceUnavailable</Code><Message>m</Message></Error></ErrorResponse>")
        elif asked["RoleArn"] != ROLE or not self.may(asked, form):
            self.reply(403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error></ErrorResponse>")
        else:
            self.reply(200, self.keys_of_role(asked))

    def may(self, asked: dict[str, str], form: bytes) -> bool:
        if asked["Action"] == "AssumeRoleWithWebIdentity":
            return asked["WebIdentityToken"] == "eyJ.web.identity"
        import botocore.auth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials

        moment = datetime.datetime.strptime(self.headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
        request = AWSRequest("POST", f"http://{self.headers['Host']}/", {"Content-Type": self.headers["Content-Type"]}, form)
        with self.server.broker.lock:  # botocore's clock is one for all
            botocore.auth.get_current_datetime = lambda *_, **__: moment
            user = Credentials(USER["AWS_ACCESS_KEY_ID"], USER["AWS_SECRET_ACCESS_KEY"])
            botocore.auth.SigV4Auth(user, "sts", REGION).add_auth(request)
        return request.headers["Authorization"] == self.headers["Authorization"]

    def keys_of_role(self, asked: dict[str, str]) -> str:
        keys = self.server.broker.keys
        key, token = f"ASIAROLE{len(keys)}", f"tok/en+{len(keys)}=="
        end = int(time.time()) + self.server.seconds
        keys[key] = Keys("role/secret", token, end)
        until = datetime.datetime.fromtimestamp(end, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        action = asked["Action"]
        return (f'<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result><Credentials>'
                f"<AccessKeyId>{key}</AccessKeyId><SecretAccessKey>role/secret</SecretAccessKey><SessionToken>{token}"
                f"</SessionToken><Expiration>{until}</Expiration></Credentials></{action}Result></{action}Response>")

    def do_GET(self) -> None:
        """What gives a container its keys."""
        self.reply(200, json.dumps({
            "AccessKeyId": "ASIABOX", "SecretAccessKey": "box", "Token": "tok", "Expiration": "2099-01-01T00:00:00Z"}))

    def reply(self, status: int, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_) -> None:
        pass


class Place:
    """A folder, the servers, and sinks that run there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.broker = Broker(REGION, {name: list(values) for name, values in VALUES.items()})
        self.broker.keys = {
            "AKIAUSER": Keys("user/secret+="), "AKIAOTHER": Keys("other"), "ASIABOX": Keys("box", "tok"),
            "ASIATEMP": Keys("temp", "tok=/+"),
        }
        self.server: Server = start(self.broker, make_certificate(folder))
        self.sts = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sts)
        self.sts.broker, self.sts.seconds, self.sts.is_down = self.broker, 3600, False
        threading.Thread(target=self.sts.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.sts.server_address[1]}"
        self.runs = 0

    def properties(self, options: str) -> Path:
        path = self.folder / "client.properties"
        path.write_text(properties(self.broker, self.folder, options))
        return path

    def start(self, options: str, variables: dict[str, str], *flags: str) -> subprocess.Popen:
        self.runs += 1
        return subprocess.Popen(
            ["sink-topics", "0a", self.folder / f"sink{self.runs}", "--config", self.properties(options), *flags],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=environment(HOME=str(self.folder), AWS_REGION=REGION, AWS_ENDPOINT_URL_STS=self.url, **variables))

    def run(self, options: str, variables: dict[str, str]) -> tuple[int, str]:
        """Its status and what it told."""
        process = self.start(options, variables, "--once")
        told = process.communicate(timeout=PATIENCE_S)[1]
        return process.returncode, told

    def sunk(self) -> dict[str, list[bytes]]:
        """The values of each topic in the objects of the last run."""
        found: dict[str, list[bytes]] = {}
        for path in sorted((self.folder / f"sink{self.runs}").glob("topics/*/*/*.json")):
            found.setdefault(path.parts[-3], []).extend(path.read_bytes().splitlines())
        return found

    def stop(self) -> None:
        self.server.shutdown()
        self.sts.shutdown()


@contextmanager
def place():
    with tempfile.TemporaryDirectory() as folder:
        made = Place(Path(folder))
        try:
            yield made
        finally:
            made.stop()
        assert not made.broker.faults, made.broker.faults


def takes_keys_from_wherever_they_are(at: Place) -> None:
    aws = at.folder / ".aws"
    aws.mkdir()
    (aws / "credentials").write_text("[other]\naws_access_key_id=AKIAOTHER\naws_secret_access_key=other\n")
    (aws / "config").write_text(
        f"[profile command]\ncredential_process = cat {aws}/printed\n"
        f"[profile role]\nrole_arn = {ROLE}\nsource_profile = user\n"
        "[profile user]\naws_access_key_id = AKIAUSER\naws_secret_access_key = user/secret+=\n")
    (aws / "printed").write_text(json.dumps({"Version": 1, "AccessKeyId": "AKIAOTHER", "SecretAccessKey": "other"}))
    (aws / "token").write_text("eyJ.web.identity\n")
    role = f' awsRoleArn="{ROLE}"'
    temporary = {"AWS_ACCESS_KEY_ID": "ASIATEMP", "AWS_SECRET_ACCESS_KEY": "temp", "AWS_SESSION_TOKEN": "tok=/+"}
    cases: list[tuple[str, dict[str, str], str]] = [
        ("", USER, "AKIAUSER"),
        (" awsDebugCreds=true", temporary, "ASIATEMP"),
        (" awsProfileName=other", USER, "AKIAOTHER"),
        ("", {"AWS_PROFILE": "command"}, "AKIAOTHER"),
        ("", {"AWS_PROFILE": "role"}, "ASIAROLE"),
        ("", {"AWS_CONTAINER_CREDENTIALS_FULL_URI": at.url + "/keys"}, "ASIABOX"),
        ("", {"AWS_WEB_IDENTITY_TOKEN_FILE": str(aws / "token"), "AWS_ROLE_ARN": ROLE}, "ASIAROLE"),
        (role, USER, "ASIAROLE"),
        (role + ' awsProfileName="user" awsRoleSessionName="me" awsStsRegion="eu-west-1"', temporary, "ASIAROLE"),
        (role + " awsRoleAccessKeyId=AKIAUSER awsRoleSecretAccessKey='user/secret+='", temporary, "ASIAROLE"),
    ]
    for options, variables, key in cases:
        at.broker.logins.clear()
        done = at.run(options, variables)
        assert done == (0, ""), (options, variables, done)
        assert at.broker.logins and all(one.startswith(key) for one in at.broker.logins), (options, at.broker.logins)
        assert at.sunk() == VALUES, (options, at.sunk())


def says_what_is_refused(at: Place) -> None:
    role = f' awsRoleArn="{ROLE}"'
    wrong = {**USER, "AWS_SECRET_ACCESS_KEY": "wrong"}
    cases = [
        ("", wrong, "cannot reach Kafka: .*Access denied", "kafka-cluster:Connect"),
        ("", {**USER, "AWS_ACCESS_KEY_ID": "AKIANOBODY"}, "cannot reach Kafka: .*Access denied", "kafka-cluster:Connect"),
        (role, wrong, f"cannot assume the role '{ROLE}': AccessDenied: not you", "trust policy"),
        (role.replace("0a", "1b"), USER, "cannot assume the role '.*/1b-access-role': AccessDenied", "sts:AssumeRole"),
        ("", {}, "there are no AWS credentials", "AWS_PROFILE"),
    ]
    for options, variables, what, hint in cases:
        status, told = at.run(options, variables)
        lines = told.splitlines()
        assert status == 2 and len(lines) == 2, (options, status, told)
        assert re.match(f"sink-topics: error: {what}", lines[0]) and hint in lines[1], (options, told)
        for secret in (wrong["AWS_SECRET_ACCESS_KEY"], USER["AWS_SECRET_ACCESS_KEY"]):
            assert secret not in told, told


def read_into(stream, lines: queue.Queue) -> None:
    threading.Thread(target=lambda: [lines.put(line) for line in stream], daemon=True).start()


def await_line(lines: queue.Queue, pattern: str) -> list[str]:
    """The lines before the one that matches. Raises: it does not come."""
    before, until = [], time.monotonic() + PATIENCE_S
    while True:
        try:
            line = lines.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            raise TimeoutError(f"no {pattern}, but {before}") from None
        if re.search(pattern, line):
            return before
        before.append(line)


def goes_on_where_tokens_end(at: Place) -> None:
    """Values come all the time; the broker ends each connection with its token."""
    at.sts.seconds = SHORT_S
    at.broker.tokens.clear()
    follower = at.start(f' awsRoleArn="{ROLE}"', USER, "--flush-size", "1")
    objects, told = queue.Queue(), queue.Queue()
    read_into(follower.stdout, objects)
    read_into(follower.stderr, told)

    def add_one() -> None:
        values = at.broker.topics["0a.pin"]
        values.append(f'{{"pin":{len(values)}}}'.encode())
        await_line(objects, rf"0a\.pin\+0\+{len(values) - 1:010}\.json")

    until = time.monotonic() + 3 * SHORT_S
    while time.monotonic() < until:
        add_one()
        time.sleep(0.5)
    assert len(at.broker.tokens) >= 3, at.broker.tokens
    at.sts.is_down = True
    before = await_line(told, f"sink-topics: cannot renew the login, trying on: cannot assume the role '{ROLE}': ServiceUnavailable")
    # Where the machine is busy, connections that end with their tokens may look for a moment like a broker that is away.
    assert all(re.search("Kafka is (away|back)", line) for line in before), before
    time.sleep(SHORT_S)  # the last token ends
    at.sts.is_down = False
    await_line(told, "sink-topics: the login is renewed")
    add_one()
    follower.terminate()
    assert follower.wait(PATIENCE_S) == 0
    assert at.sunk() == at.broker.topics
    print(f"{len(at.broker.tokens)} tokens, {len(at.broker.topics['0a.pin'])} values")


def main() -> None:
    with_signer()
    with place() as at:
        takes_keys_from_wherever_they_are(at)
        says_what_is_refused(at)
        goes_on_where_tokens_end(at)


main()
