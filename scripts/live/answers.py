"""Answers that move, as query writes them: rows in, and for each question what it says now.

A row is of one of three kinds. With `diff`, it comes (1) or goes (-1): query --emit changes. With `stats`, it says what was
read: query --with-stats. All others are of a snapshot or a closed window, and stand for what is known when the last of
them has come: the next row of stats says that it has, or where there are none, a pause.

Nothing here prints. What is kept is bounded, but for rows that come and go: they are the answer.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any, NamedTuple

QUESTIONS_MAX = 16
COLUMNS_MAX = 32
WINDOWS_MAX = 256  # of a question whose rows come and go
CELL_MAX = 1000  # characters that are shown

BESIDE = ("question", "window_start", "window_end", "final", "diff")  # columns that are not of the answer
# Numbers that name a group, or its place, rather than measure it.
KEYS = {"ind", "age", "rank", "post_year", "post_month", "post_day", "post_hour", "join_year", "join_month"}


class BadRow(Exception):
    """What was no row of query, and why."""


class Cell(NamedTuple):
    """A value as query has written it; `text` is None for null. `number` is for charts."""

    text: str | None
    number: float | None


class Real(float):
    """A number with the digits that stood in the row."""

    text: str

    def __new__(cls, text: str) -> Real:
        number = super().__new__(cls, text)
        number.text = text
        return number


class Window(NamedTuple):
    start: str | None
    end: str | None
    final: bool | None  # where it is not said, None

    @property
    def end_ms(self) -> int | None:
        return time_ms(self.end)


class Stats(NamedTuple):
    time_ms: int
    read: int
    rejected: int
    late: int


class Answer:
    """What one question says: the newest window of it that is not final, or else the last. Of its rows the first are kept."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.columns: list[str] = []
        self.rows: list[list[Cell]] = []
        self.count = 0  # of all rows
        self.window = Window(None, None, None)
        self.goes_by_windows = True  # rather than by the clock of who looks

    def set(self, window: Window, columns: list[str], rows: list[list[Cell]], count: int) -> None:
        self.window, self.columns, self.rows, self.count = window, columns, rows, count
        self.goes_by_windows &= window.final is True

    def measure(self) -> int | None:
        """The column that is drawn: the first that measures."""
        numbers = [i for i in range(len(self.columns)) if self.is_number(i)]
        measures = [i for i in numbers if self.columns[i] not in KEYS]
        return next(iter(measures or numbers[-1:]), None)

    def is_number(self, column: int) -> bool:
        cells = [row[column] for row in self.rows]
        return all(cell.text is None or cell.number is not None for cell in cells) and any(
            cell.number is not None for cell in cells
        )

    def label(self, row: list[Cell], measure: int) -> str:
        """The group of a row: what stands before the measure."""
        texts = [row[i].text for i in range(measure)]
        return " · ".join("null" if text is None else text for text in texts) or self.columns[measure]


class Pending:
    """Rows of a question that have come since the last pause: those of the window that will be shown."""

    def __init__(self, rows_max: int) -> None:
        self.rows_max = rows_max
        self.columns: list[str] = []
        self.last: Window | None = None
        self.shown: Window | None = None
        self.rows: list[list[Cell]] = []
        self.count = 0

    def completes(self, window: Window) -> bool:
        """Whether a row of `window` says that one that is final has come whole."""
        return bool(self.shown and self.shown.final and window != self.shown)

    def add(self, window: Window, columns: list[str], row: list[Cell]) -> None:
        """A row of an earlier window than the last one, or of the same as it was known later, begins another snapshot."""
        is_another = bool(self.last) and window != self.last and order_of(window) <= order_of(self.last)
        if self.shown is None or is_another or columns != self.columns or self.completes(window):
            self.shown, self.columns, self.rows, self.count = window, columns, [], 0
        self.last = window
        if window == self.shown:
            self.count += 1
            if self.count <= self.rows_max:
                self.rows.append(row)


def order_of(window: Window) -> str:
    return window.start or ""


class Changes:
    """The rows of a question that have come and not gone, by window."""

    def __init__(self) -> None:
        self.windows: dict[Window, Counter[tuple[Cell, ...]]] = {}
        self.columns: list[str] = []

    def add(self, window: Window, columns: list[str], row: list[Cell], diff: int) -> None:
        if columns != self.columns:
            self.windows, self.columns = {}, columns
        rows = self.windows.setdefault(window, Counter())
        rows[tuple(row)] += diff
        if rows[tuple(row)] <= 0:
            fault = rows.pop(tuple(row)) < 0
            if fault:
                raise BadRow("a row goes that has not come")
        while len(self.windows) > WINDOWS_MAX:
            del self.windows[min(self.windows, key=order_of)]

    def shown(self) -> Window:
        """The first that no other begins behind."""
        newest = max(order_of(window) for window in self.windows)
        opened = [window for window in self.windows if (window.end or "") > newest]
        return min(opened, key=order_of) if opened else max(self.windows, key=order_of)

    def rows_of(self, window: Window) -> list[list[Cell]]:
        return [list(row) for row, count in self.windows[window].items() for _ in range(count)]


