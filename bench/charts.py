"""Pictures for the pages of bench: `bars` (ours beside contenders) and `lines` (how something grows), as SVG.

A picture has no background; its text and axes are dark on a light page and light on a dark one, as the reader's
prefers-color-scheme says, which GitHub passes on to an <img>. Its colours differ in lightness too, for the
colour-blind; its text stays text; the same figures give the same bytes. Needs matplotlib:
scripts/home/with-python bench COMMAND.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from math import floor, log10
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullFormatter, NullLocator

OURS, THEIRS = "#2a86d1", "#8a8a8a"
# Colour, marker and dash of each series: three ways to tell it from another.
SERIES = [(OURS, "o", "-"), ("#d55e00", "s", "--"), ("#009e73", "^", "-."), ("#c0659b", "D", ":"), (THEIRS, "v", "-"),
          ("#b08900", "P", "--")]
INK = "#010203"  # stands for the page's own colour of text until the end
FONT = "'DejaVu Sans'"  # matplotlib brings it; where a reader lacks it, Verdana has the same widths
FONTS = f"{FONT}, Verdana, sans-serif"
LIGHT, DARK = "#1f2328", "#e6edf3"
STYLE = f"<style>svg{{color:{LIGHT}}}@media(prefers-color-scheme:dark){{svg{{color:{DARK}}}}}</style>"
SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none", "svg.hashsalt": "pinpipe", "font.family": "DejaVu Sans", "font.size": 10, "text.color": INK,
    "axes.edgecolor": INK, "axes.labelcolor": INK, "xtick.color": INK, "ytick.color": INK, "axes.spines.top": False,
    "axes.spines.right": False, "axes.titlelocation": "left", "axes.titlesize": 11}
WIDTH = 7.6  # inches


@dataclass(frozen=True)
class Bar:
    """A bar: how long, what is written at its end (default: the value), whether it is ours, and where the bar that it
    had to reach is, if there is one. A `group` is written above the first of the bars that have it."""

    label: str
    value: float
    text: str = ""
    ours: bool = False
    wanted: float | None = None
    group: str = ""


def number(value: float) -> str:
    """Short, as an axis wants it: 0.25, 1, 40, 2,000, 3M."""
    if abs(value) >= 1e6:
        return f"{value / 1e6:,.4g}M"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def write(figure: Figure, path: Path, title: str) -> None:
    """Saves the figure, its ink turned into the colour that the page gives."""
    text = StringIO()
    figure.savefig(text, format="svg", transparent=True, bbox_inches="tight", pad_inches=0.1,
                   metadata={"Date": None, "Creator": None, "Title": title})
    svg = re.sub(r"(<svg\b[^>]*>)", rf"\1\n{STYLE}", text.getvalue(), count=1)
    path.write_text(svg.replace(INK, "currentColor").replace(FONT, FONTS), encoding="utf-8")


def decimal_ticks(axis: Axis) -> None:
    axis.set_major_locator(LogLocator(10))
    axis.set_minor_locator(NullLocator())


def label_ticks(axis: Axis, ticks: Mapping[float, str] | None) -> None:
    """The ticks named, else matplotlib's own with short numbers."""
    if not ticks:
        axis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
        return
    axis.set_major_locator(FixedLocator(list(ticks)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: ticks.get(value, "")))
    axis.set_minor_locator(NullLocator())
    axis.set_minor_formatter(NullFormatter())


def places(rows: Sequence[Bar]) -> tuple[list[float], dict[float, str]]:
    """Where each bar is, from the top down, and each group's heading."""
    at, y, headings, group = [], 0.0, {}, ""
    for row in rows:
        if row.group != group:
            headings[y + 0.15] = group = row.group
            y += 1
        at.append(y)
        y += 1
    return at, headings


def draw_bars(axes: Axes, rows: Sequence[Bar], at: Sequence[float]) -> None:
    axes.barh(at, [row.value for row in rows], height=0.7, color=[OURS if row.ours else THEIRS for row in rows])
    for row, y in zip(rows, at):
        end = max(row.value, row.wanted or 0)
        axes.annotate(row.text or number(row.value), (end, y), (4, 0), textcoords="offset points", va="center")
        if row.wanted is not None:
            axes.plot([row.wanted] * 2, [y - 0.45, y + 0.45], color=INK, linewidth=2)
    axes.set_yticks(at, [row.label for row in rows])
    axes.tick_params(axis="y", length=0)


def bars(path: Path, title: str, rows: Sequence[Bar], x: str, log: bool = False) -> None:
    """Horizontal bars in the order of the rows, along an axis named `x`; a tick across a bar is what it had to reach.
    With `log` the axis is logarithmic, from the power of ten below the least value: all values above 0 then."""
    with matplotlib.rc_context(SETTINGS):
        at, headings = places(rows)
        figure = Figure(figsize=(WIDTH, 0.9 + 0.27 * (at[-1] + 1)))
        axes = figure.add_subplot()
        values = [value for row in rows for value in (row.value, row.wanted) if value is not None]
        if log:
            axes.set_xscale("log")
            axes.set_xlim(0.9 * 10 ** floor(log10(min(values))), max(values) * 1.6)
            decimal_ticks(axes.xaxis)
        else:
            axes.set_xlim(0, max(values) * 1.05)
        draw_bars(axes, rows, at)
        for y, heading in headings.items():
            axes.annotate(heading, (0, y), (-4, 0), ("axes fraction", "data"), "offset points", ha="right", va="center",
                          weight="bold")
        axes.set_ylim(at[-1] + 0.6, -0.6)
        label_ticks(axes.xaxis, None)
        axes.set(xlabel=x, title=title)
        write(figure, path, title)


def lines(path: Path, title: str, series: Mapping[str, Iterable[tuple[float, float]]], x: str, y: str,
          log: bool = False, x_ticks: Mapping[float, str] | None = None,
          y_ticks: Mapping[float, str] | None = None) -> None:
    """A line a series through its points (x, y), along axes named `x` and `y`, both logarithmic with `log`, else from
    0. Ticks may be named: {1e6: "1 MB"}. Raises ValueError for more series than SERIES has."""
    if len(series) > len(SERIES):
        raise ValueError(f"{len(series)} lines, where {len(SERIES)} can be told apart")
    with matplotlib.rc_context(SETTINGS):
        figure = Figure(figsize=(WIDTH, 3.8))
        axes = figure.add_subplot()
        for (name, points), (color, marker, dash) in zip(series.items(), SERIES):
            axes.plot(*zip(*points), label=name, color=color, marker=marker, linestyle=dash, markersize=5)
        if log:
            axes.set(xscale="log", yscale="log")
            decimal_ticks(axes.xaxis)
            decimal_ticks(axes.yaxis)
        else:
            axes.set_xlim(left=0)
            axes.set_ylim(bottom=0)
        label_ticks(axes.xaxis, x_ticks)
        label_ticks(axes.yaxis, y_ticks)
        axes.grid(color=INK, alpha=0.15, linewidth=0.6)
        axes.set(xlabel=x, ylabel=y, title=title)
        axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
        write(figure, path, title)
