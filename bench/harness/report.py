"""Pages made from all JSON files of a day's results: README.md beside them, and bench/SUMMARY.md.

A file has {"rows": […]} as page.Row has them; those of scenarios name their group too. Other benchmarks may lay theirs
beside them. What is written by hand is in bench/misses.md, which the summary includes."""

import json
from dataclasses import dataclass, fields
from pathlib import Path

from page import TOP, Row, table

from harness.inputs import INPUTS
from harness.words import comparison, our_figure, ratio_of, sentence

BENCH = TOP / "bench"
GROUPS = {"cleaning": "Cleaning, file to file", "pipes": "In a pipe, beside cat", "questions": "Questions",
          "payloads": "Payloads, beside jq", "forms": "Other forms than lines", "limits": "Limits, and what else was wanted"}
ELSEWHERE = ["mariadb", "growth", "billion", "live"]  # each has a `run` of its own


@dataclass
class Results:
    name: str
    group: str
    rows: list[Row]
    left_out: dict[str, str]
    conditions: str
    versions: dict[str, str]
    place: tuple[int, int]


def load(folder: Path) -> list[Results]:
    """In the order of the groups, and in these of the inputs; others after them."""
    names, groups, inputs = [field.name for field in fields(Row)], [*GROUPS, ""], [*INPUTS, ""]
    loaded = []
    for path in sorted(folder.glob("*.json")):
        data = json.loads(path.read_text())
        if "rows" in data:
            rows = [Row(**{name: row.get(name) if name == "ratio" else row.get(name, "") for name in names})
                    for row in data["rows"]]
            versions = {one["command"]: one["version"] for one in data.get("results", []) if one["version"]}
            place = groups.index(data.get("group", "")), inputs.index(data.get("input", ""))
            loaded.append(Results(path.stem, data.get("group", ""), rows, data.get("left_out", {}),
                                  data.get("conditions", ""), versions, place))
    return sorted(loaded, key=lambda one: (one.place, one.name))


def rows_of(results: list[Results]) -> list[Row]:
    return [row for one in results for row in one.rows]


def not_measured(results: list[Results]) -> list[str]:
    there = {one.name for one in results}
    scenarios = [path.parent.name for path in sorted(BENCH.glob("*/scenario.json"))] + ["figures"]
    missing = " ".join(name for name in scenarios if name not in there)
    commands = [f"scripts/bench {missing}"] if missing else []
    commands += [f"bench/{name}/run" for name in ELSEWHERE if name not in there]
    return [f"Not measured on this day: {', '.join(f'`{command}`' for command in commands)}."] if commands else []


def left_out(results: list[Results]) -> list[str]:
    reasons = sorted({f"{name}: {why}" for one in results for name, why in one.left_out.items()})
    return ["Left out:", "\n".join(f"- {reason}" for reason in reasons)] if reasons else []


def conditions(results: list[Results]) -> list[str]:
    """What was run where, once for all that share it, and beside which versions."""
    said: dict[str, list[str]] = {}
    versions: dict[str, str] = {}
    for one in results:
        versions |= one.versions
        if one.conditions:
            said.setdefault(one.conditions, []).append(one.name)
    where = [text if len(said) == 1 else f"{text} ({', '.join(names)})" for text, names in said.items()]
    beside = [", ".join(f"{name} {version}" for name, version in sorted(versions.items())) + "."] if versions else []
    return where + beside


def day_page(folder: Path, results: list[Results]) -> str:
    lines = [[row.work, row.against, row.ours, row.theirs, ratio_of(row), row.bar, row.held]
             for row in rows_of(results)]
    pages = [f"[{path.stem}]({path.name})" for path in sorted(folder.glob("*.md")) if path.name != "README.md"]
    return "\n\n".join([f"# {folder.name}", *conditions(results),
                        table(["work", "against", "ours", "theirs", "ratio of medians", "bar", "held"], lines),
                        *left_out(results), *not_measured(results),
                        *([f"Pages of their own: {', '.join(pages)}."] if pages else [])]) + "\n"


def measured(row: Row) -> str:
    return "" if row.theirs == "left out" else ratio_of(row) or row.ours


def bars_table(results: list[Results]) -> list[str]:
    barred = [row for row in rows_of(results) if row.bar]
    held = sum(row.held == "yes" for row in barred)
    lines = [[row.work, row.against, row.bar, measured(row), row.held or row.theirs, f"`{row.command}`"]
             for row in barred]
    return [f"Of {len(barred)} bars {held} are held.",
            table(["work", "against", "wanted", "measured", "held", "command"], lines)]


def told(rows: list[Row]) -> str:
    """A line a figure of ours, and under it a line for each that it is compared with."""
    lines = []
    for row in rows:
        if not row.theirs:
            lines.append(f"- {sentence(row)}")
            continue
        if (ours := f"- {our_figure(row)}.") not in lines:
            lines.append(ours)
        lines.append(f"  - {comparison(row)}")
    return "\n".join(lines)


def section(folder: Path, title: str, picture: str, results: list[Results]) -> list[str]:
    day = f"results/{folder.name}"
    pictures = [f"![{title}]({day}/{path.name})" for path in sorted(folder.glob(f"{picture}*.svg"))]
    page = [f"More in [{picture}.md]({day}/{picture}.md)."] if (folder / f"{picture}.md").exists() else []
    return [f"### {title}", *pictures, told(rows_of(results)), *page]


def summary(folder: Path, results: list[Results]) -> str:
    about = (f"Measured on {folder.name}. [README.md](README.md) says what is measured, and how. "
             "`scripts/bench --report` writes this page, but for its last section.")
    parts = ["# How fast it is", about, *conditions(results), "## What was wanted", *bars_table(results),
             *left_out(results), *not_measured(results), "## What the figures say"]
    for group, title in GROUPS.items():
        if of_group := [one for one in results if one.group == group]:
            parts += section(folder, title, group, of_group)
    for one in results:
        if one.group not in GROUPS:
            parts += section(folder, one.name.capitalize(), one.name, [one])
    return "\n\n".join([*parts, (BENCH / "misses.md").read_text().strip()]) + "\n"


def draw_pictures(folder: Path, results: list[Results]) -> None:
    """Raises ImportError where matplotlib cannot be had."""
    from harness.pictures import draw

    for group, title in GROUPS.items():
        rows = rows_of([one for one in results if one.group == group])
        if group != "limits" and rows:
            draw(folder / f"{group}.svg", title, rows)


def write_reports(folder: Path) -> None:
    """Raises ImportError, once the pages are written, where there is nothing to draw pictures with."""
    results = load(folder)
    (folder / "README.md").write_text(day_page(folder, results))
    try:
        draw_pictures(folder, results)
    finally:
        (BENCH / "SUMMARY.md").write_text(summary(folder, results))
