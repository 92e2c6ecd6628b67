#!/usr/bin/env python3
"""What must hold of the cleaners for any input, tried on many random dirty ones.

Cleaning twice equals cleaning once; what belongs to other datasets passes byte for byte; in = out +
rejected; neither threads nor block sizes nor compression change a byte. And clean-posts gives what the pipe of the
three gives.
"""

import json
import os
import random
import subprocess
import sys
import zlib
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["TESTS"]).parent / "scripts/python"))
from pinpipe_schema import CLEAN, DATASETS, RAW

TOOLS = {"clean-pin": "pin", "clean-geo": "geo", "clean-user": "user"}
SEEDS = range(12)
LINES = 400
TEXTS = ["", " ", "\\t\\n", "Untitled", "User Info Error", "No description available", "é…\u00a0", "a \\\"b\\\"",
         "Local save in /data/art", "\\u0041\\ud83d\\ude00", "\u2028", "Image src error.", "N,o, ,T,a,g,s"]
NUMBERS = ["0", "-7", "12", "90", "-180", "181", "1.50", "1e3", "-0.0", "123456789012345678901234567890"]
STAMPS = ["2020-08-28 03:52:47", "2020-08-28T03:52:47.120+02:00", "2020-13-01 00:00:00", "never"]
COUNTS = ["3k", "1.5M", "1,234", "437", "12,34", "1.2345k", "User Info Error"]
KEYS = {dataset: list(dict.fromkeys(field.name for field in RAW[dataset] + CLEAN[dataset])) for dataset in DATASETS}
JUNK = [b"bad", b"[1]", b'{"index":1', b'{"a":"\xff"}', b"", b"  ", b'{"index":1}x', b'{"country":"\\ud800"}',
        b'{"ind":1,"country":"\x01"}', b"{}", b'{"pin":5,"geo":{}}', b'{"index":1,"n":01}', b"\x00"]


def random_value(r):
    kind = r.randrange(6)
    if kind == 0:
        return r.choice(["null", "true", "[]", "{}", '{"a":[1,{"b":null}]}', "[1,2]", "[91,0]"])
    if kind == 1:
        return r.choice(NUMBERS)
    return '"' + r.choice(TEXTS + NUMBERS + STAMPS + COUNTS) + '"'


def random_object(r, dataset):
    keys = [key for key in KEYS[dataset] if r.random() < 0.7]
    if r.random() < 0.95:
        keys.append("index" if dataset == "pin" else "ind")
    if r.random() < 0.2:
        keys.append(r.choice(["extra", "title", "country", "\\u0069nd", "pin"]))
    r.shuffle(keys)
    blank = r.choice(["", "", " "])
    fields = []
    for key in keys:
        number = key in ("index", "ind") and r.random() < 0.9
        value = str(r.randrange(11001)) if number else random_value(r)
        fields.append(f'"{key}"{blank}:{blank}{value}')
    return "{" + ("," + blank).join(fields) + "}"


def random_line(r):
    if r.random() < 0.1:
        return r.choice(JUNK)
    if r.random() < 0.5:
        return random_object(r, r.choice(list(KEYS))).encode()
    members = [f'"{dataset}":{random_object(r, dataset)}' for dataset in KEYS if r.random() < 0.8]
    if r.random() < 0.1:
        members.append(r.choice(['"pin":null', '"geo":7', '"note":[1.0,"\\u0041"]']))
    r.shuffle(members)
    return ("{" + ", ".join(members) + "}").encode()


def random_input(seed):
    r = random.Random(seed)
    return b"".join(random_line(r) + r.choice([b"\n", b"\n", b"\r\n"]) for _ in range(LINES))


def run(tool, data, *options):
    """Output, the last line of stderr (the stats, if asked for), and the exit status."""
    done = subprocess.run([tool, *options], input=data, capture_output=True, check=False)
    assert done.returncode in (0, 1), (tool, options, done.stderr)
    last = done.stderr.strip().split(b"\n")[-1]
    return done.stdout, last, done.returncode


def check_counts(tool, data):
    out, last, status = run(tool, data, "--stats")
    stats = json.loads(last)
    lines = [line for line in data.split(b"\n") if line.strip(b" \t\r")]
    assert stats["in"] == len(lines), (tool, stats["in"], len(lines))
    assert stats["in"] == stats["out"] + stats["rejected"], (tool, stats)
    assert stats["out"] == out.count(b"\n") == stats["records"] + stats["passed"], (tool, stats)
    assert status == (1 if stats["rejected"] else 0), (tool, stats, status)
    for line in out.splitlines():
        json.loads(line)
    return out


def check_idempotent(tool, out):
    again, last, status = run(tool, out, "--stats", "--strict")
    stats = json.loads(last)
    assert again == out, (tool, "twice is not once")
    assert status == 0 and not stats["nulled"] and not stats["dropped"], (tool, stats)


