"""A row of results in words: its ratio, and sentences."""

import re

from page import Row, times


def contender_of(row: Row) -> str:
    return row.against.split(" (")[0].split(",")[0]


def ratio_of(row: Row) -> str:
    """As the bar says it: how many times as fast, or, as for a ceiling, how many times its time."""
    if not row.ratio:
        return ""
    is_ceiling = row.bar.startswith("within") or (row.ratio < 1 and not row.bar)
    return f"{1 / row.ratio:.2f}× its time" if is_ceiling else times(row.ratio)


def verdict(row: Row) -> str:
    return f" Wanted: {row.bar}; {'held' if row.held == 'yes' else 'missed'}." if row.held else ""


def is_time(figure: str) -> bool:
    return re.match(r"[\d.]+ s\b", figure) is not None


def our_figure(row: Row) -> str:
    work = row.work if row.theirs or not row.against else f"{row.work}, {row.against}"
    return f"{work} takes {row.ours}" if is_time(row.ours) else f"{work}: {row.ours}"


def comparison(row: Row) -> str:
    """What the other has, and how ours stands beside it."""
    if not row.ratio:
        return f"{row.against}: {row.theirs}."
    if not is_time(row.theirs):
        return f"{row.against}: {row.theirs}; ours is {row.ratio:.3g} times that.{verdict(row)}"
    if row.ratio < 1:
        return f"{row.against} takes {row.theirs}; ours is {1 / row.ratio:.2f} times that.{verdict(row)}"
    return f"{row.against} takes {row.theirs}, {times(row.ratio)[:-1]} times as long.{verdict(row)}"


def sentence(row: Row) -> str:
    return f"{our_figure(row)}; {comparison(row)}" if row.theirs else f"{our_figure(row)}.{verdict(row)}"
