#!/usr/bin/env python3
# needs: chromium
"""live-page in a real Chromium: what it shows equals what query says at the end, within a second of the post; it fits a
telephone and a window of 80 columns, asks nobody else for anything, and says what has become of the stream."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.append(str(Path(os.environ["TESTS"]) / "support"))
from chromium import Chromium

TABLES = """Object.fromEntries([...document.querySelectorAll(".question")].map((card) => [card.dataset.question,
  [...card.querySelectorAll("tbody tr")].map((row) => [...row.children].map((cell) => cell.textContent))]))"""
STATE = "document.getElementById('state')?.dataset.state"
NODES = "document.getElementsByTagName('*').length"


def wait_for(browser: Chromium, script: str, value: object, limit_s: float = 20) -> None:
    until = time.monotonic() + limit_s
    while (found := browser.run(script)) != value:
        assert time.monotonic() < until, f"{script}: {found}, not {value}"
        time.sleep(0.02)


class Shown:
    """live-page, and a browser that looks at it."""

    def __init__(self, browser: Chromium, *options: str, port: int = 0, stdin: object = subprocess.PIPE) -> None:
        self.process = subprocess.Popen(["live-page", "--port", str(port), *options], stdin=stdin, stdout=subprocess.PIPE)
        self.url = self.process.stdout.readline().decode().strip()
        if not port:
            browser.call("Page.navigate", url=self.url)

    def __enter__(self) -> "Shown":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate() if self.process.stdin and not self.process.stdin.closed else self.process.wait()


def check_end(browser: Chromium, folder: Path) -> None:
    """Of a stream that moves while it is looked at, in all its forms."""
    asked = ["popular-profiles", "categories-now", "top-category-by-age-group", "median-followers-by-join-year"]
    posts, rows_max = folder / "posts", 1000
    subprocess.run(f"emulate-posts --trends -n 2000 | clean-posts -o {posts}", shell=True, check=True)
    said = subprocess.run(["query", *asked, posts], check=True, capture_output=True).stdout
    expected: dict[str, list] = {name: [] for name in asked}
    for row in map(json.loads, said.splitlines()):
        expected[row.pop("question")].append(["null" if value is None else str(value) or "“”" for value in row.values()])
    query = subprocess.Popen(["query", *asked, "--emit", "every=200ms", "--with-stats"], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE)  # fmt: skip
    with Shown(browser, "--rows", str(rows_max), stdin=query.stdout):
        with posts.open("rb") as lines:
            for number, line in enumerate(lines):
                query.stdin.write(line)
                if number % 20 == 0:
                    query.stdin.flush()
                    time.sleep(0.02)
        wait_for(browser, STATE, "live")
        query.stdin.close()
        wait_for(browser, STATE, "ended")
        time.sleep(0.3)
        shown = browser.run(TABLES)
        for name in asked:
            others = [pair for pair in zip(shown[name], expected[name]) if pair[0] != pair[1]]
            assert not others and len(shown[name]) == min(len(expected[name]), rows_max), (name, others[:3])
        assert browser.run("document.getElementById('read')?.textContent") == "2,000"
        paths = browser.run("[...document.querySelectorAll('.question .chart')].map((c) => c.querySelectorAll('path').length)")
        assert paths == [6, 6, 6, 6] or all(1 <= count <= 6 for count in paths), paths
    query.wait()


def check_delay(browser: Chromium) -> None:
    """From a post to what is drawn."""
    query = subprocess.Popen(["query", "--metric", "count", "--emit", "every=100ms", "--with-stats"],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip
    delays = []
    with Shown(browser, stdin=query.stdout):
        query.stdin.write(b'{"ind":0,"category":"a"}\n')
        query.stdin.flush()
        wait_for(browser, f"{TABLES}['']?.[0]?.[0]", "1")
        browser.run("""new MutationObserver(() => requestAnimationFrame(() => requestAnimationFrame(() => {
          shownAt[document.querySelector("tbody td").textContent] ??= Date.now(); }))).observe(
          document.querySelector("tbody"), {subtree: true, childList: true, characterData: true}); shownAt = {}; 0""")
        sent = {}
        for number in range(1, 40):
            query.stdin.write(b'{"ind":%d,"category":"a"}\n' % number)
            query.stdin.flush()
            sent[number + 1] = time.time() * 1000
            time.sleep(0.13)
        wait_for(browser, f"{TABLES}[''][0][0]", "40")
        time.sleep(0.2)
        shown = browser.run("shownAt")
        for count, at in sent.items():
            delays.append(min(moment for text, moment in shown.items() if int(text) >= count) - at)
        query.stdin.close()
    query.wait()
    delays.sort()
    print(f"post to pixel: p50 {delays[len(delays) // 2]:.0f} ms, greatest {delays[-1]:.0f} ms")
    assert delays[len(delays) // 2] < 1000, delays


def check_names(browser: Chromium) -> None:
    """Texts of anybody are shown as texts, and turn nothing around."""
    names = ["<img src=x onerror=alert(1)>", "\u202eevil", "", "x" * 150, "😀 ñ 日本語"]
    rows = [json.dumps({"poster_name": name, "posts": 9 - n}) for n, name in enumerate(names)]
    with Shown(browser) as page:
        page.process.stdin.write("\n".join([*rows, ""]).encode())
        page.process.stdin.close()
        wait_for(browser, STATE, "ended")
        wait_for(browser, f"{TABLES}[''].map((row) => row[0])", [name or "“”" for name in names])
        assert browser.run("document.images.length") == 0
        assert browser.run("document.querySelectorAll('tbody td > bdi').length") == 10
        for width in 390, 640, 1280:
            for scheme in "light", "dark":
                browser.look(width, 900, scheme)
                wide = browser.run("document.documentElement.scrollWidth")
                assert wide <= width, f"{wide} pixels in a window of {width}"
                ink, ground = browser.run("['color', 'backgroundColor'].map((p) => getComputedStyle(document.body)[p])")
                assert (sum(numbers(ink)) > sum(numbers(ground))) == (scheme == "dark"), (scheme, ink, ground)


def numbers(colour: str) -> list[int]:
    return [int(number) for number in colour[colour.index("(") + 1 : -1].split(",")[:3]]


def check_bounds(browser: Chromium) -> None:
    """What the browser holds does not grow with the stream, be groups ever others."""

    def write(page: Shown, numbers: range) -> None:
        for n in numbers:
            rows = [{"window_start": minute(n), "window_end": minute(n + 1), "final": True, "k": f"{n % 97}-{i}", "n": n + i}
                    for i in range(20)]  # fmt: skip
            stats = {"stats": {"time": minute(n + 1), "in": n * 20, "rejected": n, "late": 0}}
            page.process.stdin.write("".join(json.dumps(row) + "\n" for row in [*rows, stats]).encode())
            page.process.stdin.flush()
            if n % 50 == 0:
                time.sleep(0.15)

    with Shown(browser) as page:
        write(page, range(1500))
        wait_for(browser, "document.getElementById('read')?.textContent", f"{1499 * 20:,}")
        sizes = [heap(browser)]
        nodes = browser.run(NODES)
        write(page, range(1500, 4500))
        wait_for(browser, "document.getElementById('read')?.textContent", f"{4499 * 20:,}")
        sizes.append(heap(browser))
        assert browser.run("Math.max(...[...page.series.values()].map((points) => points.length))") == 600
        assert browser.run("cards.get('').colours.size") == 6
        assert abs(browser.run(NODES) - nodes) < 60, (browser.run(NODES), nodes)
        assert sizes[1] < sizes[0] * 1.3 + (1 << 20), sizes
        print(f"heap after 1,500 and 4,500 windows: {sizes[0] >> 10} and {sizes[1] >> 10} KiB")


def heap(browser: Chromium) -> int:
    browser.call("HeapProfiler.collectGarbage")
    return int(browser.call("Runtime.getHeapUsage")["usedSize"])


def minute(n: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(n * 60))


def check_comes_back(browser: Chromium) -> None:
    """The page says that the server is gone, keeps what it has, and goes on with the next one at the same place."""
    with Shown(browser) as page:
        page.process.stdin.write(b'{"k":"a","n":1}\n')
        page.process.stdin.flush()
        wait_for(browser, f"{TABLES}['']", [["a", "1"]])
        port = int(page.url.rstrip("/").rpartition(":")[2])
    wait_for(browser, STATE, "lost")
    assert browser.run(TABLES) == {"": [["a", "1"]]}
    with Shown(browser, port=port) as page:
        page.process.stdin.write(b'{"question":"other","n":2}\n')
        page.process.stdin.flush()
        wait_for(browser, TABLES, {"other": [["2"]]}, 30)
        wait_for(browser, STATE, "live")
    browser.errors = [error for error in browser.errors if "ERR_CONNECTION_REFUSED" not in error]


def main() -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, Chromium(Path(folder)) as browser:
        browser.look(1280, 900)
        check_end(browser, Path(folder))
        for check in check_delay, check_names, check_bounds, check_comes_back:
            check(browser)
            print(f"{check.__name__}: fine", flush=True)
        assert not browser.errors, browser.errors
        others = [url for url in browser.requests if not url.startswith(("http://127.0.0.1:", "data:", "about:"))]
        assert not others, others


if __name__ == "__main__":
    main()
