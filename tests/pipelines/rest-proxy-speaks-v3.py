#!/usr/bin/env python3
# needs: kafka
"""rest-proxy speaks version 3 of Confluent's API: clusters and topics, records as a stream whose reports come while it
goes on, and a few at once. What arrives is what kcat reads; posts of send-payloads come back as they were.
"""

import base64
import http.client
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import rerun

MOST = 1048576
TYPE = {"Content-Type": "application/json"}


def connect() -> http.client.HTTPConnection:
    address = urlsplit(os.environ["KAFKA_REST_URL"])
    return http.client.HTTPConnection(address.hostname, address.port, timeout=60)


def values_in(text: str) -> list[dict]:
    """JSON values one behind the other."""
    decoder, found = json.JSONDecoder(), []
    text = text.strip()
    while text:
        value, end = decoder.raw_decode(text)
        found.append(value)
        text = text[end:].lstrip()
    return found


def kcat(topic: str, form: str) -> list[str]:
    command = ["kcat", "-C", "-q", "-e", "-b", os.environ["KAFKA_BOOTSTRAP"], "-t", topic, "-f", form + "\n"]
    return subprocess.check_output(command, text=True, errors="replace").splitlines()


class Place:
    def __init__(self) -> None:
        self.connection = connect()
        self.cluster = self.ask("GET", "/v3/clusters")[1]["data"][0]["cluster_id"]
        self.path = f"/v3/clusters/{self.cluster}"

    def ask(self, method: str, path: str, body: object = None, headers: dict | None = None) -> tuple[int, dict]:
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        self.connection.request(method, path, data, TYPE if headers is None else headers)
        reply = self.connection.getresponse()
        assert reply.getheader("Content-Type") == "application/json", (path, reply.getheader("Content-Type"))
        return reply.status, json.loads(reply.read())

    def stream(self, topic: str, body: bytes) -> list[dict]:
        self.connection.request("POST", f"{self.path}/topics/{topic}/records", body, TYPE)
        reply = self.connection.getresponse()
        assert reply.status == 200
        return values_in(reply.read().decode())

    def is_refused(self, status: int, code: int, *request: object, says: str = "") -> None:
        found, reply = self.ask(*request)
        assert (found, reply["error_code"]) == (status, code) and says in reply["message"], (request, found, reply)


def check_resources(at: Place) -> None:
    url = os.environ["KAFKA_REST_URL"]
    on_disk = Path(os.environ["KAFKA_DIR"], "topics/meta.properties").read_text()
    assert re.search(r"^cluster\.id=(.*)$", on_disk, re.MULTILINE)[1] == at.cluster
    status, cluster = at.ask("GET", at.path)
    assert status == 200 and cluster["kind"] == "KafkaCluster", cluster
    assert cluster["metadata"] == {"self": url + at.path, "resource_name": f"crn:///kafka={at.cluster}"}
    assert cluster["topics"] == {"related": f"{url}{at.path}/topics"}
    status, topics = at.ask("GET", f"{at.path}/topics")
    assert (status, topics["kind"], topics["metadata"]) == (200, "KafkaTopicList", {"self": f"{url}{at.path}/topics", "next": None})
    assert [topic["topic_name"] for topic in topics["data"]] == ["0a.geo", "0a.pin", "0a.user"]
    own = f"{at.path}/topics/0a.pin"
    assert at.ask("GET", own) == (200, topics["data"][1]) == (200, {
        "kind": "KafkaTopic", "metadata": {"self": url + own, "resource_name": f"crn:///kafka={at.cluster}/topic=0a.pin"},
        "cluster_id": at.cluster, "topic_name": "0a.pin", "is_internal": False, "replication_factor": 1, "partitions_count": 2,
        "partitions": {"related": f"{url}{own}/partitions"}, "configs": {"related": f"{url}{own}/configs"},
        "partition_reassignments": {"related": f"{url}{own}/partitions/-/reassignment"}, "authorized_operations": [],
    })  # fmt: skip
    at.is_refused(404, 404, "GET", "/v3/clusters/other", says="Cluster other cannot be found.")
    at.is_refused(404, 404, "POST", "/v3/clusters/other/topics/0a.pin/records", {})
    at.is_refused(404, 40403, "GET", f"{at.path}/topics/nobody.pin")
    at.is_refused(405, 405, "DELETE", own)


