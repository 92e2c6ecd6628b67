#!/usr/bin/env python3
# needs: kafka python:moto
"""sink-topics to an S3 that verifies signatures by botocore (moto): with long keys and session tokens, into prefixes of
odd characters. What is wrong with keys, bucket, region or server is told with what to do about it. 350 objects take
seconds. Where S3 goes away, or the sink is killed while it puts, no record is lost or doubled.

Runs beside a Kafka (tests/kafka/with-kafka), in the Python of scripts/with-python.
"""

import contextlib
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import aws_server
import http_double
import rerun
from aws_server import REGION, environment, given_to_container

TOPIC = "0a.pin"
VALUES, FLUSH_SIZE = 7000, 20
ODD_PREFIXES = ("a b", "x=1&y", "p+q", "100%25", "grün/né", "dots../.d", "~(a),'b'!*", "?#")
PUT_SECONDS = 120  # far more than it takes, far less than a process for each object


def prepare(url: str) -> dict[str, dict]:
    """A bucket, and the keys of a user, a role (which has a session token) and a user who may only list; from then on
    signatures count."""
    aws_server.client("s3", url).create_bucket(Bucket="posts", CreateBucketConfiguration={"LocationConstraint": REGION})
    keys = {
        "user": aws_server.user(url, "user", "*"),
        "reader": aws_server.user(url, "reader", "s3:ListBucket"),
        "role": aws_server.role(url),
    }
    aws_server.verify(url)
    return keys


def sink(where: str, url: str, keys: dict, *options: str) -> subprocess.CompletedProcess:
    variables_of_run = {"AWS_ENDPOINT_URL": url, "AWS_REGION": REGION, **keys}
    return subprocess.run(
        ["sink-topics", "0a", where, "--once", *options], stdin=subprocess.DEVNULL, capture_output=True, text=True,
        env=environment(**variables_of_run))


def produce(values: list[str]) -> None:
    subprocess.run(["kcat", "-P", "-b", os.environ["KAFKA_BOOTSTRAP"], "-t", TOPIC], input="\n".join(values) + "\n", text=True, check=True)


def objects(url: str, keys: dict, prefix: str) -> dict[str, str]:
    """The text of each object below a prefix, by its key, in order, as boto3 reads them."""
    s3 = aws_server.client("s3", url, keys)
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="posts", Prefix=prefix)
    found = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
    return {key: s3.get_object(Bucket="posts", Key=key)["Body"].read().decode() for key in sorted(found)}


def check_objects(url: str, keys: dict, prefix: str, printed: str, values: list[str]) -> None:
    got = objects(url, keys, prefix + "/")
    assert [f"{prefix}/{name}" for name in printed.splitlines()] == list(got), (prefix, printed, list(got))
    assert "".join(got.values()).splitlines() == values, prefix


def writes_where_it_should(url: str, keys: dict[str, dict]) -> None:
    values = [f'{{"index":{i},"title":"né ✓"}}' for i in range(30)]
    produce(values)
    for number, prefix in enumerate(ODD_PREFIXES):
        key = keys["role" if number % 2 else "user"]
        done = sink(f"s3://posts/{prefix}", url, key, "--flush-size", "20")
        assert done.returncode == 0 and not done.stderr, (prefix, done)
        again = sink(f"s3://posts/{prefix}", url, key)
        assert again.returncode == 0 and not again.stdout + again.stderr, (prefix, again)
        check_objects(url, key, prefix, done.stdout, values)


def many_small_objects(url: str, keys: dict, values_before: int) -> None:
    produce([f'{{"index":{i}}}' for i in range(VALUES - values_before)])
    start = time.monotonic()
    done = sink("s3://posts/many", url, keys, "--flush-size", str(FLUSH_SIZE))
    seconds = time.monotonic() - start
    assert done.returncode == 0 and not done.stderr, done
    count = len(done.stdout.splitlines())
    assert count == VALUES // FLUSH_SIZE, count
    assert seconds < PUT_SECONDS, f"{count} objects took {seconds:.0f} s"
    print(f"{count} objects in {seconds:.1f} s, {count / seconds:.0f} a second")


