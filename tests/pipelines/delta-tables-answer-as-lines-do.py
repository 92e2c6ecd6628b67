#!/usr/bin/env python3
# needs: python:delta,duckdb
"""Clean posts in Delta tables: typed, once, in order, in bounded memory; and all who read them find the same.

query over from-delta must answer what it answers over the lines, byte for byte; so must DuckDB, over the files that
deltalake names. The schema must be that of the cleaners' own rules.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import rerun

rerun.with_packages("delta,duckdb")
import deltalake
import duckdb

POSTS = 60_000  # of 11,001 rows: most of them come again
MEMORY_MIB = 800  # resident, for any input; measured: 480 for to-delta, 300 for from-delta
KINDS = {"key": "long", "count": "long", "integer": "long", "timestamp": "timestamp",
         "coordinates": {"type": "array", "elementType": "double", "containsNull": True}}


def shell(command: str, **variables: str) -> str:
    environment = os.environ | variables
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", command], capture_output=True, text=True, env=environment)
    if done.returncode != 0 or done.stderr:
        sys.exit(f"$ {command}\nstatus {done.returncode}\n{done.stderr}")
    return done.stdout


def stats(command: str) -> dict:
    return json.loads(shell(f"{command} --stats 2>&1"))


def check_schema(tables: str) -> None:
    for dataset in ("pin", "geo", "user"):
        rules = list(map(json.loads, shell(f"clean-{dataset} --rules").splitlines()))
        expected = [(rule["key"], KINDS.get(rule["kind"], "string")) for rule in rules]
        fields = json.loads(deltalake.DeltaTable(f"{tables}/{dataset}").schema().to_json())["fields"]
        assert [(field["name"], field["type"]) for field in fields] == expected, (dataset, fields)


def check_merged_once() -> None:
    first = stats("to-delta merged clean.ndjson --commit-records 20000")
    rows = int(shell("jq -r .pin.ind clean.ndjson | sort -u | wc -l"))
    assert first["in"] == first["out"] == POSTS and first["inserted"]["pin"] == rows, first
    again = stats("to-delta merged clean.ndjson.zst")
    assert again["inserted"] == {"pin": 0, "geo": 0, "user": 0} and again["duplicates"]["user"] == POSTS, again
    assert again["version"] == first["version"], (first, again)
    print(f"{POSTS} posts: {rows} rows of each table; the same again: none")


def check_kept_in_order() -> None:
    """Of changed records that come again, the first must count: the order of the lines must be that of the table."""
    shell("to-delta --append appended <clean.ndjson; jq -c '.pin.category = \"changed\"' clean.ndjson | "
          "to-delta appended --append --commit-records 7000")
    shell("cmp <(jq -c .pin clean.ndjson) <(from-delta appended --only pin | head -n 60000 || true)")
    rows = [deltalake.DeltaTable(f"appended/{dataset}").count() for dataset in ("pin", "geo", "user")]
    assert rows == [2 * POSTS] * 3, rows


def check_answers() -> None:
    expected = shell("query all clean.ndjson")
    for tables in ("merged", "appended"):
        assert shell(f"from-delta {tables} | query all") == expected, f"query over {tables}"
    shell("from-delta merged --only geo | cmp - <(jq -c .geo clean.ndjson | awk '!seen[$0]++')")
    questions = {json.loads(line)["question"]: [] for line in expected.splitlines()}
    for line in expected.splitlines():
        question, *values = json.loads(line).values()
        questions[question].append(tuple(values))
    for tables in ("merged", "appended"):
        check_duckdb(tables, questions)
    print(f"{len(questions)} answers of query over from-delta, and of DuckDB, are those over the lines")


def check_duckdb(tables: str, questions: dict) -> None:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'America/New_York'")
    for dataset in ("pin", "geo", "user"):
        files = deltalake.DeltaTable(f"{tables}/{dataset}").file_uris()
        columns = "*" if tables == "appended" else "*, NULL AS arrival"
        connection.execute(f'CREATE VIEW "{dataset}" AS SELECT {columns} FROM read_parquet({files})')
    for question, rows in questions.items():
        answer = connection.execute(shell(f"query {question} --sql duckdb")).fetchall()
        assert answer == rows, f"DuckDB, {tables}: {question}: {answer[:3]} and not {rows[:3]}"


def check_append_meets_merge() -> None:
    """A table that was merged takes appended records, and then merged ones: the first record of an ind still counts."""
    shell("head -n 3000 clean.ndjson >a; tail -n 3000 clean.ndjson >c; "
          "head -n 6000 clean.ndjson | jq -c '.pin.category = \"changed\"' >b")
    for words in ("mixed a", "mixed b --append", "mixed c", "mixed b --append"):
        shell(f"to-delta {words}")
    connection = duckdb.connect()
    for dataset in ("pin", "geo", "user"):
        files = deltalake.DeltaTable(f"mixed/{dataset}").file_uris()
        connection.execute(f'CREATE VIEW "{dataset}" AS FROM read_parquet({files}, union_by_name = true)')
    asked = "--by category --metric count,distinct:title"
    answer = connection.execute(shell(f"query {asked} --sql duckdb")).fetchall()
    rows = [tuple(json.loads(line).values()) for line in shell(f"cat a b c b | query {asked}").splitlines()]
    assert answer == rows, f"{answer[:3]} and not {rows[:3]}"
    shell(f"from-delta mixed --only pin | query {asked} | cmp - <(cat a b c b | query {asked})")


def most_resident_mib(command: str) -> int:
    code = ("import resource, subprocess, sys\n"
            "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)\n"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)")
    return int(shell(f"python3 -c '{code}' {command}"))


def check_memory() -> None:
    shell("emulate-posts -n 400000 --rows 400000 --order sequential |"
          " clean-pin | clean-geo | clean-user -o many.ndjson")
    for command in ("to-delta many many.ndjson", "from-delta many"):
        size = most_resident_mib(command)
        print(f"memory of {command}: {size} MiB")
        assert size <= MEMORY_MIB, command


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="delta-tables-") as folder:
        os.chdir(folder)
        shell(f"emulate-posts -n {POSTS} | clean-pin | clean-geo | clean-user -o clean.ndjson; zstd -q clean.ndjson")
        check_merged_once()
        check_schema("merged")
        check_kept_in_order()
        check_answers()
        check_append_meets_merge()
        check_memory()


if __name__ == "__main__":
    main()
