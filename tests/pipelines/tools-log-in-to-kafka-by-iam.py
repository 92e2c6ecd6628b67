#!/usr/bin/env python3
# needs: kafka kafka-iam python:msk
"""All that talks to Kafka logs in by client.properties as Java's clients have it, to a Kafka that verifies the tokens by
botocore (support/kafka_with_iam.py): with keys from wherever AWS's clients find them, and with roles, of an STS that verifies who
asks. What is refused is told, and which right is missing. Where tokens end, and Kafka ends connections with them, all go
on, until STS is down for longer than a token; nothing is lost, and nothing comes twice.

Runs in the Python of scripts/with-python; rest-proxy in the system's.
"""

import json
import re
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import rerun

rerun.with_packages("msk")
import http_double
import rest_proxy
import sts_server
from aws_server import environment
from kafka_with_iam import KafkaWithRights
from msk_logins import Keys, Logins
from rest_proxy import ask
from sts_server import ROLE, USER, WEB_IDENTITY

REGION = "eu-west-1"
AS_ROLE = f' awsRoleArn="{ROLE}"'
WRONG = {**USER, "AWS_SECRET_ACCESS_KEY": "wrong+secret"}
STREAMS = ("geo", "pin", "user")
VALUES = {f"0a.{name}": [f'{{"{name}":{i}}}' for i in range(25)] for name in STREAMS}
SHORT_S = 8  # of a role's keys, and so of a token
SLOW_S = 0.25  # between what is sent while tokens end
PATIENCE_S = 90
# What each key lacks of what the tools need.
LACKS = {"Describe": "AKIANODESCRIBE", "Read": "AKIANOREAD", "Write": "AKIANOWRITE", "Create": "AKIANOCREATE", "Delete": "AKIANODELETE"}
NO_GROUP = "AKIANOGROUP"
ALL = ["Read", "Write", "Create", "Delete", "Describe_Configs", "Describe"]


def rights() -> list[str]:
    """Read, Write and Delete imply Describe, so who lacks that has none of them. Who is not told of here has no right."""
    users = ["AKIAUSER", "AKIAOTHER", "ASIABOX", "ASIATEMP", "role"]
    lines = [f"{user} {of}" for user in users for of in (f"topic 0a. {' '.join(ALL)}", "group g Read Describe")]
    for lacking, user in LACKS.items():
        has = ["Create"] if lacking == "Describe" else [one for one in ALL if one != lacking]
        lines += [f"{user} topic 0a. {' '.join(has)}", f"{user} topic 0b. Describe", f"{user} group g Read Describe"]
    return [*lines, f"{NO_GROUP} topic 0a. {' '.join(ALL)}"]


