"""Posts as rows of SQL: reading them, and what is wrong with them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import IO, Any

from json_lines import BYTE_ORDER_MARK, PLACE, Place, place_of
from pinpipe_schema import CLEAN, RAW

MAX_LINE_BYTES = 64 << 20
PLACE_BYTES_MAX = 48  # two numbers
COLUMNS = {dataset: [field.name for field in fields] for dataset, fields in RAW.items()}
OTHER_KEY = {"index": "ind", "ind": "index"}  # two spellings of it
# What only a cleaner makes, and from what the tables cannot be filled.
CLEAN_ONLY = {dataset: [field.name for field in fields if field.mark != "key" and field.name not in COLUMNS[dataset]]
              for dataset, fields in CLEAN.items()}


class BadInput(Exception):
    """Input that cannot be loaded: why. `place` is None where it is not about a line."""

    def __init__(self, reason: str, place: Place | None = None) -> None:
        super().__init__(reason)
        self.place = place


# ---- lines --------------------------------------------------------------------------------------


def lines_of(stream: IO[bytes], have_places: bool) -> Iterator[tuple[Place, bytes]]:
    """Lines that are not blank, as json_lines.Input has them. Errors: BadInput, OSError."""
    place = Place(0)
    while line := stream.readline(MAX_LINE_BYTES + PLACE_BYTES_MAX + len(BYTE_ORDER_MARK + b"\r\n") + 1):
        if have_places and (match := PLACE.match(line)):
            place, line = place_of(match), line[match.end():]
        else:
            place = Place(place.line + 1)
        line = line.rstrip(b"\r\n")
        if place.line == 1:
            line = line.removeprefix(BYTE_ORDER_MARK)
        if len(line) > MAX_LINE_BYTES:
            raise BadInput(f"longer than {MAX_LINE_BYTES >> 20} MiB", place)
        if line.strip():
            yield place, line


# ---- posts --------------------------------------------------------------------------------------


def no_number(text: str) -> None:
    raise ValueError(f"{text} is not JSON")


decode = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=no_number).decode  # digits stay as they are


def read_post(line: bytes, place: Place) -> dict[str, Any]:
    try:
        post = decode(line.decode())
    except UnicodeDecodeError as error:
        raise BadInput(f"not UTF-8 at byte {error.start + 1}", place) from None
    except json.JSONDecodeError as error:
        raise BadInput(f"not JSON: {error.msg} at character {error.colno}", place) from None
    except (ValueError, RecursionError) as error:
        raise BadInput(f"not JSON that can be read: {error}", place) from None
    if not isinstance(post, dict) or not any(isinstance(post.get(dataset), dict) for dataset in COLUMNS):
        raise BadInput("not a post, an object with a 'pin', 'geo' or 'user'", place)
    return post


SPECIAL = str.maketrans({"\\": "\\\\", "'": "\\'", "\0": "\\0", "\n": "\\n", "\r": "\\r", "\x1a": "\\Z"})
special = set(map(chr, SPECIAL))
OTHERS = {None: "NULL", True: "'1'", False: "'0'"}


def literal(value: Any) -> str:
    """A value as SQL has it, in one line. Errors: TypeError for what no column can hold."""
    if isinstance(value, list) and all(isinstance(text, str) for text in value):
        value = ",".join(value)  # tags, as the tables have them
    if not isinstance(value, str):
        return OTHERS[value] if value is None or isinstance(value, bool) else refuse(value)
    return f"'{value}'" if special.isdisjoint(value) else f"'{value.translate(SPECIAL)}'"


def refuse(value: Any) -> str:
    raise TypeError(f"{'an object' if isinstance(value, dict) else 'an array'} is not a value of a column")


class Rows:
    """Makes rows of records, and counts what has no column."""

    def __init__(self) -> None:
        self.left_out: Counter[str] = Counter()

    def row_of(self, dataset: str, record: Any, place: Place) -> bytes:
        """`(1,'…',NULL)`. Errors: BadInput."""
        columns = COLUMNS[dataset]
        if not isinstance(record, dict):
            raise BadInput(f"{dataset}: {json.dumps(record, ensure_ascii=False)[:60]} is not a record", place)
        for name in CLEAN_ONLY[dataset]:
            if name in record:
                raise BadInput(f"{dataset} is clean ('{name}'); the tables take raw posts", place)
        values = [record.get(column) for column in columns]
        if values[0] is None:
            values[0] = record.get(OTHER_KEY[columns[0]])
        if values[0] is None:
            raise BadInput(f"{dataset}: no ind or index, which says what record this is", place)
        if len(record) != len(columns) or record.keys() - columns:
            self.left_out.update(f"{dataset}.{name}" for name in record.keys() - columns - {"index", "ind"})
        return self.text_of(dataset, columns, values, place)

    @staticmethod
    def text_of(dataset: str, columns: list[str], values: list[Any], place: Place) -> bytes:
        column = ""
        try:
            texts = [literal(value) for column, value in zip(columns, values)]
            return f"({','.join(texts)})".encode()
        except (TypeError, UnicodeEncodeError):
            pass
        for column, value in zip(columns, values):
            try:
                literal(value).encode()
            except TypeError as error:
                raise BadInput(f"{dataset}.{column}: {error}", place) from None
            except UnicodeEncodeError:
                raise BadInput(f"{dataset}.{column} has half of a surrogate pair", place) from None
        raise AssertionError(column)
