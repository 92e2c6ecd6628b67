#!/usr/bin/env python3
"""Whatever call fails, memory and threads among them, a tool tells it once and ends with status 2, or does its work.

tests/support/faults.cc makes the Nth call of a kind fail; N is swept over all there are, close at first.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
FAULTS = Path(os.environ.get("PINPIPE_BUILD", "build"), "tests/libfaults.so")
KINDS = ("memory", "fcntl", "thread", "poll", "pipe", "read", "write", "open")
POINTS = {"memory": 24}
OTHER_POINTS = 6
TIMEOUT_S = 30  # for what hangs
SKIPPED = 77

FILTERS = {
    "clean-pin": "clean-pin -j2 --rejects rejects -o out posts",
    # Without threads of libzstd: 1.5.4 crashes where one of the allocations for them fails.
    "clean-pin to zstd": "clean-pin -j1 --stats -z -o out posts",
    "clean-geo of zstd": "clean-geo -j3 posts.zst",
    "clean-user of gzip": "clean-user -j1 posts.gz -",
    "to-kafka-payload": "to-kafka-payload -j2 --user-id me --key ind posts",
    "to-kafka-payload --unwrap": "to-kafka-payload -j2 --unwrap kafka",
    "kinesis-encode": "kinesis-encode -j2 --user-id me -o out posts",
    "kinesis-encode --decode": "kinesis-encode -j2 --decode kinesis",
    "to-ndjson": "to-ndjson -j2 --rejects rejects -o out posts.gz",
    "query": "query all -j2 clean",
    "query to a table": "query top-category-by-country --format table -o out clean",
    "emulate-posts": "emulate-posts -n 300 -j2 -o out",
    "emulate-posts of a pool": "emulate-posts -n 30 --source posts --now --order sequential --rows 30",
}
SENDER = "send-payloads --url {url} --retries 1 --dead-letter letters kafka"
SINK = "sink-topics --bootstrap 127.0.0.1:9 me objects"


def prepare(folder: Path) -> None:
    script = """emulate-posts -n 200 > posts; zstd -q posts -o posts.zst; gzip -k posts; clean-pin posts | clean-geo | clean-user > clean
    to-kafka-payload --user-id me posts > kafka; kinesis-encode --user-id me posts > kinesis"""
    subprocess.run(["bash", "-ec", script], cwd=folder, check=True)


class Run:
    """A command in a folder of its own beside the inputs, with a fault or none."""

    def __init__(self, command: str, inputs: Path, fault: str = ""):
        self.command, self.fault = command, fault
        with tempfile.TemporaryDirectory(dir=inputs.parent) as name:
            folder = Path(name)
            for path in inputs.iterdir():
                (folder / path.name).hardlink_to(path)
            (folder / "objects").mkdir()
            before = set(folder.iterdir())
            environment = os.environ | {"LD_PRELOAD": str(FAULTS), "FAULT": fault, "FAULT_COUNTS": f"{name}.counts"}
            try:
                done = subprocess.run(command.split(), cwd=folder, env=environment, capture_output=True, stdin=subprocess.DEVNULL,
                                      timeout=TIMEOUT_S)
                self.status, self.said = done.returncode, done.stderr.decode(errors="replace")
            except subprocess.TimeoutExpired as hang:
                self.status, self.said = None, (hang.stderr or b"").decode(errors="replace")
                done = None
            self.left = {path.name for path in set(folder.rglob("*")) - before if path.name not in ("rejects", "letters")}
            out = folder / "out"
            self.out = out.read_bytes() if out.exists() else done.stdout if done else b""
        counts = Path(f"{name}.counts")
        self.counts = dict(line.split() for line in counts.read_text().splitlines()) if counts.exists() else {}
        counts.unlink(missing_ok=True)

    def wrong(self, whole: "Run") -> str:
        """What must not be, or nothing."""
        if self.status is None:
            return "hangs"
        if self.status not in (0, 1, 2):
            return f"ends by {signal.Signals(-self.status).name}" if self.status < 0 else f"ends with {self.status}"
        errors = re.findall(r"^\S+: error: ", self.said, re.M)
        # The next run clears it. Nothing can where librdkafka, or the standard library, gets no memory and ends it all.
        no_memory = self.fault.startswith("memory") and re.search("a library gave up|out of memory", self.said)
        aborted = {".sink-topics-me", "lock"} if no_memory else set()
        if self.left - {"out"} - aborted:
            return f"leaves {self.left}"
        if self.status == 2:
            if "-o" in self.command.split() and self.left and self.out != whole.out:
                return "leaves a file that is not whole"
            return "" if len(errors) == 1 else f"tells {len(errors)} errors"
        if self.command.startswith(("send-payloads", "emulate-posts -n 30 ")):  # these tell times
            return ""
        return "" if self.out == whole.out and not errors else f"ends with {self.status}, but not with what it should"


def points(kind: str, count: int) -> list[str]:
    """Calls to fail: the first ones, and others, ever farther apart."""
    most = POINTS.get(kind, OTHER_POINTS)
    numbers, number = [], 1.0
    growth = max(1.0, count / 4) ** (1 / max(1, most - 4))
    while len(numbers) < most and number <= count:
        numbers.append(int(number))
        number = number + 1 if number < 4 else max(number + 1, number * growth)
    return [f"{kind}:{number}" for number in numbers] + ([f"{kind}:{numbers[len(numbers) // 2]}+"] if numbers else [])


def sweep(commands: dict[str, str], inputs: Path, at_once: int) -> list[str]:
    found, runs = [], 0
    with ThreadPoolExecutor(at_once) as pool:
        whole = dict(zip(commands, pool.map(lambda command: Run(command, inputs), commands.values())))
        for name, run in whole.items():
            assert run.counts and (run.status == 0 or name == "sink-topics"), (name, run.status, run.said)
        tasks = [(name, pool.submit(Run, command, inputs, fault)) for name, command in commands.items() for kind in KINDS
                 for fault in points(kind, int(whole[name].counts[kind]))]
        for name, task in tasks:
            run = task.result()
            runs += 1
            if wrong := run.wrong(whole[name]):
                found.append(f"{name}, {run.fault}: {wrong}: {run.said.strip()[-300:]}")
    print(*found, f"{', '.join(commands)}: {runs} faults", sep="\n")
    return found


def send(inputs: Path) -> list[str]:
    """To a stub of the REST proxy."""
    port = inputs.parent / "port"
    (inputs.parent / "stub").mkdir()
    stub = subprocess.Popen([sys.executable, TESTS / "stub/server", "--port-file", port, "--log", inputs.parent / "stub"],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not port.exists() or not port.read_text():
            assert stub.poll() is None, "the stub does not run"
        return sweep({"send-payloads": SENDER.format(url=f"http://127.0.0.1:{port.read_text().strip()}")}, inputs, 2)
    finally:
        stub.kill()
        stub.wait()


def main() -> int:
    if os.environ.get("PINPIPE_SANITIZE"):
        print("skipped: a sanitizer has allocators of its own")
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        inputs = Path(folder, "inputs")
        inputs.mkdir()
        prepare(inputs)
        found = sweep(FILTERS, inputs, 2) + send(inputs)
        found += sweep({"sink-topics": SINK}, inputs, 24)  # mostly waiting
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
