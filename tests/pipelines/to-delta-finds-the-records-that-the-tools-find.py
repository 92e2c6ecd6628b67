#!/usr/bin/env python3
# needs: python:delta
"""What to-delta reads by itself, many lines at once, is what the tools read: on random lines of all keys, clean and raw,
what it does not leave to clean-posts --check is accepted there, and has the same records."""

import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

SUPPORT = Path(__file__).resolve().parents[1] / "support"
sys.path[:0] = [str(SUPPORT), *(str(SUPPORT.parents[1] / "scripts" / folder) for folder in ("delta", "python"))]
import rerun

rerun.with_packages("delta")

import clean_records
import msgspec
import pyarrow as pa
from pinpipe_schema import CLEAN, RAW

LINES, SEED = 40_000, 7
KEYS = ("ind", "index")
FIELDS = {field.name: field.type for schema in (RAW, CLEAN) for fields in schema.values() for field in fields}
GOOD = {"integer": 7, "text": "x", "real": 1.5, "timestamp": "2020-01-02T03:04:05", "coordinates": [1.5, -2.25]}


def value(r: random.Random, name: str):
    good = GOOD[FIELDS[name]]
    return r.choice([good, good, good, good, None, " ", 2**63, 7.0, "2020-01-02", "0000-01-01T00:00:00", [1], {}])


def some_record(r: random.Random) -> dict:
    schema = r.choice([CLEAN, CLEAN, CLEAN, RAW])[r.choice(list(CLEAN))]
    names = [field.name for field in schema if field.mark != "key" and r.random() < 0.6]
    names += r.sample(sorted(FIELDS.keys() - KEYS), r.random() < 0.1)
    record = {r.choice(("ind",) * 9 + KEYS): r.choice([1, 1, 1, 1, 1, "1", None, 2**63])}
    return record | {name: value(r, name) if r.random() < 0.3 else GOOD[FIELDS[name]] for name in names}


def some_line(r: random.Random) -> dict:
    if r.random() < 0.5:
        return some_record(r)
    return {dataset: some_record(r) for dataset in r.sample(list(CLEAN), r.choice([1, 2, 3]))}


def by_tool(lines: list[bytes]) -> dict[int, dict]:
    """The post that each line is, by its number; without those that are rejected."""
    command = ["clean-posts", "--check", "--as-posts", "--rejects", "rejects"]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(command, input=b"".join(lines), capture_output=True, check=False, cwd=folder)
        rejected = {json.loads(line)["line"] - 1 for line in Path(folder, "rejects").read_bytes().splitlines()}
    assert done.returncode == 1, done.stderr
    accepted = [number for number in range(len(lines)) if number not in rejected]
    posts = done.stdout.splitlines()
    assert len(posts) == len(accepted)
    return dict(zip(accepted, map(json.loads, posts)))


def at_once(line: bytes) -> dict[str, dict] | None:
    """The records that to-delta finds in a line by itself; None where it asks clean-posts."""
    found = clean_records.find_at_once(line)
    try:
        rows = found and {name: clean_records.to_rows(name, records) for name, records in found.items() if records}
    except pa.ArrowInvalid:
        return None
    encoder = msgspec.json.Encoder()
    return rows and {name: json.loads(clean_records.to_lines(name, batch, encoder)) for name, batch in rows.items()}


def main() -> None:
    r = random.Random(SEED)
    lines = [json.dumps(some_line(r), separators=(",", ":")).encode() + b"\n" for _ in range(LINES)]
    posts, count = by_tool(lines), 0
    for number, line in enumerate(lines):
        found = at_once(line)
        if found is None:
            continue
        count += 1
        expected = posts.get(number)
        assert expected == found, f"{line.decode()}to-delta: {found}\nclean-posts: {expected}"
    assert LINES / 10 < count < len(posts) < LINES * 9 / 10, (count, len(posts))
    print(f"{LINES} lines, {len(posts)} accepted, {count} of them read at once, with the same records")


if __name__ == "__main__":
    main()
