#!/usr/bin/env python3
# needs: kafka
"""send-payloads writes to the brokers of Kafka itself: the bytes that a proxy writes, to the partitions that Java's clients
choose, in order; what is refused is a dead letter; and over a broker that is killed, each record is there once."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import rerun

POSTS, RATE = 60_000, 10_000
KEYS = 500


def shell(command: str, **options: object) -> subprocess.CompletedProcess:
    return subprocess.run(["bash", "-c", "set -o pipefail; " + command], check=True, **options)


def consumed(topic: str) -> list[dict]:
    text = shell(f"kcat -C -q -J -e -o beginning -b $KAFKA_BOOTSTRAP -t {topic}", capture_output=True).stdout
    return [json.loads(line) for line in text.splitlines()]


def send(requests: list[dict], *options: str, expect: int = 0) -> tuple[list[dict], str]:
    """Reports, and what was said."""
    text = "".join(json.dumps(request, separators=(",", ":")) + "\n" for request in requests)
    sent = subprocess.run(["send-payloads", "--bootstrap", os.environ["KAFKA_BOOTSTRAP"], *options], input=text, text=True,
                          capture_output=True)  # fmt: skip
    assert sent.returncode == expect, (sent.returncode, sent.stderr)
    return [json.loads(line) for line in sent.stdout.splitlines()], sent.stderr


def check_bytes() -> None:
    """What a consumer gets is what the request says, and for v2 what a proxy writes."""
    v2 = [{"key": key, "value": value} for key, value in (
        (None, {"n": 1.5, "t": "é😀 \"q\"", "a": [1, None]}), ("k1", {"x": {}}), (7, {"n": 2}), ({"a": 1}, {"n": 3}), ("k2", None),
    )]  # fmt: skip
    for topic in "shapes", "by-proxy":
        shell(f"create-topics {topic} >/dev/null")
    send([{"topic": "shapes.pin", "payload": {"records": v2}}])
    request = json.dumps({"topic": "by-proxy.pin", "payload": {"records": v2}})
    shell('send-payloads --url "$KAFKA_REST_URL" >/dev/null', input=request.encode())
    ours, proxys = ([(row["key"], row["payload"] and json.loads(row["payload"])) for row in consumed(topic)]
                    for topic in ("shapes.pin", "by-proxy.pin"))  # fmt: skip
    assert ours == proxys == [(None if r["key"] is None else json.dumps(r["key"], separators=(",", ":")), r["value"]) for r in v2], (
        ours, proxys)  # fmt: skip

    v3 = [
        {"key": {"type": "STRING", "data": "plain"}, "value": {"type": "JSON", "data": {"n": 1}}, "partition_id": 0,
         "timestamp": "2026-01-02T03:04:05.678Z", "headers": [{"name": "h", "value": "aGk="}, {"name": "g", "value": None}]},
        {"value": {"type": "BINARY", "data": "aGkA"}}, {"key": {"type": "STRING", "data": ""}, "value": {"type": "STRING", "data": "a\nb"}},
    ]  # fmt: skip
    reports, _ = send([{"topic": "shapes.geo", "payload": record} for record in v3], "--verbose")
    rows = consumed("shapes.geo")
    assert [(row["key"], row["payload"]) for row in rows] == [("plain", '{"n":1}'), (None, "hi\0"), ("", "a\nb")], rows
    assert (rows[0]["ts"], rows[0]["headers"]) == (1767323045678, ["h", "hi", "g", None]), rows[0]
    assert [report["offsets"] for report in reports] == [[{"partition": 0, "offset": n}] for n in range(3)], reports


def check_partitions() -> None:
    """Keys go where another client with Java's partitioner puts them, and those of a partition are in order."""
    for topic in "ours", "theirs":
        shell(f"create-topics {topic} --partitions 5 >/dev/null")
    keys = [f"key-{n * n}" for n in range(KEYS)]
    records = [{"key": {"type": "STRING", "data": key}, "value": {"type": "JSON", "data": n}}
               for n in range(4) for key in keys]  # fmt: skip
    send([{"topic": "ours.pin", "payload": record} for record in records])
    lines = "".join(f"{key}\t0\n" for key in keys)
    shell("kcat -P -X partitioner=murmur2_random -K '\t' -b $KAFKA_BOOTSTRAP -t theirs.pin", input=lines.encode())
    ours = consumed("ours.pin")
    assert {(row["key"], row["partition"]) for row in ours} == {(row["key"], row["partition"]) for row in consumed("theirs.pin")}
    assert len({row["partition"] for row in ours}) == 5
    for key in keys:
        assert [row["payload"] for row in ours if row["key"] == key] == ["0", "1", "2", "3"], key


