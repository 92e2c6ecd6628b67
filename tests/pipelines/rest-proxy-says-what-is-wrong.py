#!/usr/bin/env python3
# needs: kafka
"""rest-proxy: what is wrong with a request, or with Kafka, is said with the status and number that Confluent's
proxy has for it, and the request after it finds all in order. Consumers lose nothing that was not committed."""

import base64
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import rerun

JSON, BINARY = "application/vnd.kafka.json.v2+json", "application/vnd.kafka.binary.v2+json"
GENERAL = "application/vnd.kafka.v2+json"
MOST = 1048576


class Proxy:
    """One connection, that must outlive what is refused."""

    def __init__(self) -> None:
        self.address = urlsplit(os.environ["KAFKA_REST_URL"])
        self.connection = http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=60)
        self.connection.connect()
        self.socket = self.connection.sock

    def ask(self, method: str, path: str, body: object = None, kind: str | None = GENERAL, **headers: str):
        """Status, and the reply."""
        if kind:
            headers["Content-Type"] = kind
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        self.connection.request(method, path, data, headers)
        reply = self.connection.getresponse()
        text = reply.read()
        assert self.connection.sock is self.socket, f"{method} {path} has cost the connection"
        return reply.status, json.loads(text) if text else None

    def produce(self, topic: str, *records: object, kind: str = JSON):
        return self.ask("POST", f"/topics/{topic}", {"records": list(records)}, kind)

    def is_refused(self, status: int, code: int, *request: object, says: str = "", **headers: str) -> None:
        found, reply = self.ask(*request, **headers)
        assert (found, reply["error_code"]) == (status, code), (request[:2], found, reply)
        assert says in reply["message"], reply


def check_host(proxy: Proxy) -> None:
    """Names of the web that have been given our address are not ours."""
    for host in "pinpipe.example", "127.0.0.1.example:80", "localhost.example":
        proxy.is_refused(403, 403, "GET", "/topics", says="Host", Host=host)
    for host in "localhost", "LOCALHOST:8082", "proxy.localhost:1", "[::1]:8082", "127.0.0.1":
        assert proxy.ask("GET", "/brokers", Host=host) == (200, {"brokers": [1]}), host


def check_topics(proxy: Proxy) -> None:
    """What Confluent's proxy says of topics and their partitions, of one broker."""
    partitions = [{"partition": n, "leader": 1, "replicas": [{"broker": 1, "leader": True, "in_sync": True}]} for n in (0, 1)]
    assert proxy.ask("GET", "/topics") == (200, ["0a.geo", "0a.pin", "0a.user"])
    assert proxy.ask("GET", "/topics/0a.pin/partitions") == (200, partitions)
    assert proxy.ask("GET", "/topics/0a.pin/partitions/1") == (200, partitions[1])
    status, topic = proxy.ask("GET", "/topics/0a.pin")
    assert (status, topic["name"], topic["partitions"]) == (200, "0a.pin", partitions), topic
    assert topic["configs"]["cleanup.policy"] == "delete", topic
    assert proxy.ask("GET", "/brokers") == (200, {"brokers": [1]})