def read(where: str, url: str, keys: dict) -> subprocess.CompletedProcess:
    variables_of_run = {"AWS_ENDPOINT_URL": url, "AWS_REGION": REGION, **keys}
    return subprocess.run(
        ["read-objects", where], stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment(**variables_of_run))


def reads_what_was_written(url: str, keys: dict[str, dict]) -> None:
    """Of folders by time, compressed, and of many small objects: by keys with session tokens, too."""
    done = sink("s3://posts/a b+ü", url, keys["role"], "--partition-by", "'h our'=YYYY-MM-dd'T'HH", "--gzip", "--flush-size", "3000")
    assert done.returncode == 0 and not done.stderr and len(done.stdout.splitlines()) >= 3, done
    of_hours, of_small = read("s3://posts/a b+ü", url, keys["role"]), read("s3://posts/many/", url, keys["user"])
    for got in of_hours, of_small:
        assert got.returncode == 0 and not got.stderr, got
    assert of_small.stdout.count("\n") == VALUES
    assert sorted(of_hours.stdout.splitlines()) == sorted(of_small.stdout.splitlines())
    for where, whose, what in (
        ("s3://posts/man", "user", "no objects at 's3://posts/man'"),
        ("s3://posts/many", "reader", "cannot read 's3://posts/many/topics/0a.pin/partition=0/0a.pin+0+0000000000.json': AccessDenied: "),
        ("s3://none/x", "user", "cannot list 's3://none/x': NoSuchBucket: "),
    ):
        got = read(where, url, keys[whose])
        assert got.returncode == 2 and got.stderr.startswith(f"read-objects: error: {what}"), got


def refused(done: subprocess.CompletedProcess, what: str, hint: str) -> None:
    """It ended with status 2, one error of these words, and such a hint."""
    lines = done.stderr.splitlines()
    assert done.returncode == 2 and len(lines) == 2, done
    assert re.match(f"sink-topics: error: cannot (list|write) 's3://.*': {what}", lines[0]), done
    assert lines[1].startswith("hint: ") and hint in lines[1], done


class Stranger(http_double.Handler):
    """A server that speaks HTTP, but not S3."""

    def do_GET(self) -> None:
        self.reply(200, "<!DOCTYPE html>\n<html><body>Welcome</body></html>\n")


def says_what_is_wrong(url: str, keys: dict[str, dict]) -> None:
    user = keys["user"]
    refused(sink("s3://posts/x", url, {**user, "AWS_SECRET_ACCESS_KEY": "wrong" * 8}), "SignatureDoesNotMatch: ", "secret")
    refused(sink("s3://posts/x", url, {**user, "AWS_ACCESS_KEY_ID": "AKIA" + "0" * 16}), "InvalidAccessKeyId: ", "does not know the key")
    refused(sink("s3://none/x", url, user), "NoSuchBucket: ", "make the bucket first")
    refused(sink("s3://posts/x", url, keys["reader"]), "AccessDenied: ", "s3:PutObject")

    done = sink("s3://posts/x", url, {"HOME": "/nonexistent"})
    assert done.returncode == 2 and "there are no AWS credentials" in done.stderr and "hint: " in done.stderr, done
    with socket.socket() as nobody:  # is bound, and does not listen
        nobody.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        start = time.monotonic()
        refused(sink("s3://posts/x", closed, user), f"no answer from {closed}: ", "AWS_ENDPOINT_URL")
        assert time.monotonic() - start < 10
    with http_double.Server(Stranger) as server:
        what = f"{server.url} does not answer as S3 does: HTTP 200: <!DOCTYPE html>"
        refused(sink("s3://posts/x", server.url, user), what, "AWS_ENDPOINT_URL")
    assert not objects(url, user, "x/")


class Container(http_double.Handler):
    """What gives a container its keys."""

    def do_GET(self) -> None:
        self.reply(200 if self.headers["Authorization"] == "let me" else 401, given_to_container(self.server.keys))


