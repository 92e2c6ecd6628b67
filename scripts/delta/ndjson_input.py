"""Lines of NDJSON from files and standard input, compressed with zstd or not, and a log of those that are bad."""

import base64
import io
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import IO

import pyarrow as pa

PIECE_BYTES = 4 << 20
MAX_LINE_BYTES = 64 << 20
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
MOST_TOLD = 10
MOST_KINDS = 64
VARYING = re.compile(r'\d+|"(\\.|[^"\\])*("|$)')  # reasons that differ only in these are of one kind


class Unshifted(io.RawIOBase):
    """A stream of which the first bytes have been read already."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self.head, self.rest = head, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:
        data = self.head[:len(buffer)] or self.rest.read(len(buffer))
        self.head = self.head[len(data):]
        buffer[:len(data)] = data
        return len(data)


def pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """The bytes of a stream, decompressed if they are zstd. Errors: OSError, for truncated zstd too."""
    head = stream.read(len(ZSTD_MAGIC))
    source: pa.NativeFile | IO[bytes] = io.BufferedReader(Unshifted(head, stream))
    if head == ZSTD_MAGIC:
        source = pa.CompressedInputStream(pa.PythonFile(source, "r"), "zstd")
    piece = source.read(PIECE_BYTES)
    yield piece.removeprefix(BYTE_ORDER_MARK)
    while piece := source.read(PIECE_BYTES):
        yield piece


def chunks(stream: IO[bytes], too_long: Callable[[int], None]) -> Iterator[tuple[int, bytes]]:
    """Whole lines, and the number of the first of them. `too_long` is told the number of a line that is left out."""
    number, rest, is_skipping = 1, b"", False
    for piece in pieces(stream):
        end = piece.rfind(b"\n") + 1
        if is_skipping:
            if end == 0:
                continue
            is_skipping, start = False, piece.find(b"\n") + 1
            number, piece, end = number + 1, piece[start:], end - start
        if end > 0:
            yield number, rest + piece[:end]
            number, rest, piece = number + piece.count(b"\n"), b"", piece[end:]
        rest += piece
        if len(rest) > MAX_LINE_BYTES:
            too_long(number)
            rest, is_skipping = b"", True
    if rest:
        yield number, rest


class Rejects:
    """Tells of the first bad lines, counts all, and keeps them in a file if there is one."""

    def __init__(self, tool: str, path: str | None) -> None:
        self.tool, self.path, self.count = tool, path, 0
        self.file = open(path, "w", encoding="utf-8") if path else None
        self.untold: Counter[str] = Counter()

    def add(self, file: str, line: int, reason: str, raw: bytes) -> None:
        self.count += 1
        if self.count <= MOST_TOLD:
            print(f"{self.tool}: {file}:{line}: {reason}", file=sys.stderr)
        elif (kind := VARYING.sub("…", reason[:200])) in self.untold or len(self.untold) < MOST_KINDS:
            self.untold[kind] += 1
        if self.file:
            kept = {"tool": self.tool, "file": file, "line": line, "reason": reason} | raw_of(raw)
            self.file.write(json.dumps(kept, ensure_ascii=False, separators=(",", ":")) + "\n")

    def finish(self) -> None:
        if self.count > MOST_TOLD:
            where = f"; see '{self.path}'" if self.path else "; --rejects FILE keeps them"
            (reason, times), = self.untold.most_common(1)
            print(f"{self.tool}: and {self.count - MOST_TOLD} more lines rejected, {self.count} in all, "
                  f"most: {reason} ({times}){where}", file=sys.stderr)
        if self.file:
            self.file.close()


def raw_of(line: bytes) -> dict[str, str]:
    try:
        return {"raw": line.decode()}
    except UnicodeDecodeError:
        return {"raw_base64": base64.b64encode(line).decode()}
