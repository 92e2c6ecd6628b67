"""What has no contender of its own: posts a second of the built-in table, CPU time of one thread beside
ceilings/parse-only.cc, the most memory resident over a whole file, and how long one record waits on an idle pipe."""

import os
import statistics
import subprocess
import time
from dataclasses import asdict

import timing
from page import Row, yes

from harness.inputs import make_input

COMMAND = "scripts/bench figures"
POSTS, POSTS_A_SECOND, OF_PARSING, MEMORY = 5_000_000, 800_000, 0.65, 64
CLEANERS = ("clean-pin", "clean-geo", "clean-user")


def cpu_seconds(*command: str) -> float:
    """The least of five runs: what disturbs only adds."""

    def once() -> float:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        if status != 0:
            raise subprocess.CalledProcessError(os.waitstatus_to_exitcode(status), command)
        return usage.ru_utime + usage.ru_stime

    return min(once() for _ in range(5))


def emulation() -> Row:
    rate = POSTS / timing.least([timing.cost(["emulate-posts", "-n", str(POSTS)]) for _ in range(3)]).seconds
    return Row("emulate-posts, built in", "", f"{rate:,.0f} posts/s", "", None, f"{POSTS_A_SECOND:,} posts/s",
               yes(rate >= POSTS_A_SECOND), COMMAND)


def parsing(count: int) -> Row:
    pins = str(make_input("pins", count))
    ours, ceiling = cpu_seconds("clean-pin", "-j1", pins), cpu_seconds("parse-only", pins)
    return Row("clean-pin, one thread, CPU time", "parse-only, which validates every byte and keeps nothing",
               f"{ours:.3f} s", f"{ceiling:.3f} s", ceiling / ours, f"{OF_PARSING}×", yes(ceiling / ours >= OF_PARSING),
               COMMAND)


def memory(tool: str, count: int) -> Row:
    most = timing.cost([tool, str(make_input("posts", count))]).resident[0] / 2**20
    return Row(f"{tool}, most memory resident", "", f"{most:.1f} MiB", "", None, f"{MEMORY} MiB", yes(most <= MEMORY),
               COMMAND)


def waits(records: int) -> list[float]:
    """Milliseconds that each record takes through the cleaners, when nothing else is in the pipe."""
    command = ["sh", "-c", " | ".join(CLEANERS)]
    pipeline = subprocess.Popen(command, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert pipeline.stdin and pipeline.stdout
    waited = []
    for _ in range(records):
        time.sleep(0.02)
        start = time.perf_counter()
        pipeline.stdin.write(b'{"index":1}\n')
        pipeline.stdout.readline()
        waited.append((time.perf_counter() - start) * 1000)
    pipeline.stdin.close()
    pipeline.wait()
    return waited


def latency() -> list[Row]:
    waited, work = waits(100), "one record through three cleaners on an idle pipe"
    return [Row(f"{work}, {name}", "", f"{value:.2f} ms", "", None, "10 ms", yes(value <= 10), COMMAND)
            for name, value in (("median", statistics.median(waited)), ("longest of 100", max(waited)))]


def run_figures(count: int) -> dict:
    """What figures.json holds. Raises CalledProcessError."""
    rows = [emulation(), parsing(count), *(memory(tool, count) for tool in CLEANERS), *latency()]
    return {"group": "limits", "posts": count, "rows": [asdict(row) for row in rows]}
