"""A broker as MSK has them, to be logged in to by IAM: TLS, SASL's OAUTHBEARER, and of Kafka's protocol what a consumer
without a group asks. It takes the tokens that msk_logins.py takes, and ends connections when their tokens end. Topics have
one partition.

The protocol: https://kafka.apache.org/protocol, in the versions of API_VERSIONS; the exchange: RFC 7628.
"""

import contextlib
import json
import socketserver
import ssl
import struct
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from msk_logins import Logins, Refused

FETCH, LIST_OFFSETS, METADATA, HANDSHAKE, VERSIONS, AUTHENTICATE = 1, 2, 3, 17, 18, 36
API_VERSIONS = {0: (3, 3), FETCH: (4, 4), LIST_OFFSETS: (1, 1), METADATA: (1, 1), HANDSHAKE: (0, 1), VERSIONS: (0, 3),
                AUTHENTICATE: (0, 0)}
OUT_OF_RANGE, UNKNOWN_TOPIC, UNSUPPORTED_MECHANISM, AUTHENTICATION_FAILED = 1, 3, 33, 58
IAM = "software.amazon.msk.auth.iam"


class Reader:
    """Takes the fields of a request from its front."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, form: str) -> int:
        value = struct.unpack_from(">" + form, self.data, self.at)[0]
        self.at += struct.calcsize(">" + form)
        return value

    def bytes_of(self, size: int) -> bytes:
        self.at += max(size, 0)
        return self.data[self.at - max(size, 0) : self.at]

    def text(self) -> str:
        return self.bytes_of(self.take("h")).decode()

    def array(self, element) -> list:
        return [element() for _ in range(self.take("i"))]


def text(value: str | None) -> bytes:
    return struct.pack(">h", -1) if value is None else struct.pack(">h", len(value.encode())) + value.encode()


def array(elements: list[bytes]) -> bytes:
    return struct.pack(">i", len(elements)) + b"".join(elements)


def varint(value: int) -> bytes:
    value, out = (value << 1) ^ (value >> 63), b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def record_batch(first: int, values: list[bytes]) -> bytes:
    """Without its checksum, which a consumer looks at only if it is told to."""
    records = b""
    for delta, value in enumerate(values):
        record = b"\0" + varint(0) + varint(delta) + varint(-1) + varint(len(value)) + value + varint(0)
        records += varint(len(record)) + record
    now = int(time.time() * 1000)
    body = struct.pack(">ibIhiqqqhii", 0, 2, 0, 0, len(values) - 1, now, now, -1, -1, -1, len(values)) + records
    return struct.pack(">qi", first, len(body)) + body


@dataclass
class Broker(Logins):
    """`topics` are the values of each."""

    topics: dict[str, list[bytes]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)  # of the test's server, not of who asks
    port: int = 0


class Connection(socketserver.BaseRequestHandler):
    """One client, from TLS to its end."""

    @property
    def broker(self) -> Broker:
        return self.server.broker

    def handle(self) -> None:
        self.end: float | None = None  # of the login
        self.failed = False
        with contextlib.suppress(OSError, EOFError):
            self.socket = self.server.tls.wrap_socket(self.request, server_side=True)
            while self.answer():
                pass

    def receive(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            more = self.socket.recv(size - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    def answer(self) -> bool:
        """Answers a request; whether the connection goes on."""
        request = Reader(self.receive(struct.unpack(">i", self.receive(4))[0]))
        api, version, correlation = request.take("h"), request.take("h"), request.take("i")
        request.text()  # the name of the client
        if api not in (VERSIONS, HANDSHAKE, AUTHENTICATE) and (self.end is None or time.time() >= self.end):
            return False
        answers = {VERSIONS: self.versions, HANDSHAKE: self.handshake, AUTHENTICATE: self.authenticate,
                   METADATA: self.metadata, LIST_OFFSETS: self.list_offsets, FETCH: self.fetch}
        try:
            body = struct.pack(">i", correlation) + answers[api](request, version)
        except Exception as error:
            self.broker.faults.append(f"request {api}: {error!r}")
            raise
        self.socket.sendall(struct.pack(">i", len(body)) + body)
        return not self.failed

    def versions(self, _: Reader, version: int) -> bytes:
        rows = [struct.pack(">hhh", api, *both) for api, both in API_VERSIONS.items()]
        if version < 3:
            return struct.pack(">h", 0) + array(rows) + (struct.pack(">i", 0) if version else b"")
        return struct.pack(">hB", 0, len(rows) + 1) + b"".join(row + b"\0" for row in rows) + struct.pack(">iB", 0, 0)

    def handshake(self, request: Reader, _: int) -> bytes:
        known = request.text() == "OAUTHBEARER"
        return struct.pack(">h", 0 if known else UNSUPPORTED_MECHANISM) + array([text("OAUTHBEARER"), text("AWS_MSK_IAM")])

    def authenticate(self, request: Reader, _: int) -> bytes:
        said = request.bytes_of(request.take("i"))
        if said == b"\x01":  # the client has heard that it failed
            self.failed = True
            return struct.pack(">h", AUTHENTICATION_FAILED) + text("[00000000]: Access denied") + struct.pack(">i", 0)
        head, bearer, *_ = said.split(b"\x01")
        assert head == b"n,,", said
        token = bearer.decode().removeprefix("auth=Bearer ")
        try:
            _, self.end = self.broker.log_in(token)
        except Refused:
            why = json.dumps({"status": "invalid_token"}).encode()
            return struct.pack(">h", 0) + text(None) + struct.pack(">i", len(why)) + why
        return struct.pack(">h", 0) + text(None) + struct.pack(">i", 0)

    def metadata(self, request: Reader, _: int) -> bytes:
        asked = request.array(request.text) or list(self.broker.topics)
        brokers = array([struct.pack(">i", 1) + text("localhost") + struct.pack(">i", self.broker.port) + text(None)])
        one = array([struct.pack(">i", 1)])
        partition = struct.pack(">hii", 0, 0, 1) + one + one
        topics = [
            struct.pack(">h", 0 if name in self.broker.topics else UNKNOWN_TOPIC) + text(name) + b"\0"
            + array([partition] if name in self.broker.topics else [])
            for name in asked
        ]
        return brokers + struct.pack(">i", 1) + array(topics)

    def list_offsets(self, request: Reader, _: int) -> bytes:
        request.take("i")

        def partition(name: str) -> bytes:
            number, moment = request.take("i"), request.take("q")
            return struct.pack(">ihqq", number, 0, -1, 0 if moment == -2 else len(self.broker.topics[name]))

        return array(request.array(lambda: self.of_topic(request, partition)))

    def of_topic(self, request: Reader, partition) -> bytes:
        name = request.text()
        return text(name) + array(request.array(lambda: partition(name)))

    def fetch(self, request: Reader, _: int) -> bytes:
        request.take("i")
        wait_ms = request.take("i")
        request.bytes_of(9)

        def partition(name: str) -> bytes:
            number, offset, _ = request.take("i"), request.take("q"), request.take("i")
            values = self.broker.topics[name]
            batch = record_batch(offset, values[offset:]) if offset < len(values) else b""
            self.found = self.found or bool(batch)
            code = OUT_OF_RANGE if offset > len(values) else 0
            return struct.pack(">ihqqii", number, code, len(values), len(values), 0, len(batch)) + batch

        self.found = False
        topics = array(request.array(lambda: self.of_topic(request, partition)))
        if not self.found:
            time.sleep(wait_ms / 1000)
        return struct.pack(">i", 0) + topics


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


def make_certificate(folder: Path) -> Path:
    """A key and a certificate of localhost, which is alone in localhost.pem.crt beside it."""
    path = folder / "localhost.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", path, "-out", f"{path}.crt"],
        check=True, capture_output=True)  # fmt: skip
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


def properties(broker: Broker, folder: Path, options: str = "") -> str:
    """A client's, with options of the login module; `folder` is that of the certificate."""
    return (f"# of the cluster\nbootstrap.servers=localhost:{broker.port}\nssl.ca.location={folder}/localhost.pem.crt\n"
            f"security.protocol=SASL_SSL\nsasl.mechanism=AWS_MSK_IAM\n"
            f"sasl.jaas.config={IAM}.IAMLoginModule required{options};\n"
            f"sasl.client.callback.handler.class={IAM}.IAMClientCallbackHandler\n")  # fmt: skip


def start(broker: Broker, certificate: Path) -> Server:
    """The broker, on a port that it chose itself; `certificate` has a key and a certificate of localhost."""
    server = Server(("127.0.0.1", 0), Connection)
    server.broker, broker.port = broker, server.server_address[1]
    server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.tls.load_cert_chain(certificate)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
