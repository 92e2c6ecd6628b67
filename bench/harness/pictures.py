"""One picture a group of scenarios: how many times as long as ours each contender takes, or in pipes how many times as
long as cat we take."""

import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from charts import Bar, bars
from page import Row, times

from harness.words import contender_of


def wanted(row: Row) -> float | None:
    found = re.search(r"([\d.]+)×", row.bar)
    return float(found[1]) if found else None


def beside_ours(rows: Sequence[Row]) -> list[Bar]:
    """A group of bars a work, ours first."""
    drawn = []
    for work, of_work in groupby((row for row in rows if row.ratio), key=lambda row: row.work):
        theirs = [Bar(contender_of(row), row.ratio or 0, f"{times(row.ratio)}, {row.theirs}", wanted=wanted(row),
                      group=work) for row in of_work]
        ours = next(row.ours for row in rows if row.work == work)
        drawn += [Bar("pinpipe", 1, ours, ours=True, group=work), *theirs]
    return drawn


def beside_cat(rows: Sequence[Row]) -> list[Bar]:
    return [Bar(row.work, 1 / row.ratio, f"{1 / row.ratio:.2f}×", ours=True, wanted=wanted(row))
            for row in rows if row.ratio]


def draw(path: Path, title: str, rows: Sequence[Row]) -> None:
    if all(row.bar.startswith("within") for row in rows):
        bars(path, title, beside_cat(rows), "times as long as cat (the tick: the most wanted)")
    else:
        bars(path, title, beside_ours(rows), "times as long as pinpipe (the tick: the least wanted)", log=True)
