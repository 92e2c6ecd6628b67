"""Answers of query, as NDJSON, into Delta tables: one a question, replaced whole, or with more rows.

Types are those that the values of a column have: long, double, boolean or string; the ends of windows are timestamps (UTC).
"""

import json
from collections.abc import Iterable, Iterator

import pyarrow as pa
from delta_tables import WRITER, table_url
from deltalake import write_deltalake
from json_lines import Input

QUESTION = "question"  # the key that says whose a row is, where several questions are answered
TIMES = ("window_start", "window_end")
TIME = pa.timestamp("us", "UTC")
WIDE = pa.decimal128(38, 0)  # sums may pass 64 bits

Row = dict[str, object]


def rows_of(file: str) -> Iterator[Row]:
    """Errors: OSError, Unreadable; ValueError for what is no row of an answer."""
    lines = Input(file)
    for number, line in enumerate(lines.stream, 1):
        try:
            row = json.loads(line.partition(b"\t")[2] if lines.have_places else line) if line.strip() else {}
        except ValueError:
            row = None
        if not isinstance(row, dict) or any(isinstance(value, (dict, list)) for value in row.values()):
            raise ValueError(f"{lines.name}:{number}: not a row of an answer; the NDJSON of query has them")
        if row:
            yield row
    if bad := lines.close():
        raise ValueError(f"{lines.name}:{bad[0].place}: {bad[0].reason}")


def column_of(name: str, values: list[object]) -> pa.Array:
    if any(isinstance(value, int) and value.bit_length() > 63 for value in values):
        return pa.array(values, WIDE)
    array = pa.array(values)
    if name in TIMES:
        return array.cast(pa.timestamp("us")).cast(TIME)
    return array.cast(pa.string()) if pa.types.is_null(array.type) else array


def table_of(rows: list[Row]) -> pa.Table:
    names = dict.fromkeys(name for row in rows for name in row if name != QUESTION)
    return pa.table({name: column_of(name, [row.get(name) for row in rows]) for name in names})


def write(rows: Iterable[Row], folder: str, append: bool) -> dict[str, int]:
    """Rows by question. Where rows name none, `folder` itself is the table. Errors: also DeltaError."""
    by_question: dict[str, list[Row]] = {}
    for row in rows:
        by_question.setdefault(str(row.get(QUESTION, "")), []).append(row)
    for question, of_question in by_question.items():
        url = table_url(folder, question) if question else folder
        how = {"mode": "append", "schema_mode": "merge"} if append else {"mode": "overwrite", "schema_mode": "overwrite"}
        write_deltalake(url, table_of(of_question), writer_properties=WRITER, **how)
    return {question or folder: len(of_question) for question, of_question in by_question.items()}
