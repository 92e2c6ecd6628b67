"""What the contenders in Python share."""

import json
import os
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone

PERIOD_S = 1
Group = tuple[str, int, int | None]  # key, posts, most followers


def winners(question: str, groups: Iterable[Group]) -> list[Group]:
    """All categories; of poster_name those with the ten most posts, and what ties with the last of them."""
    rows = list(groups)
    if question != "poster_name" or len(rows) <= 10:
        return rows
    least = sorted((count for _, count, _ in rows), reverse=True)[9]
    return [row for row in rows if row[1] >= least]


def lines(question: str, minute: int, groups: Iterable[Group]) -> str:
    """The answer of the window that begins so many minutes after 1970: NDJSON without the last newline."""
    start = datetime.fromtimestamp(60 * minute, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    return "\n".join(json.dumps({"window_start": start, question: key, "count": count, "max_follower_count": most},
                                ensure_ascii=False) for key, count, most in winners(question, groups))


def each_second(pipe: str) -> Iterator[str]:
    """A file of the whole lines that have come meanwhile."""
    pieces: list[bytes] = []
    ended = threading.Event()

    def read() -> None:
        with open(pipe, "rb", buffering=0) as source:
            while piece := source.read(1 << 18):
                pieces.append(piece)
        ended.set()

    threading.Thread(target=read, daemon=True).start()
    rest, due = b"", time.monotonic()
    while not ended.is_set() or pieces:
        due = max(due + PERIOD_S, time.monotonic())
        ended.wait(due - time.monotonic())
        come = [pieces.pop(0) for _ in range(len(pieces))]
        whole, newline, rest = (rest + b"".join(come)).rpartition(b"\n")
        with tempfile.NamedTemporaryFile(suffix=".json", delete=False) as file:
            file.write(whole + newline)
        yield file.name
        os.unlink(file.name)
