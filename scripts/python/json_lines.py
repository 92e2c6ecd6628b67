"""Lines of JSON from a file or standard input: NDJSON as it is, and what the tools read else by to-ndjson, which says of a
line where it is from. Nothing here prints, or needs more than Python 3.9 and its library."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import tempfile
import threading
from typing import IO, Any, NamedTuple

from pinpipe_io import write_all

PEEK_BYTES = 64 << 10
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
PLACE = re.compile(rb"^(\d+)(?::(\d+))?\t", re.M)


class Place(NamedTuple):
    """Of a line; and where values are counted, the value that begins in it."""

    line: int
    value: int | None = None

    def __str__(self) -> str:
        return f"{self.line}" if self.value is None else f"{self.line}: value {self.value}"


class Unreadable(Exception):
    """An input that cannot be read, or is of a kind that is not: why, and what helps."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.hint = hint


class Bad(NamedTuple):
    """What was no line at all."""

    place: Place
    reason: str
    raw: dict[str, Any]  # as rejects have it


def is_ndjson(head: bytes) -> bool:
    """Whether the first line that is not blank is there, and a JSON object; or nothing at all is."""
    if not head:
        return True
    line, end, _ = head.removeprefix(BYTE_ORDER_MARK).lstrip().partition(b"\n")
    if not end or not line.startswith(b"{"):
        return False
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def place_of(match: re.Match[bytes]) -> Place:
    return Place(int(match[1]), int(match[2]) if match[2] else None)


class Input:
    """`stream` has the lines. Where they `have_places`, each begins with its own, which PLACE finds."""

    def __init__(self, file: str) -> None:
        self.name = "stdin" if file == "-" else file
        self.file = open(0 if file == "-" else file, "rb", PEEK_BYTES, closefd=file != "-")
        self.stream: IO[bytes] = self.file
        self.have_places = not is_ndjson(self.file.peek(PEEK_BYTES))
        self.child: subprocess.Popen[bytes] | None = None
        if self.have_places:
            self.rewrite(file)

    def rewrite(self, file: str) -> None:
        self.said, self.kept = tempfile.TemporaryFile(), tempfile.NamedTemporaryFile()
        is_file = file != "-" and stat.S_ISREG(os.fstat(self.file.fileno()).st_mode)
        command = ["to-ndjson", "--places", "--rejects-append", self.kept.name, "--", file if is_file else "-"]
        try:
            self.child = subprocess.Popen(command, bufsize=1 << 20, stdout=subprocess.PIPE, stderr=self.said,
                                          stdin=subprocess.DEVNULL if is_file else subprocess.PIPE)  # fmt: skip
        except FileNotFoundError:
            raise Unreadable(f"cannot read '{self.name}': it is not plain NDJSON, and there is no 'to-ndjson' on PATH",
                             "put the folder of the tools on PATH") from None  # fmt: skip
        assert self.child.stdout
        self.stream = self.child.stdout
        self.fault: OSError | None = None
        self.feeder = None if is_file else threading.Thread(target=self.feed, daemon=True)
        if self.feeder:
            self.feeder.start()

    def feed(self) -> None:
        """REQUIRES: SIGPIPE is ignored."""
        assert self.child
        assert self.child.stdin
        try:
            while part := self.file.read1(1 << 16):
                write_all(self.child.stdin.fileno(), part)
        except BrokenPipeError:
            pass  # it says why
        except OSError as fault:  # of the input: for the thread that reads
            self.fault = fault
        self.child.stdin.close()

    def close(self) -> list[Bad]:
        """To be called when all is read: what was no line. Errors: Unreadable, OSError."""
        bad = self.end() if self.child else []
        self.file.close()
        return bad

    def end(self) -> list[Bad]:
        assert self.child
        status = self.child.wait()
        if self.feeder and status == 0:
            self.feeder.join()
            if self.fault:
                raise self.fault
        if status not in (0, 1):
            self.said.seek(0)
            raise self.unreadable(self.said.read().decode(errors="replace"), status)
        kept = map(json.loads, self.kept.read().splitlines())
        return [Bad(Place(of["line"], of.get("value")), of["reason"],
                    {name: of[name] for name in of if name.startswith("raw")}) for of in kept]  # fmt: skip

    def unreadable(self, said: str, status: int) -> Unreadable:
        reason = re.search(r"^to-ndjson: error: (.*)$", said, re.M)
        hint = re.search(r"^hint: (.*)$", said, re.M)
        if not reason:
            return Unreadable(f"cannot read '{self.name}': to-ndjson ended with status {status}")
        return Unreadable(reason[1].replace("'stdin'", f"'{self.name}'"), hint[1] if hint else "")
