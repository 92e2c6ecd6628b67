#!/usr/bin/env python3
# needs: python:duckdb,polars,pandas
"""Posts that have been through what people have, and back, are cleaned to the same records and give the same answers.

Each peer has its defaults unless its trip says otherwise. What a peer destroys is written beside its trip.
"""

import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests/support"))
import rerun
from round_trips import Trip, run, shell

rerun.with_packages("duckdb,polars,pandas")
import duckdb
import pandas
import polars


def of_shell(command: str) -> Trip:
    return lambda source, target: shell(f"{{ {command}; }} <{source} >{target}")


def of_duckdb(*statements: str) -> Trip:
    def trip(source: str, target: str) -> None:
        for statement in statements:
            duckdb.sql(statement.format(source=source, target=target))

    return trip


def of_pandas(**options: object) -> Trip:
    return lambda source, target: pandas.read_json(source, lines=True).to_json(target, orient="records", **options)


def frame_of_polars(source: str) -> polars.DataFrame:
    """All lines say what columns there are: it would drop those that its first 100 lines have not."""
    return polars.read_ndjson(source, infer_schema_length=None)


def through_parquet_of_polars(source: str, target: str) -> None:
    frame_of_polars(source).write_parquet("trip.parquet")
    polars.read_parquet("trip.parquet").write_ndjson(target)


WITHOUT_NULLS = "jq -c 'del(.. | nulls)'"
TRIPS: dict[str, Trip] = {
    "jq": of_shell("jq ."),
    "jq -s": of_shell("jq -s ."),
    "jq -cs": of_shell("jq -cs ."),
    "jq -j": of_shell("jq -cj ."),
    "jq tojson": of_shell("jq -c tojson"),
    "Miller": of_shell("mlr --json cat"),
    "Miller, lines": of_shell("mlr --ijsonl --ojsonl cat"),
    # To a table it writes null as the word, which is a text then: it gets none, and leaves these places empty.
    "Miller, CSV": of_shell(f"{WITHOUT_NULLS} | mlr --ijsonl --ocsv flatten then unsparsify | mlr --icsv --ojsonl cat"),
    "Miller, TSV": of_shell(f"{WITHOUT_NULLS} | mlr --ijsonl --otsv flatten then unsparsify | mlr --itsv --ojsonl cat"),
    "DuckDB": of_duckdb("COPY (FROM read_json('{source}')) TO '{target}' (FORMAT json)"),
    "DuckDB, array": of_duckdb("COPY (FROM read_json('{source}')) TO '{target}' (FORMAT json, ARRAY true)"),
    "DuckDB, Parquet": of_duckdb(
        "COPY (FROM read_json('{source}')) TO 'trip.parquet'", "COPY (FROM 'trip.parquet') TO '{target}' (FORMAT json)"
    ),
    "Polars": lambda source, target: frame_of_polars(source).write_ndjson(target),
    "Polars, array": lambda source, target: frame_of_polars(source).write_json(target),
    "Polars, Parquet": through_parquet_of_polars,
    "pandas": of_pandas(),
    "pandas, lines": of_pandas(lines=True),
    "pandas, ISO dates": of_pandas(date_format="iso"),
    "pandas, indented": of_pandas(indent=2, date_format="iso", date_unit="us"),
    "gzip": of_shell("gzip"),
}

# In one table, its rows have texts, empty ones, in the columns of all datasets: the cleaners say so, and take none.
MAKES_TEXT_OF_NULL = ("Miller, CSV", "Miller, TSV")

if __name__ == "__main__":
    run(TRIPS, not_as_one_table=MAKES_TEXT_OF_NULL)
