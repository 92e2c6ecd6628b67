#!/usr/bin/env python3
# needs: python:spark
"""What runs on Spark's executors, without Spark: lines in Arrow batches, against the same tools by themselves.

Runs in the Python of with-python.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP / "scripts/spark"), str(TOP / "tests/spark"), str(TOP / "tests/support")]
import rerun

rerun.with_packages("spark")
import dirty_posts
import pyarrow as pa
from cleaning import Cleaning, ToolFailed
from lines import Reader, Renumber, bytes_of, in_pieces
from schemas import REJECT, read_schemas

BIN = Path(os.environ["PINPIPE_BUILD"]) / "bin"
POSTS = 3000
# Beside clean records may stand what Arrow does not read.
BEYOND_ARROW = [b'{"x":1e999,"pin":{"index":1}}\n', b'{"user":null,"geo":{"ind":1},"user":null}\n']


def emulated() -> list[bytes]:
    return subprocess.run(["emulate-posts", "-n", str(POSTS)], stdout=subprocess.PIPE, check=True).stdout.splitlines()


def batches(lines: list[bytes], file_of_line, size: int, positions: range | None = None):
    for start in range(0, len(lines), size):
        some = lines[start : start + size]
        numbers = range(start, start + len(some))
        yield pa.record_batch(
            {
                "input": pa.array([0] * len(some), pa.int32()),
                "file": pa.array([file_of_line(number) for number in numbers], pa.string()),
                "block": pa.array([0] * len(some), pa.int64()),
                "position": pa.array([positions[number] if positions else None for number in numbers], pa.int64()),
                "line": pa.array(some, pa.binary()),
            }
        )


def rows(cleaning, batches, name: str) -> list[dict]:
    return [
        row[name] | {"file": row["file"], "nth": row["nth"]}
        for batch in cleaning(batches)
        for row in batch.to_pylist()
        if row[name]
    ]


def by_tool(lines: list[bytes], tool: str = "clean-posts") -> tuple[bytes, list[dict], dict]:
    """Clean lines, rejects, and the account of the tool by itself."""
    with tempfile.TemporaryDirectory(prefix="spark-cleaning-") as folder:
        command = [tool, "--stats", "--rejects", f"{folder}/rejects"]
        done = subprocess.run(command, input=b"".join(lines), capture_output=True, check=False)
        assert done.returncode in (0, 1), done
        rejects = [json.loads(line) for line in Path(folder, "rejects").read_text().splitlines()]
    return done.stdout, rejects, json.loads(done.stderr.splitlines()[-1])


def expected_records(schemas, clean: bytes) -> dict[str, list]:
    """By dataset."""
    expected: dict[str, list] = {"pin": [], "geo": [], "user": []}
    for value in map(json.loads, clean.splitlines()):
        is_post = expected.keys() & value.keys()
        bare = None if is_post else next(name for name in expected if list(value) == list(schemas[name]))
        records = {name: value.get(name) for name in expected} if is_post else {bare: value}
        for name, record in records.items():
            expected[name] += [record] if record else []
    return expected


def check_equal_to_tool(schemas, lines: list[bytes]) -> None:
    clean, rejects, account = by_tool(lines)
    expected = expected_records(schemas, clean)
    cleaning = Cleaning(schemas, str(BIN))
    for name in expected:
        found = sorted(rows(cleaning, batches(lines, lambda _: "one", 700), name), key=lambda row: row["nth"])
        assert [{key: row[key] for key in schemas[name]} for row in found] == expected[name], name
        assert len(found) == account[name]["records"]
    found = rows(cleaning, batches(lines, lambda _: "one", 700), "reject")
    assert [{key: reject[key] for key in REJECT} for reject in found] == [
        {key: reject.get(key) for key in REJECT} for reject in rejects
    ]
    (stats,) = rows(cleaning, batches(lines, lambda _: "one", 700), "stats")
    assert json.loads(stats["account"]) == account and stats["lines"] == len(lines)
    print(f"{len(lines)} lines: {sum(map(len, expected.values()))} records and {len(found)} rejects are the tool's")


def check_parts(schemas, lines: list[bytes]) -> None:
    """Files that share batches are apart: line numbers, counts, and the order in each."""
    half = len(lines) // 2
    apart = {"a": by_tool(lines[:half]), "b": by_tool(lines[half:])}
    cleaning = Cleaning(schemas, str(BIN))
    found = rows(cleaning, batches(lines, lambda number: "ab"[number >= half], 999), "reject")
    assert [(reject["file"], reject["line"], reject["reason"]) for reject in found] == [
        (file, reject["line"], reject["reason"]) for file, (_, rejects, _) in apart.items() for reject in rejects
    ]
    stats = rows(cleaning, batches(lines, lambda number: "ab"[number >= half], 999), "stats")
    assert [(each["file"], json.loads(each["account"])) for each in stats] == [
        (file, account) for file, (_, _, account) in apart.items()
    ]
    assert [each["lines"] for each in stats] == [half, len(lines) - half]
    offsets = range(5, 5 + 3 * len(lines), 3)
    found = rows(cleaning, batches(lines, lambda _: "topic", 999, offsets), "reject")
    assert [reject["line"] for reject in found] == [offsets[reject["line"] - 1] for reject in by_tool(lines)[1]]
    assert list(Cleaning(schemas, "/nowhere")(iter([]))) == []
    print("files and offsets are kept apart; of nothing comes nothing")


def check_one_dataset(schemas, lines: list[bytes]) -> None:
    """Of a topic: the records of its dataset, by its tool; the tool's rejects; and all else, as the tool let it pass."""
    topic = [line for line in lines if line.strip()]
    clean, rejects, _ = by_tool(topic, "clean-geo")
    refused = {reject["line"] for reject in rejects}
    passed = zip([number for number in range(1, len(topic) + 1) if number not in refused], clean.splitlines())
    foreign = [(number, line.decode()) for number, line in passed if list(json.loads(line)) != list(schemas["geo"])]
    cleaning = Cleaning(schemas, str(BIN), only="geo")
    found = rows(cleaning, batches(topic, lambda _: "topic", 700), "reject")
    assert [(reject["tool"], reject["line"], reject["reason"]) for reject in found[: len(rejects)]] == [
        ("clean-geo", reject["line"], reject["reason"]) for reject in rejects
    ]
    assert [(reject["line"], reject["raw"]) for reject in found[len(rejects) :]] == foreign
    assert {(reject["tool"], reject["reason"]) for reject in found[len(rejects) :]} == {("tables", "no geo record")}
    records = rows(cleaning, batches(topic, lambda _: "topic", 700), "geo")
    assert len(records) == len(topic) - len(found) > 0
    assert rejects and foreign
    print(f"{len(topic)} records of a topic: {len(records)} geos, {len(foreign)} of other datasets")


