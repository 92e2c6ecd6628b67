"""A row of results in words: its ratio, and a sentence."""

import re

from page import Row, times

__all__ = ["contender_of", "of_its_time", "ratio_of", "sentence", "times"]


def contender_of(row: Row) -> str:
    return row.against.split(",")[0]


def of_its_time(ratio: float) -> str:
    return f"{1 / ratio:.2f}× its time"


def ratio_of(row: Row) -> str:
    """As the bar says it: how many times as fast, or how many times its time."""
    if not row.ratio:
        return ""
    return of_its_time(row.ratio) if row.bar.startswith("within") else times(row.ratio)


def takes(figure: str) -> str:
    return f"takes {figure}" if re.match(r"[\d.]+ s\b", figure) else f"has {figure}"


def sentence(row: Row) -> str:
    told = f"{row.work}: {row.ours}"
    if row.theirs == "left out":
        told += f"; {row.against} was left out"
    elif row.theirs:
        told = f"{row.work} {takes(row.ours)}, {row.against} {takes(row.theirs)}"
    if row.ratio and row.bar.startswith("within"):
        told += f": {1 / row.ratio:.2f} times its time"
    elif row.ratio:
        told += f": {times(row.ratio).rstrip('×')} times as fast"
    return told + (f". Wanted: {row.bar}; {'held' if row.held == 'yes' else 'missed'}." if row.held else ".")
