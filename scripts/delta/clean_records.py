"""Clean records typed as tables pin, geo and user have them: lines to Arrow and back. For to-delta and from-delta.

Lines that are plain, posts or bare records with nothing but clean keys, are read here, many at once; all others are
read by clean-posts, which says what is wrong with those that are no clean records. Nothing here prints or exits."""

import json
import subprocess
import tempfile
from collections.abc import Iterable
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
from json_lines import Unreadable
from pinpipe_schema import CLEAN, RAW

INTEGER, TEXT, TIMESTAMP = pa.int64(), pa.string(), pa.timestamp("us", "UTC")
COORDINATES = pa.list_(pa.float64())
ARROW_TYPES = {"integer": INTEGER, "text": TEXT, "timestamp": TIMESTAMP, "coordinates": COORDINATES}
SCHEMAS = {dataset: pa.schema({field.name: ARROW_TYPES[field.type] for field in fields})
           for dataset, fields in CLEAN.items()}
# The keys that tell of which dataset a bare record is.
STRONG = {dataset: {field.name for field in (*RAW[dataset], *CLEAN[dataset]) if field.mark == "strong"} for dataset in CLEAN}

Integer = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
JSON_TYPES = {INTEGER: Integer | None, TEXT: str | None, TIMESTAMP: str | None,
              COORDINATES: tuple[float, float] | None}
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

decode_post, decode_bare = msgspec.json.Decoder(Post), msgspec.json.Decoder(Bare)
# A post with something beside its records.
decode_any_post = msgspec.json.Decoder(
    msgspec.defstruct("AnyPost", [(dataset, kind | None, None) for dataset, kind in RECORDS.items()], gc=False))
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


# ---- lines that are not plain --------------------------------------------------------------------


class Checked(NamedTuple):
    """What clean-posts makes of lines."""

    found: Found
    rejects: list[tuple[int, str, dict[str, Any]]]  # the line's number, from 0; why; it, as rejects have it
    accepted: int  # lines
    cut: int  # fractions of a second, to microseconds
    dropped: int  # keys that no table has


FIRST_LINE = b'{"pin":{"ind":0}}\n'  # so that what comes is NDJSON, whatever it begins with
MICROSECONDS_END = len("2020-01-01T00:00:00.123456")


def check(lines: bytes) -> Checked:
    """Errors: Unreadable, if clean-posts cannot be run."""
    with tempfile.TemporaryDirectory() as folder:
        rejects = Path(folder, "rejects")
        command = ["clean-posts", "--check", "--as-posts", "--stats", "--rejects", str(rejects)]
        try:
            done = subprocess.run(command, input=FIRST_LINE + lines, capture_output=True, check=False)
        except FileNotFoundError:
            raise Unreadable("there is no 'clean-posts' on PATH, which reads what is not plain",
                             "put the folder of the tools on PATH") from None
        said = done.stderr.splitlines()
        if done.returncode not in (0, 1):
            raise Unreadable(f"clean-posts could not finish: {said[0].decode() if said else done.returncode}")
        kept = list(map(json.loads, rejects.read_bytes().splitlines()))
    stats = json.loads(said[-1])
    posts = decode_any_post.decode_lines(done.stdout.partition(b"\n")[2])
    found: Found = {dataset: list(filter(None, map(attrgetter(dataset), posts))) for dataset in SCHEMAS}
    return Checked(found, [(reject["line"] - 2, reject["reason"], raw_of(reject)) for reject in kept], len(posts),
                   sum(cut_timestamps(dataset, record) for dataset, records in found.items() for record in records),
                   sum(sum(stats[dataset]["dropped"].values()) for dataset in SCHEMAS))


def raw_of(reject: dict[str, Any]) -> dict[str, Any]:
    return {name: reject[name] for name in ("raw", "raw_base64") if name in reject}


def cut_timestamps(dataset: str, record: Any) -> int:
    cut = 0
    for field in SCHEMAS[dataset]:
        value = getattr(record, field.name) if field.type == TIMESTAMP else None
        if value is not None and len(value) > MICROSECONDS_END:
            setattr(record, field.name, value[:MICROSECONDS_END])
            cut += value[MICROSECONDS_END:].strip("0") != ""
    return cut


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
