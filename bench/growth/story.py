"""What growth has measured, as pictures, rows and the sentences that say what they show."""

import os
from collections.abc import Mapping
from math import log
from statistics import linear_regression

import charts
import page
from page import Row, yes
from timing import Cost

MIB = 1 << 20
LINEAR = 1.1  # slope: at most 2.14 times the time for twice the input
MOST_RESIDENT = 64 * MIB
STEADY = 10**8  # bytes; of less, what it takes to start a process is much of the time
SECONDS = {0.001: "1 ms", 0.01: "10 ms", 0.1: "0.1 s", 1: "1 s", 10: "10 s", 100: "100 s", 1000: "1,000 s"}
RESIDENT = {step * 10**power * MIB: f"{step * 10**power:,} MiB" for power in range(5) for step in (1, 2, 5)}

Grown = Mapping[str, Mapping[int, Cost]]  # by tool and size


def name_of(size: int) -> str:
    return f"{size / 10**9:g} GB" if size >= 10**9 else f"{size / 10**6:g} MB"


def mib(size: float) -> str:
    return f"{size / MIB:,.1f} MiB"


def is_shared(cost: Cost) -> bool:
    """Whether another process, which fed it by a pipe, had its part of the cores."""
    return len(cost.cpu) > 1


def steady(costs: Mapping[int, Cost]) -> list[int]:
    """The sizes from STEADY on, or the two largest, of what had the cores for itself."""
    alone = sorted(size for size, cost in costs.items() if not is_shared(cost))
    return alone[min(-2, -sum(size >= STEADY for size in alone)) :]


def slope(costs: Mapping[int, Cost]) -> float:
    """Of log time against log size, by least squares, over the steady sizes."""
    sizes = steady(costs)
    return linear_regression([log(size) for size in sizes], [log(costs[size].seconds) for size in sizes]).slope


def bytes_a_post(costs: Mapping[int, Cost], distinct: Mapping[int, int]) -> float:
    """What query holds for each distinct post more, between the two largest sizes."""
    smaller, larger = sorted(costs)[-2:]
    return (costs[larger].resident[-1] - costs[smaller].resident[-1]) / (distinct[larger] - distinct[smaller])


def rows_of(command: str, grown: Grown, spread: Mapping[str, Mapping[int, float]], held: float) -> list[Row]:
    """For each tool: whether time is linear, whether memory is flat, what a second thread gains."""
    rows = []
    for tool, costs in grown.items():
        reach = f"{name_of(min(costs))} to {name_of(max(costs))}"
        steep, resident = slope(costs), [cost.resident[-1] for cost in costs.values()]
        rows.append(Row(f"{tool}, {reach}", "linear time", f"slope {steep:.2f}", "", None, f"within slope {LINEAR}",
                        yes(steep <= LINEAR), command))
        if tool == "query":
            rows.append(Row(f"{tool}, {reach}", "memory", f"{held:.0f} bytes a distinct post", "", None, "", "",
                            command))
        else:
            rows.append(Row(f"{tool}, {reach}", "flat memory", f"{mib(min(resident))} to {mib(max(resident))}", "",
                            None, "within 64 MiB", yes(max(resident) <= MOST_RESIDENT), command))
        ratio = spread[tool][1] / spread[tool][2]
        rows.append(Row(f"{tool} -j2", f"{tool} -j1", f"{spread[tool][2]:.3f} s", f"{spread[tool][1]:.3f} s", ratio,
                        "", "", command))
    return rows