def secret_of(key: str) -> dict[str, str]:
    return {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": key.lower()}


class Place:
    """A folder, the servers, and tools that run there."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.runs = folder, 0
        self.known = Logins(REGION)
        self.known.keys = {
            "AKIAUSER": Keys(USER["AWS_SECRET_ACCESS_KEY"]), "AKIAOTHER": Keys("other"), "ASIABOX": Keys("box", "tok"),
            "ASIATEMP": Keys("temp", "tok=/+"), "ASIAENDED": Keys("over+secret", "tok", time.time() - 1),
            **{user: Keys(user.lower()) for user in (*LACKS.values(), NO_GROUP)},
        }  # fmt: skip
        self.sts = sts_server.Server(self.known)
        self.kafka = KafkaWithRights(folder / "kafka", self.known, rights())

    def environment(self, variables: dict[str, str]) -> dict[str, str]:
        return environment(HOME=str(self.folder), AWS_REGION=REGION, AWS_ENDPOINT_URL_STS=self.sts.url, **variables)

    def config(self, options: str) -> Path:
        path = self.folder / f"client{self.runs}.properties"
        path.write_text(self.kafka.properties_with(options))
        return path

    def start(self, options: str, variables: dict[str, str], *command: object) -> subprocess.Popen:
        self.runs += 1
        return subprocess.Popen(
            [str(word) for word in (*command, "--config", self.config(options))], env=self.environment(variables), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip

    def run(self, options: str, variables: dict[str, str], *command: object, given: str = "") -> tuple[int, str, str]:
        """Its status, what it wrote and what it told."""
        return finish(self.start(options, variables, *command), given)

    def sink(self, options: str, variables: dict[str, str], *flags: object) -> tuple[int, str, str]:
        return self.run(options, variables, "sink-topics", "0a", self.folder / f"sink{self.runs + 1}", "--once", *flags)

    def sunk(self, run: int) -> dict[str, list[str]]:
        """The values of each topic in the objects of a run."""
        found: dict[str, list[str]] = {}
        for path in sorted((self.folder / f"sink{run}").glob("topics/*/*/*.json")):
            found.setdefault(path.parts[-3], []).extend(path.read_text().splitlines())
        return found

    def consumed(self, topic: str) -> list[str]:
        """By another client, past the login."""
        kcat = ["kcat", "-C", "-q", "-e", "-o", "beginning", "-b", self.kafka.bootstrap, "-t", topic]
        return subprocess.run(kcat, check=True, capture_output=True, text=True).stdout.splitlines()

    @contextmanager
    def proxy(self, options: str, variables: dict[str, str]):
        """rest-proxy and its URL; what it has told is in the list, once it has ended."""
        port, config = http_double.free_port(), self.folder / "kafka-rest.properties"
        config.write_text(re.sub(r"^(?!bootstrap)(?=\w)", "client.", self.kafka.properties_with(options), flags=re.MULTILINE))
        with rest_proxy.running(port, "--config", config, "--port", port, environment=self.environment(variables)) as told:
            yield f"http://127.0.0.1:{port}", told

    def stop(self) -> None:
        self.sts.stop()
        self.kafka.stop()


def finish(process: subprocess.Popen, given: str) -> tuple[int, str, str]:
    written, told = process.communicate(given, timeout=PATIENCE_S)
    return process.returncode, written, told


def requests_of(values: dict[str, list[str]]) -> str:
    """A request of each topic."""
    rows = [{"topic": topic, "payload": {"records": [{"value": json.loads(value)} for value in some]}} for topic, some in values.items()]
    return "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows)


def all_values() -> list[str]:
    return sorted(value for values in VALUES.values() for value in values)


def lets_each_tool_in(at: Place) -> None:
    """By the role, whose rights are those of 0a alone."""
    topics = list(VALUES)
    for command, written in (
        (["0a", "--partitions", "1"], None),
        (["--list"], "".join(f"{topic}\n" for topic in topics)),
        (["--describe", "0a"], "".join(f'{{"topic":"0a.{name}","partitions":1,"replication":1}}\n' for name in ("pin", "geo", "user"))),
        (["--delete", "0a"], None), (["0a", "--partitions", "1"], None),
    ):  # fmt: skip
        status, out, told = at.run(AS_ROLE, USER, "create-topics", *command)
        assert (status, told) == (0, "") and written in (None, out), (command, status, out, told)
    status, out, told = at.run(AS_ROLE, USER, "send-payloads", given=requests_of(VALUES))
    assert (status, told) == (0, ""), (status, told)
    assert {topic: at.consumed(topic) for topic in topics} == VALUES
    for flags in (["--stdout", "--from-beginning", "--once"], ["--stdout", "--group", "g1", "--from-beginning", "--once"]):
        status, out, told = at.run(AS_ROLE, USER, "sink-topics", "0a", *flags)
        assert (status, told) == (0, "") and sorted(out.splitlines()) == all_values(), (flags, status, told)
    assert at.run(AS_ROLE, USER, "sink-topics", "0a", "--stdout", "--group", "g1", "--once") == (0, "", "")
    with at.proxy(AS_ROLE, USER) as (url, told):
        assert ask(f"{url}/topics") == (200, topics)
        status, reply = ask(f"{url}/topics/0a.pin", '{"records":[{"value":{"pin":25}}]}')
        assert (status, reply["offsets"][0]["offset"]) == (200, 25), reply
    assert told == [], told
    VALUES["0a.pin"].append('{"pin":25}')
    assert all(key.startswith("ASIAROLE") for key in at.known.taken), at.known.taken


def takes_keys_from_wherever_they_are(at: Place) -> None:
    aws = at.folder / ".aws"
    aws.mkdir()
    (aws / "credentials").write_text("[other]\naws_access_key_id=AKIAOTHER\naws_secret_access_key=other\n")
    (aws / "config").write_text(
        f"[profile command]\ncredential_process = cat {aws}/printed\n"
        f"[profile role]\nrole_arn = {ROLE}\nsource_profile = user\n"
        "[profile user]\naws_access_key_id = AKIAUSER\naws_secret_access_key = user/secret+=\n")  # fmt: skip
    (aws / "printed").write_text(json.dumps({"Version": 1, "AccessKeyId": "AKIAOTHER", "SecretAccessKey": "other"}))
    (aws / "token").write_text(f"{WEB_IDENTITY}\n")
    temporary = {"AWS_ACCESS_KEY_ID": "ASIATEMP", "AWS_SECRET_ACCESS_KEY": "temp", "AWS_SESSION_TOKEN": "tok=/+"}
    cases: list[tuple[str, dict[str, str], str]] = [
        ("", USER, "AKIAUSER"),
        (" awsDebugCreds=true", temporary, "ASIATEMP"),
        (" awsProfileName=other", USER, "AKIAOTHER"),
        ("", {"AWS_PROFILE": "command"}, "AKIAOTHER"),
        ("", {"AWS_PROFILE": "role"}, "ASIAROLE"),
        ("", {"AWS_CONTAINER_CREDENTIALS_FULL_URI": at.sts.url + "/keys"}, "ASIABOX"),
        ("", {"AWS_WEB_IDENTITY_TOKEN_FILE": str(aws / "token"), "AWS_ROLE_ARN": ROLE}, "ASIAROLE"),
        (AS_ROLE, USER, "ASIAROLE"),
        (AS_ROLE + ' awsProfileName="user" awsRoleSessionName="me" awsStsRegion="eu-west-1"', temporary, "ASIAROLE"),
        (AS_ROLE + " awsRoleAccessKeyId=AKIAUSER awsRoleSecretAccessKey='user/secret+='", temporary, "ASIAROLE"),
    ]
    for options, variables, key in cases:
        at.known.taken.clear()
        done = at.sink(options, variables)
        assert (done[0], done[2]) == (0, ""), (options, variables, done)
        assert at.known.taken and all(one.startswith(key) for one in at.known.taken), (options, at.known.taken)
        assert at.sunk(at.runs) == VALUES, (options, at.sunk(at.runs))


def error_of(done: tuple[int, str, str]) -> str:
    """The error and its hint, in one line."""
    lines = [line for line in done[2].splitlines() if "error: " in line or line.startswith("hint: ")]
    assert done[0] == 2 and len(lines) == 2, done
    return " ".join(lines)


def says_who_is_refused(at: Place) -> None:
    """To each tool; of what is refused elsewhere, to one."""
    denied = "error: cannot reach Kafka: .*SASL authentication error: .*hint: .*kafka-cluster:Connect"
    ended = {"AWS_ACCESS_KEY_ID": "ASIAENDED", "AWS_SECRET_ACCESS_KEY": "over+secret", "AWS_SESSION_TOKEN": "tok"}
    tools = {
        "create-topics": ["--list"], "send-payloads": [], "sink-topics": ["0a", f"{at.folder}/refused{{}}", "--once"],
        "sink-topics --group": ["0a", "--stdout", "--group", "g", "--from-beginning", "--once"],
    }  # fmt: skip
    keys = WRONG, {**USER, "AWS_ACCESS_KEY_ID": "AKIANOBODY"}, ended, {**ended, "AWS_SESSION_TOKEN": "other"}
    running = [
        (at.start("", variables, name.split()[0], *(flag.format(at.runs) for flag in flags)), variables)
        for name, flags in tools.items() for variables in keys
    ]  # fmt: skip
    for process, variables in running:
        done = finish(process, requests_of(VALUES))
        assert re.search(denied, error_of(done)), (process.args, variables, done)
        assert not any(variables["AWS_SECRET_ACCESS_KEY"] in said for said in done[1:]), (process.args, done)
    for options, variables, what in (
        (AS_ROLE, WRONG, f"cannot assume the role '{ROLE}': AccessDenied: not you.*trust policy"),
        (AS_ROLE.replace("0a", "1b"), USER, "cannot assume the role '.*/1b-access-role': AccessDenied.*sts:AssumeRole"),
        ("", {}, "there are no AWS credentials.*AWS_PROFILE"),
    ):  # fmt: skip
        done = at.sink(options, variables)
        assert re.search(what, error_of(done)), done
        assert not any(variables.get("AWS_SECRET_ACCESS_KEY", "+-") in said for said in done[1:]), done
    with at.proxy("", WRONG) as (url, told):
        status, reply = ask(f"{url}/topics")
    assert (status, reply["error_code"]) == (401, 40101), reply
    assert "wrong+secret" not in reply["message"] + "".join(told), told


def says_which_right_is_missing(at: Place) -> None:
    pin = requests_of({"0a.pin": ['{"pin":1}']})
    folder = at.folder / "forbidden"
    cases = [
        ("Describe", "DescribeTopic", ["sink-topics", "0a", folder, "--once"]),
        ("Read", "ReadData", ["sink-topics", "0a", folder, "--once"]),
        ("Read", "ReadData", ["sink-topics", "0a", "--stdout", "--group", "g", "--from-beginning", "--once"]),
        ("Describe", "DescribeTopic", ["create-topics", "--describe", "0a"]),
        ("Create", "CreateTopic", ["create-topics", "0b"]),
        ("Delete", "DeleteTopic", ["create-topics", "--delete", "0a"]),
        ("Write", "WriteData", ["send-payloads", "-o", "/dev/null"]),
    ]
    for lacking, action, command in cases:
        done = at.run("", secret_of(LACKS[lacking]), *command, given=pin)
        assert done[0] != 0 and f"kafka-cluster:{action}" in done[2] and "uthoriz" in done[2], (lacking, command, done)
    done = at.run("", secret_of(NO_GROUP), "sink-topics", "0a", "--stdout", "--group", "g", "--from-beginning", "--once")
    assert done[0] == 2 and "Group authorization failed" in done[2], done
    with at.proxy("", secret_of(LACKS["Write"])) as (url, _):
        reply = ask(f"{url}/topics/0a.pin", '{"records":[{"value":{"pin":1}}]}')
    assert reply[0] != 200 or reply[1]["offsets"][0]["error_code"], reply
    assert at.consumed("0a.pin") == VALUES["0a.pin"]


class Lines:
    """What comes of a stream, by a thread of its own."""

    def __init__(self, stream) -> None:
        self.all: list[str] = []
        threading.Thread(target=self.read, args=(stream,), daemon=True).start()

    def read(self, stream) -> None:
        for line in stream:
            self.all.append(line.rstrip("\n"))

    def await_line(self, pattern: str) -> None:
        """Raises: none that matches comes."""
        until = time.monotonic() + PATIENCE_S
        while not any(re.search(pattern, line) for line in list(self.all)):
            assert time.monotonic() < until, (pattern, self.all)
            time.sleep(0.1)


def go_on_where_tokens_end(at: Place) -> None:
    """Values come all the time; Kafka ends each connection with its token, and sooner. rest-proxy has a user's keys, which
    do not end: its signer takes no notice of the end of others, of which Amazon's last longer than a token."""
    at.sts.seconds = SHORT_S
    at.known.tokens.clear()
    flags = ["sink-topics", "0a"]
    sink = at.start(AS_ROLE, USER, *flags, at.folder / f"sink{at.runs + 1}", "--flush-size", "1")
    sink_run = at.runs
    group = at.start(AS_ROLE, USER, *flags, "--stdout", "--group", "g2", "--from-beginning")
    sender = at.start(AS_ROLE, USER, "send-payloads")
    running = {"sink": sink, "group": group, "sender": sender}
    out = {name: Lines(process.stdout) for name, process in running.items()}
    told = {name: Lines(process.stderr) for name, process in running.items()}

    def send(value: int) -> None:
        VALUES["0a.geo"].append(f'{{"geo":{value}}}')
        sender.stdin.write(requests_of({"0a.geo": VALUES["0a.geo"][-1:]}))
        sender.stdin.flush()

    with at.proxy("", USER) as (url, proxy_told):
        number, until = 25, time.monotonic() + 1.6 * SHORT_S
        while time.monotonic() < until:
            send(number)
            status, reply = ask(f"{url}/topics/0a.user", f'{{"records":[{{"value":{{"user":{number}}}}}]}}')
            assert status == 200 and reply["offsets"][0]["error_code"] is None, reply
            VALUES["0a.user"].append(f'{{"user":{number}}}')
            number += 1
            time.sleep(SLOW_S)
    assert proxy_told == [], proxy_told
    assert len(at.known.tokens) >= 2 * len(running), at.known.tokens
    # Where the machine is busy, connections that all end may look for a moment like a broker that is away.
    before = [line for lines in told.values() for line in lines.all]
    assert all(re.search("Kafka is (away|back)|still waiting", line) for line in before), before
    at.sts.is_down = True
    failing = f"cannot renew the login, trying on: cannot assume the role '{ROLE}': ServiceUnavailable"
    for name in "sink", "group":
        told[name].await_line(f"sink-topics: {failing}")
    time.sleep(SHORT_S / 2)  # the last token ends
    send(number)
    at.sts.is_down = False
    for name in "sink", "group":
        told[name].await_line("sink-topics: the login is renewed")
    out["sink"].await_line(rf"0a\.geo\+0\+{number:010}\.json")
    out["group"].await_line(f'"geo":{number}}}')
    sender.stdin.close()
    for process in sink, group:
        process.terminate()
    statuses = {name: process.wait(PATIENCE_S) for name, process in running.items()}
    assert not any(statuses.values()), (statuses, {name: lines.all for name, lines in told.items()})
    assert {topic: at.consumed(topic) for topic in VALUES} == VALUES
    assert at.sunk(sink_run) == VALUES
    assert sorted(out["group"].all) == all_values()
    print(f"{len(at.known.tokens)} tokens, {number} values; told while STS was up: {before}")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        at = Place(Path(folder))
        try:
            for check in (lets_each_tool_in, takes_keys_from_wherever_they_are, says_who_is_refused,
                          says_which_right_is_missing, go_on_where_tokens_end):  # fmt: skip
                began = time.monotonic()
                check(at)
                print(f"{check.__name__}: fine, {time.monotonic() - began:.0f} s", flush=True)
        finally:
            at.stop()


main()
