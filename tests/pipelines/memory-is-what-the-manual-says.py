#!/usr/bin/env python3
"""Resident memory of the filters, measured over hostile input, beside the ceiling that pinpipe(7) states: so many MB,
and beyond lines of 1 MiB so many times the longest line. Sanitizers change what is measured, and skip this."""

import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

SKIPPED = 77
MIB = 1024 * 1024
MANUAL = Path(os.environ.get("TESTS", Path(__file__).resolve().parents[1])).parent / "man/pinpipe.7"
LONG = 60_000_000
SHORT = 1_000_000  # under 1 MiB
MANY = 16_000_000  # bytes of short lines


def line(head: str, unit: str, size: int, tail: str) -> bytes:
    """A line of about `size` bytes: units between a head and a tail."""
    return (head + unit * ((size - len(head)) // len(unit)) + tail).encode() + b"\n"


def pin(unit: str, size: int, tail: str = "}") -> bytes:
    return line('{"index":1,"unique_id":"u"', unit, size, tail)


# Each input: its lines, and how many of each there are. `what` says of what they are.
def inputs(size: int) -> dict[str, bytes]:
    return {
        "members": pin(',"a":0', size),
        "empty keys": pin(',"":0', size),
        "members without an end": pin(',"a":1', size, ""),
        "tokens": line('{"index":1,"unique_id":"u","x":[1', ",1", size, "]}"),
        "an array": line("[1", ",1", size, "]"),
        "objects": line('{"index":1,"unique_id":"u","x":[{}', ",{}", size, "]}"),
        "nested objects": line('{"index":1,"unique_id":"u","x":{"a":0', ',"a":0', size, "}}"),
        "text": line('{"index":1,"unique_id":"u","title":"', "x", size, '"}'),
        "escapes": line('{"index":1,"unique_id":"u","title":"', "\\n", size, '"}'),
        "coordinates": line('{"ind":1,"country":"x","coordinates":[1', ",1", size, "]}"),
        "records": line('{"Records":[{"Data":"e30="}', ',{"Data":"e30="}', size, "]}"),
        "produced": line('{"records":[{"value":{}}', ',{"value":{}}', size, "]}"),
        "control bytes": line("{", "\x01", size, "}"),
    }


def peak(command: str, source: Path) -> tuple[int, int]:
    """Resident bytes at most, and the exit status, of `command` alone in a child of a small process."""
    code = ("import os, resource, subprocess, sys\n"
            "done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, done.returncode)\n")
    with open(source, "rb") as stdin:
        said = subprocess.run([sys.executable, "-c", code, *command.split()], stdin=stdin, capture_output=True, check=True)
    kib, status = map(int, said.stdout.split())
    return kib * 1024, status


class Ceiling:
    """What the manual states, and what was over it."""

    def __init__(self) -> None:
        text = " ".join(MANUAL.read_text().split())
        self.short = int(re.search(r"at most (\d+) MB of memory", text).group(1)) * 1_000_000
        self.times = int(re.search(r"and (\d+) times the longest line", text).group(1))
        self.over: list[str] = []

    def check(self, command: str, source: Path, what: str, longest: int) -> None:
        most = self.short + (self.times * longest if longest > MIB else 0)
        size, status = peak(command, source)
        beyond = f", {(size - self.short) / longest:.1f} times the line" if longest > MIB else ""
        print(f"{command} over {what}: {size / 1e6:.0f} MB of {most / 1e6:.0f}{beyond}; status {status}", flush=True)
        if size > most or status not in (0, 1):
            self.over.append(f"{command} over {what}")


LONG_COMMANDS = {
    "members": ["clean-pin -j4", "query top-user-by-country -j2", "to-kafka-payload -j2 --topic t"],
    "members without an end": ["clean-pin -j4 --rejects rejects"],
    "nested objects": ["clean-pin -j2"],
    "tokens": ["clean-pin -j8", "kinesis-encode -j2 --stream s"],
    "an array": ["clean-geo -j8", "to-kafka-payload -j2 --unwrap"],
    "text": ["clean-pin -j4", "clean-pin -j4 -z", "to-kafka-payload -j4 --topic t", "query all -j4"],
    "escapes": ["clean-pin -j4", "to-kafka-payload -j2 --topic t --api kcat"],
    "coordinates": ["clean-geo -j2"],
    "records": ["kinesis-encode -j4 --decode"],
    "produced": ["to-kafka-payload -j4 --unwrap"],
    "control bytes": ["clean-user -j2 --rejects rejects"],
}
SHORT_COMMANDS = {
    "members": ["clean-pin -j8", "clean-pin -j32", "query all -j8"],
    "empty keys": ["clean-pin -j8", "to-kafka-payload -j8 --topic t"],
    "an array": ["clean-pin -j8", "clean-pin -j256"],
    "tokens": ["clean-pin -j8"],
    "text": ["clean-pin -j32", "to-kafka-payload -j8 --topic t"],
    "records": ["kinesis-encode -j8 --decode"],
}


def check_lines(ceiling: Ceiling, size: int, count: int, commands: dict[str, list[str]]) -> None:
    lines = inputs(size)
    for what, of_this in commands.items():
        source = Path("in")
        source.write_bytes(lines[what] * count)
        if size == LONG:  # small on disk, and as fast as they come
            subprocess.run(["zstd", "-q", "-f", "-1", "in", "-o", "in.zst"], check=True)
            source = Path("in.zst")
        for command in of_this:
            ceiling.check(command, source, f"{count} lines of {what}, {size / 1e6:g} MB each", len(lines[what]))


def check_many_short_lines(ceiling: Ceiling) -> None:
    posts = b'{"index":1,"unique_id":"u","title":"t","follower_count":"3k","category":"art"}\n'
    for what, text, commands in (
            ("x", b"x\n", ["clean-pin -j32 --rejects /dev/null", "clean-pin -j8", "query all -j32", "clean-geo -j256"]),
            ("{}", b"{}\n", ["to-kafka-payload -j32 --topic t", "kinesis-encode -j8 --stream s", "clean-pin -j8"]),
            ("pins", posts, ["clean-pin -j8 -z", "clean-pin -j8 -z9", "clean-pin -j32 -z"])):
        Path("in").write_bytes(text * (MANY // len(text)))
        for command in commands:
            ceiling.check(command, Path("in"), f"{MANY / 1e6:g} MB of lines of {what}", len(text))


RECORD = b'{"ind":1,"country":"x"}'
MAX_LINE = 64 * MIB  # by default


def repeated(head: bytes, unit: bytes, size: int, tail: bytes = b"") -> bytes:
    return head + unit * (size // len(unit)) + tail


def check_other_forms(ceiling: Ceiling) -> None:
    """What is no line is bounded as lines are: by the value, however much there is of it, and whatever it was compressed to."""
    text = json.dumps(RECORD.decode()).encode()
    indented = json.dumps(json.loads(RECORD), indent=2).encode()
    for what, source in (
        ("an array that is not closed", repeated(b"[" + RECORD, b"," + RECORD, MANY)),
        ("an array of numbers", repeated(b"[1", b",1", MANY, b"]")),
        ("values run together", repeated(b"", RECORD, MANY)),
        ("indented values", repeated(b"", indented + b"\n", MANY)),
        ("texts", repeated(b"", text + b"\n", MANY)),
        ("a text of many values", repeated(b'"', text[1:-1], SHORT, b'"\n') * (MANY // SHORT)),
        ("texts of many numbers", repeated(b'"[1', b",1", SHORT, b']"\n') * (MANY // SHORT)),
    ):
        Path("in").write_bytes(source)
        for command in ("clean-geo -j8", "clean-geo -j256", "query all -j2", "to-kafka-payload -j2 --topic t"):
            ceiling.check(command, Path("in"), f"{MANY / 1e6:g} MB of {what}", len(RECORD))


def check_one_value(ceiling: Ceiling) -> None:
    """A value of 100 MB: rejected where it is too long for a line, else read."""
    size = 100_000_000
    members = repeated(b'{\n  "ind": 1,\n  "country": "x",\n  "x": [\n    1', b',\n    "' + b"x" * 1000 + b'"', size, b"\n  ]\n}\n")
    Path("in").write_bytes(members + RECORD + b"\n")
    ceiling.check("clean-geo -j4 --max-line 1MiB", Path("in"), "an indented value of 100 MB", MIB)
    ceiling.check("clean-geo -j4", Path("in"), "an indented value of 100 MB", MAX_LINE)
    ceiling.check("clean-geo -j4 --max-line 200MiB --rejects rejects", Path("in"), "an indented value of 100 MB", size)
    Path("in").write_bytes(json.dumps(members.decode()).encode() + b"\n" + RECORD + b"\n")
    for most, longest in (("1MiB", MIB), ("200MiB", size)):
        ceiling.check(f"clean-geo -j4 --max-line {most}", Path("in"), "a text of a value of 100 MB", longest)


def check_bombs(ceiling: Ceiling) -> None:
    """A gigabyte of one line, or of an array's blanks or of one text in it, in a megabyte."""
    for what, head, unit in (("blanks", b"", b" "), ("an array of blanks", b"[", b" "), ("brackets", b"", b"["),
                             ("one text in an array", b'["', b"x"), ("one text", b'"{', b"x")):
        Path("in").write_bytes(gzip.compress(head) + gzip.compress(unit * 16 * MIB) * 64)
        for most, longest in ((" --max-line 1MiB", MIB), ("", MAX_LINE)):
            ceiling.check(f"clean-pin -j2{most}", Path("in"), f"1 GiB of {what} in gzip", longest)


def main() -> int:
    if os.environ.get("PINPIPE_SANITIZE"):
        print("sanitizers change what is measured here")
        return SKIPPED
    ceiling = Ceiling()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        check_many_short_lines(ceiling)
        check_other_forms(ceiling)
        check_one_value(ceiling)
        check_bombs(ceiling)
        check_lines(ceiling, SHORT, 60, SHORT_COMMANDS)
        check_lines(ceiling, LONG, 4, LONG_COMMANDS)
        os.chdir("/")
    if ceiling.over:
        sys.exit("over the ceiling of pinpipe(7), or not finished: " + "; ".join(ceiling.over))
    return 0


if __name__ == "__main__":
    sys.exit(main())
