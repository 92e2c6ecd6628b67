"""The executables of a scenario's folder: how each is started, and whether what it writes is what `pinpipe` writes.

A contender has its packages from scripts/python/NAME.txt, if there is such a list. Its output is a file, or a folder
of part-* files. One that cannot be run, or answers something else, raises LeftOut, with the reason."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from page import TOP

from harness.inputs import DATA

ZSTD = b"\x28\xb5\x2f\xfd"
LISTS = TOP / "scripts/python"


class LeftOut(Exception):
    """Why a contender is not timed. Results are published: they tell no paths of this machine."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason.replace(f"{TOP}/", ""))


def contenders_of(scenario: Path) -> list[str]:
    """Ours first."""
    names = [path.name for path in scenario.iterdir() if path.is_file() and os.access(path, os.X_OK)]
    return sorted(names, key=lambda name: (name != "pinpipe", name))


@lru_cache
def interpreter(name: str) -> tuple[str, ...]:
    """What a contender is started with: the Python that has its packages, or nothing."""
    if not (LISTS / f"{name}.txt").exists():
        return ()
    asked = [str(TOP / "scripts/home/with-python"), name, "sh", "-c", "command -v python3"]
    found = subprocess.run(asked, stdout=subprocess.PIPE, text=True)
    if found.returncode != 0:
        raise LeftOut(found.stdout.split(";")[0].strip() or f"with-python {name} ended with status {found.returncode}")
    return (found.stdout.splitlines()[-1],)


@lru_cache
def version_of(name: str) -> str:
    """The version of a contender's first package, or of its command; empty where it has none of its own."""
    if python := interpreter(name):
        package = re.search(r"^\w+", (LISTS / f"{name}.txt").read_text(), re.MULTILINE)
        code = f"import importlib.metadata as m; print(m.version('{package and package[0]}'))"
        return subprocess.run([*python, "-c", code], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    command = {"jq": "jq", "miller": "mlr"}.get(name)
    if not command or not shutil.which(command):
        return ""
    said = subprocess.run([command, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
    return re.sub(r"^[a-z]+[- ]", "", said.strip())


def command_of(scenario: Path, name: str, source: Path, target: Path) -> list[str]:
    return [*interpreter(name), *map(str, (scenario / name, source, target))]


def remove(target: Path) -> None:
    shutil.rmtree(target) if target.is_dir() else target.unlink(missing_ok=True)


def run(scenario: Path, name: str, source: Path, target: Path) -> None:
    remove(target)
    command = command_of(scenario, name, source, target)
    try:
        ended = subprocess.run(command, stderr=subprocess.PIPE, text=True, errors="replace")
    except OSError as error:
        raise LeftOut(f"{name} cannot be run: {error}") from None
    if ended.returncode != 0:
        said = (ended.stderr.strip() or "it said nothing").splitlines()[-1]
        raise LeftOut(f"{name} ended with status {ended.returncode}: {said}")


def lines_of(output: Path) -> Iterator[bytes]:
    for path in sorted(output.glob("part-*")) if output.is_dir() else [output]:
        data = path.read_bytes()
        if data.startswith(ZSTD):
            data = subprocess.run(["zstd", "-dcq", path], stdout=subprocess.PIPE, check=True).stdout
        yield from data.splitlines()


def values_of(output: Path) -> list[str]:
    """The JSON values of its lines, in an order of their own: engines that read in parallel give up that of the lines.
    Keys may be in any order, and 1 is 1.0."""
    return sorted(json.dumps(json.loads(line, parse_int=float), sort_keys=True) for line in lines_of(output))


def compare(scenario: Path, name: str, sample: Path) -> None:
    """Raises LeftOut unless the contender answers what `pinpipe`, which was run before it, has answered."""
    expected, found = DATA / "expected", DATA / "found"
    run(scenario, name, sample, expected if name == "pinpipe" else found)
    try:
        if name != "pinpipe" and values_of(expected) != values_of(found):
            raise LeftOut(f"what {name} writes is not what pinpipe writes")
    except json.JSONDecodeError as error:
        raise LeftOut(f"what {name} writes is not JSON: {error}") from None
