"""A partition of lines, cleaned by the very executables, as rows: the function that mapInArrow runs on the executors.

Each part of a file (a split, or what was read of a partition of a topic) goes through the tools, joined by pipes as in
a shell; what is a line or a fault is then theirs to say, file by file. A thread feeds them, and what they print is read
in pieces: memory holds pieces, and 8 bytes for each rejected or blank line of the part; what was rejected is on disk. A
partition without lines starts nothing. Status 0 and 1 (lines were rejected) are fine; any other, or a signal, fails the
task with what the tool said.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
import threading
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from operator import itemgetter
from typing import IO, Any, NamedTuple

import pyarrow as pa
from lines import Reader, Renumber, blank_lines, by_shape, bytes_of, in_pieces
from schemas import DATASETS, ENVIRONMENT, REJECT, STATS, Columns, arrow_struct, find_tool

Json = dict[str, Any]

REJECTS_PER_BATCH = 256
SAID_BYTES = 2000
SIGPIPE = -13


class Part(NamedTuple):
    """Where lines are from: the input's number, its file, and where in it they begin."""

    input: int
    file: str
    block: int


class ToolFailed(RuntimeError):
    """A tool could not finish."""


class Tool:
    """A running cleaner: what it rejects, and says, goes to files without a name, so that nothing is left behind."""

    def __init__(self, path: str, stdin: IO[bytes] | int):
        self.name = os.path.basename(path)
        self.rejects, self.said = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        keep = self.rejects.fileno()
        self.process = subprocess.Popen(
            [path, "-j1", "--stats", "--rejects", f"/dev/fd/{keep}"],
            env=ENVIRONMENT,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=self.said,
            pass_fds=[keep],
        )

    def words(self) -> list[str]:
        self.said.seek(0)
        return self.said.read().decode(errors="replace").splitlines()

    def failure(self) -> str | None:
        status = self.process.wait()
        if status in (0, 1):
            return None
        ended = f"status {status}" if status > 0 else f"signal {-status}"
        return f"{self.name} ended with {ended}: " + "\n".join(self.words())[-SAID_BYTES:]

    def stats(self) -> Json:
        counts: Json = json.loads(self.words()[-1])
        return {name: counts[name] for name in ("tool", "in", "out", "rejected")}

    def rejected(self) -> Iterator[Json]:
        self.rejects.seek(0)
        yield from map(json.loads, self.rejects)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for file in (self.process.stdin, self.process.stdout, self.rejects, self.said):
            if file:
                file.close()


class Unfit:
    """Clean lines that the tables cannot hold, kept as the tools keep what they reject."""

    def __init__(self) -> None:
        self.file = tempfile.TemporaryFile()

    def add(self, line: int, raw: bytes, reason: str) -> None:
        self.file.write(
            json.dumps({"tool": "tables", "line": line, "reason": reason, "raw": raw.decode()}).encode() + b"\n"
        )

    def rejected(self) -> Iterator[Json]:
        self.file.seek(0)
        yield from sorted(map(json.loads, self.file), key=itemgetter("line"))


class Pipe:
    """Tools joined by pipes, fed by a thread."""

    def __init__(self, paths: Sequence[str]):
        self.tools: list[Tool] = []
        for path in paths:
            stdin = self.tools[-1].process.stdout if self.tools else subprocess.PIPE
            self.tools.append(Tool(path, stdin or subprocess.PIPE))
        for tool in self.tools[:-1]:
            assert tool.process.stdout
            tool.process.stdout.close()  # so that a tool whose reader has ended learns of it
        self.lines, self.blanks = 0, array("q")
        self.fault: BaseException | None = None

    def feed(self, chunks: Iterable[pa.Array]) -> threading.Thread:
        thread = threading.Thread(target=self._feed, args=(chunks,), daemon=True)
        thread.start()
        return thread

    def _feed(self, chunks: Iterable[pa.Array]) -> None:
        stdin = self.tools[0].process.stdin
        assert stdin
        try:
            for lines in chunks:
                data = bytes(bytes_of(lines))
                self.blanks.extend(blank_lines(data, self.lines))
                self.lines += len(lines)
                with contextlib.suppress(BrokenPipeError):  # its status says why; the chunks are read to their end
                    stdin.write(data)
                    stdin.flush()
        except BaseException as fault:  # of who reads the input: the main thread's to raise
            self.fault = fault
        with contextlib.suppress(BrokenPipeError):
            stdin.close()

    def read(self) -> Iterator[bytes]:
        output = self.tools[-1].process.stdout
        assert output
        return in_pieces(lambda: os.read(output.fileno(), 1 << 16))

    def check(self) -> None:
        """Raises what the first tool that failed by itself said, rather than what became of those beside it."""
        if self.fault:
            raise self.fault
        failures = [tool for tool in self.tools if tool.failure()]
        by_themselves = [tool for tool in failures if tool.process.returncode != SIGPIPE] or failures
        if by_themselves:
            raise ToolFailed(by_themselves[0].failure())

    def close(self) -> None:
        for tool in self.tools:
            tool.close()


