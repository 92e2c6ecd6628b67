"""How our Python programs write, and what they say on standard error; as the tools do.

Python's own standard output is not for data: with PYTHONUNBUFFERED a write to a pipe may be short, and is then taken for
done; without, what is left at the end may fail unseen, or end with status 120. So bytes go to descriptors, all of them or
OSError. What is said goes to standard error as whole lines in which no byte can command a terminal, wherever it is from.

Nothing here needs more than Python 3.9 and its library.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import re
import select
import signal
import sys
import tempfile
from collections.abc import Iterator
from typing import NoReturn

# The tools take 1024 levels of JSON, and 16 around them; json takes as many as there may be calls, of which some are under way.
sys.setrecursionlimit(2000)

STATUS_FAILED = 2  # could not finish, as that of the tools
TEXT_MAX = 2000  # of what others say, in one line of ours

# Control characters (C0, DEL, C1), what changes the direction of text, line and paragraph separators, bytes that were no
# UTF-8 (surrogates).
UNPRINTABLE = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff\\ud800-\\udfff]"
)


def escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a file name or argument
        return f"\\x{code - 0xDC00:02x}"
    return {9: "\\t", 10: "\\n", 13: "\\r"}.get(code) or f"\\u{code:04x}"


def printable(text: object) -> str:
    """One line that a terminal shows as it is, the same that lib/base/printable makes."""
    return UNPRINTABLE.sub(escaped, str(text))


def text_of(error: object) -> str:
    """What an exception says, as one line. Errors of delta-rs are drawn as trees, in colour."""
    if isinstance(error, OSError) and error.strerror:
        named = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
        return printable(named)
    text = " ".join(re.sub("\x1b\\[[0-9;]*m|↳", "", str(error)).split())
    return printable(text if len(text) <= TEXT_MAX else text[:TEXT_MAX] + "…")


# ---- writing ------------------------------------------------------------------------------------


def write_all(fd: int, data: bytes) -> None:
    """Writes all bytes, and waits where a non-blocking descriptor is full. Errors: OSError."""
    left = memoryview(data)
    while left:
        try:
            left = left[os.write(fd, left) :]
        except BlockingIOError:
            select.select([], [fd], [])


class Output:
    """Standard output, for data. Errors: OSError, which names it."""

    @contextlib.contextmanager
    def named(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise OSError(error.errno, f"cannot write 'stdout': {error.strerror}") from None

    def write(self, data: bytes) -> None:
        with self.named():
            write_all(1, data)

    def close(self) -> None:
        """Some file systems say only now that they could not write. To be called at a good end."""
        with self.named():
            os.close(os.dup(1))


def write_line(text: str) -> None:
    """A line of data on standard output. Where that is somebody else's object, as in a notebook, it is asked."""
    try:
        is_ours = sys.stdout is None or sys.stdout.fileno() == 1
    except (OSError, ValueError, AttributeError):
        is_ours = False
    if is_ours:
        Output().write(text.encode() + b"\n")
    else:
        sys.stdout.write(text + "\n")


def replace_file(path: str | os.PathLike[str], data: bytes) -> None:
    """Writes a file that is there whole, on the disk, or as it was before. Errors: OSError."""
    path = os.path.realpath(path)
    fd, part = tempfile.mkstemp(prefix=f".{os.path.basename(path)}.", dir=os.path.dirname(path))
    try:
        try:
            write_all(fd, data)
            os.fchmod(fd, 0o666 & ~umask())
            os.fsync(fd)
        finally:
            os.close(fd)
        os.replace(part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(part)
        raise


class GrowingFile:
    """A new file that takes its name with its first lines, or empty at a good end, and then grows by whole lines: so a
    file of that name may be read until then, and what is there after a kill is whole. A device, pipe or the like is
    written to as it is. Errors: OSError."""

    def __init__(self, path: str) -> None:
        self.path, self.part = os.path.realpath(path), ""
        if os.path.exists(path) and not os.path.isfile(path):
            self.fd = os.open(path, os.O_WRONLY | os.O_APPEND)
            return
        folder, name = os.path.split(self.path)
        self.fd, self.part = tempfile.mkstemp(prefix=f".{name[:200]}.", dir=folder)
        os.fchmod(self.fd, 0o666 & ~umask())
        atexit.register(self.discard)

    def append(self, lines: bytes) -> None:
        write_all(self.fd, lines)
        self.take_name()

    def take_name(self) -> None:
        if self.part:
            os.replace(self.part, self.path)
            self.part = ""

    def close(self) -> None:
        self.take_name()
        os.close(self.fd)

    def discard(self) -> None:
        if self.part:
            with contextlib.suppress(OSError):
                os.unlink(self.part)


def same_file(path: str, others: list[str]) -> bool:
    """Whether one of the others, of which - is standard input, is the regular file at `path`, by whatever name."""
    with contextlib.suppress(OSError):
        this = os.stat(path)
        for other in others:
            with contextlib.suppress(OSError):
                that = os.fstat(0) if other == "-" else os.stat(other)
                if os.path.isfile(path) and os.path.samestat(this, that):
                    return True
    return False


def umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


# ---- saying -------------------------------------------------------------------------------------


def say(*lines: str) -> None:
    """Lines on standard error, at once. They are made of printable(), or of our own words. Where nobody can be told, the
    status still tells."""
    with contextlib.suppress(OSError):
        write_all(2, "".join(f"{line}\n" for line in lines).encode(errors="backslashreplace"))


def complain(tool: str, error: object, hint: str = "") -> None:
    hints = [f"hint: {printable(hint)}"] if hint else []
    say(f"{tool}: error: {text_of(error)}", *hints)


def die(tool: str, error: object, hint: str = "") -> NoReturn:
    complain(tool, error, hint)
    sys.exit(STATUS_FAILED)


def die_of_misuse(tool: str, message: object, hint: str = "") -> NoReturn:
    hints = [f"hint: {printable(hint)}"] if hint else []
    say(f"{tool}: error: {text_of(message)}", *hints, f"try '{tool} --help'")
    sys.exit(STATUS_FAILED)


# ---- a program ----------------------------------------------------------------------------------


def start() -> None:
    """To be called first. A reader that goes away ends the program quietly; what is opened later is never taken for
    standard output or standard error, where those are closed."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    for fd, flags in ((0, os.O_WRONLY), (1, os.O_RDONLY), (2, os.O_RDONLY)):
        try:
            os.fstat(fd)
        except OSError:
            os.open(os.devnull, flags)  # of the other direction, so that using it is an error still


def end_by_signal(number: int) -> NoReturn:
    """Ends as the signal would have ended a program that knows nothing of it: 128 + number for a shell."""
    signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [number])
    os.kill(os.getpid(), number)
    raise AssertionError("the signal ends this process")