def check_bodies(proxy: Proxy) -> None:
    to = "POST", "/topics/0a.pin"
    good = {"records": [{"value": {"index": 1}}]}
    for kind in "application/json", "application/vnd.kafka.avro.v2+json", "text/plain", None:
        proxy.is_refused(415, 415, *to, good, kind, says=JSON)
    for body in b"{", b'{"records":[{"value":1}]', b"\xff", b"[" * 100_000, b'{"records":[{"value":NaN}]}', b"":
        proxy.is_refused(400, 400, *to, body, JSON, says="not JSON")
    for body in [], {}, {"records": []}, {"records": {}}:
        proxy.is_refused(422, 422, *to, body, JSON)
    proxy.is_refused(422, 422, *to, {**good, "record": 1}, JSON, says="Unrecognized field: record")
    proxy.is_refused(422, 422, *to, {"records": [{"value": 1, "headers": []}]}, JSON, says="Unrecognized field: headers")
    for record in (1, {}, {"key": 1}, {"value": 1, "headers": []}, {"value": 1, "partition": -1},
                   {"value": 1, "partition": "0"}, {"value": "\ud800"}):
        proxy.is_refused(422, 422, *to, {"records": [record]}, JSON)
    proxy.is_refused(422, 422, *to, b'{"records":[{"value":1e999}]}', JSON)
    for value in "no base64", 1, {}:
        proxy.is_refused(422, 422, *to, {"records": [{"value": value}]}, BINARY)
    proxy.is_refused(413, 413, *to, b" " * (MOST + 1), JSON, says=str(MOST))
    proxy.is_refused(413, 413, *to, b" " * 8_000_000, JSON)
    proxy.is_refused(405, 405, "PUT", "/topics/0a.pin", good, JSON, says="POST")
    proxy.is_refused(404, 404, "GET", "/nothing")
    proxy.is_refused(404, 40401, "POST", "/topics/nobody.pin", good, JSON, says="nobody.pin")
    proxy.is_refused(404, 40401, "POST", "/topics/a%00b", good, JSON)
    proxy.is_refused(404, 40402, "POST", "/topics/0a.pin/partitions/2", good, JSON, says="partition 2")
    for path in "/topics/nobody.pin", "/topics/nobody.pin/partitions", "/topics/nobody.pin/partitions/0":
        proxy.is_refused(404, 40401, "GET", path, says="nobody.pin")
    proxy.is_refused(404, 40402, "GET", "/topics/0a.pin/partitions/2", says="partition 2")
    assert count("0a.pin") == 0, "something of what was refused has arrived"


def check_length(proxy: Proxy) -> None:
    """Where a body has none that can be read, where it ends cannot be known: the connection is closed."""
    for name, value, status in ("Content-Length", "many", 400), ("Transfer-Encoding", "gzip", 501):
        other = http.client.HTTPConnection(proxy.address.hostname, proxy.address.port, timeout=60)
        # The head alone: the proxy may be gone before a body is sent.
        other.putrequest("POST", "/topics/0a.pin")
        other.putheader("Content-Type", JSON)
        other.putheader(name, value)
        other.endheaders()
        reply = other.getresponse()
        assert (reply.status, reply.getheader("Connection")) == (status, "close"), reply.status
        assert json.loads(reply.read())["error_code"] == status


def check_chunks(proxy: Proxy) -> None:
    """A body without a length comes in chunks, of which too many are refused as one body too long is."""
    subprocess.run(["create-topics", "0b"], check=True)
    chunks = [b'{"records":', b'[{"value":', b'"in chunks"}]}']
    headers = {"Content-Type": JSON, "Transfer-Encoding": "chunked"}
    for body, expected in (chunks, 200), ([b" " * 100_000] * 11, 413), (chunks, 200):
        proxy.connection.request("POST", "/topics/0b.pin", iter(body), headers, encode_chunked=True)
        reply = proxy.connection.getresponse()
        assert (reply.status, bool(reply.read())) == (expected, True), reply.status
        assert proxy.connection.sock is proxy.socket, "chunks have cost the connection"
    assert count("0b.pin") == 2


def check_records(proxy: Proxy) -> None:
    """One that fails among others, the order of a request, keys, and bytes that are no JSON."""
    status, reply = proxy.produce("0a.pin", {"value": 0, "partition": 1}, {"value": 1, "partition": 9},
                                  {"value": 2, "partition": 1})
    assert status == 200, reply
    assert [entry["error_code"] for entry in reply["offsets"]] == [None, 40402, None], reply
    assert [entry["offset"] for entry in reply["offsets"]] == [0, None, 1], reply
    status, reply = proxy.produce("0a.geo/partitions/1", *({"value": n} for n in range(5000)))
    assert [entry["offset"] for entry in reply["offsets"]] == list(range(5000))
    kcat = ["kcat", "-C", "-q", "-e", "-b", os.environ["KAFKA_BOOTSTRAP"], "-t"]
    assert subprocess.check_output([*kcat, "0a.geo", "-p", "1"]).split() == [b"%d" % n for n in range(5000)]
    data = base64.b64encode(b"\0 no JSON").decode()
    proxy.produce("0a.user", {"key": "k1", "value": {"a": "é", "n": None}}, {"value": None})
    proxy.produce("0a.user", {"key": data, "value": data}, kind=BINARY)
    found = subprocess.check_output([*kcat, "0a.user", "-f", "%k|%s|%S\\n"]).splitlines()
    assert sorted(found) == sorted(['"k1"|{"a":"é","n":null}|19'.encode(), b"||-1", b"\0 no JSON|\0 no JSON|9"]), found


