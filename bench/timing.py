"""What commands joined by pipes cost: seconds on the wall, and CPU seconds and most memory resident of each.

Each is started by time(1): a process that Python starts itself is charged with Python's own memory, for it begins as a
copy of it. A command that fails raises CalledProcessError."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

TIME = "/usr/bin/time"


@dataclass(frozen=True)
class Cost:
    seconds: float  # of the whole pipeline
    cpu: tuple[float, ...]  # of each command, in hundredths
    resident: tuple[int, ...]  # bytes, of each command


def start(commands: Sequence[Sequence[str]], said: Sequence[Path], source: IO[bytes] | int,
          target: IO[bytes] | int) -> list[subprocess.Popen[bytes]]:
    """The commands, each reading what the one before it writes; what time(1) has to say goes to the files `said`."""
    processes: list[subprocess.Popen[bytes]] = []
    for command, path in zip(commands, said):
        last = path == said[-1]
        processes.append(subprocess.Popen([TIME, "-q", "-o", str(path), "-f", "%U %S %M", *command], stdin=source,
                                          stdout=target if last else subprocess.PIPE))
        if len(processes) > 1 and not isinstance(source, int):
            source.close()  # else a command whose reader has gone would never know
        if not last:
            source = processes[-1].stdout or subprocess.DEVNULL
    return processes


def cost(*commands: Sequence[str], source: Path | None = None, target: Path | None = None) -> Cost:
    """Runs `commands[0] <source | commands[1] | … >target`; without paths /dev/null."""
    if not Path(TIME).exists():
        sys.exit(f"{sys.argv[0]}: error: there is no {TIME}\nhint: apt-get install time")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        said = [folder / str(index) for index in range(len(commands))]
        data = stack.enter_context(open(source or "/dev/null", "rb"))
        out = stack.enter_context(open(target or "/dev/null", "wb"))
        began = time.perf_counter()
        processes = start(commands, said, data, out)
        statuses = [process.wait() for process in processes]
        seconds = time.perf_counter() - began
        for command, status in zip(commands, statuses):
            if status != 0:
                raise subprocess.CalledProcessError(status, list(command))
        figures = [path.read_text().split() for path in said]
    return Cost(seconds, tuple(float(user) + float(system) for user, system, _ in figures),
                tuple(int(kib) * 1024 for _, _, kib in figures))


def least(runs: Sequence[Cost]) -> Cost:
    """The quickest run: what disturbs only adds. Memory is that of the run that took most."""
    quickest = min(runs, key=lambda run: run.seconds)
    return Cost(quickest.seconds, quickest.cpu, tuple(map(max, zip(*(run.resident for run in runs)))))
