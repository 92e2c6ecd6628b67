"""The page of bench/live: rows beside each contender, what was wanted, and tables of all figures."""

import page
from harness.contenders import version_of
from page import Row, yes

STREAMS, ASKED_AGAIN = ("bytewax", "pathway", "spark"), ("clickhouse", "duckdb")
FASTER, DELAY_S, MEMORY_MIB = 20, 0.010, 64
WORK = {"category": "windows of a minute, by category", "poster_name": "windows of a minute, the ten poster_name"}
ABOUT = """Posts of emulate-posts --truth --trends, which come in the order of their time. A file of {posts} posts, 10,000 a
window, is read to its end as fast as it can be: medians of 5 runs of query and 3 of others, 1 where it takes more than 8 s;
rates leave out start-up, which is what 1,000 posts take. Rows of the fixed rate are by category, 1,000 posts a window: each
millisecond some posts are written to a pipe, and an answer has come when the last row of its window is read; the clock begins
before the write of the post that closes the window, with changes before that of any post. Five seconds are left out, while
engines warm up. Of 10,000, 5,000, 2,000 and 1,000 posts/s it is the most that a contender keeps up with. Memory is the most that each process of the tree has had resident, together."""
CONTENDERS = """Spark's files are one micro-batch, which is its fastest, and answers nothing before the end; behind a pipe,
through a socket, one batch follows another at once. Bytewax has one worker: with two, which share Python's lock, it was no
faster. Bytewax, and Pathway behind the pipe, read JSON by msgspec, the fastest that Python has. DuckDB and ClickHouse are
asked once over the file; behind the pipe each second, new lines being added to a table before. Only query checks every field,
and counts a post once."""


def mib(size: int) -> str:
    return f"{size / 2**20:,.1f} MiB"


def seconds(value: float) -> str:
    return f"{value:.4f} s"


def rate_rows(question: str, speeds: dict, command: str) -> list[Row]:
    """Beside each; what is wanted is told of the fastest of its kind."""
    ours, rows = speeds["query"].rate(), []
    for kind in STREAMS, ASKED_AGAIN:
        there = sorted((name for name in kind if name in speeds), key=lambda name: -speeds[name].rate())
        for name in there:
            ratio, wanted = ours / speeds[name].rate(), name == there[0]
            against = f"{name} (the fastest of {', '.join(there)})" if wanted and there[1:] else name
            rows.append(Row(WORK[question], against, f"{ours:,.0f} posts/s", f"{speeds[name].rate():,.0f} posts/s", ratio,
                            f"{FASTER}×" if wanted else "", yes(ratio >= FASTER) if wanted else "", command))
    return rows


def delay_rows(delays: dict, command: str) -> list[Row]:
    ours, rows = delays["query --emit close"], []
    for name, theirs in delays.items():
        work = f"an answer behind its post, p99, at {theirs.rate:,} posts/s"
        if name.startswith("query"):
            rows.append(Row(f"{name}, {work}", "", seconds(theirs.part(0.99)), "", None, f"{DELAY_S * 1000:.0f} ms",
                            yes(theirs.part(0.99) <= DELAY_S), command))
        else:
            rows.append(Row(f"query --emit close, {work}", name, seconds(ours.part(0.99)), seconds(theirs.part(0.99)),
                            theirs.part(0.99) / ours.part(0.99), "", "", command))
    return rows


def most_resident(name: str, found) -> int:
    fast = [speeds[name].resident for speeds in found.speeds.values() if name in speeds]
    return max(fast + [each.resident for label, each in found.delays.items() if label.split()[0] == name])


def memory_row(found, command: str) -> Row:
    most = most_resident("query", found) / 2**20
    return Row("query --window, most memory resident", "", f"{most:.1f} MiB", "", None, f"{MEMORY_MIB} MiB",
               yes(most <= MEMORY_MIB), command)


def rate_table(found) -> str:
    lines = [[name, question, f"{speed.rate():,.0f}", f"{speed.with_start():,.0f}", f"{speed.start_up:.2f} s", speed.runs,
              mib(speed.resident)]
             for question, speeds in found.speeds.items() for name, speed in speeds.items()]
    return page.table(["to the end of a file", "by", "posts/s", "with start-up", "start-up", "runs", "memory"], lines)


def delay_table(found) -> str:
    lines = [[name, f"{each.rate:,}", f"{len(each.seconds):,}",
              *(f"{1000 * each.part(share):,.2f} ms" for share in (0.5, 0.99, 1)), mib(each.resident)]
             for name, each in found.delays.items()]
    return page.table(["at a fixed rate", "posts/s", "answers", "p50", "p99", "max", "memory"], lines)


def write(command: str, found, posts: int) -> None:
    rows = [row for question, speeds in found.speeds.items() for row in rate_rows(question, speeds, command)]
    rows += [*delay_rows(found.delays, command), memory_row(found, command)]
    beside = [name for name in (*STREAMS, *ASKED_AGAIN) if name in found.speeds["category"]]
    versions = "Beside " + ", ".join(f"{name} {version_of(name)}" for name in beside) + "."
    left_out = ["Left out:\n\n" + "\n".join(f"- {reason}" for reason in found.left_out)] if found.left_out else []
    page.write("live", "Answers that move", command, rows, versions, *left_out, rate_table(found), delay_table(found),
               page.paragraph(ABOUT.format(posts=f"{posts:,}")), page.paragraph(CONTENDERS))
