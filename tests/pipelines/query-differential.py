#!/usr/bin/env python3
# needs: python:duckdb
"""Asks query and DuckDB the same questions about the same records, and compares every row.

For each seed, some 120,000 lines of clean records, posts and bare ones mixed, with what is hard in
them: records that come again with other values, ties, nulls, posts without one of their members,
ages and years around every border, one instant written in several ways, escaped and raw text. Each
statement of `query --sql duckdb` must give the rows of `query`, in the same order.

Runs in the Python of with-python.
"""

import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "support"), str(TESTS.parent / "scripts/python")]
import rerun

rerun.with_packages("duckdb")
import duckdb
from pinpipe_schema import CLEAN

SEEDS = (1, 20, 300)
LINES = 120_000
INDS = 80_000  # fewer than lines: records come again

CLEAN_KEYS = {dataset: [field.name for field in fields] for dataset, fields in CLEAN.items()}
SQL_TYPES = {
    "ind": "BIGINT",
    "follower_count": "BIGINT",
    "age": "BIGINT",
    "coordinates": "DOUBLE[]",
}
TIME_COLUMNS = ("timestamp", "date_joined")

CATEGORIES = [
    "art",
    "beauty",
    "diy-and-crafts",
    "travel",
    "vehicles",
    "caf\u00e9",
    "\u65c5\u884c",
    "z|z",
    'q"q',
    "",
]
AGES = [0, 17, 18, 20, 24, 25, 30, 35, 36, 50, 51, 60, 2**40, -1]
# As cleaned: without a zone, of which releases of DuckDB make different things.
MOMENTS = [
    "12-31T23:59:59",
    "01-01T00:00:00",
    "06-15T12:00:00",
    "12-31 23:59:59",
    "06-15T12:00:00.5",
    "06-15T12:00:00.500",
    "06-15T12:00:00.000",
    "02-28T00:00:00",
]


# ---- records --------------------------------------------------------------------------------


