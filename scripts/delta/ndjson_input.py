"""Lines of NDJSON from files and standard input, compressed with zstd or gzip, or not, and a log of those that are bad."""

import base64
import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import IO

import pyarrow as pa
from pinpipe_io import GrowingFile, Unshifted, printable, say

PIECE_BYTES = 4 << 20
MAX_LINE_BYTES = 64 << 20
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
GZIP_MAGIC = b"\x1f\x8b"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
MOST_TOLD = 10
MOST_KINDS = 64
VARYING = re.compile(r'\d+|"(\\.|[^"\\])*("|$)')  # reasons that differ only in these are of one kind


def pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """The bytes of a stream, decompressed. Errors: OSError, for truncated zstd too; EOFError and zlib.error for such gzip."""
    head = stream.read(len(ZSTD_MAGIC))
    source: pa.NativeFile | IO[bytes] = Unshifted(head, stream)
    if head == ZSTD_MAGIC:
        source = pa.CompressedInputStream(pa.PythonFile(source, "r"), "zstd")
    elif head.startswith(GZIP_MAGIC):
        source = gzip.GzipFile(fileobj=source)
    piece = source.read(PIECE_BYTES)
    yield piece.removeprefix(BYTE_ORDER_MARK)
    while piece := source.read(PIECE_BYTES):
        yield piece


def chunks(stream: IO[bytes], too_long: Callable[[int], None]) -> Iterator[tuple[int, bytes]]:
    """Whole lines, and the number of the first of them. `too_long` is told the number of a line that is left out."""
    number, rest, is_skipping = 1, b"", False
    for piece_read in pieces(stream):
        piece = piece_read
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
        if len(rest) > MAX_LINE_BYTES + len(b"\r"):
            too_long(number)
            rest, is_skipping = b"", True
    if rest:
        yield number, rest


class Rejects:
    """Tells of the first bad lines, counts all, and keeps them in a file if there is one."""

    def __init__(self, tool: str, path: str | None) -> None:
        self.tool, self.path, self.count = tool, path, 0
        self.file = GrowingFile(path) if path else None
        self.untold: Counter[str] = Counter()

    def add(self, file: str, line: int, reason: str, raw: bytes) -> None:
        self.count += 1
        if self.count <= MOST_TOLD:
            say(f"{self.tool}: {printable(file)}:{line}: {printable(reason)}")
        elif (kind := VARYING.sub("…", reason[:200])) in self.untold or len(self.untold) < MOST_KINDS:
            self.untold[kind] += 1
        if self.file:
            kept = {"tool": self.tool, "file": file, "line": line, "reason": reason} | raw_of(raw)
            text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
            self.file.append(text.encode(errors="backslashreplace") + b"\n")

    def finish(self) -> None:
        if self.count > MOST_TOLD:
            where = f"; see '{self.path}'" if self.path else "; --rejects FILE keeps them"
            (reason, times), = self.untold.most_common(1)
            say(f"{self.tool}: and {self.count - MOST_TOLD} more lines rejected, {self.count} in all, "
                f"most: {printable(reason)} ({times}){printable(where)}")
        if self.file:
            self.file.close()


def raw_of(line: bytes) -> dict[str, str]:
    try:
        return {"raw": line.decode()}
    except UnicodeDecodeError:
        return {"raw_base64": base64.b64encode(line).decode()}