def check_record(at: Place) -> None:
    binary = base64.b64encode(b"\0\xff").decode()
    record = {"partition_id": 1, "key": {"type": "STRING", "data": "k1"}, "value": {"type": "JSON", "data": {"a": "é"}},
              "timestamp": "2026-01-02T03:04:05.678+00:00",
              "headers": [{"name": "h", "value": base64.b64encode(b"v").decode()}, {"name": "n", "value": None}]}
    assert at.stream("0a.pin", json.dumps(record).encode()) == [{
        "error_code": 200, "cluster_id": at.cluster, "topic_name": "0a.pin", "partition_id": 1, "offset": 0,
        "timestamp": "2026-01-02T03:04:05.678Z", "key": {"type": "STRING", "size": 2}, "value": {"type": "JSON", "size": 10},
    }]  # fmt: skip
    assert kcat("0a.pin", "%p|%k|%s|%T|%h") == ['1|k1|{"a":"é"}|1767323045678|h=v,n=NULL']
    found = at.stream("0a.geo", json.dumps({"key": {"type": "JSON", "data": "k"}, "value": {"data": binary}}).encode())
    assert (found[0]["key"], found[0]["value"]) == ({"type": "JSON", "size": 3}, {"type": "BINARY", "size": 2}), found
    assert [report["error_code"] for report in at.stream("0a.geo", b"{}")] == [200]
    assert sorted(kcat("0a.geo", "%k|%S")) == ['"k"|2', "|-1"]


def check_wrong_records(at: Place) -> None:
    """Each has its report, in its place; the stream goes on unless it is no JSON any more."""
    good = {"value": {"type": "JSON", "data": "good"}}
    wrong = [
        ([], 400, "object"), ({"valeu": {}}, 400, "Unrecognized field: valeu"), ({"partition_id": "0"}, 400, "partition_id"),
        ({"partition_id": -1}, 40402, ""), ({"partition_id": 9}, 40402, "9"), ({"value": 1}, 400, "value"),
        ({"value": {"type": "XML", "data": 1}}, 400, "BINARY, JSON, STRING"), ({"value": {"schema_id": 1, "data": 1}}, 400, "schema"),
        ({"value": {"type": "AVRO", "data": 1}}, 400, "schema"), ({"value": {"type": "STRING", "data": 1}}, 42207, "value"),
        ({"key": {"type": "BINARY", "data": "no base64"}}, 42207, "key"), ({"timestamp": "soon"}, 400, "timestamp"),
        ({"headers": [{"name": "h", "value": "?"}]}, 400, "base64"), ({"headers": {}}, 400, "headers"),
        ({"value": {"type": "STRING", "data": "a" * MOST}}, 50002, ""),
    ]  # fmt: skip
    before = len(kcat("0a.user", "%o"))
    reports = at.stream("0a.user", b" \n".join(json.dumps(one).encode() for record, _, _ in wrong for one in (record, good)))
    assert len(reports) == 2 * len(wrong), reports
    for (record, code, says), report in zip(wrong, reports[::2]):
        assert report["error_code"] == code and says in report["message"], (str(record)[:99], report)
    assert all(report["error_code"] == 200 for report in reports[1::2]), reports
    assert len(kcat("0a.user", "%o")) == before + len(wrong)
    text = json.dumps(good).encode()
    for broken in b"{]", b'{"value":nan}', b"}", b"true", b'{"value":', b"\xff", b'{"a":"\xff"}', b"[" * 100_000 + b"]" * 100_000:
        reports = at.stream("0a.user", text + broken + (b"" if broken == b'{"value":' else text))
        assert [report["error_code"] for report in reports] == [200, 400], (broken[:20], reports)
    assert [report["error_code"] for report in at.stream("0a.user", b'{"a":"' + b"a" * 8 * MOST)] == [413]
    assert at.stream("0a.user", b" \n") == []
    assert [report["error_code"] for report in at.stream("nobody.pin", text * 2)] == [40403, 40403]
    path = f"{at.path}/topics/0a.user/records"
    for kind in "text/plain", "application/vnd.kafka.json.v2+json":
        at.is_refused(415, 415, "POST", path, good, {"Content-Type": kind})
    at.is_refused(400, 400, "POST", path, good, {"Content-Type": "application/json; charset=utf-16"})


