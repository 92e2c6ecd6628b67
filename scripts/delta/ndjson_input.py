"""Lines in chunks that can be read at once, and a log of those that are bad."""

import itertools
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import IO, Any, NamedTuple

from json_lines import BYTE_ORDER_MARK, PLACE, Input, Place, place_of
from pinpipe_io import GrowingFile, printable, say

PIECE_BYTES = 4 << 20
MAX_LINE_BYTES = 64 << 20
MOST_TOLD = 10
MOST_KINDS = 64
VARYING = re.compile(r'\d+|"(\\.|[^"\\])*("|$)')  # reasons that differ only in these are of one kind


class Chunk(NamedTuple):
    """Whole lines, and where they are from: the number of the first, or the place of each."""

    text: bytes
    number: int
    placed: bytes  # the lines with their places; or empty

    def places(self) -> Iterator[Place]:
        if self.placed:
            return map(place_of, PLACE.finditer(self.placed))
        return map(Place, itertools.count(self.number))


def pieces(stream: IO[bytes]) -> Iterator[bytes]:
    piece = stream.read(PIECE_BYTES)
    yield piece.removeprefix(BYTE_ORDER_MARK)
    while piece := stream.read(PIECE_BYTES):
        yield piece


def chunks(lines: Input, too_long: Callable[[Place], None]) -> Iterator[Chunk]:
    """All lines. `too_long` is told the place of one that is left out. Errors: OSError."""
    number, rest, is_skipping = 1, b"", False
    for piece_read in pieces(lines.stream):
        piece = piece_read
        end = piece.rfind(b"\n") + 1
        if is_skipping:
            if end == 0:
                continue
            is_skipping, start = False, piece.find(b"\n") + 1
            number, piece, end = number + 1, piece[start:], end - start
        if end > 0:
            yield chunk_of(rest + piece[:end], number, lines.have_places)
            number, rest, piece = number + piece.count(b"\n"), b"", piece[end:]
        rest += piece
        if len(rest) > MAX_LINE_BYTES + len(b"\r") and not lines.have_places:
            too_long(Place(number))
            rest, is_skipping = b"", True
    if rest:
        yield chunk_of(rest, number, lines.have_places)


def chunk_of(lines: bytes, number: int, have_places: bool) -> Chunk:
    return Chunk(PLACE.sub(b"", lines), number, lines) if have_places else Chunk(lines, number, b"")


class Rejects:
    """Tells of the first bad lines, counts all, and keeps them in a file if there is one."""

    def __init__(self, tool: str, path: str | None) -> None:
        self.tool, self.path, self.count = tool, path, 0
        self.file = GrowingFile(path) if path else None
        self.untold: Counter[str] = Counter()

    def add(self, file: str, place: Place, reason: str, raw: dict[str, Any]) -> None:
        """`raw` is the line as rejects have it: {"raw": TEXT} or {"raw_base64": …}."""
        self.count += 1
        if self.count <= MOST_TOLD:
            say(f"{self.tool}: {printable(file)}:{place}: {printable(reason)}")
        elif (kind := VARYING.sub("…", reason[:200])) in self.untold or len(self.untold) < MOST_KINDS:
            self.untold[kind] += 1
        if self.file:
            value = {} if place.value is None else {"value": place.value}
            kept = {"tool": self.tool, "file": file, "line": place.line} | value | {"reason": reason} | raw
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
