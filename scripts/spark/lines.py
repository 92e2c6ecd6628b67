"""Pure functions on lines: pieces of a stream, numbers of lines, and clean lines as typed records."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence

import pyarrow as pa
import pyarrow.json
from schemas import Columns, arrow_struct

sys.setrecursionlimit(2000)  # as in pinpipe_io, which Spark's workers have not: for 1024 levels of JSON

PIECE_BYTES = 1 << 20
OBJECT_VALUE = re.compile(rb'"\s*:\s*\{')  # or what looks so in a text


def bytes_of(lines: pa.Array) -> memoryview:
    """The values of a binary array one behind the other, uncopied."""
    _, ends, values = lines.buffers()
    offsets = memoryview(ends).cast("B").cast("q" if pa.types.is_large_binary(lines.type) else "i")
    return memoryview(values or b"")[offsets[lines.offset] : offsets[lines.offset + len(lines)]]


def in_pieces(read: Callable[[], bytes], size: int = PIECE_BYTES) -> Iterator[bytes]:
    """What `read` gives, in pieces of about `size` that end in a newline; the last may not."""
    parts, held = [], 0
    while data := read():
        parts.append(data)
        held += len(data)
        if held >= size and (end := data.rfind(b"\n") + 1):
            parts[-1] = data[:end]
            yield b"".join(parts)
            parts = [data[end:]]
            held = len(parts[0])
    if held:
        yield b"".join(parts)


class Renumber:
    """Numbers of lines as a tool counts them, to what they were before the lines `taken_out` were. Both ascend."""

    def __init__(self, taken_out: Sequence[int]):
        self.taken_out, self.out = taken_out, 0

    def __call__(self, number: int) -> int:
        while self.out < len(self.taken_out) and self.taken_out[self.out] <= number + self.out:
            self.out += 1
        return number + self.out


# ---- clean lines as records ------------------------------------------------------------------------


class Reader:
    """Reads clean lines as Arrow arrays, a struct for each of the datasets."""

    def __init__(self, schemas: dict[str, Columns]):
        self.types = {name: arrow_struct(columns) for name, columns in schemas.items()}
        self.post = pa.schema(list(self.types.items()))
        # A bare record has the keys of its dataset in their order, and the second tells of which it is.
        (key, *_), *_ = schemas.values()
        self.dataset_of_key = {list(columns)[1].encode(): name for name, columns in schemas.items()}
        self.bare_record = re.compile(b'\\{"%s":-?\\d+,"(%s)":' % (key.encode(), b"|".join(self.dataset_of_key)))

    def dataset_of_bare(self, line: bytes) -> str | None:
        """That of a clean line; None where it is a post, of which other members, also those of a record, decide nothing."""
        bare = self.bare_record.match(line)
        if not bare or (OBJECT_VALUE.search(line) and any(isinstance(value, dict) for value in json.loads(line).values())):
            return None
        return self.dataset_of_key[bare[1]]

    def by_shape(self, lines: Sequence[bytes]) -> dict[str, list[int]]:
        """The places of lines that are bare records, by dataset, and of posts."""
        places: dict[str, list[int]] = {}
        for place, line in enumerate(lines):
            places.setdefault(self.dataset_of_bare(line) or "post", []).append(place)
        return places

    def read(self, shape: str, lines: list[bytes]) -> dict[str, pa.Array]:
        """Arrays by dataset, as long as `lines` is."""
        try:
            return self._parse(shape, b"\n".join(lines))
        except pa.ArrowInvalid:  # beside the records is what it does not take: 1e999, or "pin":null twice
            return self._line_by_line(shape, lines)

    def _parse(self, shape: str, text: bytes) -> dict[str, pa.Array]:
        schema = self.post if shape == "post" else pa.schema(list(self.types[shape]))
        table = pa.json.read_json(
            pa.BufferReader(text),
            pa.json.ReadOptions(use_threads=False, block_size=len(text) + 1),
            pa.json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
        ).combine_chunks()
        structs = table.to_struct_array().combine_chunks()
        return {shape: structs} if shape != "post" else dict(zip(self.types, structs.flatten()))

    def _line_by_line(self, shape: str, lines: list[bytes]) -> dict[str, pa.Array]:
        values = list(map(json.loads, lines))
        if shape != "post":
            return {shape: pa.array(values, self.types[shape])}
        return {name: pa.array([post.get(name) for post in values], kind) for name, kind in self.types.items()}