def check_full_duplex(_: Place) -> None:
    """The report of a record comes before the next is sent, though both are of one request."""
    at, other = Place(), connect()
    other.putrequest("POST", f"{at.path}/topics/0a.geo/records")
    for name, value in (*TYPE.items(), ("Transfer-Encoding", "chunked")):
        other.putheader(name, value)
    other.endheaders()
    reply = None
    for number in range(3):
        record = json.dumps({"value": {"type": "JSON", "data": number}, "partition_id": 0}).encode()
        for part in record[:9], record[9:] + b"\n":
            other.send(b"%x\r\n%s\r\n" % (len(part), part))
        reply = reply or other.getresponse()
        report = json.loads(reply.readline())
        assert report["error_code"] == 200 and report["value"] == {"type": "JSON", "size": 1}, report
    other.send(b"0\r\n\r\n")
    assert reply.read() == b""


def check_batch(at: Place) -> None:
    path = f"{at.path}/topics/0a.geo/records:batch"
    good = {"value": {"type": "STRING", "data": "batch"}}
    entries = [{"id": "1", **good}, {"id": "b-2", "partition_id": 9, **good}, {"id": "c", "colour": "red"}, {"id": "d", **good}]
    status, reply = at.ask("POST", path, {"entries": entries})
    assert (status, [one["id"] for one in reply["successes"]]) == (207, ["1", "d"]), reply
    assert [(one["id"], one["error_code"]) for one in reply["failures"]] == [("b-2", 40402), ("c", 400)], reply
    assert kcat("0a.geo", "%s").count("batch") == 2
    for entries in [], [good], [{"id": "a", **good}] * 2, [{"id": str(n), **good} for n in range(11)], [{"id": "a b"}]:
        at.is_refused(422, 42208, "POST", path, {"entries": entries})
    at.is_refused(400, 400, "POST", path, b"{")


def check_round_trip(at: Place) -> None:
    subprocess.run(["create-topics", "rt"], check=True)
    shell = """
        emulate-posts -n 500 | tee posts |
          to-kafka-payload --user-id rt --api v3 --key ind | send-payloads --url "$0" -o reports
        for dataset in pin geo user; do
          kcat -C -q -e -b "$KAFKA_BOOTSTRAP" -t rt.$dataset | clean-$dataset >came.$dataset
          to-kafka-payload --api kcat --payload-only --only $dataset posts | clean-$dataset | cmp - came.$dataset
          [ "$(wc -l <came.$dataset)" = 500 ]
        done"""
    url = os.environ["KAFKA_REST_URL"] + at.path
    subprocess.run(["bash", "-euo", "pipefail", "-c", shell, url], check=True)


def main() -> None:
    os.environ.pop("KAFKA_BRIDGE_JARS", None)  # this is about the other proxy
    rerun.beside_kafka()
    os.chdir(os.environ["KAFKA_DIR"])
    subprocess.run(["create-topics", "0a", "--partitions", "2"], check=True)
    at = Place()
    for check in check_resources, check_record, check_wrong_records, check_full_duplex, check_batch, check_round_trip:
        check(at)
        print(f"{check.__name__}: fine", flush=True)


if __name__ == "__main__":
    main()
