#!/usr/bin/env python3
"""All lines before the damage of a compressed input come out, the same for all threads, block sizes and reads."""

import contextlib
import gzip
import random
import subprocess
import sys
import time

LINES = b"".join(b'{"ind":%d,"country":"%x"}\n' % (i, random.Random(i).getrandbits(64)) for i in range(20_000))


def packed() -> dict[str, bytes]:
    def zstd(*options: str) -> bytes:
        return subprocess.run(["zstd", "-qc", *options], input=LINES, capture_output=True, check=True).stdout

    small = subprocess.run(["zstd", "-qc"], input=LINES[:300], capture_output=True, check=True).stdout
    return {"zstd": zstd("-1"), "zstd of a checksum": zstd("-9", "--check"), "zstd frames": zstd("-1", "--check") + small,
            "gzip": gzip.compress(LINES, 6, mtime=0), "gzip members": gzip.compress(LINES[:99], mtime=0) + gzip.compress(LINES, 1, mtime=0)}


def damaged(data: bytes) -> dict[str, bytes]:
    r = random.Random(7)
    found = {}
    for share in (0.2, 0.5, 0.8):
        at = int(len(data) * share)
        found[f"noise at {share:.0%}"] = data[:at] + bytes(r.randrange(256) for _ in range(64)) + data[at + 64:]
        found[f"cut at {share:.0%}"] = data[:at]
    found["another checksum"] = data[:-5] + bytes([data[-5] ^ 1, data[-4] ^ 1]) + data[-3:]
    found["noise behind it"] = data + b"noise"
    return found


def run(data: bytes, *options: str, pieces: bool = False) -> tuple[bytes, int, bytes]:
    tool = subprocess.Popen(["clean-pin", *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if pieces:
        half = len(data) // 3
        with contextlib.suppress(BrokenPipeError):  # the damage may end it before it has all
            tool.stdin.write(data[:half])
            tool.stdin.flush()
        time.sleep(0.02)
        data = data[half:]
    out, said = tool.communicate(data)
    return out, tool.returncode, said


def main() -> None:
    seen = 0
    for form, data in packed().items():
        for damage, text in damaged(data).items():
            first = run(text, "-j1")
            out, status, said = first
            assert status == (0 if damage == "noise behind it" and not said else 2), (form, damage, status, said)
            assert said.count(b"error:") == (status == 2), (form, damage, said)
            for options in (["-j1", "--block-size", "1"], ["-j1", "--block-size", "1000"], ["-j1", "--block-size", "8M"], ["-j4"]):
                assert run(text, *options) == first, (form, damage, options)
            assert run(text, pieces=True) == first, (form, damage, "in pieces")
            seen += bool(out) and status == 2
    assert seen > 20, f"only {seen} inputs had lines before the damage"


if __name__ == "__main__":
    sys.exit(main())