def count(topic: str) -> int:
    command = ["kcat", "-C", "-q", "-e", "-b", os.environ["KAFKA_BOOTSTRAP"], "-t", topic, "-f", "%o\n"]
    return len(subprocess.check_output(command).splitlines())


def create(proxy: Proxy, group: str, topic: str, **config: object) -> str:
    config = {"auto.offset.reset": "earliest", "format": "json", **{k.replace("_", "."): v for k, v in config.items()}}
    status, reply = proxy.ask("POST", f"/consumers/{group}", config)
    assert status == 200, reply
    path = urlsplit(reply["base_uri"]).path
    assert proxy.ask("POST", f"{path}/subscription", {"topics": [topic]}) == (204, None)
    return path


def read(proxy: Proxy, path: str, query: str = "timeout=20000", kind: str = JSON) -> list[dict]:
    status, reply = proxy.ask("GET", f"{path}/records?{query}", None, None, Accept=kind)
    assert status == 200, reply
    return reply


def check_consumers(proxy: Proxy) -> None:
    nobody = "/consumers/g/instances/nobody"
    for request in (("GET", f"{nobody}/records"), ("DELETE", nobody), ("POST", f"{nobody}/offsets"),
                    ("POST", f"{nobody}/subscription", {"topics": ["0a.pin"]})):
        proxy.is_refused(404, 40403, *request, says="nobody")
    for config in {"format": "avro"}, {"colour": "red"}, {"name": 1}, {"auto.offset.reset": "sometimes"}:
        proxy.is_refused(422, 42204, "POST", "/consumers/g", config)
    proxy.is_refused(415, 415, "POST", "/consumers/g", {}, "text/plain")
    path = create(proxy, "g", "0a.pin", name="one")
    proxy.is_refused(409, 40902, "POST", "/consumers/g", {"name": "one"}, says="one")
    proxy.is_refused(406, 40601, "GET", f"{path}/records", None, None, Accept=BINARY)
    proxy.is_refused(422, 422, "GET", f"{path}/records?timeout=soon")
    for body in {}, {"topics": []}, {"topics": [1]}, {"topic_pattern": ".*"}:
        proxy.is_refused(422, 422, "POST", f"{path}/subscription", body)
    for offsets in 1, None, [{"topic": "0a.pin"}], [{"topic": "0a.pin", "partition": 0, "offset": "1"}]:
        proxy.is_refused(422, 422, "POST", f"{path}/offsets", {"offsets": offsets})
    assert [record["value"] for record in read(proxy, path)] == [0, 2]
    assert proxy.ask("DELETE", path) == (204, None)
    proxy.is_refused(404, 40403, "GET", f"{path}/records")
    path = create(proxy, "nowhere", "nobody.pin")
    proxy.is_refused(404, 40401, "GET", f"{path}/records?timeout=20000")
    proxy.ask("DELETE", path)


def check_places(proxy: Proxy) -> None:
    """What was not committed is read again; what was, is not; max_bytes bounds a reply, but never to nothing."""
    path = create(proxy, "places", "0a.geo", auto_commit_enable=False)
    first = read(proxy, path, "timeout=20000&max_bytes=0")
    assert [record["offset"] for record in first] == [0]
    assert [record["offset"] for record in read(proxy, path, "timeout=9000&max_bytes=5")] == [1, 2, 3, 4, 5]
    proxy.ask("DELETE", path)
    path = create(proxy, "places", "0a.geo", auto_commit_enable=False)
    assert read(proxy, path, "timeout=20000&max_bytes=7") == [{**first[0], "value": n, "offset": n} for n in range(7)]
    third = {"topic": "0a.geo", "partition": 1, "offset": 3}
    assert proxy.ask("POST", f"{path}/offsets", {"offsets": [third]}) == (200, [])
    proxy.ask("DELETE", path)
    path = create(proxy, "places", "0a.geo", auto_commit_enable=False)
    assert [record["offset"] for record in read(proxy, path, "timeout=20000&max_bytes=2")] == [4, 5]
    assert proxy.ask("POST", f"{path}/offsets") == (200, [])
    proxy.ask("DELETE", path)
    path = create(proxy, "places", "0a.geo")
    assert read(proxy, path)[0]["offset"] == 6
    proxy.ask("DELETE", path)


