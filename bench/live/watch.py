"""Runs a contender, on a file to its end or behind feed: how long it took, what it answered when, how much memory it had."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from bisect import bisect
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from select import select

FEED = Path(__file__).resolve().parent / "feed"
LOOK_EVERY_S = 0.05
QUIET_S = 20  # of one that has read all, and does not end by itself


def resident(pid: int) -> int:
    """The most bytes that have been resident in each process of a tree, together."""
    try:
        process = Path(f"/proc/{pid}")
        peak = [line.split()[1] for line in (process / "status").read_text().splitlines() if line.startswith("VmHWM")]
        children = [child for task in (process / "task").iterdir() for child in (task / "children").read_text().split()]
    except OSError:  # it has ended
        return 0
    return sum(int(kib) * 1024 for kib in peak) + sum(resident(int(child)) for child in children)


class Reader:
    """What comes out of a process, and when; meanwhile its memory is looked at."""

    def __init__(self, process: subprocess.Popen) -> None:
        self.process = process
        self.reads: list[tuple[float, bytes]] = []
        self.resident = 0
        self.due = 0.0

    def look(self) -> None:
        if time.monotonic() >= self.due:
            self.resident = max(self.resident, resident(self.process.pid))
            self.due = time.monotonic() + LOOK_EVERY_S

    def read(self) -> bool | None:
        """Whether there is more; None where nothing came for now."""
        self.look()
        if not select([self.process.stdout], [], [], LOOK_EVERY_S)[0]:
            return None
        read = os.read(self.process.stdout.fileno(), 1 << 20)
        self.reads.append((time.monotonic(), read))
        return bool(read)

    def lines(self) -> list[tuple[float, bytes]]:
        found, rest = [], b""
        for moment, read in self.reads:
            *whole, rest = (rest + read).split(b"\n")
            found += [(moment, line) for line in whole if line]
        return found


@dataclass(frozen=True)
class Run:
    seconds: float
    resident: int  # bytes
    lines: list[bytes]


def run_to_end(command: Sequence[str]) -> Run:
    """Raises CalledProcessError."""
    began = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        reader = Reader(process)
        while reader.read() is not False:
            pass
        if process.wait() != 0:
            raise subprocess.CalledProcessError(process.returncode, command)
    return Run(time.monotonic() - began, reader.resident, [line for _, line in reader.lines()])


@dataclass(frozen=True)
class Fed:
    writes: list[tuple[int, float]]  # the number of the first post, the moment before
    lines: list[tuple[float, bytes]]  # as they came
    resident: int  # bytes

    @property
    def sent(self) -> int:
        """Posts; of the last write, only the first is counted."""
        return self.writes[-1][0] if self.writes else 0

    def moment_of(self, post: int) -> float:
        return self.writes[bisect(self.writes, (post, float("inf"))) - 1][1]


def read_fed(reader: Reader, feeder: subprocess.Popen) -> None:
    """To the end, or until nothing comes any more."""
    while (more := reader.read()) is not False:
        if more:
            feeder.stdin.close()  # it has waited for the first answer
        elif feeder.poll() is not None and time.monotonic() > (reader.reads[-1][0] if reader.reads else 0) + QUIET_S:
            return


def feed(command: Sequence[str], posts: Path, rate: int, seconds: float) -> Fed:
    ends = os.pipe()
    with tempfile.NamedTemporaryFile() as log:
        feeding = [sys.executable, str(FEED), str(posts), str(rate), str(seconds), log.name]
        process = subprocess.Popen(command, stdin=ends[0], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                   start_new_session=True)
        feeder = subprocess.Popen(feeding, stdin=subprocess.PIPE, stdout=ends[1])
        for end in ends:
            os.close(end)
        reader = Reader(process)
        try:
            read_fed(reader, feeder)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            feeder.wait()
        writes = [(first, moment) for first, moment in json.load(log)]
    return Fed(writes, reader.lines(), reader.resident)