def failing_tool(folder: str, end: str) -> str:
    Path(folder, "clean-posts").write_text(
        f"#!/bin/sh\nhead -n 5 >/dev/null\necho 'clean-posts: error: out of luck' >&2\n{end}\n"
    )
    os.chmod(f"{folder}/clean-posts", 0o755)
    return folder


def check_failure(schemas, lines: list[bytes], end: str, said: str) -> None:
    """A tool that fails in the middle fails the task, and is named."""
    with tempfile.TemporaryDirectory(prefix="spark-cleaning-") as folder:
        try:
            list(Cleaning(schemas, failing_tool(folder, end))(batches(lines * 5, lambda _: "f", 1000)))
        except ToolFailed as failure:
            assert str(failure) == f"clean-posts ended with {said}: clean-posts: error: out of luck", failure
            print(failure)
            return
    raise AssertionError(f"{end}: no failure")


def check_functions(schemas) -> None:
    parts = [b"a\nb", b"c\n", b"d\ne", b"f"]
    assert list(in_pieces(iter([*parts, b""]).__next__, 3)) == [b"a\n", b"bc\n", b"d\n", b"ef"]
    renumber = Renumber([2, 3, 7])
    assert [renumber(number) for number in (1, 2, 3, 4, 5)] == [1, 4, 5, 6, 8]
    lines = pa.array([b"zero", b"one\n", b"", b"two\n"], pa.binary())
    assert bytes(bytes_of(lines[1:])) == b"one\ntwo\n"
    assert bytes(bytes_of(lines.cast(pa.large_binary())[1:3])) == b"one\n"
    shapes = {
        b'{"ind":1,"country":"a \\":{ b","coordinates":null,"timestamp":null}': "geo",
        b'{"ind":1,"country":"x","pin":{"ind":2},"geo" : {"ind":2}}': "post",
        b'{"pin":{"ind":1}}': "post",
    }
    assert Reader(schemas).by_shape(list(shapes)) == {"geo": [0], "post": [1, 2]}
    print("pure functions hold")


def main() -> None:
    posts = emulated()
    lines = b"".join(line + b"\n" for line in dirty_posts.dirty(posts)).splitlines(True)
    schemas = read_schemas(str(BIN), "clean-posts")
    check_functions(schemas)
    check_equal_to_tool(schemas, lines)
    check_equal_to_tool(schemas, [*BEYOND_ARROW, *lines[:100]])
    check_parts(schemas, lines)
    check_one_dataset(schemas, lines)
    check_failure(schemas, lines, "exit 2", "status 2")
    check_failure(schemas, lines, "kill -SEGV $$", "signal 11")


if __name__ == "__main__":
    main()
