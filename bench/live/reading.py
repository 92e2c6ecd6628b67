"""The posts of a file, or those that have come through a pipe, read by msgspec: only what is asked for, the fastest that
Python has."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime

import msgspec

Post = tuple[str | None, int | None, datetime]  # key, followers, time


def lines_in(path: str) -> Iterator[list[bytes]]:
    """The whole lines that have come, without waiting for more."""
    descriptor, rest = os.open(path, os.O_RDONLY), b""
    while read := os.read(descriptor, 1 << 18):
        *whole, rest = (rest + read).split(b"\n")
        yield whole


def reader(question: str) -> Callable[[bytes], Post]:
    """What makes a post of a line."""
    pin = msgspec.defstruct("Pin", [(question, str | None), ("follower_count", int | None)])
    geo = msgspec.defstruct("Geo", [("timestamp", datetime)])
    decode = msgspec.json.Decoder(msgspec.defstruct("Post", [("pin", pin), ("geo", geo)])).decode

    def read(line: bytes) -> Post:
        post = decode(line)
        return getattr(post.pin, question), post.pin.follower_count, post.geo.timestamp

    return read
