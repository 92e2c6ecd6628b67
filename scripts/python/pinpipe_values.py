"""Values of options, as the tools read them (lib/cli/values): counts, sizes, durations, ports. What is made here is a
type for add_argument() of pinpipe_options, and raises BadValue.

Nothing here needs more than Python 3.9 and its library.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from fractions import Fraction

SHOWN = 40  # characters of what was typed
EXPONENT_MAX = 1000  # beyond, it makes no difference
COUNT_MAX = 2**64 - 1
DURATION_MAX_MS = 366 * 24 * 3_600_000

COUNT_UNITS = {"": 1, "k": 1000, "K": 1000, "M": 1000**2, "G": 1000**3, "T": 1000**4}
BYTE_UNITS = {"": 1, "b": 1, "B": 1} | {
    letter + rest: 1024**power
    for power, letters in enumerate(("kK", "mM", "gG", "tT"), 1) for letter in letters
    for rest in ("", "b", "B", "ib", "iB", "IB", "Ib")
}
TIME_UNITS_MS = {"ms": 1, "s": 1000, "m": 60_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}


class BadValue(argparse.ArgumentTypeError):
    """What is wrong with a value, as it goes on behind the name of the option, and what to do."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.hint = hint


def shown(text: str) -> str:
    return f"'{text[:SHOWN]}…'" if len(text) > SHOWN else f"'{text}'"


def scaled(text: str, units: dict[str, int], name: str, how: str) -> Fraction:
    """Of digits and a unit. Raises: BadValue."""
    found = re.fullmatch(r"([+-]?)([0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE]([+-]?[0-9]+))?([A-Za-z]*)", text)
    if not found or found[4] not in units or len(text) > EXPONENT_MAX:
        raise BadValue(f"takes {name}, not {shown(text)}", how)
    exponent = max(-EXPONENT_MAX, min(EXPONENT_MAX, int((found[3] or "0")[:6])))
    return Fraction(found[1] + found[2]) * Fraction(10) ** exponent * units[found[4]]


def check_range(text: str, number: Fraction, least: int, most: int, show: Callable[[int], str]) -> None:
    if least <= number <= most:
        return
    words = f"from {show(least)} to {show(most)}"
    if most == COUNT_MAX:
        words = f"{show(least)} or more" if number < least else "less than 2^64"
    raise BadValue(f"must be {words}, not {shown(text)}")


def count(least: int = 1, most: int = COUNT_MAX) -> Callable[[str], int]:
    how = "a count is a whole number: 500, 10k or 1e6"

    def read(text: str) -> int:
        number = scaled(text, COUNT_UNITS, "a count", how)
        if number.denominator != 1:
            raise BadValue(f"takes a count, not {shown(text)}", how)
        check_range(text, number, least, most, str)
        return int(number)

    return read


def show_size(size: int) -> str:
    units = ("", " KiB", " MiB", " GiB", " TiB")
    power = 0
    while size and size % 1024 == 0 and power + 1 < len(units):
        size, power = size // 1024, power + 1
    return f"{size}{units[power]}"


def size(least: int = 1, most: int = COUNT_MAX) -> Callable[[str], int]:
    """In bytes; a fraction of one is cut off."""

    def read(text: str) -> int:
        number = scaled(text, BYTE_UNITS, "a size in bytes", "a size is a number of bytes, or as 64KiB, 1.5G")
        check_range(text, Fraction(int(number)), least, most, show_size)
        return int(number)

    return read


def show_duration(ms: int) -> str:
    units = [unit for unit, factor in TIME_UNITS_MS.items() if unit != "min" and ms and ms % factor == 0]
    return f"{ms // TIME_UNITS_MS[units[-1]]}{units[-1]}" if units else f"{ms}ms"


def duration(least_ms: int = 0, most_ms: int = DURATION_MAX_MS, bare_unit: str = "") -> Callable[[str], int]:
    """In milliseconds. `bare_unit`: of a number alone, which is none without."""
    how = "a duration is a number with its unit: 200ms, 5s, 10m or 2h"
    units = TIME_UNITS_MS | ({"": TIME_UNITS_MS[bare_unit]} if bare_unit else {})

    def read(text: str) -> int:
        number = scaled(text, units, "a duration", how)
        if number.denominator != 1:
            raise BadValue(f"takes a duration, not {shown(text)}", how)
        check_range(text, number, least_ms, most_ms, show_duration)
        return int(number)

    return read


def positive_number(most: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        number = scaled(text, {"": 1}, "a number", "a number is such as 10, 0.2 or 1e3")
        if not 0 < number <= most:
            raise BadValue(f"must be more than 0 and at most {most:g}, not {shown(text)}")
        return float(number)

    return read


def port(least: int = 1) -> Callable[[str], int]:
    """Of TCP. `least`: 0 where a free one may be asked for."""
    how = f"a port is a number from {least} to 65535"

    def read(text: str) -> int:
        if not re.fullmatch("-?[0-9]+", text):
            raise BadValue(f"takes a port, not {shown(text)}", how)
        check_range(text, Fraction(int(text[:9])), least, 65535, str)
        return int(text)

    return read
