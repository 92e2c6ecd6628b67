#!/usr/bin/env python3
"""What a line is, to the Python of to-delta and to the tools: the same, on random objects of all their keys."""

import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2] / "scripts" / folder) for folder in ("delta", "python")]
from recognition import CLEAN, DATASETS, KEYS, RAW, Unclean, members_of

LINES, SEED = 60_000, 7
FIELDS = sorted({key for schema in (RAW, CLEAN) for keys in schema.values() for key in keys} - set(KEYS))


def value(r: random.Random):
    return r.choice([None, None, 0, 1, "x", "", False, [1], 1.5])


def some_record(r: random.Random) -> dict:
    if r.random() < 0.2:  # the keys of a schema, mostly null
        keys = list(r.choice([RAW, CLEAN])[r.choice(DATASETS)])
        keys[0] = r.choice(KEYS)
        keys += r.choices(FIELDS, k=r.random() < 0.2)
        record = {key: value(r) if r.random() < 0.1 else None for key in keys}
    else:
        record = {key: value(r) for key in r.sample(FIELDS, r.choice([0, 1, 1, 2, 3]))}
    for key in r.sample(KEYS, r.choice([0, 1, 1, 1, 2])):
        record[key] = r.choice([None, 1, 1, 1, 2])
    if r.random() < 0.1:
        record["note"] = value(r)
    return record


def some_line(r: random.Random) -> dict:
    line = some_record(r) if r.random() < 0.7 else {}
    for dataset in r.sample(DATASETS, r.choice([0, 0, 1, 1, 2, 3])):
        line[dataset] = some_record(r) if r.random() < 0.8 else value(r)
    keys = list(line)
    r.shuffle(keys)
    return {key: line[key] for key in keys}


def by_python(line: dict):
    try:
        return members_of(line)
    except Unclean as reason:
        return str(reason)


def by_encoder(lines: list[dict]) -> list:
    """The records of each line by dataset, or why there are none."""
    text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines).encode()
    with tempfile.TemporaryDirectory() as folder:
        command = ["to-kafka-payload", "--topic", "{dataset}", "--api", "v3", "--rejects", f"{folder}/rejects"]
        done = subprocess.run(command, input=text, capture_output=True, check=False)
        kept = Path(folder, "rejects").read_text().splitlines()
    rejects = {reject["line"]: reject["reason"] for reject in map(json.loads, kept)}
    records = map(json.loads, done.stdout.splitlines())
    found = []
    for number, expected in enumerate(map(by_python, lines), 1):
        if number in rejects:
            found.append(rejects[number])
        else:
            some = [next(records) for _ in (expected if isinstance(expected, dict) else "?")]
            found.append({record["topic"]: record["payload"]["value"]["data"] for record in some})
    return found


def main() -> None:
    r = random.Random(SEED)
    lines = [some_line(r) for _ in range(LINES)]
    kinds: dict[str, int] = {}
    for line, ours in zip(lines, by_encoder(lines)):
        theirs = by_python(line)
        assert ours == theirs, f"{json.dumps(line)}\nthe encoder: {ours}\nPython: {theirs}"
        kind = "+".join(theirs) if isinstance(theirs, dict) else theirs.split(":")[-1]
        kinds[kind] = kinds.get(kind, 0) + 1
    assert all(kinds.get(dataset, 0) > LINES / 100 for dataset in (*DATASETS, "pin+geo", "pin+geo+user")), kinds
    print(f"{LINES} lines are the same to both: {kinds}")


if __name__ == "__main__":
    main()