@dataclass(frozen=True)
class Cleaning:
    """The function for mapInArrow: rows of (input, file, block, position, line) to rows of schemas.cleaned_ddl.

    `line` is binary and ends in a newline; `position` is null, or the offset of a record, which then is its line number.
    With `only` a dataset, lines other than its bare records are rejected.
    """

    schemas: dict[str, Columns]
    bin: str | None = None
    only: str | None = None

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        paths = [find_tool(f"clean-{name}", self.bin) for name in ([self.only] if self.only else DATASETS)]
        for part, chunks in parts_of(batches):
            yield from self._clean(part, chunks, Pipe(paths))

    def _clean(self, part: Part, chunks: Iterator[pa.RecordBatch], pipe: Pipe) -> Iterator[pa.RecordBatch]:
        positions, reader, unfit = array("q"), Reader(self.schemas), Unfit()
        try:
            feeder = pipe.feed(lines_of(chunks, positions))
            nth = 0
            for piece in pipe.read():
                lines = piece.rstrip(b"\n").split(b"\n")
                yield from self._record_rows(part, nth, lines, reader, unfit)
                nth += len(lines)
            feeder.join()
            pipe.check()
            yield from self._reject_rows(part, rejects_of(pipe, unfit), positions)
            yield self._stats_rows(part, pipe)
        finally:
            unfit.file.close()
            pipe.close()

    def _record_rows(
        self, part: Part, before: int, lines: list[bytes], reader: Reader, unfit: Unfit
    ) -> Iterator[pa.RecordBatch]:
        for shape, places in by_shape(lines).items():
            if self.only and shape != self.only:
                for place in places:
                    unfit.add(before + place + 1, lines[place], f"no {self.only} record")
                continue
            arrays, kept, faults = reader.read(shape, [lines[place] for place in places])
            for at, reason in faults:
                unfit.add(before + places[at] + 1, lines[places[at]], reason)
            yield self._rows(part, [before + places[at] for at in kept], arrays)

    def _reject_rows(self, part: Part, rejects: Iterator[Json], positions: array[int]) -> Iterator[pa.RecordBatch]:
        kind = arrow_struct(REJECT)
        while some := list(islice(rejects, REJECTS_PER_BATCH)):
            for reject in some:
                if positions:
                    reject["line"] = positions[reject["line"] - 1]
            rows = pa.array([{key: reject.get(key) for key in REJECT} for reject in some], kind)
            yield self._rows(part, [0] * len(some), {"reject": rows})

    def _stats_rows(self, part: Part, pipe: Pipe) -> pa.RecordBatch:
        stats = [{**tool.stats(), "lines": pipe.lines} for tool in pipe.tools]
        return self._rows(part, [0] * len(stats), {"stats": pa.array(stats, arrow_struct(STATS))})

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


def rejects_of(pipe: Pipe, unfit: Unfit) -> Iterator[Json]:
    """With the numbers that lines had when they were fed: each tool counts only what those before it let pass."""
    taken_out: Sequence[int] = array("q")
    sources: list[Tool | Unfit] = [*pipe.tools, unfit]
    for source in sources:
        renumber, numbers = Renumber(taken_out), array("q")
        for reject in source.rejected():
            numbers.append(renumber(reject["line"]))
            yield {**reject, "line": numbers[-1]}
        skipped = pipe.blanks if source is pipe.tools[0] else ()
        taken_out = array("q", sorted([*taken_out, *numbers, *skipped]))


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
