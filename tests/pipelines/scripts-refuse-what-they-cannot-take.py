#!/usr/bin/env python3
"""Sweeps all options of all installed scripts, as their help declares them, over values that a tired person or an unset
variable gives: each says misuse as the tools do, and does nothing else.

No script has its packages or its servers here: what is misuse is said before they are looked for."""

import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

BIN = Path(os.environ["PINPIPE_BUILD"], "bin")
SPARK = Path(os.environ["TESTS"]).parent / "scripts/spark"
HUGE = "1" + "0" * 300
UNSET = "hint: if a variable was meant to be there, it is not set"
# By what the help calls a value: values that are misuse, always.
REFUSED = {
    "PORT": ["-1", "65536", "0x50", "80a", HUGE],
    "N": ["-1", "0", "5 parsecs", HUGE],
    "BYTES": ["-1", "0", "5 parsecs", "1e30", HUGE],
    "DURATION": ["-1", "-1s", "1000000d", "5 parsecs", HUGE],
    "URL": ["127.0.0.1:80"],
    "{pin,geo,user}": ["pni", "Pin"],
    "{kafka,kinesis}": ["kafak"],
    "{ndjson,csv}": ["CSV"],
    "KEY=VALUE": ["key"],
    "NAME": [],
    "TEXT": [],
    "FILE": [],
    "FOLDER": [],
    "DIR": [],
    "LAKE": [],
    "ID": [],
    "HOST:PORT": [],
    "Q,Q…": [],
    "ADDRESS": [],
}
# What is to be there that nothing else is misuse; the options of some scripts are those of what they run.
RUNS = {
    "batch.py": (["python3", "-B", SPARK / "batch.py"], ["--to=lake", "in.ndjson"]),
    "stream.py": (["python3", "-B", SPARK / "stream.py"], ["--to=lake", "--user-id=0a", "--bootstrap=127.0.0.1:1"]),
    "with-python": (["with-python"], ["delta", "true"]),
    "pinpipe-need": (["pinpipe-need"], ["jq"]),
    "load-tables": (["load-tables"], ["database"]),
    "to-delta": (["to-delta"], ["tables"]),
    "from-delta": (["from-delta"], ["tables"]),
    "rest-proxy": (["rest-proxy"], ["127.0.0.1:1"]),
}
SPARKS = "pinpipe-spark-submit"  # gives options that it does not know to spark-submit


class Option(NamedTuple):
    name: str
    value: str  # "" where it takes none


def declared(command: list[str]) -> list[Option]:
    text = subprocess.run([*command, "--help"], capture_output=True, text=True, check=True).stdout
    found = re.findall(r"^  (?:-\w(?: \S+)?, )?(--[a-z][a-z-]*)(?: (\S+))?(?:  |$)", text, re.M)
    return [Option(*each) for each in found]


def is_python(tool: str) -> bool:
    path = BIN / tool
    return tool in ("batch.py", "stream.py") or b"python" in path.read_bytes().partition(b"\n")[0]


def misspelt(name: str, others: list[str]) -> str:
    """The name without one of its letters, where that is not another option."""
    return next(word for at in range(len(name) - 2, 1, -1) if (word := name[:at] + name[at + 1 :]) not in others)


def cases(options: list[Option], seen: set[str]) -> list[tuple[list[str], str]]:
    """Words that are misuse, and a line that must be said of them. Of a kind of value that was seen, one value is enough: there
    is one parser for it."""
    names = [option.name for option in options]
    made = []
    for name, value in options:
        if name != "--help":
            made.append(([misspelt(name, names)], f"hint: did you mean '{name}'?"))
        if not value:
            made.append(([f"{name}=" if value in seen else f"{name}=x"], f"{name} takes no value"))
            continue
        other = next(each for each in names if each != "--help")
        made += [([f"{name}="], UNSET), ([name, other], f"if it is meant, write {name}='{other}'")]
        made += [([name, text], f" {name} ") for text in REFUSED[value][:1]]
        if value not in seen:
            made += [([name, ""], UNSET), *(([f"{name}={text}"], f" {name} ") for text in REFUSED[value])]
        seen.add(value)
    return made


def faults(tool: str, words: list[str], line: str) -> list[str]:
    command, rest = RUNS.get(tool, ([tool], [])) if words[0] != SPARKS else ([], [])
    with tempfile.TemporaryDirectory() as folder:
        environment = {"PATH": f"{BIN}:{os.environ['PATH']}", "HOME": folder, "PINPIPE_OFFLINE": "1", "XDG_CACHE_HOME": folder + "/cache"}
        done = subprocess.run([*command, *words, *rest], cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=100)  # fmt: skip
        left = os.listdir(folder)
    said = done.stderr.splitlines() or [""]
    wrong = [
        f"status {done.returncode}" * (done.returncode != 2),
        f"wrote {done.stdout[:80]!r}" * (done.stdout not in ("", "false\n")),  # for eval
        f"left {left}" * bool(left),
        f"says {said}" * (not said[0].startswith(f"{tool}: error: ") or len(said[0]) > 400),
        f"says {said}, and not {line!r}" * (line not in done.stderr),
        f"ends with {said[-1]!r}" * (said[-1] != f"try '{tool} --help'" or len(said) > 3),
    ]
    return [f"{tool} {' '.join(words)[:60]}: {each}" for each in wrong if each]


def main() -> int:
    installed = sorted(path.name for path in BIN.iterdir() if path.is_symlink())
    assert len(installed) > 15, installed
    options = {tool: declared(RUNS.get(tool, ([tool],))[0]) for tool in [*installed, "batch.py", "stream.py"]}
    runs, seen = [], (set(), set())
    for tool, of_tool in options.items():
        assert any(option.name == "--help" for option in of_tool), f"{tool} --help declares {of_tool}"
        unknown = {option.value for option in of_tool} - {*REFUSED, ""}
        assert not unknown, f"{tool}: no values to refuse for {unknown}"
        if tool == SPARKS:
            runs.append((tool, ["--fech"], "hint: did you mean '--fetch'?"))
            runs.append(("batch.py", ["pinpipe-spark-submit", "batch.py", "--rejcts"], "unknown option '--rejcts'"))
            continue
        runs += [(tool, *case) for case in cases(of_tool, seen[is_python(tool)])]
    with ThreadPoolExecutor(2) as pool:
        found = [fault for of_run in pool.map(lambda run: faults(*run), runs) for fault in of_run]
    print("\n".join(found))
    print(f"{len(runs)} runs of {len(options)} scripts, {len(found)} failures")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
