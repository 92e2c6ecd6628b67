#!/usr/bin/env python3
# needs: kafka openssl
"""kafka-up serves TLS, and TLS with a login, beside its plain listener. The tools take its file of properties as it
stands; what is wrong with a password, an authority or a listener is said by them, with a hint and without the password.
The password is in no argument, variable or log, and only its owner can read the files.
"""

import os
import re
import stat
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import rest_proxy
from http_double import free_port

TESTS = Path(os.environ["TESTS"])
HOME = TESTS.parent / "scripts/home"
PATIENCE_S = 120


def run(*command: object, expect: int = 0, **options: object) -> subprocess.CompletedProcess:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=PATIENCE_S, **options)
    assert done.returncode == expect, (command, done.returncode, done.stdout, done.stderr)
    return done


def settings(folder: Path, *options: str) -> dict[str, str]:
    """What kafka-up prints, read by a shell."""
    shell = 'eval "$("$0" "$@")" && printf "%s\\n" "$KAFKA_BOOTSTRAP" "$KAFKA_CLIENT_PROPERTIES"'
    bootstrap, client = run("bash", "-uc", shell, HOME / "kafka-up", "--no-rest", *options, folder).stdout.splitlines()
    return {"KAFKA_BOOTSTRAP": bootstrap, "KAFKA_CLIENT_PROPERTIES": client}


class Place:
    def __init__(self, folder: Path) -> None:
        self.folder, self.kafka, self.runs = folder, folder / "kafka", 0

    def edited(self, to: str, name: str, pattern: str, replacement: str) -> Path:
        """A file of this name: properties of a client, with lines changed."""
        text, changed = re.subn(pattern, replacement, (self.kafka / f"{name}.properties").read_text(), flags=re.MULTILINE)
        assert changed == 1, pattern
        path = self.folder / to
        path.write_text(text)
        return path

    def password(self) -> str:
        return (self.kafka / "sasl.password").read_text().strip()

    def send(self, topic_id: str, *options: object, expect: int = 0) -> subprocess.CompletedProcess:
        shell = 'emulate-posts -n 100 | to-kafka-payload --user-id "$0" | send-payloads -o /dev/null "$@"'
        return run("bash", "-c", shell, topic_id, *options, expect=expect)

    def sink(self, topic_id: str, *options: object, expect: int = 0) -> subprocess.CompletedProcess:
        self.runs += 1
        return run("sink-topics", topic_id, self.folder / f"sink{self.runs}", "--once", *options, expect=expect)

    def sunk(self) -> list[str]:
        files = (self.folder / f"sink{self.runs}").glob("topics/*/*/*.json")
        return sorted(line for path in files for line in path.read_text().splitlines())


def keeps_its_secrets(at: Place) -> None:
    for name in "tls.pem", "sasl.password", "sasl.properties", "server.properties":
        assert stat.S_IMODE((at.kafka / name).stat().st_mode) == 0o600, name
    assert not (at.kafka / "tls.key").exists()
    password = at.password().encode()
    assert len(password) == 32
    for process in Path("/proc").glob("[0-9]*"):
        for name in "cmdline", "environ":
            try:
                assert password not in (process / name).read_bytes(), process
            except OSError:
                continue  # it has ended, or is another user's
    for log in at.kafka.glob("*.log"):
        assert password not in log.read_bytes(), log


def is_what_openssl_verifies(at: Place) -> None:
    """Under both its names, by its own authority and by no other."""
    for name in "tls", "sasl":
        port = (at.kafka / f"{name}.port").read_text().strip()
        ask = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-verify_return_error"]
        for check in ["-verify_hostname", "localhost"], ["-verify_ip", "127.0.0.1"]:
            run(*ask, "-CAfile", at.kafka / "tls.crt", *check, stdin=subprocess.DEVNULL)
        run(*ask, expect=1, stdin=subprocess.DEVNULL)


def is_taken_as_it_stands(at: Place) -> None:
    """By what writes and by what reads, and by kcat; and the plain listener is there beside."""
    ids = {"tls": at.kafka / "tls.properties", "sasl": Path(os.environ["KAFKA_CLIENT_PROPERTIES"])}
    assert ids["sasl"] == at.kafka / "sasl.properties"
    for name, config in ids.items():
        assert run("create-topics", name, "--config", config).stderr == ""
        assert at.send(name, "--config", config).stderr == ""
        assert at.sink(name, "--config", config).stderr == ""
        by_login = at.sunk()
        at.sink(name)
        assert at.sunk() == by_login and len(by_login) == 300
        listed = run("kcat", "-F", config, "-L").stdout
        assert f"localhost:{(at.kafka / f'{name}.port').read_text().strip()}" in listed, listed


