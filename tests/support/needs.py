"""What a test needs beyond the tools, and whether it is to be had.

A script says it in a line of its head, `# needs: kafka python:delta`, a golden case in `% needs kafka`. What is fetched is
fetched by tests/support/fetch, before the tests and outside their limits; a test whose needs are not there is skipped, by
name and with the reason.
"""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from environment import SYSTEM_PATH, TESTS

SCRIPTS = TESTS.parent / "scripts"
OF_SCRIPT = re.compile(r"^# needs: (.+)$", re.MULTILINE)
OF_CASE = re.compile(r"^% needs (.+)$", re.MULTILINE)
HEAD_BYTES = 4096


@dataclass(frozen=True)
class Need:
    """Commands that must be installed; what fetches packages, or without a network says that they are there; and a sanitizer
    under which it cannot be."""

    commands: tuple[str, ...] = ()
    fetch: tuple[str, ...] = ()
    not_under: str | None = None


# Threads of C11, as librdkafka starts them, end the thread sanitizer of g++ 12.
def of_librdkafka(commands: tuple[str, ...] = (), *fetch: object) -> Need:
    return Need(commands, tuple(map(str, fetch)), "thread")


NEEDS = {
    "mariadb": Need(("mariadbd", "mariadb-install-db", "mariadb", "mariadb-admin")),
    "mysql": Need(("mariadb", "mariadb-admin", "npm"), (str(TESTS / "support/mysql-server"), "--fetch")),
    "prometheus": Need(("prometheus", "prometheus-node-exporter")),
    "chromium": Need(("chromium",)),
    "openssl": Need(("openssl",)),
    "valgrind": Need(("valgrind",)),
    "package": Need(("cpack", "dpkg-deb", "dpkg-shlibdeps", "file")),
    "librdkafka": of_librdkafka(),
    "kafka": of_librdkafka(("java", "mvn", "kcat", "curl"), SCRIPTS / "home/kafka-up", "--fetch"),
    "kafka-iam": of_librdkafka(("java", "mvn", "openssl"), SCRIPTS / "home/kafka-up", "--iam", "--fetch"),
    "kafka-rights": of_librdkafka(("java", "mvn", "openssl"), TESTS / "iam/kafka-rights", "--fetch"),
    "kinesis": Need(("node", "npm", "curl"), (str(SCRIPTS / "home/kinesis-up"), "--fetch", "kinesalite")),
    "kinesis-local": Need(("node", "npm", "curl"), (str(SCRIPTS / "home/kinesis-up"), "--fetch", "kinesis-local")),
    "s3rver": Need(("node", "npm"), (str(TESTS / "support/s3-server"), "--fetch")),
    "velocity": Need(("java", "mvn"), (str(TESTS / "gateway/velocity"), "--fetch")),
    "kinesis-client": Need(("java", "mvn"), (str(TESTS / "kinesis-encode/kinesis-client"), "--fetch")),
    "pypi:mwaa": Need(("python3",), (str(TESTS / "support/mwaa-report"), "--fetch")),
    "iam-simulator": Need(("node", "npm"), (str(TESTS / "iam/simulator"), "--fetch")),
    "spark": Need(("java", "mvn"), (str(SCRIPTS / "spark/pinpipe-spark-submit"), "--fetch")),
    "spark-s3": Need(("java", "mvn"), (str(SCRIPTS / "spark/pinpipe-spark-submit"), "--fetch", "s3a://")),
}


def need(name: str) -> Need:
    """The one of that name; python:LIST is the packages of scripts/python/LIST.txt, or of several lists."""
    kind, _, lists = name.partition(":")
    if kind == "python" and lists:
        return Need(("python3",), (str(SCRIPTS / "home/with-python"), lists, "true"))
    return NEEDS[name]


def named_in(path: Path) -> list[str]:
    """The needs that a test names; none for a program that is not text."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES).decode("utf-8", "replace")
    pattern = OF_CASE if path.suffix == ".test" else OF_SCRIPT
    return [name for line in pattern.findall(head) for name in line.split()]


def left_out(path: Path, build: Path) -> str | None:
    """The first tool, or source, that a test names and the build has left out, with what it lacks; None if there is none."""
    text = path.read_bytes().decode("utf-8", "replace")
    try:
        lines = (build / "left-out").read_text().splitlines()
    except OSError:
        return None
    for line in lines:
        name = re.split("[: ]", line)[0]
        if re.search(rf"(?<![\w-]){name}(?![\w-])", text):
            return line
    return None


def reason_in(output: str) -> str:
    """The line of a program's output that says why it failed."""
    lines = [line for line in output.splitlines() if line.strip()]
    return next((line for line in lines if "error" in line or "skipped" in line), lines[-1] if lines else "no reason given")


def log_of(name: str, build: Path) -> Path:
    """What was said when it was fetched last."""
    return build / "fetch" / f"{name.replace(':', '-')}.log"


def lacking(name: str, environment: dict[str, str]) -> str | None:
    """Why what is called `name` is not to be had, or None if it is; `environment` says whether it may be fetched."""
    needed = need(name)
    if needed.not_under and needed.not_under in environment.get("PINPIPE_SANITIZE", ""):
        return f"the {needed.not_under} sanitizer cannot run it"
    for command in needed.commands:
        if not shutil.which(command, path=SYSTEM_PATH):
            return f"'{command}' is not installed"
    if not needed.fetch:
        return None
    done = subprocess.run(
        needed.fetch, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace")
    return None if done.returncode == 0 else reason_in(done.stdout)


def unmet(names: list[str], environment: dict[str, str]) -> str | None:
    """The first of a test's needs that is not met and why, in its environment; None if all are."""
    for name in names:
        if reason := lacking(name, environment):
            log = log_of(name, Path(environment["PINPIPE_BUILD"]))
            fetching = f"; when it was fetched: {reason_in(log.read_text(errors='replace'))}" if log.exists() else ""
            return f"{name}: {reason}{fetching}"
    return None