def takes_the_keys_of_its_container(url: str, keys: dict[str, dict]) -> None:
    with http_double.Server(Container) as server:
        server.keys = keys["role"]
        where = {
            "HOME": "/nonexistent",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{server.url}/keys",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "let me",
        }
        done = sink("s3://posts/container", url, where)
        assert done.returncode == 0 and len(done.stdout.splitlines()) == 1, done
        done = sink("s3://posts/container", url, {**where, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "please"})
        assert done.returncode == 2 and "no AWS credentials from the container's" in done.stderr, done


class Way:
    """A way to a server that can be closed, with all that is under way on it, and opened again."""

    def __init__(self, url: str) -> None:
        self.server = ("127.0.0.1", int(url.rpartition(":")[2]))
        self.under_way: set[socket.socket] = set()
        self.open(0)

    def open(self, port: int) -> None:
        self.door = socket.create_server(("127.0.0.1", port))
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self.accept, args=(self.door,), daemon=True).start()

    def accept(self, door: socket.socket) -> None:
        while True:
            try:
                ends = door.accept()[0], socket.create_connection(self.server)
            except OSError:
                return
            self.under_way.update(ends)
            for one, other in (ends, ends[::-1]):
                threading.Thread(target=self.pass_on, args=(one, other), daemon=True).start()

    def pass_on(self, one: socket.socket, other: socket.socket) -> None:
        try:
            while data := one.recv(65536):
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self) -> None:
        self.door.shutdown(socket.SHUT_RDWR)
        self.door.close()
        for end in self.under_way:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self.under_way.clear()


def follow_until_names(url: str, keys: dict, count: int) -> subprocess.Popen:
    """A sink that follows the topics, and has just put some objects."""
    where = {"AWS_ENDPOINT_URL": url, "AWS_REGION": REGION, "AWS_MAX_ATTEMPTS": "2", **keys}
    follower = subprocess.Popen(
        ["sink-topics", "0a", "s3://posts/kept", "--flush-size", "10"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, env=environment(**where))
    for _ in range(count):
        line = follower.stdout.readline()
        assert line, follower.stderr.read()
    return follower


def survives_outages_and_kills(url: str, keys: dict) -> None:
    way = Way(url)
    through = f"http://127.0.0.1:{way.port}"
    follower = follow_until_names(through, keys, 3)
    way.close()
    errors = follower.communicate(timeout=60)[1].splitlines()
    assert follower.returncode == 2 and len(errors) == 2, errors
    assert re.match(rf"sink-topics: error: cannot write 's3://posts/kept/topics/0a.*': no answer from {through}: ", errors[0]), errors
    way.open(way.port)
    for count in (2, 20):
        follower = follow_until_names(through, keys, count)
        follower.kill()
        follower.communicate()
    done = sink("s3://posts/kept", through, keys, "--flush-size", "1000")
    assert done.returncode == 0 and not done.stderr, done
    way.close()
    expected = 0
    for key, text in objects(url, keys, "kept/").items():
        assert int(re.search(r"[+](\d{10})[.]json$", key)[1]) == expected, (key, expected)
        expected += text.count("\n")
    assert expected == VALUES, expected
    temporary = os.environ.get("TMPDIR", "/tmp")
    assert not list(Path(temporary).glob("sink-topics-*")), "files are left behind"


def main() -> None:
    rerun.beside_kafka()
    rerun.with_packages("moto")
    subprocess.run(["create-topics", "0a"], check=True, capture_output=True)
    with tempfile.TemporaryDirectory() as folder:
        server, url = aws_server.start(Path(folder))
        try:
            keys = prepare(url)
            writes_where_it_should(url, keys)
            says_what_is_wrong(url, keys)
            takes_the_keys_of_its_container(url, keys)
            many_small_objects(url, keys["user"], 30)
            reads_what_was_written(url, keys)
            survives_outages_and_kills(url, keys["user"])
        finally:
            server.terminate()
            server.wait()


main()
