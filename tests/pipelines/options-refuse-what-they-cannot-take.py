#!/usr/bin/env python3
"""Sweeps all options of all tools, as they are declared, over values that a tired person or an unset variable gives.

`TOOL --generate options` says which options there are, and of what kind. No value may lead to an input that is
changed, a bystander that is touched, a left-over, or a status that says all is well where something was not understood.
"""
import os
import pathlib
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.environ["TESTS"] + "/support")
import declared

BIN = pathlib.Path(os.environ["PINPIPE_BUILD"], "bin")
INPUT = b'{"index":1,"unique_id":"a","title":"T"}\n{"ind":2,"country":"Peru"}\n{"ind":3,"age":20,"first_name":"B"}\n'
REQUEST = b'{"topic":"t","payload":{"records":[{"value":{"index":1}}]}}\n'

# What a run needs beside the option; IN is the input.
RUNS = {
    "clean-pin": ["IN"],
    "clean-geo": ["IN"],
    "clean-user": ["IN"],
    "clean-posts": ["IN"],
    "to-ndjson": ["IN"],
    "query": ["top-country-by-followers", "IN"],
    "to-kafka-payload": ["--user-id=me", "IN"],
    "kinesis-encode": ["--user-id=me", "IN"],
    "emulate-posts": ["-n", "3"],
    "send-payloads": ["--url=http://127.0.0.1:1", "--retries=0", "IN"],
    "sink-topics": ["--bootstrap=127.0.0.1:1", "0a", "folder/sink"],
    "create-topics": ["--bootstrap=127.0.0.1:1", "0a"],
    "create-streams": ["0a"],
    "read-stream": ["streaming-0a-pin"],
    "read-objects": ["s3://bucket/topics"],
}
# Of these no run succeeds here, and none is compared.
WITH_SERVERS = {"sink-topics", "create-topics", "create-streams", "read-stream", "read-objects"}
HUGE = "1" + "0" * 300
# By kind: values that are misuse, always. "folder" is one, "in.ndjson" the input.
REFUSED = {
    "none": ["", "x", "1"],
    "text": [""],
    "count": ["", "-1", "18446744073709551616", HUGE, "5 parsecs", "1.5", "folder", "in.ndjson"],
    "bytes": ["", "-1", "18446744073709551616", "1e30", HUGE, "5 parsecs", "folder", "in.ndjson"],
    "duration": ["", "-1", "-1s", "1000000d", HUGE, "5 parsecs", "folder", "in.ndjson"],
    "number": ["", "-1", "nan", "inf", "1e999", "5 parsecs", "folder", "in.ndjson"],
    "choice": ["", "-1", HUGE, "5 parsecs", "folder", "in.ndjson"],
    "input_file": ["", "folder", "none/such"],
    "output_file": ["", "folder", "none/such", "in.ndjson", "link", "hard", "./in.ndjson"],
    "expectation": ["", "x", "rejected", "<1%", "rejected<", "rejected<5", "rejected<0%", "rejected<101%", "none<1%", HUGE],
    "optional_count": ["", "-1", "0", "20", HUGE, "5 parsecs", "in.ndjson"],
}
NAMES_OF_INPUT = {"in.ndjson", "./in.ndjson", "link", "hard"}
AT_ONCE = 2  # some wait for a Kafka that is not there
failures = []


def make_folder(path, tool):
    content = REQUEST if tool == "send-payloads" else INPUT
    (path / "in.ndjson").write_bytes(content)
    (path / "by.ndjson").write_bytes(b"a bystander\n")
    (path / "folder").mkdir()
    (path / "link").symlink_to("in.ndjson")
    os.link(path / "in.ndjson", path / "hard")
    return content


def run(tool, words, folder):
    command = [BIN / tool, *words, *("in.ndjson" if word == "IN" else word for word in RUNS[tool])]
    return subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=100)


def faults(tool, option, value, words, before):
    """What is wrong with a run of the option with a value that is misuse."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        content = make_folder(folder, tool)
        names = {path.name for path in folder.iterdir()}
        done = run(tool, words, folder)
        after = {path.name for path in folder.iterdir()}
        # A rename makes -o over the input safe, but for requests, which may be wanted again.
        replaces = option["name"] == "--output" and value in NAMES_OF_INPUT and "IN" in RUNS[tool]
        if replaces and tool != "send-payloads":
            if done.returncode != before.returncode:
                yield f"status {done.returncode}: {done.stderr[:200]}"
            written = folder / ("hard" if value == "hard" else "in.ndjson")
            if written.read_bytes() != before.stdout:
                yield "the output is not what goes to standard output"
            kept = folder / ("in.ndjson" if value == "hard" else "hard")
            if kept.read_bytes() != content:
                yield "the other name of the input has changed, too"
            return
        if done.returncode != 2:
            yield f"status {done.returncode}, not 2"
        if done.stdout:
            yield f"wrote {done.stdout[:80]}"
        if (folder / "in.ndjson").read_bytes() != content:
            yield "the input has changed"
        if (folder / "by.ndjson").read_bytes() != b"a bystander\n":
            yield "a bystander has changed"
        if after != names:
            yield f"left {sorted(after ^ names)}"
        first = done.stderr.decode().split("\n")[0]
        if not first.startswith(f"{tool}: error: ") or len(first) > 200:
            yield f"says {first[:200]!r}"


def sweep(tool):
    options = declared.options(tool)
    with tempfile.TemporaryDirectory() as name:
        make_folder(pathlib.Path(name), tool)
        before = None if tool in WITH_SERVERS else run(tool, [], name)
    count = 0
    for option in options:
        for value in REFUSED[option["kind"]]:
            if option["kind"] == "output_file" and value in NAMES_OF_INPUT and "IN" not in RUNS[tool]:
                continue  # just a file
            forms = [[f"{option['name']}={value}"]]
            if value == "" and option["kind"] not in ("none", "optional_count"):
                forms += [[option["name"], ""], [option["name"], "--stats"]]
            for words in forms:
                count += 1
                told = list(faults(tool, option, value, words, before))
                failures.extend(f"{tool} {' '.join(words)[:60]}: {each}" for each in told)
    return count


tools = sorted(path.name for path in BIN.iterdir() if not path.is_symlink())  # links are scripts
assert set(tools) == set(RUNS), f"not swept, or not built: {sorted(set(tools) ^ set(RUNS))}"
with ThreadPoolExecutor(AT_ONCE) as pool:
    counts = list(pool.map(sweep, tools))
print("\n".join(failures))
print(f"{sum(counts)} runs of {len(counts)} tools, {len(failures)} failures")
sys.exit(1 if failures else 0)