def check_end(proxy: Proxy) -> None:
    """The end of an instance does not wait for a request that waits for records, which is answered."""
    path = create(proxy, "an%2Fend", "0a.pin", name="of a/b")
    read(proxy, path)
    other, begin = Proxy(), time.monotonic()
    other.connection.request("GET", f"{path}/records?timeout=25000", None, {"Accept": JSON})
    time.sleep(0.5)
    assert proxy.ask("DELETE", path) == (204, None)
    assert json.loads(other.connection.getresponse().read()) == []
    assert time.monotonic() - begin < 15, "the end of an instance has waited"


def check_no_json(proxy: Proxy) -> None:
    """A JSON instance says where it cannot go on; a binary one reads it."""
    path = create(proxy, "json", "0a.user")
    values, until = [], time.monotonic() + 20
    while len(values) < 2 and time.monotonic() < until:
        status, reply = proxy.ask("GET", f"{path}/records?timeout=500", None, None, Accept=JSON)
        if status != 200:
            break
        values += [record["value"] for record in reply]
    proxy.is_refused(422, 42203, "GET", f"{path}/records?timeout=20000", None, None, Accept=JSON, says="0a.user")
    proxy.ask("DELETE", path)
    path, found = create(proxy, "binary", "0a.user", format="binary"), []
    while len(found) < 3 and time.monotonic() < until + 20:
        found += [record["value"] for record in read(proxy, path, kind=BINARY)]
    decoded = sorted(base64.b64decode(value or "") for value in found)
    assert decoded == [b"", b"\0 no JSON", '{"a":"é","n":null}'.encode()], decoded
    proxy.ask("DELETE", path)


def check_broker_away(proxy: Proxy) -> None:
    """What is on its way is reported as to be sent again, and what cannot be asked as unavailable; then all goes on."""
    broker = int(Path("kafka.pid").read_text().split()[0])
    os.kill(broker, signal.SIGSTOP)
    try:
        proxy.is_refused(503, 50302, "GET", "/topics", says="does not answer")
        proxy.is_refused(503, 50302, "POST", "/topics/unasked.pin", {"records": [{"value": 1}]}, JSON)
        status, reply = proxy.produce("0a.pin", {"value": "away"})
        assert status == 200 and reply["offsets"][0]["error_code"] == 50003, reply
    finally:
        os.kill(broker, signal.SIGCONT)
    for _ in range(3):
        status, reply = proxy.produce("0a.pin", {"value": "back"})
        assert status == 200, reply
        if reply["offsets"][0]["error_code"] is None:
            return
    sys.exit(f"the broker is back, and nothing is delivered: {reply}")


def check_loopback(proxy: Proxy) -> None:
    port = f":{proxy.address.port:04X}"
    sockets = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    assert [at for _, at, _, state, *_ in sockets if state == "0A" and at.endswith(port)] == [f"0100007F{port}"]


def main() -> None:
    os.environ.pop("KAFKA_BRIDGE_JARS", None)  # this is about the other proxy
    rerun.beside_kafka()
    os.chdir(os.environ["KAFKA_DIR"])
    subprocess.run(["create-topics", "0a", "--partitions", "2"], check=True)
    proxy = Proxy()
    for check in (check_loopback, check_host, check_topics, check_bodies, check_length, check_chunks, check_records, check_consumers, check_places, check_end,
                  check_no_json, check_broker_away):
        check(proxy)
        print(f"{check.__name__}: fine", flush=True)


if __name__ == "__main__":
    main()
