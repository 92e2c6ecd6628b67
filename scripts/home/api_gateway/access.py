"""Who may ask, and how often."""

from __future__ import annotations

import hmac
import re
import threading
import time
from pathlib import Path

# A line of a file for send-payloads --header-file, too.
KEY_LINE = re.compile(r"(?:x-api-key:)?\s*(\S+)\s*", re.IGNORECASE)


def keys_in(text: str) -> list[str]:
    """A key a line, or "x-api-key: KEY"; blank lines and comments are none. Errors: ValueError, which does not tell it."""
    keys = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        found = KEY_LINE.fullmatch(line)
        if not found:
            raise ValueError(f"line {number} is neither a key nor 'x-api-key: KEY'")
        keys.append(found[1])
    return keys


def read_keys(path: str | None, variable: str | None) -> list[str]:
    """The keys of a file and of the environment; none where any may ask. Errors: OSError, ValueError."""
    keys = keys_in(variable or "")
    if path:
        of_file = keys_in(Path(path).read_text(encoding="utf-8"))
        if not of_file:
            raise ValueError(f"{path} has no key")
        keys += of_file
    return keys


def is_among(key: str, keys: list[str]) -> bool:
    """In a time that does not tell how much of a key is right."""
    return sum(hmac.compare_digest(key.encode(), one.encode()) for one in keys) > 0


class Throttle:
    """A bucket of tokens, as AWS's: `burst` are in it at first and at most, and `rate` a second come back."""

    def __init__(self, rate: float, burst: int) -> None:
        self.rate, self.burst = rate, burst
        self.tokens, self.filled = float(burst), time.monotonic()
        self.lock = threading.Lock()

    def take(self) -> bool:
        with self.lock:
            now = time.monotonic()
            self.tokens = min(self.burst, self.tokens + (now - self.filled) * self.rate)
            self.filled = now
            if self.tokens < 1:
                return False
            self.tokens -= 1
            return True
