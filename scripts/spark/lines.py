"""Pure functions on lines: pieces of a stream, blank lines, numbers of lines, and clean lines as typed records."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.json
from schemas import DATASETS, Columns, arrow_struct

sys.setrecursionlimit(2000)  # as in pinpipe_io, which Spark's workers have not: for 1024 levels of JSON

PIECE_BYTES = 1 << 20
BLANK_LINE = re.compile(rb"\n[ \t\r]*(?=\n)")
BARE_RECORD = re.compile(rb'\{"ind":-?\d+,"(unique_id|country|user_name)":')  # a clean one, known by its second key
OBJECT_VALUE = re.compile(rb'"\s*:\s*\{')  # or what looks so in a text
DATASET_OF_KEY = {b"unique_id": "pin", b"country": "geo", b"user_name": "user"}

Fault = tuple[int, str]  # the place of a line, and why it is no row


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


def blank_lines(piece: bytes, before: int) -> list[int]:
    """The numbers, from 1, of the lines that tools skip, in whole lines behind `before` others."""
    found, at, line, shifted = [], 0, before, b"\n" + piece
    for blank in BLANK_LINE.finditer(shifted):
        line += shifted.count(b"\n", at, blank.start() + 1)
        at = blank.start() + 1
        found.append(line)
    return found


class Renumber:
    """Numbers of lines as a tool counts them, to what they were before the lines `taken_out` were. Both ascend."""

    def __init__(self, taken_out: Sequence[int]):
        self.taken_out, self.out = taken_out, 0

    def __call__(self, number: int) -> int:
        while self.out < len(self.taken_out) and self.taken_out[self.out] <= number + self.out:
            self.out += 1
        return number + self.out


# ---- clean lines as records ------------------------------------------------------------------------


def dataset_of_bare(line: bytes) -> str | None:
    """That of a clean line; None where it is a post, of which other members, also those of a record, decide nothing."""
    bare = BARE_RECORD.match(line)
    if not bare or (OBJECT_VALUE.search(line) and any(isinstance(value, dict) for value in json.loads(line).values())):
        return None
    return DATASET_OF_KEY[bare[1]]


def by_shape(lines: Sequence[bytes]) -> dict[str, list[int]]:
    """The places of lines that are bare records, by dataset, and of posts."""
    places: dict[str, list[int]] = {}
    for place, line in enumerate(lines):
        places.setdefault(dataset_of_bare(line) or "post", []).append(place)
    return places


class Reader:
    """Reads clean lines as Arrow arrays, a struct for each of the datasets."""

    def __init__(self, schemas: dict[str, Columns]):
        self.types = {name: arrow_struct(columns) for name, columns in schemas.items()}
        self.post = pa.schema([(name, self.types[name]) for name in DATASETS])

    def read(self, shape: str, lines: list[bytes]) -> tuple[dict[str, pa.Array], list[int], list[Fault]]:
        """Arrays by dataset, the places of the lines that are in them, and of those that are not."""
        try:
            return self._parse(shape, b"\n".join(lines)), list(range(len(lines))), []
        except pa.ArrowInvalid:  # one line or more has a number that Arrow cannot hold
            return self._line_by_line(shape, lines)

    def _parse(self, shape: str, text: bytes) -> dict[str, pa.Array]:
        schema = self.post if shape == "post" else pa.schema(list(self.types[shape]))
        table = pa.json.read_json(
            pa.BufferReader(text),
            pa.json.ReadOptions(use_threads=False, block_size=len(text) + 1),
            pa.json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
        ).combine_chunks()
        structs = table.to_struct_array().combine_chunks()
        return {shape: structs} if shape != "post" else dict(zip(DATASETS, structs.flatten()))

    def _line_by_line(self, shape: str, lines: list[bytes]) -> tuple[dict[str, pa.Array], list[int], list[Fault]]:
        names = DATASETS if shape == "post" else (shape,)
        rows: dict[str, list[Any]] = {name: [] for name in names}
        places, faults = [], []
        for place, line in enumerate(lines):
            value = json.loads(line)
            records = {name: value.get(name) if shape == "post" else value for name in names}
            if reason := beyond_64_bits(records):
                faults.append((place, reason))
                continue
            places.append(place)
            for name, record in records.items():
                rows[name].append(record)
        return {name: pa.array(rows[name], self.types[name]) for name in names}, places, faults


def beyond_64_bits(records: dict[str, Any]) -> str | None:
    """Why a record has no row: the tables, and `query`, count with 64 bits."""
    for name, record in records.items():
        for key, value in (record or {}).items():
            if isinstance(value, int) and not -(2**63) <= value < 2**63:
                return f"{name}: {key} {value} is beyond 64 bits"
    return None
