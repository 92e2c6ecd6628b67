"""Posts as rows of SQL: reading them, and what is wrong with them."""

from __future__ import annotations

import gzip
import json
import subprocess
import threading
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import IO, Any

from pinpipe_io import Unshifted, write_all

MAX_LINE_BYTES = 64 << 20
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
COLUMNS = {
    "pin": ["index", "unique_id", "title", "description", "poster_name", "follower_count", "tag_list",
            "is_image_or_video", "image_src", "downloaded", "save_location", "category"],
    "geo": ["ind", "timestamp", "latitude", "longitude", "country"],
    "user": ["ind", "first_name", "last_name", "age", "date_joined"],
}  # fmt: skip
OTHER_KEY = {"index": "ind", "ind": "index"}  # two spellings of it
# What only a cleaner makes, and from what the tables cannot be filled.
CLEAN_ONLY = {"geo": "coordinates", "user": "user_name"}
NAMED = {b"BZh": "bzip2 -dc", b"\xfd7zXZ": "xz -dc", b"PK\3\4": "unzip -p", b"\xff\xfe": "iconv -f UTF-16 -t UTF-8",
         b"\xfe\xff": "iconv -f UTF-16 -t UTF-8", b"PAR1": "duckdb"}  # fmt: skip


class BadInput(Exception):
    """Input that cannot be loaded: why. `line` is 0 where it is not about one."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.line = line


# ---- bytes --------------------------------------------------------------------------------------


class Zstd:
    """The bytes that zstd(1) makes of a stream."""

    def __init__(self, stream: IO[bytes]) -> None:
        try:
            self.process = subprocess.Popen(
                ["zstd", "-dcq"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
        except FileNotFoundError:
            raise BadInput("it is compressed with zstd, and there is no 'zstd' on PATH") from None
        assert self.process.stdout
        self.lines = self.process.stdout
        self.fault: Exception | None = None
        self.feeder = threading.Thread(target=self.feed, args=(stream,), daemon=True)
        self.feeder.start()

    def feed(self, stream: IO[bytes]) -> None:
        assert self.process.stdin
        try:
            while part := stream.read(1 << 16):
                write_all(self.process.stdin.fileno(), part)
        except BrokenPipeError:
            pass  # zstd says why
        except Exception as fault:  # of the input: for the thread that reads
            self.fault = fault
        self.process.stdin.close()

    def readline(self, size: int) -> bytes:
        line = self.lines.readline(size)
        if not line:
            self.feeder.join()
            if self.fault:
                raise self.fault
            assert self.process.stderr
            said = self.process.stderr.read().decode(errors="replace").strip()
            if self.process.wait() != 0:
                raise BadInput(f"zstd cannot read it: {said or self.process.returncode}")
        return line


def decompressed(stream: IO[bytes]) -> Any:
    """What `readline(size)` can be asked of: the stream, or what is compressed in it."""
    head = b""
    while len(head) < 4 and (part := stream.read(4 - len(head))):
        head += part
    for magic, command in NAMED.items():
        if head.startswith(magic[:4]):
            raise BadInput(f"it is not NDJSON; '{command}' comes before")
    whole = Unshifted(head, stream)
    if head == b"\x28\xb5\x2f\xfd":
        return Zstd(whole)
    return gzip.GzipFile(fileobj=whole) if head.startswith(b"\x1f\x8b") else whole


def lines_of(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Numbered lines that are not blank. Errors: BadInput, OSError."""
    number = 0
    try:
        source = decompressed(stream)
        while line := source.readline(MAX_LINE_BYTES + len(BYTE_ORDER_MARK + b"\r\n") + 1):
            number += 1
            line = line.rstrip(b"\r\n")
            if number == 1:
                line = line.removeprefix(BYTE_ORDER_MARK)
            if len(line) > MAX_LINE_BYTES:
                raise BadInput(f"longer than {MAX_LINE_BYTES >> 20} MiB", number)
            if line.strip():
                yield number, line
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadInput(f"gzip cannot be read: {error}", number + 1) from None


# ---- posts --------------------------------------------------------------------------------------


def no_number(text: str) -> None:
    raise ValueError(f"{text} is not JSON")


decode = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=no_number).decode  # digits stay as they are


def read_post(line: bytes, number: int) -> dict[str, Any]:
    try:
        post = decode(line.decode())
    except UnicodeDecodeError as error:
        raise BadInput(f"not UTF-8 at byte {error.start + 1}", number) from None
    except json.JSONDecodeError as error:
        raise BadInput(f"not JSON: {error.msg} at character {error.colno}", number) from None
    except (ValueError, RecursionError) as error:
        raise BadInput(f"not JSON that can be read: {error}", number) from None
    if not isinstance(post, dict) or not any(isinstance(post.get(dataset), dict) for dataset in COLUMNS):
        raise BadInput("not a post, an object with a 'pin', 'geo' or 'user'", number)
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

    def row_of(self, dataset: str, record: Any, number: int) -> bytes:
        """`(1,'…',NULL)`. Errors: BadInput."""
        columns = COLUMNS[dataset]
        if not isinstance(record, dict):
            raise BadInput(f"{dataset} is not a record", number)
        if CLEAN_ONLY.get(dataset) in record:
            raise BadInput(f"{dataset} is clean ('{CLEAN_ONLY[dataset]}'); the tables take raw posts", number)
        values = [record.get(column) for column in columns]
        if values[0] is None:
            values[0] = record.get(OTHER_KEY[columns[0]])
        if values[0] is None:
            raise BadInput(f"{dataset} has no '{columns[0]}'", number)
        if len(record) != len(columns) or record.keys() - columns:
            self.left_out.update(f"{dataset}.{name}" for name in record.keys() - columns - {"index", "ind"})
        return self.text_of(dataset, columns, values, number)

    @staticmethod
    def text_of(dataset: str, columns: list[str], values: list[Any], number: int) -> bytes:
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
                raise BadInput(f"{dataset}.{column}: {error}", number) from None
            except UnicodeEncodeError:
                raise BadInput(f"{dataset}.{column} has half of a surrogate pair", number) from None
        raise AssertionError(column)
