"""What the gateway says on standard error: each thing once a minute, as a back end that is away would be told of with each
request."""

from __future__ import annotations

import threading
import time

from pinpipe_io import printable, say

PAUSE_S = 60
KNOWN_MAX = 1000


class Log:
    def __init__(self, tool: str) -> None:
        self.tool = tool
        self.lock, self.said = threading.Lock(), {}

    def warn(self, text: str, hint: str = "") -> None:
        now = time.monotonic()
        with self.lock:
            if now - self.said.get(text, -PAUSE_S) < PAUSE_S:
                return
            if len(self.said) >= KNOWN_MAX:
                self.said.clear()
            self.said[text] = now
        say(f"{self.tool}: {printable(text)}", *([f"hint: {hint}"] if hint else []))
