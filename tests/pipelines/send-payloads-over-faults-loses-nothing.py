#!/usr/bin/env python3
"""Posts to a server that fails in every way it knows, many times: each record is accepted or dead-lettered, dead
letters that are sent again complete the set, order is kept within each topic, and memory stays bounded."""
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

POSTS = 20000
MOST_RESIDENT_KB = 64 * 1024
STUB = pathlib.Path(os.environ["TESTS"]) / "stub" / "server"
FAULTS = [
    {"do": "status", "status": 429}, {"do": "status", "status": 503}, {"do": "status", "status": 502, "body": "<html>"},
    {"do": "status", "status": 429, "headers": {"Retry-After": "0"}},
    {"do": "status", "status": 413}, {"do": "status", "status": 422, "body": {"error_code": 422, "message": "no"}},
    {"do": "fail", "entries": list(range(0, 500, 3)), "code": 50003}, {"do": "fail", "entries": [0, 7], "code": 50002},
    {"do": "fail", "entries": [1, 2], "code": 500, "form": "strimzi"}, {"do": "fail", "entries": [5], "code": 2, "form": "karapace"},
    {"do": "fewer"}, {"do": "broken"}, {"do": "cut"}, {"do": "reset"}, {"do": "slow", "seconds": 0.05},
    {"do": "hang", "seconds": 3}, {"do": "ok"}, {"do": "ok"},
]


def start_stub(folder, steps):
    folder.mkdir()
    port = folder / "port"
    stub = subprocess.Popen([sys.executable, STUB, "--port-file", port, "--log", folder, *map(json.dumps, steps)])
    while not port.exists():
        assert stub.poll() is None, "the stub has ended"
        time.sleep(0.02)
    return stub, "http://127.0.0.1:" + port.read_text()


def send(url, requests, *options):
    """Its exit status, its stats, and the most memory it had."""
    command = ["send-payloads", "--url", url, "--stats", "--timeout", "1", *options, requests]
    sender = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    told = sender.stderr.read().splitlines()
    _, status, usage = os.wait4(sender.pid, 0)
    stats = next(json.loads(line) for line in told if line.startswith("{"))
    return os.waitstatus_to_exitcode(status), stats, usage.ru_maxrss


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def ids(records):
    """(topic, number) of each."""
    return [(to, record.get("index", record.get("ind"))) for to, record in records]


def accepted(folder):
    return ids((entry["to"], entry["record"]) for entry in lines(folder / "accepted"))


def main():
    seed = int(os.environ.get("SEED", "1"))
    draw = random.Random(seed)
    steps = [draw.choice(FAULTS) for _ in range(120)]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        requests, dead = folder / "requests", folder / "dead"
        subprocess.run(f"emulate-posts -n {POSTS} --order sequential --rows {POSTS} | "
                       f"to-kafka-payload --user-id u -o {requests}", shell=True, check=True)
        sent = {(topic, number) for topic in ("u.pin", "u.geo", "u.user") for number in range(POSTS)}

        stub, url = start_stub(folder / "faulty", steps)
        status, stats, resident_kb = send(url, requests, "--dead-letter", dead, "--parallel", "3")
        stub.kill()
        arrived = accepted(folder / "faulty")
        kept = ids((line["topic"], record["value"]) for line in lines(dead) for record in line["payload"]["records"])
        assert status == (1 if kept else 0), status
        assert stats["in"] == len(sent) == stats["delivered"] + stats["dead_lettered"], stats
        assert stats["dead_lettered"] == len(kept) and stats["lost"] == 0, stats
        assert set(arrived) | set(kept) == sent, f"lost: {len(sent - set(arrived) - set(kept))}"
        assert kept and stats["retries"] > 10, f"too few faults to prove anything: {stats}"
        if not os.environ.get("PINPIPE_SANITIZE"):
            assert resident_kb < MOST_RESIDENT_KB, f"{resident_kb} KB"

        stub, url = start_stub(folder / "good", [])
        status, stats, _ = send(url, dead)
        stub.kill()
        assert status == 0 and stats["out"] == len(kept), stats
        assert set(arrived) | set(accepted(folder / "good")) == sent
        print(f"seed {seed}: {len(sent)} records, {len(arrived)} accepted at first, {len(kept)} dead-lettered, {resident_kb} KB")


main()