class Answers:
    """Of all questions, by their names. `on_new` is told of each that says something new."""

    def __init__(self, rows_max: int, on_new: Callable[[Answer], None]) -> None:
        self.rows_max, self.on_new = rows_max, on_new
        self.by_name: dict[str, Answer] = {}
        self.stats: Stats | None = None
        self.pending: dict[str, Pending] = {}
        self.changes: dict[str, Changes] = {}
        self.changed: set[str] = set()

    @property
    def is_pending(self) -> bool:
        return bool(self.pending or self.changed)

    def take(self, line: bytes) -> bool:
        """Whether this row ends what belongs together. Errors: BadRow."""
        row = parsed(line)
        if "stats" in row:
            self.stats = stats_of(row["stats"])
            return True
        name = row.get("question", "")
        if not isinstance(name, str):
            raise BadRow("question is not a text")
        columns = [column for column in row if column not in BESIDE]
        if not 0 < len(columns) <= COLUMNS_MAX:
            raise BadRow(f"{len(columns)} columns; there are from 1 to {COLUMNS_MAX}")
        if name not in self.by_name and len(self.by_name) >= QUESTIONS_MAX:
            raise BadRow(f"more than {QUESTIONS_MAX} questions")
        cells, window = [cell_of(row[column]) for column in columns], window_of(row)
        if "diff" in row:
            self.change(name, window, columns, cells, row["diff"])
        else:
            self.add(name, window, columns, cells)
        return False

    def add(self, name: str, window: Window, columns: list[str], cells: list[Cell]) -> None:
        self.by_name.setdefault(name, Answer(name))
        pending = self.pending.setdefault(name, Pending(self.rows_max))
        if pending.completes(window):
            self.settle_pending(name, pending)
        pending.add(window, columns, cells)

    def change(self, name: str, window: Window, columns: list[str], cells: list[Cell], diff: Any) -> None:
        if type(diff) is not int or abs(diff) != 1:
            raise BadRow("diff is neither 1 nor -1")
        self.by_name.setdefault(name, Answer(name))
        self.changes.setdefault(name, Changes()).add(window, columns, cells, diff)
        self.changed.add(name)

    def settle(self) -> None:
        """All that belongs together has come."""
        for name, pending in self.pending.items():
            self.settle_pending(name, pending)
        for name in self.changed:
            changes, answer = self.changes[name], self.by_name[name]
            window = changes.shown()
            rows = changes.rows_of(window)
            answer.set(window, changes.columns, rows, len(rows))
            sort(answer)
            del answer.rows[self.rows_max :]
            self.on_new(answer)
        self.pending, self.changed = {}, set()

    def settle_pending(self, name: str, pending: Pending) -> None:
        assert pending.shown
        self.by_name[name].set(pending.shown, pending.columns, pending.rows, pending.count)
        self.on_new(self.by_name[name])


def sort(answer: Answer) -> None:
    """Rows that come and go are in no order: by rank, or the most first."""
    measure = answer.measure()
    by = answer.columns.index("rank") if "rank" in answer.columns else measure
    if by is None:
        return
    sign = 1 if by != measure else -1

    def key(row: list[Cell]) -> tuple:
        number = row[by].number
        return (number is None, sign * (number or 0), [cell.text or "" for cell in row])

    answer.rows.sort(key=key)


# ---- values ---------------------------------------------------------------------------------------


def no_number(text: str) -> None:
    raise ValueError(f"{text} is not JSON")


DECODER = json.JSONDecoder(parse_float=Real, parse_constant=no_number)


def parsed(line: bytes) -> dict[str, Any]:
    try:
        row = DECODER.decode(line.decode())
    except UnicodeDecodeError:
        raise BadRow("invalid UTF-8") from None
    except (ValueError, RecursionError):
        raise BadRow("not JSON") from None
    if not isinstance(row, dict):
        raise BadRow("not an object")
    return row


def cell_of(value: Any) -> Cell:
    if value is None:
        return Cell(None, None)
    if isinstance(value, bool):
        return Cell("true" if value else "false", None)
    if isinstance(value, (int, float)):
        try:
            return Cell(value.text if isinstance(value, Real) else str(value), float(value))
        except (OverflowError, ValueError):
            raise BadRow("a number that is too long") from None
    if not isinstance(value, str):
        raise BadRow("a column that is an object or an array")
    return Cell(value if len(value) <= CELL_MAX else value[: CELL_MAX - 1] + "…", None)


def window_of(row: dict[str, Any]) -> Window:
    window = Window(row.get("window_start"), row.get("window_end"), row.get("final"))
    for text in window[:2]:
        if text is not None and (not isinstance(text, str) or time_ms(text) is None):
            raise BadRow("a window that is not of times")
    if not (window.final is None or isinstance(window.final, bool)):
        raise BadRow("final is neither true nor false")
    return window


def stats_of(value: Any) -> Stats:
    if not isinstance(value, dict):
        raise BadRow("stats is not an object")
    at = time_ms(value.get("time"))
    counts = [value.get(name) for name in ("in", "rejected", "late")]
    if at is None or any(type(count) is not int or count < 0 for count in counts):
        raise BadRow("stats are time, in, rejected and late")
    return Stats(at, *counts)


def time_ms(text: Any) -> int | None:
    """Milliseconds since 1970 of "2026-01-05T12:00:00", or with a fraction; None of anything else."""
    if not isinstance(text, str):
        return None
    whole, _, fraction = text.partition(".")
    try:
        at = datetime.strptime(whole, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)
        return int(at.timestamp()) * 1000 + (int(fraction.ljust(3, "0")[:3]) if fraction else 0)
    except (ValueError, OverflowError):
        return None
