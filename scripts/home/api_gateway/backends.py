"""The two back ends of the gateway, over connections that are kept: Kinesis, to which requests are signed, and the Kafka
REST proxy, to which they go as they are."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

import botocore.auth
import botocore.awsrequest
import botocore.exceptions
import botocore.session
import urllib3
from api_gateway import errors
from api_gateway.log import Log

CONNECTIONS = 64  # that are kept
PIECE_BYTES = 64 << 10
REPLY_MAX = 10 << 20
NO_AWS = "a command behind kinesis-up -- has an endpoint, a region and credentials; AWS_REGION and AWS_PROFILE lead to AWS"
NOT_ALLOWED = "who runs the gateway must be allowed it, as on AWS the gateway's role; man pinpipe-aws has the policy"
NO_PROXY = "a command behind kafka-up -- has a REST proxy; --rest-url names another"
# Of one connection, and not of a request: RFC 9110, 7.6.1. The key is the gateway's.
HOP_BY_HOP = {
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
    "transfer-encoding", "upgrade", "expect", "host", "content-length", "x-api-key",
}  # fmt: skip


@dataclass(frozen=True)
class BackEnd:
    """For what is said of it."""

    name: str
    url: str
    hint: str  # where it is not there


@dataclass(frozen=True)
class Reply:
    status: int
    headers: list[tuple[str, str]]
    body: bytes


def is_late(error: Exception) -> bool:
    """For urllib3 a connection that is refused is late, too."""
    late = urllib3.exceptions.TimeoutError, TimeoutError
    return isinstance(error, late) and not isinstance(error, urllib3.exceptions.NewConnectionError)


def reason(error: Exception) -> str:
    """That of the system, where it is one of the system's: Connection refused."""
    while cause := error.__cause__ or error.__context__:
        error = cause
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)


class Http:
    """Errors: GatewayError, and then the log has the reason."""

    def __init__(self, timeout_s: float, log: Log) -> None:
        self.timeout_s, self.log = timeout_s, log
        logging.getLogger("urllib3").setLevel(logging.ERROR)  # it would tell of each connection that is not kept
        self.pool = urllib3.PoolManager(maxsize=CONNECTIONS, retries=False, ca_certs=os.environ.get("AWS_CA_BUNDLE"))

    def ask(self, to: BackEnd, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        until = time.monotonic() + self.timeout_s
        try:
            reply = self.pool.urlopen(method, url, redirect=False, body=body or None, headers=headers, preload_content=False,
                                      timeout=urllib3.Timeout(total=self.timeout_s))
            data = self.read(reply, until)
        except (urllib3.exceptions.HTTPError, TimeoutError) as error:
            if is_late(error):
                self.log.warn(f"{to.name} at {to.url}: no whole reply within {self.timeout_s:g} s")
                raise errors.timed_out() from error
            self.log.warn(f"{to.name} at {to.url}: {reason(error)}", to.hint)
            raise errors.no_connection() from error
        if data is None:
            self.log.warn(f"{to.name} at {to.url}: a reply of more than {REPLY_MAX} bytes")
            raise errors.internal()
        kept = [(header, value) for header, value in reply.headers.items() if header.lower() not in HOP_BY_HOP]
        return Reply(reply.status, kept, data)

    def read(self, reply: urllib3.BaseHTTPResponse, until: float) -> bytes | None:
        """The bytes as they come, compressed or not; None for too many. Errors: TimeoutError, also of one that trickles."""
        data = bytearray()
        try:
            while piece := reply.read1(PIECE_BYTES, decode_content=False):
                data += piece
                if len(data) > REPLY_MAX:
                    reply.close()
                    return None
                if time.monotonic() > until:
                    reply.close()
                    raise TimeoutError
        finally:
            reply.release_conn()
        return bytes(data)


class Account:
    """Where Kinesis is, and who asks it: what AWS's own tools would find."""

    def __init__(self, url: str | None) -> None:
        """Errors: BotoCoreError, ValueError."""
        session = botocore.session.Session()
        client = session.create_client("kinesis", os.environ.get("AWS_REGION") or None, endpoint_url=url)
        self.url, self.region = client.meta.endpoint_url.rstrip("/") + "/", client.meta.region_name
        self.credentials = session.get_credentials()
        if self.credentials is None:
            raise botocore.exceptions.NoCredentialsError

    def signed(self, headers: dict[str, str], body: bytes) -> dict[str, str]:
        """The headers of a POST. Errors: BotoCoreError."""
        request = botocore.awsrequest.AWSRequest("POST", self.url, headers, body)
        keys = self.credentials.get_frozen_credentials()
        botocore.auth.SigV4Auth(keys, "kinesis", self.region).add_auth(request)
        return dict(request.headers)


class Kinesis:
    def __init__(self, http: Http, url: str | None) -> None:
        self.http, self.url = http, url
        self.lock = threading.Lock()
        self.found: Account | None = None

    def account(self) -> Account:
        """At the first request: who has no streams needs no AWS."""
        with self.lock:
            self.found = self.found or Account(self.url)
            return self.found

    def call(self, action: str, body: bytes) -> Reply:
        """Errors: GatewayError."""
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": f"Kinesis_20131202.{action}"}
        try:
            account = self.account()
            headers = account.signed(headers, body)
        except (botocore.exceptions.BotoCoreError, ValueError) as error:
            self.http.log.warn(f"{action} cannot be signed: {error}", NO_AWS)
            raise errors.internal() from error
        reply = self.http.ask(BackEnd("Kinesis", account.url, NO_AWS), "POST", account.url, headers, body)
        if reply.status in (400, 403) and b"AccessDenied" in reply.body:
            self.http.log.warn(f"Kinesis denies kinesis:{action} to the gateway", NOT_ALLOWED)
        return reply


class RestProxy:
    def __init__(self, http: Http, url: str) -> None:
        self.http, self.url = http, url.rstrip("/")
        self.back_end = BackEnd("the REST proxy", self.url, NO_PROXY)

    def pass_on(self, method: str, path: str, headers: list[tuple[str, str]], body: bytes) -> Reply:
        """`path` with its query, as it came. Errors: GatewayError."""
        kept = urllib3.HTTPHeaderDict((name, value) for name, value in headers if name.lower() not in HOP_BY_HOP)
        return self.http.ask(self.back_end, method, self.url + path, kept, body)
