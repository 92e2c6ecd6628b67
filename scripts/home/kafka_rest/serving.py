"""HTTP: what of a request is read, and how a reply is written. What can be asked stands in v2.py and v3.py."""

import json
import re
import sys
import traceback
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

from confluent_kafka import KafkaException
from kafka_rest import errors
from kafka_rest.consuming import Consumers
from kafka_rest.errors import RestError
from kafka_rest.producing import Delivery
from pinpipe_io import printable, say

DISCARD_BYTES = 64 << 20  # so much is read of what is refused, so that the client reads why
PIECE = 1 << 16
LINE_MAX = 1024  # of the sizes between chunks


class Body:
    """Of a request, in whatever pieces it comes: with a length, or in chunks. Errors: RestError, ConnectionError."""

    def __init__(self, stream, headers) -> None:
        self.stream, self.left = stream, 0
        self.is_chunked = headers.get("Transfer-Encoding", "").lower() == "chunked"
        if "Transfer-Encoding" in headers and not self.is_chunked:
            raise RestError(501, "Of Transfer-Encoding, chunked alone is known.")
        length = headers.get("Content-Length", "0")
        if not self.is_chunked and not re.fullmatch(r"[0-9]{1,18}", length):
            raise RestError(400, "Content-Length is not a number.")
        self.left = 0 if self.is_chunked else int(length)
        self.is_read = not self.is_chunked and self.left == 0

    def pieces(self) -> Iterator[bytes]:
        """As they come; empty ones are none."""
        while not self.is_read:
            if self.is_chunked and self.left == 0 and not self.next_chunk():
                return
            piece = self.stream.read1(min(self.left, PIECE))
            if not piece:
                raise ConnectionError("the client is gone")
            self.left -= len(piece)
            if self.left == 0 and self.is_chunked:
                self.stream.readline(LINE_MAX)
            self.is_read = self.left == 0 and not self.is_chunked
            yield piece

    def next_chunk(self) -> bool:
        line = self.stream.readline(LINE_MAX)
        size = line.split(b";")[0].strip()
        if not re.fullmatch(rb"[0-9a-fA-F]{1,15}", size):
            raise ConnectionError("a chunk without a size")
        self.left = int(size, 16)
        if self.left:
            return True
        self.is_read = True
        while self.stream.readline(LINE_MAX).strip():
            pass  # trailers
        return False

    def whole(self, most: int) -> bytes:
        if self.left > most:
            raise RestError(errors.TOO_LARGE, f"The body has {self.left} bytes; {most} are the most.")
        data = b""
        for piece in self.pieces():
            data += piece
            if len(data) > most:
                raise RestError(errors.TOO_LARGE, f"The body has more than {most} bytes, which are the most.")
        return data

    def discard(self) -> bool:
        """Whether all was read, so that the next request can be."""
        read = 0
        if self.left <= DISCARD_BYTES:
            for piece in self.pieces():
                read += len(piece)
                if read > DISCARD_BYTES:
                    break
        return self.is_read


class Handler(BaseHTTPRequestHandler):
    """A connection. ROUTES are method, pattern of the path, and what is called with the parts of it that are in brackets."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm, wbufsize = True, -1  # a reply is one packet, sent at once
    ROUTES: tuple = ()
    GENERAL_TYPE = "application/vnd.kafka.v2+json"
    delivery: Delivery
    consumers: Consumers
    max_body: int

    def check_host(self) -> None:
        """A page of the web may give its own name our address, and ask then what its browser may not ask of others."""
        name = re.sub(r":\d*$", "", self.headers.get("Host", "")).strip("[]").lower()
        is_own = re.fullmatch(r"|([a-z0-9-]+\.)*localhost|[0-9.]+|[0-9a-f:.]*:[0-9a-f:.]*", name)
        if not is_own and self.server.server_address[0] in ("127.0.0.1", "::1"):
            raise RestError(403, f"Host is {name}; here it is localhost, or an address.")

    def answer(self) -> object:
        self.check_host()
        path = urlsplit(self.path).path
        allowed = []
        for method, pattern, action in self.ROUTES:
            if found := re.fullmatch(pattern, path):
                allowed.append(method)
                if method == self.command:
                    return action(self, *(part and unquote(part) for part in found.groups()))
        if allowed:
            raise RestError(errors.NOT_ALLOWED, f"{path} takes {', '.join(allowed)} only.")
        raise RestError(404, f"There is no {path} here.")

    def handle_request(self) -> None:
        self.reply_type = "application/json" if self.path.startswith("/v3/") else self.GENERAL_TYPE
        self.status, self.incoming = 200, None
        try:
            self.incoming = Body(self.rfile, self.headers)
            reply = self.answer()
        except RestError as error:
            return self.reply_error(error)
        except KafkaException as exception:
            return self.reply_error(self.delivery.clients.fault_of(exception.args[0]))
        except ConnectionError:
            raise
        except Exception:
            say(*map(printable, traceback.format_exc().splitlines()))
            self.close_connection = True  # what is left of the request cannot be told from the next one
            return self.reply(500, {"error_code": 500, "message": "Internal Server Error: see the log of the proxy."})
        if reply is not self.STREAMED:
            self.reply(204 if reply is None else self.status, reply)

    do_GET = do_POST = do_DELETE = do_PUT = do_PATCH = handle_request
    STREAMED = object()  # what an action returns that has replied itself

    def handle_expect_100(self) -> bool:
        proceed = super().handle_expect_100()
        self.wfile.flush()  # a client that asks sends no body before it reads this
        return proceed

    def body(self) -> bytes:
        return self.incoming.whole(self.max_body)

    def type_among(self, types: dict[str, str]) -> str:
        name = self.headers.get_content_type() if "Content-Type" in self.headers else "none"
        if name not in types:
            raise RestError(errors.OTHER_TYPE, f"Content-Type is {name}; here it is {' or '.join(types)}.")
        return types[name]

    def number(self, name: str, default: int) -> int:
        text = parse_qs(urlsplit(self.path).query).get(name, [str(default)])[-1]
        if not text.isdecimal():
            raise RestError(errors.UNPROCESSABLE, f"{name} is a number.")
        return int(text)

    def base_url(self) -> str:
        """Of this proxy, as the client has it."""
        host = self.headers.get("Host", "")
        if not re.fullmatch(r"[A-Za-z0-9.:\[\]_-]+", host):
            host = "{}:{}".format(*self.server.server_address[:2])
        return f"http://{host}"

    def reply_error(self, error: RestError) -> None:
        self.reply(error.status, {"error_code": error.code, "message": error.message})

    def reply(self, status: int, body: object) -> None:
        if self.incoming is None or not self.incoming.discard():
            self.close_connection = True
        text = body if isinstance(body, str) else json.dumps(body, separators=(",", ":"))
        data = b"" if status == 204 else text.encode()
        self.send_response(status)
        if self.close_connection:
            self.send_header("Connection", "close")
        if status != 204:
            self.send_header("Content-Type", self.reply_type)
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):  # of a client that is gone
            super().handle_error(request, client_address)
