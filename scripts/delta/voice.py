"""The voice of the Python tools on standard error: an error, and what to do about it."""

import re
import sys
from typing import NoReturn

STATUS_FAILED = 2  # could not finish, as that of the other tools


def text_of(error: object) -> str:
    """One line: errors of delta-rs are drawn as trees, in colour."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return " ".join(re.sub(r"\x1b\[[0-9;]*m|↳", "", str(error)).split())


def die(tool: str, error: object, hint: str = "") -> NoReturn:
    print(f"{tool}: error: {text_of(error)}" + (f"\nhint: {hint}" if hint else ""), file=sys.stderr)
    sys.exit(STATUS_FAILED)


def die_of_misuse(tool: str, message: str) -> NoReturn:
    print(f"{tool}: error: {message}\ntry '{tool} --help'", file=sys.stderr)
    sys.exit(STATUS_FAILED)