class Records:
    """Clean records, drawn anew at each call: those of one ind differ from each other."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self.countries = [f"Country {i}" for i in range(150)] + [
            "C\u00f4te d'Ivoire",
            "\u65e5\u672c",
            "a",
            "B",
            "\U0001f30d",
        ]
        self.posters = [f"poster {i}" for i in range(3000)] + [
            "\u00c9mile",
            "emile",
            "Zo\u00eb \U0001f600",
        ]
        self.names = [f"Name {i}" for i in range(400)]

    def or_null(self, chance: float, value):
        return None if self.random.random() < chance else value

    def moment(self, first: int, last: int) -> str:
        return f"{self.random.randint(first, last)}-{self.random.choice(MOMENTS)}"

    def follower_count(self) -> int:
        kind = self.random.random()
        if kind < 0.002:
            return self.random.choice([2**63 - 1, -(2**63), 2**53 + 1, 0, -5])
        return (
            self.random.choice([437, 3000, 31_000, 2_000_000])
            if kind < 0.5
            else self.random.randint(0, 10**6)
        )

    def pin(self, ind: int) -> dict:
        r = self.random
        return {
            "ind": ind,
            "unique_id": self.or_null(0.02, f"{r.getrandbits(64):016x}"),
            "title": None,
            "description": self.or_null(0.5, 'a "quoted" text\n\u2026\u00a0'),
            "follower_count": self.or_null(0.1, self.follower_count()),
            "poster_name": self.or_null(0.1, r.choice(self.posters)),
            "tag_list": None,
            "is_image_or_video": "image",
            "image_src": None,
            "save_location": "/data/x",
            "category": self.or_null(0.05, r.choice(CATEGORIES)),
        }

    def geo(self, ind: int) -> dict:
        r = self.random
        return {
            "ind": ind,
            "country": self.or_null(0.05, r.choice(self.countries)),
            "coordinates": self.or_null(
                0.1, [round(r.uniform(-90, 90), 4), round(r.uniform(-180, 180), 4)]
            ),
            "timestamp": self.or_null(0.05, self.moment(2016, 2024)),
        }

    def user(self, ind: int) -> dict:
        r = self.random
        return {
            "ind": ind,
            "user_name": self.or_null(0.05, r.choice(self.names)),
            "age": self.or_null(0.05, r.choice(AGES)),
            "date_joined": self.or_null(0.05, self.moment(2013, 2022)),
        }

    def text(self, record: dict) -> str:
        """`record` as JSON; keys in any order, escaped or not, with or without blanks."""
        keys = list(record)
        if self.random.random() < 0.2:
            self.random.shuffle(keys)
        separators = self.random.choice([(",", ":"), (", ", ": ")])
        ordered = {key: record[key] for key in keys}
        return json.dumps(ordered, ensure_ascii=self.random.random() < 0.5, separators=separators)

    def line(self) -> tuple[str, dict[str, str]]:
        """A line, and its records as JSON by dataset."""
        ind = self.random.randrange(INDS) - 1000
        make = {"pin": self.pin, "geo": self.geo, "user": self.user}
        if self.random.random() < 0.4:
            dataset = self.random.choice(list(make))
            text = self.text(make[dataset](ind))
            return text, {dataset: text}
        members = {name: self.text(make[name](ind)) for name in make if self.random.random() < 0.9}
        members = members or {"pin": self.text(self.pin(ind))}
        return "{" + ",".join(f'"{name}":{text}' for name, text in members.items()) + "}", members


def write_records(seed: int, folder: Path) -> Path:
    """Lines for query, and for DuckDB the same records apart, numbered in the order they came."""
    records = Records(seed)
    posts = folder / "posts.ndjson"
    apart = {name: (folder / f"{name}.ndjson").open("w", encoding="utf-8") for name in CLEAN_KEYS}
    numbers = dict.fromkeys(CLEAN_KEYS, 0)
    with posts.open("w", encoding="utf-8") as out:
        for _ in range(LINES):
            line, members = records.line()
            out.write(line + "\n")
            for name, text in members.items():
                apart[name].write(f'{{"arrival":{numbers[name]},' + text[1:] + "\n")
                numbers[name] += 1
    for file in apart.values():
        file.close()
    return posts


# ---- the two sides --------------------------------------------------------------------------


def load(folder: Path, time_type: str):
    """Tables pin, geo and user, in the order of the lines."""
    connection = duckdb.connect()
    for name, keys in CLEAN_KEYS.items():
        types = {
            key: time_type if key in TIME_COLUMNS else SQL_TYPES.get(key, "VARCHAR") for key in keys
        }
        columns = json.dumps({"arrival": "BIGINT", **types}).replace('"', "'")
        file = folder / f"{name}.ndjson"
        connection.execute(
            f'CREATE TABLE "{name}" AS SELECT * FROM '
            f"read_json('{file}', format = 'newline_delimited', columns = {columns})"
        )
        [(rows, in_order)] = connection.execute(
            f'SELECT count(*), count(*) FILTER (arrival = rowid) FROM "{name}"'
        ).fetchall()
        assert rows == in_order > LINES / 2, f"{name}: {rows} rows, {in_order} of them in order"
    return connection


def query(*words: str) -> str:
    done = subprocess.run(["query", *words], capture_output=True, encoding="utf-8", check=False)
    if done.returncode != 0 or done.stderr:
        sys.exit(f"query {' '.join(words)}: status {done.returncode}\n{done.stderr}")
    return done.stdout


def answers_of_query(posts: Path, questions: list[str], options: list[str]) -> dict[str, list[list]]:
    """Rows by question, as [(column, value)…]."""
    answers: dict[str, list[list]] = {}
    for line in query(*questions, *options, str(posts)).splitlines():
        row = json.loads(line)
        answers.setdefault(row.pop("question"), []).append(list(row.items()))
    return answers


def answer_of_duckdb(connection, question: str, options: list[str]) -> list[list]:
    connection.execute(query(question, "--sql", "duckdb", *options))
    names = [column[0] for column in connection.description]
    return [list(zip(names, row)) for row in connection.fetchall()]


def compare(connection, posts: Path, questions: list[str], options: list[str]) -> int:
    """Ends at the first difference; returns how many rows there were."""
    by_query = answers_of_query(posts, questions, options)
    rows = 0
    for question in questions:
        ours, theirs = by_query[question], answer_of_duckdb(connection, question, options)
        if ours != theirs:
            at = next(
                (i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b),
                min(len(ours), len(theirs)),
            )
            sys.exit(
                f"{question} {options}: {len(ours)} rows, of DuckDB {len(theirs)}; "
                f"they differ at {at}:\n"
                f"  query  {ours[at:at + 3]}\n  duckdb {theirs[at:at + 3]}"
            )
        rows += len(ours)
    return rows


def main() -> None:
    listing = [json.loads(line) for line in query("--list").splitlines()]
    questions = [entry["question"] for entry in listing]
    by_years = [entry["question"] for entry in listing if entry["years"]]
    for seed in SEEDS:
        with tempfile.TemporaryDirectory(prefix="query-differential-") as name:
            folder = Path(name)
            posts = write_records(seed, folder)
            for time_type in ("VARCHAR", "TIMESTAMP"):
                connection = load(folder, time_type)
                rows = compare(connection, posts, questions, [])
                rows += compare(connection, posts, by_years, ["--years", "2014:2019"])
                print(f"seed {seed}, times as {time_type}: {rows} rows are equal")


if __name__ == "__main__":
    main()
