#!/usr/bin/env python3
r"""Runs golden tests. A case is one file that says what to run and what must come of it:

    # why, where the name of the file does not say it
    % skip-unless COMMAND      where COMMAND fails, the case is skipped, by name
    % needs kafka python:delta where one of these needs is not to be had, too (support/needs.py)
    $ clean-pin | clean-geo    a bash script, run with pipefail in a fresh empty folder
    < {"index":1}              its standard input
    > {"ind":1}                its expected standard output
    ! clean-pin: {*}           its expected standard error
    ? 1                        its expected exit status

What is not said is expected to be empty, and the status to be 0. In an expected line {*} matches
any run of characters, and a line that is just ... matches any number of lines. Output that does
not end in a newline has one line more, "\ no newline at the end".

The built tools are on PATH; $TESTS is the folder of this file, $PINPIPE_BUILD the build folder.
Nothing else of the environment reaches a case (support/environment.py), and its HOME is the fresh folder.
"""

import argparse
import contextlib
import difflib
import os
import re
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(TESTS / "support"))
import needs
from environment import of_test

MARKS = "#%$<>!?"
ANY_LINES = "..."
ANY_TEXT = "{*}"
NO_NEWLINE = "\\ no newline at the end"
SKIP_UNLESS, NEEDS = "skip-unless ", "needs "
PASSED, FAILED, SKIPPED = 0, 1, 77  # exit statuses; ctest takes 77 for skipped
TIMEOUT_S = 300  # for what hangs; on a loaded machine, the longest takes a tenth of it
DIFF_LINES = 200  # a longer diff helps nobody


class CaseError(Exception):
    """A case that is not of the form above."""


@dataclass
class Outcome:
    """What came of a script: lines by mark, and its exit status."""

    lines: dict[str, list[str]]
    status: int
    timed_out: bool = False


class Case:
    """A file as (mark, text) pairs; blank lines have the mark ""."""

    def __init__(self, path: Path):
        self.path = path
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        self.lines = [self._split(n, line) for n, line in enumerate(to_lines(text), 1)]
        if not self.texts("$"):
            raise CaseError(f"{path}: there is no line of script ($)")
        self.conditions = [self._condition(text) for text in self.texts("%")]
        self.status = self._status()

    def _split(self, number: int, line: str) -> tuple[str, str]:
        if not line or (line[0] in MARKS and line[1:2] in ("", " ")):
            return line[:1], line[2:]
        raise CaseError(f"{self.path}:{number}: a line starts with one of {MARKS} and a blank")

    def _condition(self, text: str) -> str:
        if text.startswith((SKIP_UNLESS, NEEDS)):
            return text
        raise CaseError(f"{self.path}: '% {text}' is neither '% {SKIP_UNLESS}COMMAND' nor '% {NEEDS}NEED'")

    def _status(self) -> int:
        texts = self.texts("?")
        if len(texts) > 1 or not all(re.fullmatch("[0-9]+", text) for text in texts):
            raise CaseError(f"{self.path}: '?' takes one number, once")
        return int(texts[0]) if texts else 0

    def texts(self, mark: str) -> list[str]:
        return [text for m, text in self.lines if m == mark]

    def stdin(self) -> bytes | None:
        lines = self.texts("<")
        return to_bytes(lines) if lines else None


def to_lines(text: str) -> list[str]:
    if not text:
        return []
    lines = text.split("\n")
    return lines[:-1] if lines[-1] == "" else [*lines, NO_NEWLINE]


def to_bytes(lines: list[str]) -> bytes:
    return "".join(line + "\n" for line in lines).encode("utf-8", "surrogateescape")


# ---- running --------------------------------------------------------------------------------