def draw(grown: Grown, spread: Mapping[str, Mapping[int, float]], largest: int) -> None:
    sizes = {float(size): name_of(size) for costs in grown.values() for size in costs}
    charts.lines(page.folder() / "growth-time.svg", "Time against size of input",
                 {tool: [(size, cost.seconds) for size, cost in costs.items()] for tool, costs in grown.items()},
                 "input", "wall time", log=True, x_ticks=sizes, y_ticks=SECONDS)
    charts.lines(page.folder() / "growth-memory.svg", "Most memory resident against size of input",
                 {tool: [(size, cost.resident[-1]) for size, cost in costs.items()] for tool, costs in grown.items()},
                 "input", "memory", log=True, x_ticks=sizes, y_ticks=RESIDENT)
    charts.lines(page.folder() / "growth-threads.svg", f"Time against threads, {name_of(largest)}",
                 {tool: list(times.items()) for tool, times in spread.items()}, "threads", "seconds",
                 x_ticks={float(count): str(count) for times in spread.values() for count in times})


def shared_says(costs: Mapping[int, Cost]) -> str:
    """What is to be said of the inputs too large for a file."""
    sizes = [size for size in sorted(costs) if size >= STEADY]
    if not any(is_shared(cost) for cost in costs.values()):
        return ""
    said = ", ".join(f"{costs[size].cpu[-1] * 1e9 / size:.2f} at {name_of(size)}" for size in sizes)
    return f"""Of more than 1 GB query has to share the cores with emulate-posts, which feeds it by a pipe, so that its
slope is of files alone; its own CPU seconds a GB are {said}."""


def time_says(grown: Grown) -> str:
    said = "; ".join(f"{tool} {slope(costs):.2f}" for tool, costs in grown.items())
    return f"""Both axes are logarithmic, so that a straight line of slope 1 is time in proportion to input. Slopes from
{name_of(steady(grown["query"])[0])} on, by least squares: {said}. Of less input, much of the time is that of a process
that starts: the lines begin flat. Each point is the least of up to 5 runs: what disturbs only adds.
{shared_says(grown["query"])}"""


def memory_says(grown: Grown, held: float) -> str:
    resident = {tool: [cost.resident[-1] for cost in costs.values()] for tool, costs in grown.items()}
    said = "; ".join(f"{tool} {mib(max(all_of) - min(all_of))}" for tool, all_of in resident.items() if tool != "query")
    return f"""A filter holds a few blocks of input and output, whatever it reads. The greatest difference between any
two sizes: {said}. query holds what it must know of each distinct post, {held:.0f} bytes: the difference between the two
largest inputs, all of whose posts are distinct. All bytes are those resident at the peak, of the tool alone."""


def threads_says(spread: Mapping[str, Mapping[int, float]]) -> str:
    said = "; ".join(f"{tool} {times[1] / times[2]:.2f}" for tool, times in spread.items())
    worst = max(times[4] / times[2] for times in spread.values())
    return f"""How many times as fast two threads are as one: {said}. Four threads on {os.cpu_count()} cores take
{worst:.2f} times what two take, at worst."""


def figures(grown: Grown) -> str:
    sizes = list(next(iter(grown.values())))
    rows = [[tool, *(f"{costs[size].seconds:.3f} s, {mib(costs[size].resident[-1])}" for size in sizes)]
            for tool, costs in grown.items()]
    return page.table(["tool", *map(name_of, sizes)], rows)


def threads_figures(spread: Mapping[str, Mapping[int, float]]) -> str:
    return page.table(["tool", "-j1", "-j2", "-j4"],
                      [[tool, *(f"{times[count]:.3f} s" for count in times)] for tool, times in spread.items()])


def write(command: str, grown: Grown, spread: Mapping[str, Mapping[int, float]], largest: int,
          distinct: Mapping[int, int]) -> None:
    """The page; `distinct` is how many posts query has of each size."""
    held = bytes_a_post(grown["query"], distinct)
    draw(grown, spread, largest)
    page.write("growth", "How cost grows", command, rows_of(command, grown, spread, held),
               "## Time", "![Time against size](growth-time.svg)", page.paragraph(time_says(grown)),
               "## Memory", "![Memory against size](growth-memory.svg)", page.paragraph(memory_says(grown, held)),
               figures(grown),
               "## Threads", "![Time against threads](growth-threads.svg)", page.paragraph(threads_says(spread)),
               threads_figures(spread))