def says_what_is_wrong(at: Place) -> None:
    """The same of what reads and of what writes. An authority that is missing is that of the system, which does not know it."""
    password = at.password()
    port = (at.kafka / "kafka.port").read_text().strip()
    other = at.folder / "other.crt"
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=other", "-keyout", "/dev/null", "-out", other)
    cases = [
        ("sasl", "^sasl.password=.*", "sasl.password=wrong-one", "[Aa]uthentication failed", "sasl"),
        ("sasl", "^ssl.ca.location=.*", f"ssl.ca.location={other}", "certificate verify failed", "ssl"),
        ("tls", "^ssl.ca.location=.*", "", "certificate verify failed", "ssl"),
        ("sasl", "^security.protocol=.*", "security.protocol=SSL", "cannot reach Kafka", "security.protocol"),
        ("tls", "^bootstrap.servers=.*", f"bootstrap.servers=127.0.0.1:{port}", "cannot reach Kafka", "security.protocol"),
        ("tls", "^security.protocol=.*", "security.protocol=PLAINTEXT", "cannot reach Kafka", "security.protocol"),
    ]  # fmt: skip

    wrong = [at.edited(f"wrong{number}", *case[:3]) for number, case in enumerate(cases)]
    with ThreadPoolExecutor(2 * len(cases)) as pool:  # each waits for a Kafka that it does not reach
        sunk = [pool.submit(run, "sink-topics", case[0], f"{config}.none", "--once", "--config", config, expect=2)
                for config, case in zip(wrong, cases)]  # fmt: skip
        sent = [pool.submit(at.send, case[0], "--config", config, expect=2) for config, case in zip(wrong, cases)]
    for done, (*_, replacement, what, hint) in zip(sunk + sent, cases + cases):
        said = done.result().stderr
        error, hinted = [line for line in said.splitlines() if "error: " in line or line.startswith("hint: ")][:2]
        assert re.search(what, error) and hint in hinted, (replacement, said)
        assert password not in said and "wrong-one" not in said, said


def lets_rest_proxy_in(at: Place) -> None:
    """By its own form of properties, with the login as Java has it; and says where it does not."""
    module = "org.apache.kafka.common.security.plain.PlainLoginModule"
    for password, is_let_in in (at.password(), True), ("wrong-one", False):
        config = at.folder / "kafka-rest.properties"
        config.write_text(
            f"bootstrap.servers=localhost:{(at.kafka / 'sasl.port').read_text()}client.broker.address.family=v4\n"
            f"client.ssl.ca.location={at.kafka}/tls.crt\nclient.security.protocol=SASL_SSL\nclient.sasl.mechanism=PLAIN\n"
            f'client.sasl.jaas.config={module} required username="pinpipe" password="{password}";\n')  # fmt: skip
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        with rest_proxy.running(port, "--config", config, "--port", port, environment=dict(os.environ)) as said:
            listed = rest_proxy.ask(f"{url}/topics")[1]
            if is_let_in:
                assert "sasl.pin" in listed, listed
                assert rest_proxy.ask(f"{url}/topics/sasl.pin")[1]["configs"]["cleanup.policy"] == "delete"
                shell = 'emulate-posts -n 50 | to-kafka-payload --user-id sasl | send-payloads --url "$0" -o /dev/null'
                run("bash", "-c", shell, url)
            else:
                assert listed["error_code"] == 40101 and "Authentication failed" in listed["message"], listed
        assert not any(password in line for line in said), said
    at.sink("sasl")
    assert len(at.sunk()) == 450


def starts_again_with_the_same(at: Place) -> None:
    """A file that somebody has copied goes on to work. Kafka that runs gets no listener; one that has none hides whatever
    file a shell knew, and gives it back."""
    before = (at.kafka / "sasl.properties").read_text(), (at.kafka / "tls.crt").read_text()
    run(HOME / "kafka-down", at.kafka)
    shell = """
        export KAFKA_CLIENT_PROPERTIES=mine
        eval "$("$0/kafka-up" --no-rest "$1")"
        echo "${KAFKA_CLIENT_PROPERTIES-none}"
        "$0/kafka-up" --no-rest --sasl "$1" 2>&1 >/dev/null
        eval "$("$0/kafka-down" "$1")"
        echo "$KAFKA_CLIENT_PROPERTIES" """
    said = run("bash", "-c", shell, HOME, at.kafka).stdout.splitlines()
    assert said == ["none", "kafka-up: error: Kafka already runs here, without --sasl", "hint: kafka-down, or another DIR", "mine"], said
    shell = 'sink-topics sasl "$0" --once --config "$KAFKA_CLIENT_PROPERTIES"'
    run(HOME / "kafka-up", "--no-rest", "--sasl", at.kafka, "--", "bash", "-c", shell, at.folder / "again")
    assert before == ((at.kafka / "sasl.properties").read_text(), (at.kafka / "tls.crt").read_text())
    assert not (at.kafka / "kafka.pid").exists()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        at = Place(Path(folder))
        try:
            os.environ.update(settings(at.kafka, "--tls", "--sasl"))
            for check in (keeps_its_secrets, is_what_openssl_verifies, is_taken_as_it_stands, says_what_is_wrong,
                          lets_rest_proxy_in, starts_again_with_the_same):  # fmt: skip
                began = time.monotonic()
                check(at)
                print(f"{check.__name__}: fine, {time.monotonic() - began:.0f} s", flush=True)
        finally:
            run(HOME / "kafka-down", "--purge", at.kafka)
        assert not at.kafka.exists()


if __name__ == "__main__":
    sys.exit(main())