def check_refusals() -> None:
    large = {"value": "x" * 1_500_000}
    reports, said = send([{"topic": "ours.geo", "payload": {"records": [{"value": 1}, large, {"value": 2, "partition": 99}, {"value": 3}]}},
                          {"topic": "missing", "payload": {"records": [{"value": 4}]}},
                          {"topic": "ours.geo", "payload": {"records": [{"value": 5}]}}],
                         "--dead-letter", "dead", expect=1)  # fmt: skip
    assert [report["delivered"] for report in reports] == [2, 0, 1], (reports, said)
    assert sorted(row["payload"] for row in consumed("ours.geo")) == ["1", "3", "5"]
    dead = [json.loads(line) for line in Path("dead").read_text().splitlines()]
    assert sorted(record["value"] for letter in dead for record in letter["payload"]["records"] if record != large) == [2, 4], dead
    reasons = [letter["reason"] for letter in dead]
    assert len(reasons) == 3 and sum("too large" in reason for reason in reasons) == 1, reasons
    assert sum("nknown topic or partition" in reason or "nknown partition" in reason for reason in reasons) == 2, reasons
    assert "hint: " in said, said
    _, said = send([{"topic": "ours.geo", "payload": {"records": [{"value": 1}]}},
                    {"stream": "s", "payload": {"StreamName": "s", "Data": "aGk=", "PartitionKey": "1"}}], expect=1)  # fmt: skip
    assert ":2: not for Kafka" in said, said


def broker() -> int:
    return int(Path("kafka.pid").read_text().split()[0])


def kill_broker() -> None:
    os.kill(broker(), signal.SIGKILL)
    while Path(f"/proc/{broker()}").exists():
        time.sleep(0.05)


def check_outage() -> None:
    """Killed while posts come, and up again: nothing is lost, nothing is there twice, and in order."""
    shell("create-topics outage --partitions 2 >/dev/null")
    shell(f"emulate-posts -n {POSTS} --order sequential --rows {POSTS} -o posts")
    sending = subprocess.Popen(["bash", "-c", f"""
        emulate-posts -n {POSTS} --order sequential --rows {POSTS} --rate {RATE} | to-kafka-payload --user-id outage |
        send-payloads --bootstrap $KAFKA_BOOTSTRAP --stats >reports"""], stderr=subprocess.PIPE, text=True)  # fmt: skip
    while not Path("reports").exists() or not Path("reports").stat().st_size:
        time.sleep(0.1)
    for _ in range(2):
        kill_broker()
        shell('"$SCRIPTS/home/kafka-up" "$KAFKA_DIR" >/dev/null')
        time.sleep(1)
    os.kill(broker(), signal.SIGSTOP)
    time.sleep(2)
    os.kill(broker(), signal.SIGCONT)
    said = sending.communicate()[1]
    assert sending.returncode == 0, said
    for dataset in "pin", "geo", "user":
        rows = consumed(f"outage.{dataset}")
        for partition in 0, 1:
            numbers = [json.loads(row["payload"])["ind" if dataset != "pin" else "index"] for row in rows if row["partition"] == partition]
            assert numbers == sorted(set(numbers)), f"{dataset}, {partition}: doubled or out of order"
        assert len(rows) == POSTS, f"{dataset}: {len(rows)} of {POSTS}"


def check_signals() -> None:
    """While the broker is silent, a second signal ends it, and all is accounted for."""
    shell("to-kafka-payload --user-id outage posts >requests")
    os.kill(broker(), signal.SIGSTOP)
    try:
        sender = subprocess.Popen("exec send-payloads --bootstrap $KAFKA_BOOTSTRAP --config timeout --dead-letter late --stats requests",
                                  shell=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)  # fmt: skip
        said = sender.communicate(timeout=60)[1]  # it cannot even be reached
        assert sender.returncode == 2 and "cannot reach Kafka" in said, (sender.returncode, said)
    finally:
        os.kill(broker(), signal.SIGCONT)
    sender = subprocess.Popen("exec send-payloads --bootstrap $KAFKA_BOOTSTRAP --dead-letter late --stats /dev/stdin",
                              shell=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # fmt: skip
    requests = Path("requests").read_text().splitlines(keepends=True)
    sender.stdin.write(requests[0])
    sender.stdin.flush()
    assert json.loads(sender.stdout.readline())["delivered"] > 0
    os.kill(broker(), signal.SIGSTOP)
    try:
        sender.stdin.write(requests[1])
        sender.stdin.flush()
        time.sleep(1)
        for _ in range(2):
            sender.send_signal(signal.SIGTERM)
            time.sleep(0.5)
        _, said = sender.communicate(timeout=60)
    finally:
        os.kill(broker(), signal.SIGCONT)
    stats = json.loads(next(line for line in said.splitlines() if line.startswith("{")))
    assert stats["in"] == stats["delivered"] + stats["dead_lettered"], said
    assert stats["dead_lettered"] > 0, said


def main() -> None:
    rerun.beside_kafka()
    os.chdir(os.environ["KAFKA_DIR"])
    Path("timeout").write_text("socket.timeout.ms=2000\n")
    for check in check_bytes, check_partitions, check_refusals, check_outage, check_signals:
        began = time.monotonic()
        check()
        print(f"{check.__name__}: fine, {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
