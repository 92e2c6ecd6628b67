"""The gateway over HTTP, on 127.0.0.1 alone: a stage, its routes, and what the gateway itself has to say of a request."""

from __future__ import annotations

import sys
import time
import traceback
import uuid
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from api_gateway import access, errors, routes
from api_gateway.backends import Kinesis, Reply, RestProxy
from api_gateway.errors import GatewayError
from api_gateway.log import Log
from api_gateway.routes import Method, Resource
from api_gateway.templates import Fault, Templates
from api_gateway.vtl import BadBody, Input, JsonObject
from pinpipe_io import printable, say

BODY_MAX = 10 << 20
DISCARD_BYTES = 64 << 20  # so much is read of what is refused, so that the client reads why
IDLE_S = 350  # a connection that is kept, as AWS keeps it
LINE_MAX = 1 << 16  # of a chunk's size
JSON = "application/json"
ANYBODY = {"Access-Control-Allow-Origin": "*"}
CORS_HEADERS = "Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token"


@dataclass
class Gateway:
    """What all requests share."""

    stage: str
    keys: list[str]
    throttle: access.Throttle
    templates: Templates
    kinesis: Kinesis
    rest_proxy: RestProxy
    log: Log


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm, wbufsize = True, -1  # a reply is one packet, sent at once
    timeout = IDLE_S
    server: Server

    @property
    def gateway(self) -> Gateway:
        return self.server.gateway

    # ---- a request ----

    def answer(self) -> Reply:
        """Errors: GatewayError."""
        body = self.read_body()
        resource, parameters, path = self.find_resource()
        if self.command == "OPTIONS":
            return Reply(200, list(self.cors(resource).items()), b"")
        if resource.methods and self.command not in resource.methods:
            raise errors.no_route()
        if self.gateway.keys and not access.is_among(self.headers.get("x-api-key", ""), self.gateway.keys):
            raise errors.forbidden()
        if not self.gateway.throttle.take():
            raise errors.throttled()
        if not resource.methods:
            return self.gateway.rest_proxy.pass_on(self.command, path, self.headers.items(), body)
        return self.call_kinesis(resource, resource.methods[self.command], parameters, body)

    def find_resource(self) -> tuple[Resource, dict[str, str], str]:
        """It, its parameters, and the path behind the stage, with the query."""
        stage, slash, rest = self.path.removeprefix("/").partition("/")
        if stage.partition("?")[0] != self.gateway.stage:
            raise errors.forbidden()
        path = slash + rest
        found = routes.find(urlsplit(path).path)
        if found is None:
            raise errors.no_route()
        return *found, path

    def cors(self, resource: Resource) -> dict[str, str]:
        allowed = {"Access-Control-Allow-Headers": CORS_HEADERS, "Access-Control-Allow-Methods": ",".join(resource.allowed)}
        return {"Content-Type": JSON, **allowed, **ANYBODY}

    def call_kinesis(self, resource: Resource, method: Method, parameters: dict[str, str], body: bytes) -> Reply:
        if self.headers.get_content_type() != JSON and "Content-Type" in self.headers:
            raise errors.other_type()
        query = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        request = Input(body, parameters, query, dict(self.headers.items()))
        try:
            text = self.gateway.templates.render(method.template, request, self.context(resource))
        except BadBody as error:
            raise errors.bad_request(f"Could not parse request body into json: {error}") from error
        except Fault as fault:
            self.gateway.log.warn(str(fault))
            raise errors.internal() from fault
        reply = self.gateway.kinesis.call(method.action, text.encode(errors="surrogatepass"))
        # The console makes one response, and no pattern for another: what Kinesis refuses is a 200, too.
        return Reply(200, [("Content-Type", JSON), *ANYBODY.items()], reply.body)

    def context(self, resource: Resource) -> JsonObject:
        return JsonObject(
            requestId=self.request_id, httpMethod=self.command, stage=self.gateway.stage, resourcePath=resource.path,
            path=urlsplit(self.path).path, protocol=self.request_version, requestTimeEpoch=int(time.time() * 1000),
            identity=JsonObject(sourceIp=self.client_address[0], userAgent=self.headers.get("User-Agent", "")),
        )  # fmt: skip

    # ---- HTTP ----

    def handle_request(self) -> None:
        self.request_id = str(uuid.uuid4())
        try:
            reply = self.answer()
        except GatewayError as error:
            return self.refuse(error)
        except (ConnectionError, TimeoutError):
            raise
        except Exception:
            say(*map(printable, traceback.format_exc().splitlines()))
            self.close_connection = True  # what is left of the request cannot be told from the next one
            return self.refuse(errors.internal())
        self.reply(reply)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = handle_request

    def handle_expect_100(self) -> bool:
        proceed = super().handle_expect_100()
        self.wfile.flush()  # a client that asks sends no body before it reads this
        return proceed

    def read_body(self) -> bytes:
        """Errors: GatewayError."""
        if "Transfer-Encoding" in self.headers:
            return self.read_chunks()
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal():
            self.close_connection = True
            raise errors.bad_request("Bad Request")
        if int(length) > BODY_MAX:
            self.discard(int(length))
            raise errors.too_large(BODY_MAX)
        return self.read_all(int(length))

    def read_all(self, length: int) -> bytes:
        """Errors: ConnectionError, where the client is gone: half a body is none."""
        data = self.rfile.read(length)
        if len(data) < length:
            raise ConnectionError("cut off")
        return data

    def read_chunks(self) -> bytes:
        body = bytearray()
        while size := self.chunk_size():
            body += self.read_all(size)
            self.rfile.readline(LINE_MAX)
            if len(body) > BODY_MAX:
                self.close_connection = True
                raise errors.too_large(BODY_MAX)
        while self.rfile.readline(LINE_MAX).strip():  # trailers
            pass
        return bytes(body)

    def chunk_size(self) -> int:
        text = self.rfile.readline(LINE_MAX).partition(b";")[0].strip()
        try:
            size = int(text, 16)
        except ValueError:
            size = -1
        if not 0 <= size <= BODY_MAX:
            self.close_connection = True
            raise errors.too_large(BODY_MAX) if size > 0 else errors.bad_request("Bad Request")
        return size

    def discard(self, length: int) -> None:
        self.close_connection = length > DISCARD_BYTES
        length = min(length, DISCARD_BYTES)
        while length and (part := self.rfile.read(min(length, 1 << 16))):
            length -= len(part)

    def refuse(self, error: GatewayError) -> None:
        headers = {"Content-Type": error.content_type, "x-amzn-ErrorType": error.kind, **ANYBODY}
        self.reply(Reply(error.status, list(headers.items()), error.body))

    def reply(self, reply: Reply) -> None:
        self.send_response_only(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        self.send_header("x-amzn-RequestId", self.request_id)
        if reply.status not in (204, 304):
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, port: int, gateway: Gateway) -> None:
        """Errors: OSError."""
        self.gateway = gateway
        super().__init__(("127.0.0.1", port), Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exc_info()[1], OSError):  # of a client that is gone
            super().handle_error(request, client_address)
