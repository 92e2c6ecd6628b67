"""JSON values one behind the other, cut apart as their bytes come."""

import re
from collections.abc import Iterator

BLANKS = b" \t\r\n"
TOKEN = re.compile(rb'["{}\[\]]')
IN_TEXT = re.compile(rb'[^"\\]*(?:\\.[^"\\]*)*', re.DOTALL)


class JsonStream:
    """Finds the ends of objects and arrays; whether what is between them is JSON, it does not ask."""

    def __init__(self) -> None:
        self.buffer, self.at, self.depth, self.in_text = b"", 0, 0, False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The values that end in `data`. Errors: ValueError; it begins another thing, and what follows means nothing."""
        self.buffer += data
        while (end := self.end_of_next()) is not None:
            value, self.buffer, self.at = self.buffer[:end], self.buffer[end:], 0
            yield value

    def end_of_next(self) -> int | None:
        if self.depth == 0 and not self.in_text:
            self.buffer, self.at = self.buffer.lstrip(BLANKS), 0
            if self.buffer[:1] not in (b"", b"{", b"["):
                raise ValueError(f"a value begins with {self.buffer[:1]!r:.20}")
        while self.at < len(self.buffer):
            if self.in_text and not self.pass_text():
                return None
            token = TOKEN.search(self.buffer, self.at)
            if not token:
                self.at = len(self.buffer)
                return None
            self.at = token.end()
            if token[0] == b'"':
                self.in_text = True
                continue
            self.depth += 1 if token[0] in b"{[" else -1
            if self.depth == 0:
                return self.at
        return None

    def pass_text(self) -> bool:
        """Whether the text ends in the buffer."""
        end = IN_TEXT.match(self.buffer, self.at).end()
        self.at = end
        if self.buffer[end : end + 1] != b'"':
            return False  # at its end, or at a backslash whose next byte is to come
        self.at, self.in_text = end + 1, False
        return True

    def rest(self) -> bytes:
        """Of a value that has not ended."""
        return self.buffer.strip(BLANKS)
