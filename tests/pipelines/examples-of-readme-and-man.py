#!/usr/bin/env python3
"""Runs what README.md and the man pages show, and compares what they say comes out.

README.md: blocks of ```sh must end with status 0; in ```console, "$ " starts a command, and the lines behind it are
what it prints, in any order ("..." is any number of lines). A block behind <!-- needs: mariadb --> runs with the
database of tests/mariadb/with-mariadb, one that starts servers away from those that run already; one whose needs cannot
be had is left out. Man pages: literal blocks that start with "$ ", where indented lines go on with the command.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(os.environ["TESTS"])
ROOT = TESTS.parent
BASH = ["bash", "-euo", "pipefail", "-c"]
failures = []


def run(command, folder, prefix=(), **variables):
    environment = dict(os.environ, AIRFLOW__USAGE_DATA_COLLECTION__ENABLED="False",  # it would tell its makers that it runs
                       **variables)
    return subprocess.run([*prefix, *BASH, command], cwd=folder, env=environment, capture_output=True, text=True)


def fail(where, command, why):
    failures.append(f"{where}\n  $ {command}\n{why}")


def check_output(where, command, expected, folder):
    done = run(command, folder)
    lines = sorted((done.stdout + done.stderr).splitlines())
    if "..." in expected:
        missing = [line for line in expected if line != "..." and line not in lines]
    else:
        missing = [] if sorted(expected) == lines else expected
    if missing:
        fail(where, command, "  expected " + repr(missing) + "\n  got      " + repr(lines))


def sessions(lines):
    """Pairs of a command and what it prints, of lines of which commands start with "$ "."""
    found = []
    for line in lines:
        if line.startswith("$ "):
            found.append([line[2:], []])
        elif found and not found[-1][1] and line.startswith("  "):
            found[-1][0] += "\n" + line
        elif found:
            found[-1][1].append(line)
    return found


def has_mariadb():
    return shutil.which("mariadbd") or pathlib.Path("/usr/sbin/mariadbd").exists()


def can_fetch(*command):
    return subprocess.run(command, capture_output=True).returncode == 0


NEEDS = {
    "mariadb": has_mariadb,
    "python": lambda: True,  # with-python says
    "kafka": lambda: can_fetch("kafka-up", "--fetch"),
    "spark": lambda: can_fetch("pinpipe-spark-submit", "--fetch"),
    "kinesis": lambda: can_fetch("kinesis-up", "--fetch"),
}


def run_with_own_servers(block, folder):
    """A block that starts servers: away from those of whoever runs this, but with the packages fetched once."""
    packages = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "pinpipe"
    own = pathlib.Path(folder, "cache", "pinpipe")
    own.mkdir(parents=True, exist_ok=True)
    for kind in "jars", "npm", "python":
        if (packages / kind).exists() and not (own / kind).exists():
            (own / kind).symlink_to(packages / kind)
    try:
        return run(f"unset ${{!AWS_@}}; {block}", folder, XDG_CACHE_HOME=str(own.parent))
    finally:
        run("kafka-down --purge; kinesis-down --purge", folder, XDG_CACHE_HOME=str(own.parent))


def check_readme(folder):
    text = (ROOT / "README.md").read_text()
    blocks = re.findall(r"(<!-- needs: ([\w, ]+) -->\n)?```(sh|console)\n(.*?)```", text, re.S)
    assert len(blocks) >= 6, "README.md has lost its examples"
    for _, need, kind, block in blocks:
        if kind == "console":
            for command, expected in sessions(block.splitlines()):
                check_output("README.md", command, expected, folder)
            continue
        lacking = [each for each in need.split(", ") if each and not NEEDS[each]()]
        if lacking:
            print(f"left out, no {lacking[0]}:\n{block}")
            continue
        if "mariadb" in need:
            # The harness gives HOME a folder of its own, and the reader of README.md has a ~/.my.cnf.
            done = run('ln -s "$DB_DEFAULTS" ~/.my.cnf\n' + block, folder, [str(TESTS / "mariadb/with-mariadb")])
        elif "-up)" in block:
            done = run_with_own_servers(block, folder)
        else:
            done = run(block, folder)
        if need == "python" and done.returncode == 77:  # as with-python says
            print("left out, no packages:\n" + block)
        elif done.returncode != 0:
            fail("README.md", block, done.stdout[-500:] + done.stderr[-2000:])


def check_man_pages(folder):
    count = 0
    for page in sorted((ROOT / "man").glob("*.[17]")):
        for block in re.findall(r"^\.Bd -literal[^\n]*\n(\$ .*?)^\.Ed", page.read_text(), re.S | re.M):
            for command, expected in sessions(block.replace("\\e", "\\").splitlines()):
                check_output(page.name, command, expected, folder)
                count += 1
    assert count >= 3, "the man pages have lost their examples"


with tempfile.TemporaryDirectory() as scratch:
    check_readme(scratch)
    check_man_pages(scratch)
print("\n\n".join(failures))
sys.exit(1 if failures else 0)
