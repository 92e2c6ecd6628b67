"""A partition of lines, cleaned by the very executables, as rows: the function that mapInArrow runs on the executors.

Each part of a file (a split, or what was read of a partition of a topic) goes through one cleaner; what is a line or a
fault is its to say, file by file. A thread feeds it, and what it prints is read in pieces: memory holds pieces, and
the numbers of the records of a topic; what was rejected is on disk. A partition without lines starts nothing.
Status 0 and 1 (lines were rejected) are fine; any other, or a signal, fails the task with what the tool said.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
import threading
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import Any, NamedTuple

import pyarrow as pa
from lines import Reader, Renumber, bytes_of, in_pieces
from schemas import ENVIRONMENT, REJECT, STATS, Columns, arrow_struct, find_tool

Json = dict[str, Any]

REJECTS_PER_BATCH = 256
SAID_BYTES = 2000


class Part(NamedTuple):
    """Where lines are from: the input's number, its file, and where in it they begin."""

    input: int
    file: str
    block: int


class ToolFailed(RuntimeError):
    """A tool could not finish."""


class Cleaner:
    """A running tool, fed by a thread. What it rejects, and says, goes to files without a name, so that nothing is left
    behind."""

    def __init__(self, path: str, chunks: Iterable[pa.Array]):
        self.name, self.lines = os.path.basename(path), 0
        self.rejects, self.said = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        keep = self.rejects.fileno()
        self.process = subprocess.Popen(
            [path, "-j1", "--stats", "--rejects", f"/dev/fd/{keep}"],
            env=ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.said,
            pass_fds=[keep],
        )
        assert self.process.stdin
        assert self.process.stdout
        self.stdin, self.stdout = self.process.stdin, self.process.stdout
        self.fault: BaseException | None = None
        self.feeder = threading.Thread(target=self._feed, args=(chunks,), daemon=True)
        self.feeder.start()

    def _feed(self, chunks: Iterable[pa.Array]) -> None:
        try:
            for lines in chunks:
                self.lines += len(lines)
                with contextlib.suppress(BrokenPipeError):  # its status says why; the chunks are read to their end
                    self.stdin.write(bytes_of(lines))
                    self.stdin.flush()
        except BaseException as fault:  # of who reads the input: the main thread's to raise
            self.fault = fault
        with contextlib.suppress(BrokenPipeError):
            self.stdin.close()

    def read(self) -> Iterator[bytes]:
        return in_pieces(lambda: os.read(self.stdout.fileno(), 1 << 16))

    def account(self) -> str:
        """What it says of itself at its end, with --stats. Errors: ToolFailed, and those of who reads the input."""
        self.feeder.join()
        if self.fault:
            raise self.fault
        status = self.process.wait()
        self.said.seek(0)
        words = self.said.read().decode(errors="replace").splitlines()
        if status not in (0, 1):
            ended = f"status {status}" if status > 0 else f"signal {-status}"
            raise ToolFailed(f"{self.name} ended with {ended}: " + "\n".join(words)[-SAID_BYTES:])
        return words[-1]

    def rejected(self) -> Iterator[Json]:
        self.rejects.seek(0)
        yield from map(json.loads, self.rejects)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for file in (self.stdin, self.stdout, self.rejects, self.said):
            file.close()


class Foreign:
    """Lines that a cleaner lets pass, and the table does not take, kept as the tool keeps what it rejects."""

    def __init__(self, dataset: str):
        self.reason, self.file = f"no {dataset} record", tempfile.TemporaryFile()

    def add(self, number: int, line: bytes) -> None:
        """`number` is that among the lines that came out, from 1."""
        kept = {"line": number, "tool": "tables", "reason": self.reason, "raw": line.decode()}
        self.file.write(json.dumps(kept).encode() + b"\n")

    def rejected(self, by_tool: Iterable[int]) -> Iterator[Json]:
        """With the numbers that lines had before the tool took out others."""
        renumber = Renumber(array("q", by_tool))
        self.file.seek(0)
        for reject in map(json.loads, self.file):
            yield {**reject, "line": renumber(reject["line"])}


