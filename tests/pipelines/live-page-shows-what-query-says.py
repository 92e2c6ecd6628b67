#!/usr/bin/env python3
"""live-page over HTTP: browsers, however slow or many, are sent what query says; what is no row is said and stops nothing;
nobody but this machine and its own page can read it."""

import http.client
import json
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp())


class Page:
    """A live-page whose standard input is ours."""

    def __init__(self, *options: str, stdin: object = subprocess.PIPE) -> None:
        self.process = subprocess.Popen(["live-page", "--port", "0", *options], stdin=stdin, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE)  # fmt: skip
        self.url = self.process.stdout.readline().decode().strip()
        assert self.url.startswith("http://127.0.0.1:"), self.url
        self.port = int(self.url.rstrip("/").rpartition(":")[2])

    def __enter__(self) -> "Page":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def write(self, *rows: object) -> None:
        lines = (row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows)
        self.process.stdin.write(b"".join(line + b"\n" for line in lines))
        self.process.stdin.flush()

    def close_input(self) -> None:
        self.process.stdin.close()
        self.process.stdin = None

    def end(self) -> tuple[int, str]:
        """Status and what was said, once it has been asked to end."""
        self.process.send_signal(signal.SIGTERM)
        said = self.process.communicate(timeout=20)[1]
        return self.process.returncode, said.decode()

    def ask(self, path: str = "/", **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", path, headers={"Host": f"127.0.0.1:{self.port}", **headers})
        return connection.getresponse()

    def resident(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) << 10


class Browser:
    """Reads the events of a page."""

    def __init__(self, page: Page, last: str = "") -> None:
        self.reply = page.ask("/events", **({"Last-Event-ID": last} if last else {}))
        assert self.reply.status == 200 and self.reply.headers["Content-Type"] == "text/event-stream"
        self.last = last
        self.points: dict[str, dict[int, list]] = {}  # of each question, by their numbers

    def frame(self) -> dict:
        frame = self.next_frame()
        for question in frame["questions"]:
            self.points.setdefault(question["name"], {}).update({number: point for number, *point in question["points"]})
        return frame

    def next_frame(self) -> dict:
        while line := self.reply.readline().decode():
            if line.startswith("id: "):
                self.last = line[4:].strip()
            if line.startswith("data: "):
                return json.loads(line[6:])
        sys.exit("the events have ended")

    def until(self, is_it) -> dict:
        frame = self.frame()
        while not is_it(frame):
            frame = self.frame()
        return frame

    def close(self) -> None:
        self.reply.close()


def rows_of(frame: dict, name: str = "") -> list:
    return next((question["rows"] for question in frame["questions"] if question["name"] == name), [])


def snapshot(*counts: tuple[str, int], read: int = 0) -> list:
    """Rows of one, with what was read behind them."""
    window = {"window_start": "2026-01-05T12:00:00", "window_end": "2026-01-05T12:01:00", "final": False}
    at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + f".{time.time_ns() // 1_000_000 % 1000:03}"
    rows = [{**window, "category": name, "count": count} for name, count in counts]
    return [*rows, {"stats": {"time": at, "in": read, "rejected": 0, "late": 0}}]


# ---- what is shown ----


def check_answers_at_the_end() -> None:
    """Of each way to emit, several questions at once: as query says them at the end."""
    posts = FOLDER / "posts"
    subprocess.run(f"emulate-posts --trends -n 3000 | clean-posts -o {posts}", shell=True, check=True)
    asked = ["popular-profiles", "categories-now", "top-category-by-age-group", "users-joined-by-year"]
    said = subprocess.run(["query", *asked, str(posts)], check=True, capture_output=True).stdout
    expected: dict[str, list] = {name: [] for name in asked}
    for row in map(json.loads, said.splitlines()):
        expected[row.pop("question")].append([text_of(value) for value in row.values()])
    for emit in ["--emit", "every=100ms"], ["--emit", "changes"], ["--emit", "every=100ms", "--with-stats"]:
        query = subprocess.Popen(["query", *asked, *emit, str(posts)], stdout=subprocess.PIPE)
        with Page("--rows", "1000", stdin=query.stdout) as page:
            frame = Browser(page).until(lambda frame: frame["ended"])
            for name in asked:
                shown, rows = rows_of(frame, name), expected[name][:1000]
                if "changes" in emit:  # in no order but by what is measured
                    shown, rows = sorted(shown, key=str), sorted(rows, key=str)
                assert shown == rows, (emit, name, shown[:3], rows[:3])
                count = next(question["count"] for question in frame["questions"] if question["name"] == name)
                assert count == len(expected[name]), (emit, name, count)
            if "--with-stats" in emit:
                assert (frame["stats"]["read"], frame["stats"]["rejected"], frame["stats"]["late"]) == (3000, 0, 0)
            assert page.end() == (0, "")
        query.wait()


def text_of(value: object) -> str | None:
    return None if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def check_closed_windows() -> None:
    """Each is a point at its end, however fast they come; late lines are counted."""
    lines = [post(n, minute) for n, minute in enumerate([*range(30), 3, 4])]
    query = subprocess.Popen(["query", "--by", "category", "--window", "1m", "--time", "post", "--with-stats"],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # fmt: skip
    with Page(stdin=query.stdout) as page:
        feed(query, "\n".join(lines).encode())
        browser = Browser(page)
        frame = browser.until(lambda frame: frame["ended"])
        points = list(browser.points[""].values())
        assert [(x - points[0][0]) // 60000 for x, _ in points] == list(range(30)), points
        assert all(values == {"a": 1} for _, values in points), points
        assert frame["questions"][0]["window"]["start"] == "2026-01-05T00:29:00", frame["questions"][0]
        assert (frame["stats"]["rejected"], frame["stats"]["late"]) == (2, 2), frame["stats"]
    query.wait()


def feed(query: subprocess.Popen, data: bytes) -> None:
    query.stdin.write(data)
    query.stdin.close()


def post(ind: int, minute: int) -> str:
    geo = {"ind": ind, "timestamp": f"2026-01-05T00:{minute:02}:00"}
    return json.dumps({"pin": {"ind": ind, "category": "a"}, "geo": geo})


def check_values() -> None:
    """As query has written them; names of any characters, and cut where they are long."""
    names = ["<b>&amp;\u202eevil", "", None, "\ud800", "x" * 1500, "a\nb\tc"]
    numbers = ["9223372036854775807", "-1", "0.1", "1e300", "-0.0", "170141183460469231731687303715884105727"]
    with Page() as page:
        lines = [b'{"name":%s,"n":%s}' % (json.dumps(name).encode(), number.encode()) for name, number in zip(names, numbers)]
        page.write(*lines, b'{"stats":{"time":"2026-01-05T00:00:00","in":1,"rejected":0,"late":0}}')
        frame = Browser(page).until(rows_of)
        assert [row[1] for row in rows_of(frame)] == numbers, frame
        assert [row[0] for row in rows_of(frame)] == [*names[:4], "x" * 999 + "…", names[5]], frame


# ---- who looks ----


def check_ten_browsers() -> None:
    """Ten at a time, of which one takes nothing, one goes away, and one comes back to what it has missed."""
    with Page() as page:
        page.write(*snapshot(("a", 0)))
        browsers = [Browser(page) for _ in range(8)]
        slow, gone = Browser(page), Browser(page)
        gone.frame()
        gone.close()
        for n in range(1, 30):
            page.write(*snapshot(("a", n), read=n))
            time.sleep(0.02)
        threads = [threading.Thread(target=b.until, args=[lambda f: rows_of(f) == [["a", "29"]]]) for b in [*browsers, slow]]
        for thread in threads:
            thread.daemon = True
            thread.start()
        for thread in threads:
            thread.join(20)
            assert not thread.is_alive(), "a browser does not get the newest"
        # Back after a second: what came since, the last point renewed, and no frame twice.
        last, seen = browsers[0].last, browsers[0]
        seen.close()
        time.sleep(1.2)
        page.write(*snapshot(("a", 30), read=30))
        back = Browser(page, last).frame()
        assert back["since"] == int(last.rpartition("-")[2]) and rows_of(back) == [["a", "30"]], back
        assert 1 <= len(back["questions"][0]["points"]) <= 2, back
        # Of another run, all is sent.
        other = Browser(page, "other-5").frame()
        assert other["since"] == 0 and len(other["questions"][0]["points"]) >= 2, other


def check_slow_browser() -> None:
    """One that stops reading costs a bounded amount, and then gets the newest, not all that was."""
    names = [f"{n:04}" + "x" * 100 for n in range(500)]
    with Page("--rows", "1000") as page:
        page.write(*snapshot(*((name, 0) for name in names)))
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.connect(("127.0.0.1", page.port))
        sock.sendall(f"GET /events HTTP/1.1\r\nHost: localhost:{page.port}\r\n\r\n".encode())
        time.sleep(0.5)
        before = page.resident()
        for n in range(1, 101):
            page.write(*snapshot(*((name, n) for name in names)))
            time.sleep(0.05)
        grown = page.resident() - before
        assert grown < 16 << 20, f"{grown} bytes for a browser that does not read"
        sock.settimeout(20)
        text, frames = b"", []
        while not frames or rows_of(frames[-1])[0][1] != "100":
            text += sock.recv(1 << 16)
            *events, text = text.split(b"\n\n")
            frames += [json.loads(event.partition(b"data: ")[2]) for event in events if b"data: " in event]
        assert len(frames) < 10, f"{len(frames)} frames for a browser that was away"


def check_bounds() -> None:
    """The past of a chart, rows, questions and browsers have a most."""
    with Page("--history", "30s", "--rows", "3") as page:
        rows = [{"window_start": minute(n), "window_end": minute(n + 1), "final": True, "k": "a", "n": n} for n in range(2000)]
        page.write(*rows, *({"question": f"q{n}", "n": 1} for n in range(20)), *({"question": "q1", "n": n} for n in range(9)))
        page.close_input()
        browser = Browser(page)
        frame = browser.until(lambda frame: frame["ended"])
        assert len(frame["questions"]) == 16 and frame["bad"] == 5, (len(frame["questions"]), frame["bad"])
        whole = Browser(page).frame()["questions"][0]["points"]
        assert whole[-1][0] == 1999 and len(whole) == 600, (whole[0], len(whole))
        assert len(rows_of(frame, "q1")) == 3 and frame["questions"][2]["count"] == 10
        many = [page.ask("/events") for _ in range(65)]  # 64 are the most
        assert many[0].status == 200 and many[-1].status == 503, many[-1].status
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert most < 200 << 10, f"{most} KiB"


def minute(n: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(n * 60))


# ---- what is wrong ----


def check_lines_that_are_no_rows() -> None:
    bad = [b"{", b"[1]", b"\xff", b'{"n":NaN}', b'{"n":{}}', b"{}", b'{"n":1,"diff":2}', b'{"n":1,"diff":-1}',
           b'{"stats":{"time":"now"}}', b'{"n":1,"window_start":"soon"}', b'{"n":1,"final":0}', b'{"question":1,"n":1}',
           b"[" * 100_000]  # fmt: skip
    with Page() as page:
        page.write(b"\xef\xbb\xbf" + b'{"k":"a","n":1}', b"", *bad, b'{"k":"b","n":2}\r')
        frame = Browser(page).until(lambda frame: len(rows_of(frame)) == 2)
        assert rows_of(frame) == [["a", "1"], ["b", "2"]] and frame["bad"] == len(bad), frame
        status, said = page.end()
        lines = said.splitlines()
        assert status == 1 and len(lines) == 11, (status, lines)
        assert lines[0] == "live-page: stdin:3: not JSON" and lines[2] == "live-page: stdin:5: invalid UTF-8", lines
        assert lines[10] == "live-page: 3 more lines were no rows", lines


def check_ends() -> None:
    """The last answers stay until it is told to end; or it ends with its input, once they have been read."""
    with Page() as page:
        browser = Browser(page)
        page.write({"k": "a", "n": 1})
        page.process.stdin.write(b'{"k":"b","n":2}')  # without a newline
        page.close_input()
        assert rows_of(browser.until(lambda frame: frame["ended"])) == [["a", "1"], ["b", "2"]]
        assert rows_of(Browser(page).frame()) == [["a", "1"], ["b", "2"]]
        assert page.end() == (0, "")
    with Page("--once") as page:
        browser = Browser(page)
        page.write({"k": "a", "n": 1})
        page.close_input()
        assert rows_of(browser.until(lambda frame: frame["ended"])) == [["a", "1"]]
        assert page.process.wait(20) == 0


def check_loopback() -> None:
    with Page() as page:
        port = f":{page.port:04X}"
        listening = [line.split()[1] for name in ("tcp", "tcp6") if (table := Path(f"/proc/net/{name}")).exists()
                     for line in table.read_text().splitlines()[1:] if line.split()[3] == "0A"]  # fmt: skip
        assert [at for at in listening if at.endswith(port)] == [f"0100007F{port}"], listening
        reply = page.ask()
        assert reply.status == 200 and "default-src 'none'" in reply.headers["Content-Security-Policy"]
        assert b"://" not in reply.read(), "the page names another place"
        for host in "evil.example", f"evil.example:{page.port}", "", "127.0.0.1":
            assert page.ask(Host=host).status == 421, host
        for path in "/..", "/../live-page", "/page/", "/%2e%2e/server.py", "/server.py":
            assert page.ask(path).status == 404, path
        taken = subprocess.run(["live-page", "--port", str(page.port)], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        assert taken.returncode == 2 and "in use" in taken.stderr and "--port 0" in taken.stderr, taken
        assert page.end() == (0, "")
    for options in ["--port", "65536"], ["--port", "-1"], ["--history", "5"], ["--rows", "0"], ["--rows", "1001"], ["posts"]:
        misuse = subprocess.run(["live-page", *options], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        assert misuse.returncode == 2 and "try 'live-page --help'" in misuse.stderr, (options, misuse)


def main() -> None:
    for check in (check_loopback, check_values, check_lines_that_are_no_rows, check_ends, check_closed_windows,
                  check_answers_at_the_end, check_ten_browsers, check_slow_browser, check_bounds):  # fmt: skip
        check()
        print(f"{check.__name__}: fine", flush=True)


if __name__ == "__main__":
    try:
        main()
    finally:
        shutil.rmtree(FOLDER)
