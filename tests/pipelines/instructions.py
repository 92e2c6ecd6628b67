#!/usr/bin/env python3
# needs: valgrind
"""instructions [--write]: what a line costs each tool, in instructions, beside the baselines of instructions.json.

Seconds vary with the machine and with what else it does; instructions that valgrind counts on a fixed input do not. A
tool that needs 2 % more than its baseline fails, and so does one that needs 2 % less: then the baseline is old, and
would let the next change cost that much unseen. --write takes what is counted as the new baselines, to be reviewed as
a diff. Counts are those of a compiler, so they are compared only under the one the baselines are of."""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

POSTS = 4000
TOLERANCE = 0.02
BASELINES = Path(os.environ.get("TESTS", Path(__file__).resolve().parents[1])) / "pipelines/instructions.json"

# Each file that is read, and how it is made; made in this order.
INPUTS = {
    "posts": "emulate-posts -n {posts} --order sequential --rows {posts}",
    "pins": "jq -c .pin posts",
    "geos": "jq -c .geo posts",
    "users": "jq -c .user posts",
    "clean": "clean-pin posts | clean-geo | clean-user",
    "kafka": "to-kafka-payload --user-id 0a posts",
    "kinesis": "kinesis-encode --user-id 0a posts",
}
CASES = {
    "clean-pin": "clean-pin -j1 pins",
    "clean-pin of posts": "clean-pin -j1 posts",
    "clean-geo": "clean-geo -j1 geos",
    "clean-user": "clean-user -j1 users",
    "to-kafka-payload": "to-kafka-payload -j1 --user-id 0a posts",
    "to-kafka-payload --unwrap": "to-kafka-payload -j1 --unwrap kafka",
    "kinesis-encode": "kinesis-encode -j1 --user-id 0a posts",
    "kinesis-encode --decode": "kinesis-encode -j1 --decode kinesis",
    "query all": "query all -j1 clean",
    "query of one question": "query top-category-by-country -j1 clean",
}
BUILT_IN = {"emulate-posts": f"emulate-posts -n {POSTS}"}


def skip(reason: str) -> None:
    print(f"skipped: {reason}")
    sys.exit(77)


def compiler() -> str:
    """What the tools were built with, as the baselines name it."""
    cache = (Path(os.environ["PINPIPE_BUILD"]) / "CMakeCache.txt").read_text()
    kept = dict(re.findall(r"^(CMAKE_CXX_COMPILER|CMAKE_BUILD_TYPE):\w+=(.*)$", cache, re.M))
    version = subprocess.run([kept["CMAKE_CXX_COMPILER"], "--version"], capture_output=True, text=True, check=True).stdout
    name, number = re.match(r"(\S+).*?(\d+)\.\d+\.\d+", version).groups()
    name = "g++" if "Free Software Foundation" in version else name
    return f"{name} {number}, {kept['CMAKE_BUILD_TYPE'] or 'Release'}, {os.uname().machine}"


def instructions(command: str, folder: Path) -> int:
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command.split()], cwd=folder,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True)
    return int(re.search(r"Collected : (\d+)", done.stderr).group(1))


def count(folder: Path) -> dict[str, int]:
    """Instructions a post, start-up apart."""
    for name, made in INPUTS.items():
        with open(folder / name, "wb") as file:
            subprocess.run(["bash", "-o", "pipefail", "-c", made.format(posts=POSTS)], cwd=folder, stdout=file, check=True)
    (folder / "none").touch()
    counts = {}
    for name, command in CASES.items():
        *words, _ = command.split()
        counts[name] = (instructions(command, folder) - instructions(" ".join([*words, "none"]), folder)) // POSTS
    for name, command in BUILT_IN.items():
        counts[name] = (instructions(command, folder) - instructions(command.replace(str(POSTS), "1"), folder)) // POSTS
    return counts


def main() -> None:
    if os.environ.get("PINPIPE_SANITIZE"):
        skip("a sanitizer's instructions are not the tools'")
    baselines = json.loads(BASELINES.read_text())
    write = sys.argv[1:] == ["--write"]
    if not write and baselines["built with"] != compiler():
        skip(f"the baselines are of {baselines['built with']}, this is {compiler()}")
    if " avx2 " not in Path("/proc/cpuinfo").read_text():
        skip("the baselines are of a processor with AVX2")
    with tempfile.TemporaryDirectory() as folder:
        counts = count(Path(folder))
    if write:
        BASELINES.write_text(json.dumps({"built with": compiler(), "instructions a post": counts}, indent=2) + "\n")
        return
    before = baselines["instructions a post"]
    failed = before.keys() ^ counts.keys()
    for name in before.keys() & counts.keys():
        change = counts[name] / before[name] - 1
        print(f"{name}: {counts[name]} instructions a post, {change:+.1%}")
        failed |= {name} if abs(change) > TOLERANCE else set()
    if failed:
        sys.exit(f"more than {TOLERANCE:.0%} from the baselines: {', '.join(sorted(failed))}; where that is meant, run "
                 "tests/pipelines/instructions.py --write and say why in the commit")


if __name__ == "__main__":
    main()
