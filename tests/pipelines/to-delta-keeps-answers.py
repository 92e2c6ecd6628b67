#!/usr/bin/env python3
# needs: python:delta
"""Puts answers into Delta tables by to-delta --answers, and reads them back: the same rows, each question in a table of its own.

Runs in the Python of with-python.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import rerun

rerun.with_packages("delta")
from deltalake import DeltaTable


def posts(folder: Path) -> Path:
    clean = folder / "clean"
    clean.write_bytes(subprocess.check_output(["emulate-posts", "--truth", "-n", "3000"]))
    return clean


def answers(*words: object) -> list[dict[str, object]]:
    return list(map(json.loads, subprocess.check_output(["query", *map(str, words)], text=True).splitlines()))


def keep(rows: list[dict[str, object]], *words: object) -> subprocess.CompletedProcess[str]:
    text = "".join(json.dumps(row) + "\n" for row in rows)
    return subprocess.run(["to-delta", "--answers", *map(str, words)], input=text, text=True, capture_output=True, check=False)


def rows_in(table: Path) -> list[dict[str, object]]:
    return DeltaTable(table).to_pyarrow_table().to_pylist()


def check_presets(folder: Path, clean: Path) -> None:
    names = [row["question"] for row in answers("--list")]
    rows = answers(*names, clean)
    for _ in range(2):  # whole each time
        kept = keep(rows, "--stats", folder)
        assert kept.returncode == 0, kept.stderr
    counts = json.loads(kept.stderr)["inserted"]
    for name in names:
        expected = [{key: value for key, value in row.items() if key != "question"} for row in rows if row["question"] == name]
        assert rows_in(folder / name) == expected, name
        assert counts[name] == len(expected), name


def check_one_question(folder: Path, clean: Path) -> None:
    table = folder / "one"
    rows = answers("--by", "age_group,country", "--metric", "mean:age,sum:follower_count,max:timestamp", "--with-nulls", clean)
    rows.append({**rows[0], "sum_follower_count": 2**70})
    assert keep(rows, table).returncode == 0
    assert rows_in(table) == rows
    moving = answers("categories-now", "--window", "8760h", "--late", "87600h", "--time", "post", clean)
    for _ in range(2):
        assert keep(moving, "--append", folder / "now").returncode == 0
    found = rows_in(folder / "now")
    assert len(found) == 2 * len(moving)
    assert {row["window_start"].strftime("%Y-%m-%dT%H:%M:%S") for row in found} == {row["window_start"] for row in moving}


def check_bad(folder: Path) -> None:
    for line in '{"a":[1]}', "[1]", "x", '{"a":1}\n{"a":"x"}':
        kept = subprocess.run(["to-delta", "--answers", folder / "bad"], input=line + "\n", text=True, capture_output=True, check=False)
        assert kept.returncode == 2, line
        assert kept.stderr.startswith("to-delta: error: "), kept.stderr
        assert not (folder / "bad").exists()


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="answers-") as name:
        folder = Path(name)
        clean = posts(folder)
        check_presets(folder / "tables", clean)
        check_one_question(folder, clean)
        check_bad(folder)


main()
