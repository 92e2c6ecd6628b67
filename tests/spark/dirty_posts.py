#!/usr/bin/env python3
"""dirty_posts.py < POSTS: posts as a bad day brings them.

Every hundredth line is broken, in one of ten ways; others come again, the same or with another country, end in CR LF,
are blank, or are cut into three records.
"""

import json
import sys
from collections.abc import Iterable, Iterator


def broken(line: bytes, way: int) -> bytes:
    return [
        line[: len(line) // 2],
        line.replace(b'"title":"', b'"title":"\xff', 1),
        b"no JSON",
        line.replace(b'"pin":{"index":', b'"pin":{"none":', 1),
        line.replace(b'"geo":{"ind":', b'"geo":{"none":', 1),
        line.replace(b'"user":{"ind":', b'"user":{"ind":"x","none":', 1),
        b'{"pin":{"index":1},"geo":5}',
        b'{"index":99999999999999999999,"unique_id":"a"}',
        line + b"x",
        b"[" + line + b"]",
    ][way]


def again(line: bytes, way: int) -> bytes:
    post = json.loads(line)
    return [
        line,
        line.replace(b'"country":"', b'"country":"New ', 1),
        line + b"\r",
        b" \t",
        b"\n".join(json.dumps(record).encode() for record in post.values()),
    ][way]


def dirty(posts: Iterable[bytes]) -> Iterator[bytes]:
    for number, post in enumerate(posts, 1):
        line = post.rstrip(b"\n")
        yield broken(line, number // 100 % 10) if number % 100 == 0 else line
        if number % 37 == 0:
            yield again(line, number // 37 % 5)


if __name__ == "__main__":
    for bad in dirty(sys.stdin.buffer):
        sys.stdout.buffer.write(bad + b"\n")
