"""The page over HTTP, on 127.0.0.1 alone: three files, and frames as server-sent events.

Each browser has a thread, that sends the newest frame when the one before has been taken: a slow browser misses frames, and
costs one frame of memory. Pages of other sites cannot read it, nor can they by a name of theirs for 127.0.0.1.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import SO_SNDBUF, SOL_SOCKET

from history import Page

FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
}
FOLDER = Path(__file__).resolve().parent / "page"
READERS_MAX = 64
PACE_S = 0.1  # between frames: more are not seen
BEAT_S = 5.0  # between signs of life, which also find out who has gone
STUCK_S = 60.0  # a browser that takes nothing for so long has gone
SEND_BUFFER = 64 << 10  # bytes: what a slow browser gets is not old
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
                               "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}  # fmt: skip


class Feed:
    """A page that one thread writes, and many read."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.changed = threading.Condition()
        self.readers = 0

    def change(self, action: Callable[[], None]) -> None:
        with self.changed:
            action()
            self.changed.notify_all()

    def newest(self, since: int, wait_s: float) -> tuple[int, bytes] | None:
        """The number of the newest frame, and the frame, if there is one after `since`, or comes within `wait_s`."""
        with self.changed:
            if not self.changed.wait_for(lambda: self.page.frame != since, wait_s):
                return None
            return self.page.frame, self.page.encode(since)

    def enter(self, count: int) -> bool:
        with self.changed:
            self.readers += count
            if self.readers > READERS_MAX:
                self.readers -= count
                return False
            self.changed.notify_all()
            return True

    def wait_for_readers(self, wait_s: float) -> None:
        """Until all have what there is, or have gone."""
        with self.changed:
            self.changed.wait_for(lambda: self.readers == 0, wait_s)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm, wbufsize = True, -1
    timeout = STUCK_S
    server: Server

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if self.headers.get("Host", "") not in self.server.names:
            return self.reply(421, b"this is no site of that name\n", "text/plain")
        if path == "/events":
            return self.stream()
        if path not in FILES:
            return self.reply(404, b"there is no such page here\n", "text/plain")
        name, kind = FILES[path]
        self.reply(200, (FOLDER / name).read_bytes(), kind)

    def reply(self, status: int, body: bytes, kind: str, **headers: str) -> None:
        self.begin(status, {"Content-Type": kind, "Content-Length": str(len(body)), **headers})
        self.wfile.write(body)

    def begin(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**HEADERS, **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def stream(self) -> None:
        feed = self.server.feed
        if not feed.enter(1):
            return self.reply(503, b"too many browsers\n", "text/plain", **{"Retry-After": "5"})
        try:
            self.connection.setsockopt(SOL_SOCKET, SO_SNDBUF, SEND_BUFFER)
            self.close_connection = True  # its end is that of the stream
            self.begin(200, {"Content-Type": "text/event-stream", "Connection": "close"})
            self.send_frames(feed)
        finally:
            feed.enter(-1)

    def send_frames(self, feed: Feed) -> None:
        since = self.last_frame()
        while not (self.server.is_ending and since == feed.page.frame):
            newest = feed.newest(since, BEAT_S if not self.server.is_ending else 0)
            if newest is None:
                self.send(b":\n\n")
                continue
            since, frame = newest
            self.send(b"id: %s-%d\ndata: %s\n\n" % (feed.page.run.encode(), since, frame))
            time.sleep(PACE_S)

    def send(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()

    def last_frame(self) -> int:
        """That a browser which comes back has had: of this run, and not of one before it."""
        run, _, frame = self.headers.get("Last-Event-ID", "").partition("-")
        is_ours = run == self.server.feed.page.run and frame.isdecimal() and len(frame) < 18
        return int(frame) if is_ours else 0

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    is_ending = False

    def __init__(self, port: int, feed: Feed) -> None:
        """Errors: OSError."""
        self.feed = feed
        super().__init__(("127.0.0.1", port), Handler)
        self.names = {f"{name}:{self.server_port}" for name in ("127.0.0.1", "localhost")}
        if self.server_port == 80:
            self.names |= {"127.0.0.1", "localhost"}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def start(self) -> None:
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def end(self, wait_s: float) -> None:
        """Once browsers have the last frame."""
        self.is_ending = True
        self.feed.change(lambda: None)
        self.feed.wait_for_readers(wait_s)

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exc_info()[1], OSError):  # of a browser that is gone, or stuck
            super().handle_error(request, client_address)