def check_same_however_it_is_run(tool, data, out):
    for options in (["-j1"], ["-j4"], ["-j4", "--block-size", "1"], ["-j1", "--block-size", "1000"]):
        assert run(tool, data, *options)[0] == out, (tool, options)
        assert run(tool, data, *options, "--stats")[1] == run(tool, data, "--stats")[1], (tool, options)
    packed = run(tool, data, "-z", "-j4")[0]
    plain = subprocess.run(["zstd", "-dcq"], input=packed, capture_output=True, check=True).stdout
    assert plain == out, (tool, "-z")


def members_of(line, dataset):
    """The text of each member of the line, but for that of `dataset`, from Python's own parser."""
    decoder = json.JSONDecoder()
    at = line.index("{") + 1
    members = []
    while True:
        at += len(line[at:]) - len(line[at:].lstrip(" ,"))
        if line[at] == "}":
            return members
        key, end = decoder.raw_decode(line, at)
        value = line.index(":", end) + 1
        value += len(line[value:]) - len(line[value:].lstrip(" "))
        _, end = decoder.raw_decode(line, value)
        if key != dataset:
            members.append((key, line[value:end]))
        at = end


def check_parts_of(row, post, dataset):
    """What the row has beside the keys of the dataset is in the other parts, or beside them."""
    beside = {key: value for key, value in post.items() if key not in TOOLS.values()}
    for part in TOOLS.values():
        beside |= post.get(part, {}) if part != dataset else {}
    for key, value in row.items():
        assert key in [*KEYS[dataset], "ind", "index", *TOOLS.values()] or beside[key] == value, (row, post)


def check_passes_the_rest(tool, data):
    """Every line of the output that is no record of the tool's own is a line of the input."""
    dataset = TOOLS[tool]
    accepted = data.replace(b"\r\n", b"\n").split(b"\n")
    rejects = subprocess.run([tool, "--rejects", "/dev/stdout", "-o", "/dev/null"], input=data,
                             capture_output=True, check=False).stdout
    refused = {json.loads(line)["line"] for line in rejects.splitlines()}
    kept = [line for n, line in enumerate(accepted, 1) if line.strip(b" \t") and n not in refused]
    out = run(tool, data)[0].splitlines()
    assert len(kept) == len(out)
    passed = 0
    for before, after in zip(kept, out):
        if before == after:
            passed += 1
            continue
        parsed, read = json.loads(after), json.loads(before)
        if dataset in parsed and not isinstance(read.get(dataset), dict):  # a joined row
            check_parts_of(read, parsed, dataset)
        elif dataset in parsed:  # a post, perhaps one whose last is null
            assert members_of(before.decode(), dataset) == members_of(after.decode(), dataset), before
        else:
            assert next(iter(parsed)) == "ind", (before, after)
    assert passed > LINES / 20, passed


def check_rejects_replay(tool, data):
    rejects = subprocess.run([tool, "--rejects", "/dev/stdout", "-o", "/dev/null"], input=data,
                             capture_output=True, check=False).stdout
    raw = [json.loads(line)["raw"] for line in rejects.splitlines() if b'"raw":' in line]
    out, last, status = run(tool, "\n".join(raw).encode() + b"\n", "--stats")
    stats = json.loads(last)
    assert out == b"" and status == 1 and stats["rejected"] == len(raw), (tool, stats)


def check_one_pass_is_the_pipe(data):
    """The bytes of clean-pin | clean-geo | clean-user, and what of the input is rejected."""
    for strict in ([], ["--strict"]):
        piped, accepted = data, []
        for tool in TOOLS:
            lines = [line for line in piped.replace(b"\r\n", b"\n").split(b"\n") if line.strip(b" \t")]
            piped = run(tool, piped, *strict)[0]
            accepted.append(len(lines))
        for options in (["-j1"], ["-j4", "--block-size", "1"]):
            out, last, _ = run("clean-posts", data, "--stats", *strict, *options)
            assert out == piped, (strict, options)
        stats = json.loads(last)
        assert stats["in"] == accepted[0] and stats["out"] == piped.count(b"\n"), (stats, accepted)
        for dataset in TOOLS.values():
            assert stats["out"] == stats[dataset]["records"] + stats[dataset]["passed"], stats


def main():
    for seed in SEEDS:
        data = random_input(seed)
        check_one_pass_is_the_pipe(data)
        for tool in TOOLS:
            try:
                out = check_counts(tool, data)
                check_idempotent(tool, out)
                check_same_however_it_is_run(tool, data, out)
                check_passes_the_rest(tool, data)
                check_rejects_replay(tool, data)
            except AssertionError:
                print(f"seed {seed}, tool {tool}, input of crc {zlib.crc32(data)}", file=sys.stderr)
                raise
    print(f"{len(SEEDS)} inputs of {LINES} lines: all properties hold")


if __name__ == "__main__":
    main()
