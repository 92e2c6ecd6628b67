#!/usr/bin/env python3
"""However long a stream is, windows take the memory of those that are open: five days of posts take what one takes."""
import os
import pathlib
import subprocess
import sys
import tempfile

BIN = pathlib.Path(os.environ["PINPIPE_BUILD"], "bin")
PER_DAY = 100_000
# A day has more distinct profiles and users than the first has, so that some more is within measure.
MOST = 1.15

# By the time of posts: windows of arrival hold what a busy machine lets in.
CASES = {
    "close": ["--window", "1m", "--time", "post"],
    "hopping, changes": ["--window", "10m/2m", "--time", "post", "--emit", "changes"],
    "every": ["--window", "10m", "--time", "post", "--emit", "every=100ms"],
}
ASKED = ["--by", "poster_name,category", "--metric", "count,median:follower_count,distinct:country+user_name"]


def peak_kb(options, days, out):
    posts = [BIN / "emulate-posts", "--trends", "-n", str(days * PER_DAY), "--per-day", str(PER_DAY), "--truth"]
    with subprocess.Popen(posts, stdout=subprocess.PIPE) as source:
        query = subprocess.Popen([BIN / "query", *ASKED, *options, "-j1"], stdin=source.stdout, stdout=out)
        _, status, usage = os.wait4(query.pid, 0)
    if status != 0:
        sys.exit(f"query ended with {status}")
    return usage.ru_maxrss


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