def end_group(process: subprocess.Popen) -> None:
    """Ends what the script left running."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def run_script(script: str, folder: str, env: dict[str, str], stdin: bytes | None) -> Outcome:
    process = subprocess.Popen(
        ["bash", "--norc", "--noprofile", "-o", "pipefail", "-c", script],
        cwd=folder, env=env, start_new_session=True,
        stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    timed_out = False
    try:
        out, err = process.communicate(stdin, TIMEOUT_S)
    except subprocess.TimeoutExpired:
        timed_out = True
        end_group(process)
        out, err = process.communicate()
    finally:
        end_group(process)
    streams = {">": out, "!": err}
    lines = {m: to_lines(s.decode("utf-8", "surrogateescape")) for m, s in streams.items()}
    status = process.returncode
    return Outcome(lines, status if status >= 0 else 128 - status, timed_out)


def unmet(condition: str, env: dict[str, str]) -> str | None:
    """Why a condition of a case does not hold, or None if it does."""
    if condition.startswith(NEEDS):
        return needs.unmet(condition.removeprefix(NEEDS).split(), env)
    command = condition.removeprefix(SKIP_UNLESS)
    return None if run_script(command, env["HOME"], env, None).status == 0 else command


def run_case(case: Case, build: Path) -> Outcome | str:
    """The outcome of the script, or the condition that does not hold."""
    if reason := needs.left_out(case.path, build):
        return reason
    with tempfile.TemporaryDirectory(prefix="golden-", ignore_cleanup_errors=True) as folder:
        env = of_test(build, Path(folder))
        for condition in case.conditions:
            if reason := unmet(condition, env):
                return reason
    with tempfile.TemporaryDirectory(prefix="golden-", ignore_cleanup_errors=True) as folder:
        env = of_test(build, Path(folder))
        return run_script("\n".join(case.texts("$")), env["HOME"], env, case.stdin())


# ---- comparing ------------------------------------------------------------------------------


def line_matches(expected: str, actual: str) -> bool:
    if ANY_TEXT not in expected:
        return expected == actual
    pattern = ".*".join(map(re.escape, expected.split(ANY_TEXT)))
    return re.fullmatch(pattern, actual, re.DOTALL) is not None


def lines_match(expected: list[str], actual: list[str]) -> bool:
    """Glob matching over lines: on a mismatch, the last "..." takes one line more."""
    e = a = 0
    resume = None
    while a < len(actual):
        if e < len(expected) and expected[e] == ANY_LINES:
            e += 1
            resume = (e, a)
        elif e < len(expected) and line_matches(expected[e], actual[a]):
            e, a = e + 1, a + 1
        elif resume:
            resume = e, a = resume[0], resume[1] + 1
        else:
            return False
    return all(line == ANY_LINES for line in expected[e:])


def without_wildcards(expected: list[str], actual: list[str]) -> list[str]:
    """`expected` with what its wildcards match in `actual`, so that a diff is about the rest."""
    lines, a = [], 0
    for i, line in enumerate(expected):
        wanted = expected[i + 1] if line == ANY_LINES and i + 1 < len(expected) else line
        found = next((k for k in range(a, len(actual)) if line_matches(wanted, actual[k])), None)
        if line == ANY_LINES:
            end = len(actual) if wanted == ANY_LINES else a if found is None else found
            lines += actual[a:end]
            a = end
        elif found is None:
            lines.append(line)
        else:
            lines.append(actual[found])
            a = found + 1
    return lines


def diff(name: str, expected: list[str], actual: list[str]) -> list[str]:
    resolved = without_wildcards(expected, actual)
    names = f"expected {name}", f"actual {name}"
    lines = list(difflib.unified_diff(resolved, actual, *names, lineterm=""))
    if not lines:  # the wildcards match line by line, but not in this order
        return [f"{name} is not:", *expected, "but:", *actual]
    if len(lines) > DIFF_LINES:
        return [*lines[:DIFF_LINES], f"and {len(lines) - DIFF_LINES} lines more"]
    return lines


def differences(case: Case, outcome: Outcome) -> list[str]:
    """What is not as expected, for people; nothing if all is."""
    told = []
    if outcome.timed_out:
        told.append(f"did not end within {TIMEOUT_S} s")
    for mark, name in ((">", "stdout"), ("!", "stderr")):
        expected, actual = case.texts(mark), outcome.lines[mark]
        if lines_match(expected, actual):
            continue
        told += diff(name, expected, actual)
    if outcome.status != case.status:
        told.append(f"exit status: expected {case.status}, got {outcome.status}")
    return told


# ---- refreshing -----------------------------------------------------------------------------


def with_old_wildcards(actual: list[str], expected: list[str]) -> list[str]:
    """`actual`, where a line is the first to match a pattern of `expected`: that pattern."""
    patterns = [line for line in expected if ANY_TEXT in line]
    lines = []
    for line in actual:
        pattern = next((p for p in patterns if line_matches(p, line)), None)
        if pattern is not None:
            patterns.remove(pattern)
        lines.append(line if pattern is None else pattern)
    return lines


def put(case: Case, mark: str, texts: list[str]) -> None:
    """Replaces the lines of `mark`, where they stand, or else behind those of earlier marks."""
    rank = MARKS.index(mark)
    before = [i + 1 for i, (m, _) in enumerate(case.lines) if m and MARKS.index(m) < rank]
    at = next((i for i, (m, _) in enumerate(case.lines) if m == mark), max(before, default=0))
    kept_before = [line for line in case.lines[:at] if line[0] != mark]
    kept_after = [line for line in case.lines[at:] if line[0] != mark]
    case.lines = kept_before + [(mark, text) for text in texts] + kept_after


def refresh(case: Case, outcome: Outcome) -> None:
    """Makes what came of the case what it expects; expectations that hold stay as they are."""
    for mark in ">!":
        expected, actual = case.texts(mark), outcome.lines[mark]
        if not lines_match(expected, actual):
            put(case, mark, with_old_wildcards(actual, expected))
    if outcome.status != case.status:
        put(case, "?", [str(outcome.status)] if outcome.status else [])
    lines = [f"{mark} {text}" if text else mark for mark, text in case.lines]
    case.path.write_bytes(to_bytes(lines))


# ---- the command ----------------------------------------------------------------------------


def test(path: Path, build: Path, options: argparse.Namespace) -> int:
    """Runs one case and tells what is not as expected."""
    try:
        case = Case(path)
    except (CaseError, OSError) as error:
        print(error)
        return FAILED
    outcome = run_case(case, build)
    if isinstance(outcome, str):
        print(f"skipped: {path}: needs {outcome}")
        return SKIPPED
    told = differences(case, outcome)
    if told and options.refresh and not outcome.timed_out:
        is_worse = outcome.status > case.status or len(outcome.lines["!"]) > len(case.texts("!"))
        refresh(case, outcome)
        print(f"refreshed: {path}{': it expects more errors than before, see git diff' if is_worse else ''}")
    elif told:
        script = ["$ " + line for line in case.texts("$")]
        print(f"failed: {path}", *("  " + line for line in script + told), sep="\n")
        return FAILED
    return PASSED


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=TESTS.parent / "build",
                        help="the folder that the tools were built in")
    parser.add_argument("--refresh", action="store_true",
                        help="rewrite what the cases expect; review it with git diff")
    parser.add_argument("case", type=Path, nargs="+")
    return parser.parse_args()


def main() -> int:
    options = parse_options()
    sys.stdout.reconfigure(errors="backslashreplace")
    build = options.build.resolve()
    results = [test(path, build, options) for path in options.case]
    if len(results) > 1:
        names = {PASSED: "passed", FAILED: "failed", SKIPPED: "skipped"}
        print(", ".join(f"{results.count(result)} {name}" for result, name in names.items()))
    if FAILED in results:
        return FAILED
    return PASSED if PASSED in results else SKIPPED


if __name__ == "__main__":
    sys.exit(main())
