"""Clean records typed as tables pin, geo and user have them: lines to Arrow and back. For to-delta and from-delta.

A line that is no
clean record is an Unclean, with the reason. Nothing here prints or exits.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter
from typing import Annotated, Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
from pinpipe_schema import CLEAN
from recognition import STRONG, Unclean, members_of

INTEGER, TEXT, TIMESTAMP = pa.int64(), pa.string(), pa.timestamp("us", "UTC")
COORDINATES = pa.list_(pa.float64())
ARROW_TYPES = {"integer": INTEGER, "text": TEXT, "timestamp": TIMESTAMP, "coordinates": COORDINATES}
SCHEMAS = {dataset: pa.schema({field.name: ARROW_TYPES[field.type] for field in fields})
           for dataset, fields in CLEAN.items()}
# What tells a record that no cleaner has seen, where the clean key that it becomes has no value: as query has it.
RAW_SIGNS = {"pin": {"index": "ind"},
             "geo": {"index": "ind", "latitude": "coordinates", "longitude": "coordinates"},
             "user": {"index": "ind", "first_name": "user_name", "last_name": "user_name"}}

Integer = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
JSON_TYPES = {INTEGER: Integer | None, TEXT: str | None, TIMESTAMP: str | None,
              COORDINATES: tuple[float, float] | None}
CLEAN_TIMESTAMP = re.compile(r"(?!0000)\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.(\d+))?", re.ASCII)
FIRST_MICROSECOND = -62_135_596_800_000_000  # of the year 1, with which the timestamps of Delta begin


def record_type(dataset: str, schema: pa.Schema) -> type:
    fields = [(field.name, JSON_TYPES[field.type], None) for field in schema]
    fields[0] = ("ind", Integer)
    return msgspec.defstruct(dataset, fields, forbid_unknown_fields=True, gc=False)


RECORDS = {dataset: record_type(dataset, schema) for dataset, schema in SCHEMAS.items()}
Post = msgspec.defstruct("Post", [(dataset, kind | None, None) for dataset, kind in RECORDS.items()],
                         forbid_unknown_fields=True, gc=False)
# A bare record of whatever dataset.
Bare = msgspec.defstruct(
    "Bare", [("ind", Integer)] + [(field.name, JSON_TYPES[field.type], None)
                                  for schema in SCHEMAS.values() for field in schema if field.name != "ind"],
    forbid_unknown_fields=True, gc=False)
Found = dict[str, list[Any]]  # records by dataset

decode_any = msgspec.json.Decoder().decode
decode_post, decode_bare = msgspec.json.Decoder(Post), msgspec.json.Decoder(Bare)
FAULTS = msgspec.MsgspecError, UnicodeDecodeError


# ---- a chunk of lines at once -------------------------------------------------------------------


def find_in_posts(lines: list[Any]) -> Found | None:
    if not all(post.pin or post.geo or post.user for post in lines):
        return None
    return {dataset: list(filter(None, map(attrgetter(dataset), lines))) for dataset in SCHEMAS}


def dataset_of_bare(record: Any) -> str | None:
    """None where that takes a closer look."""
    found = [dataset for dataset, marks in STRONG.items() if any(getattr(record, mark, None) is not None for mark in marks)]
    return found[0] if len(found) == 1 else None


def find_in_bare(lines: list[Any]) -> Found | None:
    found: Found = {dataset: [] for dataset in SCHEMAS}
    for record in lines:
        dataset = dataset_of_bare(record)
        if dataset is None:
            return None
        found[dataset].append(record)
    return found


def count_lines(chunk: bytes) -> int:
    return chunk.count(b"\n") + (not chunk.endswith(b"\n"))


def find_at_once(chunk: bytes) -> Found | None:
    """The records of whole lines, if all are posts or all are bare records, and none needs a closer look."""
    count = chunk.count(b"\n{") + chunk.startswith(b"{")
    if count != count_lines(chunk):
        return None  # blank lines, JSON over several lines
    for decoder, find in ((decode_post, find_in_posts), (decode_bare, find_in_bare)):
        try:
            lines = decoder.decode_lines(chunk)
        except FAULTS:
            continue
        return find(lines) if len(lines) == count else None
    return None


# ---- a line that is not plain -------------------------------------------------------------------


def check_timestamp(name: str, value: str) -> tuple[str, bool]:
    """The value with microseconds at most, and whether that has cut it."""
    match = CLEAN_TIMESTAMP.fullmatch(value)
    try:
        datetime.fromisoformat(value[:19] if match else "")
    except ValueError:
        raise Unclean(f"{name} {msgspec.json.encode(value[:60]).decode()} is not a timestamp of a clean record") from None
    return value[:26], bool(match[1] and match[1][6:].strip("0"))


def read_record(dataset: str, member: dict[str, Any], counts: "Counts") -> Any:
    for raw, clean in RAW_SIGNS[dataset].items():
        if member.get(raw) is not None and member.get(clean) is None:
            raise Unclean(f"{dataset}: {raw} without {clean}; clean it first (clean-{dataset})")
    known = {name: member[name] for name in SCHEMAS[dataset].names if name in member}
    try:
        record = msgspec.convert(known, RECORDS[dataset])
    except msgspec.ValidationError as error:
        raise Unclean(f"{dataset}: {error}; clean it first (clean-{dataset})") from None
    for field in SCHEMAS[dataset]:
        if field.type == TIMESTAMP and (value := getattr(record, field.name)) is not None:
            value, is_cut = check_timestamp(field.name, value)
            setattr(record, field.name, value)
            counts.cut += is_cut
    counts.dropped += len(member) - len(known)
    return record


class Counts:
    """What reading lines one by one has changed: fractions of a second cut to microseconds, unknown keys dropped."""

    def __init__(self) -> None:
        self.cut = self.dropped = 0


def find_in_line(line: bytes, counts: Counts) -> dict[str, Any]:
    """The records of a line, by dataset. Errors: Unclean, and then none of them counts."""
    try:
        members = members_of(decode_any(line))
    except FAULTS as error:
        raise Unclean(str(error)) from None
    of_line = Counts()
    records = {dataset: read_record(dataset, member, of_line) for dataset, member in members.items()}
    counts.cut, counts.dropped = counts.cut + of_line.cut, counts.dropped + of_line.dropped
    return records


# ---- columns ------------------------------------------------------------------------------------


def to_column(field: pa.Field, values: list[Any]) -> pa.Array:
    """Errors: ArrowInvalid for a timestamp that is not of the clean form, or before the year 1."""
    if field.type != TIMESTAMP:
        return pa.array(values, field.type)
    texts = pa.array(values, TEXT)
    moments = texts.cast(pa.timestamp("us"))
    shortest, earliest = pc.min(pc.binary_length(texts)).as_py(), pc.min(moments.cast(INTEGER)).as_py()
    if shortest is not None and (shortest < 19 or earliest < FIRST_MICROSECOND):
        raise pa.ArrowInvalid(f"{field.name} has a value that is not a timestamp of a clean record")
    return moments.cast(TIMESTAMP)


def to_rows(dataset: str, records: list[Any]) -> pa.RecordBatch:
    schema = SCHEMAS[dataset]
    columns = [to_column(field, list(map(attrgetter(field.name), records))) for field in schema]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def from_column(field: pa.Field, column: pa.Array) -> Iterable[Any]:
    if field.type == COORDINATES:
        return column.to_pylist()
    if field.type != TIMESTAMP:
        return column.cast(field.type).to_pylist()
    texts = column.cast(TIMESTAMP).cast(pa.timestamp("us")).cast(TEXT)  # 2020-01-02 03:04:05.600000
    return pc.replace_substring_regex(pc.replace_substring(texts, " ", "T"), r"\.?0+$", "").to_pylist()


def to_lines(dataset: str, rows: pa.RecordBatch, encoder: msgspec.json.Encoder) -> bytes:
    """The records of `rows`, as the cleaners write them."""
    columns = [from_column(field, rows.column(field.name)) for field in SCHEMAS[dataset]]
    return encoder.encode_lines(list(map(RECORDS[dataset], *columns)))  # of an iterator msgspec 0.22 loses the memory
