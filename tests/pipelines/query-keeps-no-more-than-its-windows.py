#!/usr/bin/env python3
"""However long a stream is, windows take the memory of those that are open: five days of posts take what one takes."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

BIN = pathlib.Path(os.environ["PINPIPE_BUILD"], "bin")
PER_DAY = 100_000
# What is taken of answers between two snapshots differs with the machine; days that are kept would be several times as much.
MOST = 1.6

# By the time of posts: windows of arrival hold what a busy machine lets in.
CASES = {
    "close": ["--window", "1m", "--time", "post"],
    "hopping, changes": ["--window", "10m/2m", "--time", "post", "--emit", "changes"],
    "every": ["--window", "10m", "--time", "post", "--emit", "every=100ms"],
}
ASKED = ["--by", "poster_name,category", "--metric", "count,median:follower_count,distinct:country+user_name"]


def high_water_kb(process):
    """The most that the program itself has had: rusage would count what it was forked from, too."""
    kb = 0
    while process.poll() is None:
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        if found := re.search(r"^VmHWM:\s*(\d+) kB", status, re.M):
            kb = int(found[1])
        time.sleep(0.01)
    return kb


def peak_kb(options, days, out):
    posts = [BIN / "emulate-posts", "--trends", "-n", str(days * PER_DAY), "--per-day", str(PER_DAY), "--truth"]
    with subprocess.Popen(posts, stdout=subprocess.PIPE) as source:
        query = subprocess.Popen([BIN / "query", *ASKED, *options, "-j1"], stdin=source.stdout, stdout=out)
        source.stdout.close()
        kb = high_water_kb(query)
    if query.returncode != 0:
        sys.exit(f"query ended with {query.returncode}")
    return kb


def main():
    good = True
    with tempfile.TemporaryFile() as out:
        for name, options in CASES.items():
            one, five = (peak_kb(options, days, out) for days in (1, 5))
            if five > one * MOST:
                print(f"{name}: one day takes {one} kB, five take {five} kB")
                good = False
    sys.exit(0 if good else 1)


main()
