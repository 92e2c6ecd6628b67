#!/usr/bin/env python3
"""A record that comes at a steady pace, with no pause to wait for, is downstream soon after it came: a request is sent
when its first record has lingered, not only when it is full. Where input is always there, requests are full."""

import json
import subprocess
import sys
import threading
import time

RECORDS, EVERY_S = 400, 0.0025
TOOLS = {
    "to-kafka-payload": (["to-kafka-payload", "--topic", "all"], lambda line: line["payload"]["records"]),
    "kinesis-encode": (["kinesis-encode", "--stream", "all"], lambda line: line["payload"]["Records"]),
}


def steady(command: list[str], records_of) -> tuple[list[float], list[int]]:
    """How long each record took, in s, and how many records each request had."""
    tool = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    sent: list[float] = []

    def feed() -> None:
        due = time.monotonic()
        for number in range(RECORDS):
            sent.append(time.monotonic())
            tool.stdin.write(b'{"id":%d}\n' % number)
            due += EVERY_S
            time.sleep(max(0.0, due - time.monotonic()))
        tool.stdin.close()

    feeder = threading.Thread(target=feed)
    feeder.start()
    took, sizes = [], []
    for line in tool.stdout:
        now, size = time.monotonic(), len(records_of(json.loads(line)))
        took += [now - sent[len(took) + i] for i in range(size)]
        sizes.append(size)
    feeder.join()
    assert tool.wait() == 0 and len(took) == RECORDS, (tool.returncode, len(took))
    return sorted(took), sizes


def main() -> None:
    for name, (command, records_of) in TOOLS.items():
        for threads in ("-j1", "-j4"):
            took, _ = steady([*command, threads], records_of)
            print(f"{name} {threads}: half within {took[RECORDS // 2] * 1e3:.1f} ms, the slowest {took[-1] * 1e3:.1f} ms")
            assert took[RECORDS // 2] < 0.03, "records are held back"
        took, sizes = steady([*command, "--linger", "200ms"], records_of)
        print(f"{name} --linger 200ms: {len(sizes)} requests, half within {took[RECORDS // 2] * 1e3:.1f} ms")
        assert len(sizes) <= 8, "records did not wait for each other"
        lines = b"".join(b'{"id":%d}\n' % number for number in range(100_000))
        out = subprocess.run(command, input=lines, stdout=subprocess.PIPE, check=True).stdout.splitlines()
        sizes = [len(records_of(json.loads(line))) for line in out]
        print(f"{name}, as fast as it reads: {len(sizes)} requests")
        assert len(sizes) <= 220, "requests were cut though input was there"


if __name__ == "__main__":
    sys.exit(main())
