#!/usr/bin/env python3
"""Kills a query that keeps a state, again and again, and starts it anew: what -o has at the end is what one run writes."""
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

BIN = pathlib.Path(os.environ["PINPIPE_BUILD"], "bin")
POSTS = 600_000
KILLS = 4
LIMIT_S = 240

# By what windows go, and what is asked.
CASES = {
    "tumbling": ["--by", "category", "--metric", "count,median:follower_count", "--window", "30d", "--time", "post",
                 "--late", "3650d"],
    "hopping": ["--by", "country", "--metric", "mode:category,distinct:category+age_group", "--top", "3", "--window",
                "60d/20d", "--time", "post", "--late", "100d", "--format", "csv"],
    "changes": ["--by", "post_year", "--metric", "count,argmax:poster_name:follower_count", "--emit", "changes"],
}


def run(folder, options, timeout=LIMIT_S):
    command = [BIN / "query", *options, "posts.ndjson"]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL) as process:
        try:
            return process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            return None


def sum_of_changes(text):
    """What changes add up to: their order is that of the moments at which somebody looked."""
    rows = {}
    for line in text.splitlines():
        row, _, diff = line.rpartition(',"diff":')
        rows[row] = rows.get(row, 0) + int(diff.rstrip("}"))
    return sorted(row for row, times in rows.items() if times)


def check(folder, name, options, seed):
    clock = random.Random(seed)
    began = time.monotonic()
    whole = run(folder, [*options, "-o", "whole"])
    took = time.monotonic() - began
    kept = [*options, "--state", "state", "-o", "out"]
    kills = 0
    # How long a run is depends on the machine, and differs from run to run: one that ends before it is killed shows
    # nothing.
    while kills == 0:
        for file in ("state", "out"):
            (folder / file).unlink(missing_ok=True)
        while kills < KILLS and run(folder, kept, took * clock.uniform(0.15, 0.5)) is None:
            kills += 1
        took /= 2
    status = run(folder, kept)
    ours, theirs = ((folder / file).read_text() for file in ("out", "whole"))
    if name == "changes":
        ours, theirs = sum_of_changes(ours), sum_of_changes(theirs)
    (folder / "state").unlink()
    (folder / "out").unlink()
    if ours != theirs or status != whole:
        print(f"{name}, seed {seed}: after {kills} kills the answer is another one, status {status}, not {whole}")
        return False
    return True


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([BIN / "emulate-posts", "-n", str(POSTS), "--order", "sequential", "--rows", str(POSTS), "--truth", "-o",
                        "posts.ndjson"], cwd=folder, check=True)
        results = [check(folder, case, options, seed) for case, options in CASES.items() for seed in range(2)]
    sys.exit(0 if all(results) else 1)


main()