@dataclass(frozen=True)
class Cleaning:
    """The function for mapInArrow: rows of (input, file, block, position, line) to rows of schemas.cleaned_ddl.

    `line` is binary and ends in a newline; `position` is null, or the offset of a record, which then is its line number.
    The cleaner is clean-posts; with `only` a dataset it is that of the dataset, and lines other than its bare records are
    rejected. REQUIRES then: no line is blank.
    """

    schemas: dict[str, Columns]
    bin: str | None = None
    only: str | None = None

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        path, reader = find_tool(f"clean-{self.only or 'posts'}", self.bin), Reader(self.schemas)
        for part, chunks in parts_of(batches):
            yield from self._clean(part, chunks, path, reader)

    def _clean(
        self, part: Part, chunks: Iterator[pa.RecordBatch], path: str, reader: Reader
    ) -> Iterator[pa.RecordBatch]:
        positions = array("q")
        with contextlib.closing(Cleaner(path, lines_of(chunks, positions))) as cleaner:
            foreign = Foreign(self.only) if self.only else None
            yield from self._record_rows(part, cleaner.read(), reader, foreign)
            account = cleaner.account()
            yield from self._reject_rows(part, cleaner.rejected(), positions)
            if foreign:
                by_tool = (reject["line"] for reject in cleaner.rejected())
                yield from self._reject_rows(part, foreign.rejected(by_tool), positions)
            stats = pa.array([{"lines": cleaner.lines, "account": account}], arrow_struct(STATS))
            yield self._rows(part, [0], {"stats": stats})

    def _record_rows(
        self, part: Part, pieces: Iterator[bytes], reader: Reader, foreign: Foreign | None
    ) -> Iterator[pa.RecordBatch]:
        before = 0
        for piece in pieces:
            lines = piece.rstrip(b"\n").split(b"\n")
            shapes = reader.by_shape(lines)
            if foreign:
                own = shapes.pop(self.only, [])
                for place in sorted(chain(*shapes.values())):
                    foreign.add(before + place + 1, lines[place])
                shapes = {self.only: own} if own else {}
            for shape, places in shapes.items():
                records = reader.read(shape, [lines[place] for place in places])
                yield self._rows(part, [before + place for place in places], records)
            before += len(lines)

    def _reject_rows(self, part: Part, rejects: Iterator[Json], positions: array[int]) -> Iterator[pa.RecordBatch]:
        kind = arrow_struct(REJECT)
        while some := list(islice(rejects, REJECTS_PER_BATCH)):
            for reject in some:
                if positions:
                    reject["line"] = positions[reject["line"] - 1]
            rows = pa.array([{key: reject.get(key) for key in REJECT} for reject in some], kind)
            yield self._rows(part, [0] * len(some), {"reject": rows})

    def _rows(self, part: Part, nth: list[int], arrays: dict[str, pa.Array]) -> pa.RecordBatch:
        rows = len(nth)
        kinds = {**self.schemas, "reject": REJECT, "stats": STATS}
        columns = {
            "input": pa.array([part.input] * rows, pa.int32()),
            "file": pa.array([part.file] * rows, pa.string()),
            "block": pa.array([part.block] * rows, pa.int64()),
            "nth": pa.array(nth, pa.int64()),
            **{name: arrays.get(name, pa.nulls(rows, arrow_struct(columns))) for name, columns in kinds.items()},
        }
        return pa.RecordBatch.from_pydict(columns)


def lines_of(chunks: Iterable[pa.RecordBatch], positions: array[int]) -> Iterator[pa.Array]:
    """The lines; `positions` gets their offsets, where they have any."""
    for chunk in chunks:
        offsets = chunk.column("position")
        if not offsets.null_count:
            positions.extend(offsets.to_pylist())
        yield chunk.column("line")


def parts_of(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[Part, Iterator[pa.RecordBatch]]]:
    """Batches by the part of a file that they are of; each iterator is to be used up before the next."""
    cut = ((part, piece) for batch in batches for part, piece in cut_by_part(batch))
    for part, pieces in groupby(cut, key=itemgetter(0)):
        yield part, (piece for _, piece in pieces)


def cut_by_part(batch: pa.RecordBatch) -> Iterator[tuple[Part, pa.RecordBatch]]:
    """The lines of a part follow each other: if the first and the last are of one, all are."""
    columns = [batch.column(name) for name in Part._fields]

    def part_at(row: int) -> Part:
        return Part(*(column[row].as_py() for column in columns))

    start = 0
    while start < batch.num_rows:
        part, end = part_at(start), batch.num_rows
        if part_at(end - 1) != part:
            end = next(row for row in range(start, end) if part_at(row) != part)
        yield part, batch.slice(start, end - start)
        start = end
