"""A scenario: its contenders compared on a sample, then timed in turn by hyperfine, and the rows that follow.

scenario.json says what the work is, to which group it belongs, what is read, and what is wanted: `at_least` so many
times as fast as a contender, or as the fastest of several, named with commas; `within` so many times its time.
`ceilings` do less than the work: they are not compared."""

import json
import shlex
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from page import Row, yes

from harness.contenders import LeftOut, command_of, compare, contenders_of, remove, version_of
from harness.inputs import DATA, make_input

SAMPLE_POSTS = 20_000
LONG = 15  # seconds: who takes longer is run once
RUNS, OUR_RUNS, SHORT_RUNS = 3, 5, 20


def hyperfine(command: list[str], target: Path, runs: int) -> dict:
    """What hyperfine measures of a command whose output is removed before each run. Raises LeftOut if a run fails."""
    exported, prepare = DATA / "hyperfine.json", shlex.join(["rm", "-rf", str(target)])
    ended = subprocess.run(["hyperfine", "--shell=none", "--style=none", "--runs", str(runs), "--prepare", prepare,
                            "--export-json", exported, shlex.join(command)], capture_output=True, text=True)
    if ended.returncode != 0:
        raise LeftOut(f"hyperfine ended with status {ended.returncode}: {ended.stderr.strip()}")
    return json.loads(exported.read_text())["results"][0]


def timed(scenario: Path, name: str, source: Path) -> dict:
    """The first run warms up; where it was long, it is the measurement."""
    target = DATA / "output"
    command = command_of(scenario, name, source, target)
    first = hyperfine(command, target, 1)
    if first["median"] > LONG and name != "pinpipe":
        return first
    return hyperfine(command, target, SHORT_RUNS if first["median"] < 0.1 else OUR_RUNS if name == "pinpipe" else RUNS)


def measure(scenario: Path, about: dict, count: int) -> tuple[dict[str, dict], dict[str, str]]:
    """What hyperfine says of each contender, and why others are left out. Raises LeftOut if ours is."""
    results, left_out = {}, {}
    sample, source = make_input(about["input"], min(count, SAMPLE_POSTS)), make_input(about["input"], count)
    for name in contenders_of(scenario):
        try:
            if name not in about.get("ceilings", []):
                compare(scenario, name, sample)
            results[name] = timed(scenario, name, source) | {"command": name, "version": version_of(name)}
        except LeftOut as why:
            if name == "pinpipe":
                raise
            left_out[name] = str(why)
            print(f"bench: {scenario.name}: {name} is left out: {why}", file=sys.stderr)
    remove(DATA / "output")
    return results, left_out


def said(result: dict) -> str:
    return f"{result['median']:.3f} s" + (" (1 run)" if len(result["times"]) == 1 else "")


def bars_of(about: dict, results: dict[str, dict]) -> dict[str, tuple[str, float, str]]:
    """By contender that it counts for: its name in the table, how many times as fast we must be, and that in words."""
    bars = {name: (name, 1 / factor, f"within {factor}× its time") for name, factor in about.get("within", {}).items()}
    for names, factor in about.get("at_least", {}).items():
        group = [name for name in names.split(", ") if name in results]
        if group:
            fastest = min(group, key=lambda name: results[name]["median"])
            shown = fastest if names == fastest else f"{fastest} (the fastest of {', '.join(group)})"
            bars[fastest] = shown, factor, f"{factor}×"
    return bars


def bar_left(about: dict, name: str, results: dict[str, dict]) -> str:
    """The bar that nobody else is there for."""
    groups = [(names.split(", "), factor) for names, factor in about.get("at_least", {}).items()]
    return "".join(f"{factor}×" for names, factor in groups if name in names and not results.keys() & names)


def rows_of(scenario: Path, about: dict, results: dict[str, dict], left_out: dict[str, str]) -> list[Row]:
    """One a contender, the fastest first, then those left out."""
    ours, bars, rows = results["pinpipe"], bars_of(about, results), []
    command = f"scripts/bench {scenario.name}"
    for name, theirs in sorted(results.items(), key=lambda item: item[1]["median"]):
        if name == "pinpipe":
            continue
        ratio = theirs["median"] / ours["median"]
        shown, wanted, bar = bars.get(name, (name, 0.0, ""))
        held = bar and yes(ratio >= wanted)
        rows.append(Row(about["work"], shown, said(ours), said(theirs), ratio, bar, held, command))
    return rows + [Row(about["work"], name, said(ours), "left out", None, bar_left(about, name, results), "", command)
                   for name in left_out]


def run_scenario(scenario: Path, count: int) -> dict:
    """What its JSON file of results holds. Raises LeftOut, CalledProcessError."""
    about = json.loads((scenario / "scenario.json").read_text())
    results, left_out = measure(scenario, about, count)
    rows = rows_of(scenario, about, results, left_out)
    return {"group": about["group"], "input": about["input"], "posts": count, "rows": [asdict(row) for row in rows],
            "left_out": left_out, "results": list(results.values())}
