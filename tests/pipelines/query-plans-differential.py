#!/usr/bin/env python3
# needs: python:delta,duckdb
"""Any question, three ways: query, its own SQL on DuckDB, and SQLite by statements of the test's own.

Each row of each question over each of twenty data sets must be the same in all three, in the same order. DuckDB has the
records as the head of its SQL says (tables and views of NDJSON and of Parquet, Delta tables of to-delta), with times as text
and as timestamps with and without a zone, in sessions of three time zones.

Runs in the Python of with-python.
"""

import os
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests/support"))
import rerun
from plan_questions import (
    KEYS,
    QUESTIONS,
    TIMES,
    ZONES,
    Records,
    answer_of_sqlite,
    differ,
    in_head,
    load_sqlite,
    rows_of_query,
    run,
    write_lines,
)

DATA_SETS = 20

rerun.with_packages("delta,duckdb")
import deltalake
import duckdb


def load_posts(connection, folder: Path, _time_type: str) -> None:
    """As the head of the printed text says."""
    statements = in_head(run("query", "--sql", "duckdb", "all")).split(";")[:4]
    connection.execute(";".join(statements).replace("posts.ndjson", str(folder / "posts.ndjson")))


def as_time(name: str, time_type: str) -> str:
    """Behind the * of a table: its time of this type whatever the zone of the session is."""
    if time_type == "VARCHAR" or not TIMES[name]:
        return ""
    zone = "Z" if time_type == "TIMESTAMPTZ" else ""
    return f"REPLACE (CAST({TIMES[name]} || '{zone}' AS {time_type}) AS {TIMES[name]})"


def load_tables(connection, folder: Path, time_type: str) -> None:
    load_posts(connection, folder, time_type)
    for name in KEYS:
        connection.execute(f"CREATE TABLE copied AS SELECT * {as_time(name, time_type)} FROM \"{name}\"; DROP VIEW \"{name}\";"
                           f'ALTER TABLE copied RENAME TO "{name}"')


def load_parquet(connection, folder: Path, time_type: str) -> None:
    """Views, as the head of the printed text says."""
    load_posts(connection, folder, time_type)
    text = in_head(run("query", "--sql", "duckdb", "all")).split(";")[4]
    for name in KEYS:
        file = folder / f"{name}.parquet"
        columns = f"* EXCLUDE (arrival) {as_time(name, time_type)}"
        connection.execute(f"COPY (SELECT {columns} FROM \"{name}\" ORDER BY arrival) TO '{file}'")
        connection.execute(f'DROP VIEW "{name}"')
        connection.execute(text.replace("pin.parquet", str(file)).replace('"pin"', f'"{name}"'))


def load_delta(connection, folder: Path, words: list[str]) -> None:
    """Views, as the head says, but that DuckDB's own reader of Delta is not there: deltalake names the files."""
    tables = folder / "tables"
    lines = (folder / "lines.ndjson").read_text().splitlines(keepends=True)
    for part in (lines[: len(lines) // 3], lines[len(lines) // 3 :]):
        (folder / "part").write_text("".join(part))
        run("to-delta", *words, str(tables), str(folder / "part"))
    for name, keys in KEYS.items():
        files = deltalake.DeltaTable(f"{tables}/{name}").file_uris()
        source = f"read_parquet({files}, union_by_name = true)" if files else f"(SELECT {', '.join(f'NULL AS {key}' for key in keys)})"
        columns = "*" if "--append" in words and files else "*, NULL AS arrival"
        connection.execute(f'CREATE TEMP VIEW "{name}" AS SELECT {columns} FROM {source}')


FORMS = [(load_posts, "VARCHAR"), (load_tables, "TIMESTAMP"), (load_tables, "TIMESTAMPTZ"), (load_parquet, "TIMESTAMPTZ"),
         (load_parquet, "TIMESTAMP"), (load_delta, []), (load_delta, ["--append"])]


def main() -> None:
    statements = [run("query", *words, "--sql", "duckdb") for words, _ in QUESTIONS]
    compared = 0
    for data_set in range(DATA_SETS):
        with tempfile.TemporaryDirectory(prefix="query-plans-") as name:
            folder = Path(name)
            posts = list(Records(data_set).posts())
            write_lines(posts, folder / "posts.ndjson", bare=False)
            write_lines(posts, folder / "lines.ndjson", bare=True)
            sqlite = load_sqlite(posts)
            sessions = []
            for which in (data_set, data_set + 3):
                load, time_type = FORMS[which % len(FORMS)]
                os.environ["TZ"] = ZONES[data_set % 3]
                connection = duckdb.connect()
                connection.execute(f"SET TimeZone = '{ZONES[data_set % 3]}'")
                load(connection, folder, time_type)
                sessions.append((f"DuckDB ({load.__name__}, {time_type}, {ZONES[data_set % 3]})", connection))
            for (words, of_sqlite), statement in zip(QUESTIONS, statements):
                rows = rows_of_query(words, folder / "lines.ndjson")
                expected = answer_of_sqlite(sqlite, of_sqlite)
                if rows != expected:
                    differ(words, data_set, "SQLite", rows, expected)
                for who, connection in sessions:
                    if (of_duckdb := connection.execute(statement).fetchall()) != rows:
                        differ(words, data_set, who, rows, of_duckdb)
                compared += len(rows)
    print(f"{len(QUESTIONS)} questions over {DATA_SETS} data sets: {compared} rows are equal")


if __name__ == "__main__":
    main()
