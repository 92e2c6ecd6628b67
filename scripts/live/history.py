"""What is shown, and how it came to be: the newest answers with a bounded past, as frames for browsers.

A frame has all that is known now, and of the past what has come since an earlier frame: who has missed some gets the newest
only, and no gap. Frames are numbered from 1; `since` 0 is who has nothing. Used by one thread at a time.
"""

from __future__ import annotations

import json
import time
from collections import deque
from typing import Any, NamedTuple

from answers import Answer, Answers, Stats

POINTS_MAX = 600  # of a chart, more than there are pixels for
LABELS_MAX = 8  # groups of which a chart keeps the past


class Point(NamedTuple):
    number: int
    frame: int  # it came with
    x: int
    values: dict[str, float]


class Series:
    """Points, one a step; the last one follows what is known until its step is over."""

    def __init__(self, step_ms: int) -> None:
        self.step_ms = step_ms
        self.points: deque[Point] = deque(maxlen=POINTS_MAX)

    def add(self, frame: int, x: int, values: dict[str, float]) -> None:
        number = 0
        if self.points:
            last = self.points[-1]
            steps = x // self.step_ms - last.x // self.step_ms
            number = last.number + (steps != 0)
            if steps == 0:
                self.points.pop()
            elif steps < 0:
                self.points.clear()  # another stream, or a clock that was set
        self.points.append(Point(number, frame, x, values))

    def since(self, frame: int) -> list[list[Any]]:
        new: list[list[Any]] = []
        for point in reversed(self.points):
            if point.frame <= frame:
                break
            new.append([point.number, point.x, point.values])
        return new[::-1]


class Rates:
    """Per second, over the last one or a little more."""

    def __init__(self) -> None:
        self.seen: deque[Stats] = deque()

    def add(self, stats: Stats) -> dict[str, float] | None:
        if self.seen and (stats.time_ms < self.seen[-1].time_ms or stats.read < self.seen[-1].read):
            self.seen.clear()  # another run
        self.seen.append(stats)
        while len(self.seen) > 2 and stats.time_ms - self.seen[1].time_ms >= 1000:
            self.seen.popleft()
        first = self.seen[0]
        seconds = (stats.time_ms - first.time_ms) / 1000
        if seconds <= 0:
            return None
        return {
            "read": (stats.read - first.read) / seconds,
            "rejected": (stats.rejected - first.rejected) / seconds,
            "late": (stats.late - first.late) / seconds,
        }


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class Page:
    def __init__(self, rows: int, history_s: float) -> None:
        self.run = f"{time.time_ns():x}"  # which of all servers that were ever at this address
        self.rows, self.history_ms = rows, int(history_s * 1000)
        self.step_ms = max(1000, self.history_ms // POINTS_MAX)
        self.answers = Answers(rows, self.note)
        self.series: dict[str, Series] = {}
        self.rates, self.rate_series = Rates(), Series(self.step_ms)
        self.rate: dict[str, float] | None = None
        self.stats: Stats | None = None
        self.bad_rows, self.has_ended, self.frame = 0, False, 0
        self.encoded: dict[int, bytes] = {}

    def settle(self) -> None:
        """What has come so far belongs together: a frame of it."""
        self.answers.settle()
        stats = self.answers.stats
        if stats and stats is not self.stats:
            self.stats, self.rate = stats, self.rates.add(stats) or self.rate
            if self.rate:
                self.rate_series.add(self.frame + 1, stats.time_ms, self.rate)
        self.frame += 1
        self.encoded.clear()

    def note(self, answer: Answer) -> None:
        """A point of what it says."""
        measure = answer.measure()
        if measure is None:
            return
        values: dict[str, float] = {}
        for row in answer.rows:
            if len(values) < LABELS_MAX and row[measure].number is not None:
                values.setdefault(answer.label(row, measure), row[measure].number)
        end = answer.window.end_ms
        x = end if answer.goes_by_windows and end is not None else now_ms()
        self.series.setdefault(answer.name, Series(self.step_ms)).add(self.frame + 1, x, values)

    def end(self) -> None:
        self.has_ended = True
        self.settle()

    def encode(self, since: int) -> bytes:
        """The newest frame for one who has had `since`, in ASCII."""
        if since not in self.encoded:
            self.encoded[since] = json.dumps(self.content(since), separators=(",", ":")).encode()
        return self.encoded[since]

    def content(self, since: int) -> dict[str, Any]:
        return {
            "run": self.run, "frame": self.frame, "since": since, "now": now_ms(),
            "ended": self.has_ended, "points": POINTS_MAX, "history": self.history_ms, "bad": self.bad_rows,
            "stats": self.stats and {**self.stats._asdict(), "rate": self.rate},
            "rates": self.rate_series.since(since),
            "questions": [self.question(answer, since) for answer in self.answers.by_name.values()],
        }  # fmt: skip

    def question(self, answer: Answer, since: int) -> dict[str, Any]:
        measure, shown = answer.measure(), answer.rows
        return {
            "name": answer.name,
            "window": answer.window._asdict(),
            "columns": [{"name": name, "number": answer.is_number(i)} for i, name in enumerate(answer.columns)],
            "measure": measure,
            "rows": [[cell.text for cell in row] for row in shown],
            "labels": [] if measure is None else [answer.label(row, measure) for row in shown],
            "values": [] if measure is None else [row[measure].number for row in shown],
            "count": answer.count,
            "points": self.series[answer.name].since(since) if answer.name in self.series else [],
        }
