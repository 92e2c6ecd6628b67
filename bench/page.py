"""A page of results: bench/results/DATE/NAME.md for people, beside NAME.json, the same rows for a summary."""

import json
import os
import platform
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Row:
    """One comparison. `ratio` is how many times as good as `theirs` ours is, None where there is none to be had; `bar`
    says in words what was wanted, `held` is yes, no, or empty where nothing was; `command` measures it again."""

    work: str
    against: str
    ours: str
    theirs: str
    ratio: float | None
    bar: str
    held: str
    command: str


def yes(held: bool) -> str:
    return "yes" if held else "no"


def need_tools() -> None:
    """Puts the tools that were built on PATH, before all others."""
    os.environ["PATH"] = f"{TOP / 'build/bin'}:{os.environ['PATH']}"
    if not shutil.which("query"):
        sys.exit(f"{sys.argv[0]}: error: there is no build/bin/query\nhint: run scripts/quickstart first")


def folder() -> Path:
    """Where today's results go."""
    path = TOP / "bench/results" / f"{datetime.now(timezone.utc):%Y-%m-%d}"
    path.mkdir(parents=True, exist_ok=True)
    return path


def memory_of_machine() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def conditions(command: str) -> str:
    git = ["git", "-C", str(TOP), "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(git, stdout=subprocess.PIPE, text=True).stdout
    models = [line.split(": ")[1] for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line]
    return (f"`{command}` at commit {commit.strip() or 'unknown'}; {os.cpu_count()} cores, "
            f"{models[0] if models else platform.machine()}, {memory_of_machine() / 1e9:.0f} GB of memory.")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def times(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:,.0f}×" if ratio >= 100 else f"{ratio:.3g}×"


def table_of(rows: Iterable[Row]) -> str:
    return table(["work", "against", "ours", "theirs", "ratio", "bar", "held"],
                 ([row.work, row.against, row.ours, row.theirs, times(row.ratio), row.bar, row.held] for row in rows))


def paragraph(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), 120, break_long_words=False, break_on_hyphens=False)


def write(name: str, title: str, command: str, rows: Sequence[Row], *sections: str) -> None:
    """The page: a heading, what was run where, the table of the rows, then the sections."""
    path = folder() / name
    path.with_suffix(".json").write_text(json.dumps({"rows": [asdict(row) for row in rows]}, indent=1) + "\n")
    parts = [f"# {title}", conditions(command), table_of(rows), *sections]
    path.with_suffix(".md").write_text("\n\n".join(parts) + "\n")
    print("\n\n".join(parts))
