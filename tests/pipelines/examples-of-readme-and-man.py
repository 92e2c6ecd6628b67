#!/usr/bin/env python3
"""Runs what README.md and the man pages show, and compares what they say comes out.

README.md: in ```console, "$ " starts a command, and the lines behind it are what it prints, in any order ("..." is any number
of lines). Blocks of ```sh must end with status 0, in an empty folder and again in the same one. A block that begins with
`pinpipe-need NAME &&` is left out where that is not to be had. All such blocks run on a machine without their needs as well,
line by line as they are pasted into a shell: they print nothing, one error, and their status is not 0. A block behind
<!-- needs: mariadb --> runs with the database of tests/mariadb/with-mariadb, and none reaches servers that run already.
Man pages: literal blocks that start with "$ ", where indented lines go on with the command.
"""
import os
import pathlib
import re
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


SLOW = {"spark", "airflow"}  # once is enough
PACKAGES = {"java", "mvn", "kcat", "node", "npm", "curl", "mariadb", "mysql", "mariadbd", "make", "jq", "man", "apt-get",
            "sudo", "dpkg-query"}


def needs_of(block):
    found = re.match(r"pinpipe-need ([\w ]+) &&\n", block)
    return found[1].split() if found else []


def is_missing(name):
    """Nothing is got: the tests' packages are there before them."""
    done = subprocess.run(["pinpipe-need", name], env=dict(os.environ, PINPIPE_OFFLINE="1"), capture_output=True, text=True)
    return done.stderr.splitlines()[0] if done.returncode else None


def packages():
    own = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "pinpipe"
    return os.environ.get("PINPIPE_CACHE", str(own))


def run_block(block, folder, with_mariadb):
    """With servers away from those of whoever runs this, but with the packages that are there."""
    own = {"XDG_CACHE_HOME": f"{folder}/cache", "PINPIPE_CACHE": packages(), "PINPIPE_OFFLINE": "1"}
    block = "unset ${!AWS_@} ${!KAFKA_@} ${!GATEWAY_@}\n" + block
    try:
        if with_mariadb:
            # The harness gives HOME a folder of its own, and the reader of README.md has a ~/.my.cnf.
            return run('ln -sf "$DB_DEFAULTS" ~/.my.cnf\n' + block, folder, [str(TESTS / "mariadb/with-mariadb")], **own)
        return run(block, folder, **own)
    finally:
        run("gateway-down; kafka-down; kinesis-down", folder, **own)


def bare_machine(folder):
    """A folder of programs: those of the system without what pinpipe-need gets, and the tools."""
    programs = pathlib.Path(folder, "bin")
    programs.mkdir()
    for directory in [*os.environ["PATH"].split(":")[:1], "/usr/bin", "/bin"]:
        for program in pathlib.Path(directory).iterdir():
            name = program.name
            if name not in PACKAGES and not name.startswith("python") and not (programs / name).exists():
                (programs / name).symlink_to(program)
    return programs


def check_without_needs(block, folder, programs):
    """Of the shell that reads the block line by line, the status is that of its last command."""
    environment = {"PATH": str(programs), "HOME": folder, "PINPIPE_CACHE": f"{folder}/none", "LC_ALL": "C.UTF-8"}
    done = subprocess.run([programs / "bash", "-s"], input=block, cwd=folder, env=environment, capture_output=True, text=True)
    told = [line for line in done.stderr.splitlines() if not line.startswith("hint: ")]
    if done.returncode == 0 or done.stdout or len(told) != 1 or "error: not on this machine: " not in told[0]:
        fail("README.md, without its needs", block, f"status {done.returncode}\n{done.stdout[-500:]}{done.stderr[-1000:]}")


def check_readme(folder):
    text = (ROOT / "README.md").read_text()
    blocks = re.findall(r"(<!-- needs: mariadb -->\n)?```(sh|console)\n(.*?)```", text, re.S)
    assert len(blocks) >= 6, "README.md has lost its examples"
    assert sum(bool(needs_of(block)) for _, _, block in blocks) >= 6, "README.md does not say what its examples need"
    bare = pathlib.Path(folder, "bare")
    bare.mkdir()
    programs = bare_machine(bare)
    for with_mariadb, kind, block in blocks:
        if kind == "console":
            for command, expected in sessions(block.splitlines()):
                check_output("README.md", command, expected, folder)
            continue
        needs = needs_of(block)
        if needs:
            check_without_needs(block, str(bare), programs)
        missing = list(filter(None, map(is_missing, needs)))
        if missing:
            print(f"left out, {missing[0]}:\n{block}")
            continue
        for attempt in "first", "second":
            done = run_block(block, folder, with_mariadb)
            if done.returncode != 0:
                fail(f"README.md, the {attempt} time", block, done.stdout[-500:] + done.stderr[-2000:])
            if done.returncode != 0 or SLOW & set(needs):
                break


def check_man_pages(folder):
    count = 0
    for page in sorted((ROOT / "man").glob("*.[17]")):
        for block in re.findall(r"^\.Bd -literal[^\n]*\n(\$ .*?)^\.Ed", page.read_text(), re.S | re.M):
            for command, expected in sessions(block.replace("\\e", "\\").replace("\\&", "").splitlines()):
                check_output(page.name, command, expected, folder)
                count += 1
    assert count >= 3, "the man pages have lost their examples"


with tempfile.TemporaryDirectory() as scratch:
    check_readme(scratch)
    check_man_pages(scratch)
print("\n\n".join(failures))
sys.exit(1 if failures else 0)
