"""A session with a MariaDB or MySQL server, by its own command-line client: statements in, errors out.

The client is told to send no file of this machine, whatever the server asks for: LOAD DATA LOCAL is never needed here.
"""

from __future__ import annotations

import re
import subprocess
import tempfile

from pinpipe_io import write_all

# Of an option file that is meant for somebody at a terminal: not to go on after an error, above all.
CLIENT_OPTIONS = (
    "--default-character-set=utf8mb4", "--local-infile=0", "--skip-force", "--batch", "--skip-column-names",
    "--unbuffered", "--binary-mode", "--max-allowed-packet=1G",
)  # fmt: skip
ERROR_LINE = re.compile(r"ERROR (?:(\d+) )?(?:\(\w+\))?(?: at line (\d+))?(?: in file: .*?)?: (.*)", re.S)


class SqlError(Exception):
    """What the server, or the client, says. `statement` is the number of the one that failed, from 1, or 0."""

    def __init__(self, message: str, statement: int = 0) -> None:
        super().__init__(message)
        self.statement = statement


class Client:
    def __init__(self, command: list[str]) -> None:
        self.said = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [*command, *CLIENT_OPTIONS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.said
        )
        self.statements = 0

    def send(self, statement: bytes) -> int:
        """Hands over a statement, which has no line break: so the client's line numbers are those of statements. Returns
        its number. It may run later than this. Errors: SqlError, of it or of one before."""
        assert self.process.stdin
        assert b"\n" not in statement
        try:
            write_all(self.process.stdin.fileno(), statement + b";\n")
        except BrokenPipeError:
            raise self.failure() from None
        self.statements += 1
        return self.statements

    def ask(self, query: str) -> str:
        """The one value of one row; all statements before have run then. Errors: SqlError."""
        assert self.process.stdout
        self.send(query.encode())
        answer = self.process.stdout.readline()
        if not answer.endswith(b"\n") or "ERROR" in self.words():
            raise self.failure()
        return answer.decode(errors="replace").rstrip("\n")

    def words(self) -> str:
        self.said.seek(0)
        return self.said.read().decode(errors="replace").strip()

    def failure(self) -> SqlError:
        self.end()
        found = ERROR_LINE.search(self.words())
        if not found:
            return SqlError(self.words() or f"the client ended with status {self.process.returncode}")
        code, line, message = found.groups()
        return SqlError(f"{message} ({code})" if code else message, int(line or 0))

    def end(self) -> None:
        """Ends the session, and whatever it was about to do."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        try:
            self.process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
