#!/usr/bin/env python3
# needs: python:spark
"""What runs on Spark's executors, without Spark: lines in Arrow batches, against the same tools joined by pipes.

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
from lines import Renumber, blank_lines, by_shape, bytes_of, in_pieces
from schemas import read_schemas

BIN = Path(os.environ["PINPIPE_BUILD"]) / "bin"
POSTS = 3000


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


def by_tools(lines: list[bytes]) -> tuple[bytes, list[dict]]:
    """Clean lines and rejects of tools joined by pipes."""
    text, rejects = b"".join(lines), []
    with tempfile.TemporaryDirectory(prefix="spark-cleaning-") as folder:
        for tool in ("clean-pin", "clean-geo", "clean-user"):
            done = subprocess.run(
                [tool, "--rejects", f"{folder}/rejects"], input=text, capture_output=True, check=False
            )
            assert done.returncode == 1, done
            text = done.stdout
            rejects += [json.loads(line) for line in Path(folder, "rejects").read_text().splitlines()]
    return text, rejects


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


def check_equal_to_tools(schemas, lines: list[bytes], broken: set[bytes]) -> None:
    clean, rejects = by_tools(lines)
    expected = expected_records(schemas, clean)
    cleaning = Cleaning(schemas, str(BIN))
    for name in expected:
        found = sorted(rows(cleaning, batches(lines, lambda _: "one", 700), name), key=lambda row: row["nth"])
        assert [{key: row[key] for key in schemas[name]} for row in found] == expected[name], name
    found = rows(cleaning, batches(lines, lambda _: "one", 700), "reject")
    told = [(reject["tool"], reject["reason"], reject.get("raw")) for reject in rejects]
    assert [(reject["tool"], reject["reason"], reject["raw"]) for reject in found] == told
    assert all(lines[reject["line"] - 1] in broken for reject in found)
    assert len({reject["line"] for reject in found}) == len(found) == POSTS // 100
    records = sum(map(len, expected.values()))
    print(f"{len(lines)} lines: {records} records and {len(found)} rejects are those of the tools")


def check_parts(schemas, lines: list[bytes], broken: set[bytes]) -> None:
    """Files that share batches are apart: line numbers, counts, and the order in each."""
    half = len(lines) // 2
    found = rows(Cleaning(schemas, str(BIN)), batches(lines, lambda number: "ab"[number >= half], 999), "reject")
    for reject in found:
        assert lines[reject["line"] - 1 + (half if reject["file"] == "b" else 0)] in broken, reject
    stats = rows(Cleaning(schemas, str(BIN)), batches(lines, lambda number: "ab"[number >= half], 999), "stats")
    assert [(each["file"], each["tool"]) for each in stats] == [
        (f, f"clean-{d}") for f in "ab" for d in ("pin", "geo", "user")
    ]
    assert all(each["in"] == each["out"] + each["rejected"] for each in stats)
    assert stats[0]["lines"] == half
    offsets = range(5, 5 + 3 * len(lines), 3)
    found = rows(Cleaning(schemas, str(BIN)), batches(lines, lambda _: "topic", 999, offsets), "reject")
    assert all(lines[(reject["line"] - 5) // 3] in broken for reject in found)
    only = rows(
        Cleaning(schemas, str(BIN), only="pin"), batches([b'{"ind":1,"country":"A"}\n'], lambda _: "t", 9), "reject"
    )
    assert [(reject["line"], reject["tool"], reject["reason"]) for reject in only] == [(1, "tables", "no pin record")]
    assert list(Cleaning(schemas, "/nowhere")(iter([]))) == []
    print("files, offsets and one dataset alone are kept apart; of nothing comes nothing")


def failing_tool(folder: str, end: str) -> str:
    for tool in ("clean-pin", "clean-user"):
        os.symlink(BIN / tool, f"{folder}/{tool}")
    Path(folder, "clean-geo").write_text(
        f"#!/bin/sh\nhead -n 5 >/dev/null\necho 'clean-geo: error: out of luck' >&2\n{end}\n"
    )
    os.chmod(f"{folder}/clean-geo", 0o755)
    return folder


def check_failure(schemas, lines: list[bytes], end: str, said: str) -> None:
    """A tool that fails in the middle fails the task, and is named; those beside it are not."""
    with tempfile.TemporaryDirectory(prefix="spark-cleaning-") as folder:
        try:
            list(Cleaning(schemas, failing_tool(folder, end))(batches(lines * 5, lambda _: "f", 1000)))
        except ToolFailed as failure:
            assert str(failure) == f"clean-geo ended with {said}: clean-geo: error: out of luck", failure
            print(failure)
            return
    raise AssertionError(f"{end}: no failure")


def check_functions() -> None:
    parts = [b"a\nb", b"c\n", b"d\ne", b"f"]
    assert list(in_pieces(iter([*parts, b""]).__next__, 3)) == [b"a\n", b"bc\n", b"d\n", b"ef"]
    assert blank_lines(b"\n \t\r\nx\n\r\ny \n\n", 10) == [11, 12, 14, 16]
    assert blank_lines(b"x\ny", 0) == []
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
    assert by_shape(list(shapes)) == {"geo": [0], "post": [1, 2]}
    print("pure functions hold")


def main() -> None:
    posts = emulated()
    broken = {
        dirty_posts.broken(line, number // 100 % 10) + b"\n"
        for number, line in enumerate(posts, 1)
        if number % 100 == 0
    }
    lines = b"".join(line + b"\n" for line in dirty_posts.dirty(posts)).splitlines(True)
    schemas = read_schemas(str(BIN))
    check_functions()
    check_equal_to_tools(schemas, lines, broken)
    check_parts(schemas, lines, broken)
    check_failure(schemas, lines, "exit 2", "status 2")
    check_failure(schemas, lines, "kill -SEGV $$", "signal 11")


if __name__ == "__main__":
    main()
