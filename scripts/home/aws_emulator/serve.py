"""The server that aws-up starts, whose help has its options: moto's APIs, which check signatures and rights, with a user,
roles and buckets made beforehand; and POST /kafka-login, which a broker asks of a token whose it is."""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import sys
from datetime import datetime, timezone
from pathlib import Path

TOOL = "aws-up"
REGION = "us-east-1"
USER = "pinpipe"
LOGIN_PATH = "/kafka-login"
LOGIN_BYTES = 64 << 10
sys.dont_write_bytecode = True  # root's would stay when the package goes
HOME = Path(__file__).resolve().parent.parent
sys.path[0] = str(HOME)
sys.path.append(str(HOME.parent / "python"))

import pinpipe_options
import pinpipe_values
from pinpipe_io import die, printable, say


def role(text: str) -> str:
    if not re.fullmatch(r"[\w+=,.@-]{1,64}", text, re.ASCII):
        raise pinpipe_values.BadValue(f"takes the name of a role, not {pinpipe_values.shown(text)}", "it has up to 64 letters, digits and _+=,.@-")
    return text


def bucket(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", text):
        raise pinpipe_values.BadValue(f"takes the name of a bucket, not {pinpipe_values.shown(text)}", "it has 3 to 63 of a-z, 0-9, . and -")
    return text


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = pinpipe_options.ArgumentParser(TOOL, __doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--port", type=pinpipe_values.port(), default=0)
    parser.add_argument("--role", type=role, action="append", default=[])
    parser.add_argument("--bucket", type=bucket, action="append", default=[])
    return parser.parse_args(arguments)


OPTIONS = parse(sys.argv[1:])
if OPTIONS.check:
    sys.exit(0)

from aws_emulator import kafka_login, msk_token
from moto import settings
from moto.core.responses import ActionAuthenticatorMixin
from moto.iam.models import iam_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3.models import s3_backends
from werkzeug.serving import WSGIRequestHandler, make_server

ALL = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})


def populate(options: argparse.Namespace) -> None:
    """The user whose key is in the environment, roles that whoever has a key may assume, and buckets."""
    iam = iam_backends[kafka_login.ACCOUNT][kafka_login.PARTITION]
    iam.create_user(REGION, USER)
    iam.put_user_policy(USER, "all", ALL)
    key = iam.create_access_key(USER)
    key.access_key_id, key.secret_access_key = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
    for name in options.role:
        iam.create_role(name, ALL, "/", None, "", [], 3600)
        iam.put_role_policy(name, "all", ALL)
    for name in options.bucket:
        s3_backends[kafka_login.ACCOUNT][kafka_login.PARTITION].create_bucket(name, REGION)


class Application:
    """moto's, and beside it the logins of Kafka."""

    def __init__(self) -> None:
        self.moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: dict, start_response):
        if environ["PATH_INFO"] == LOGIN_PATH and environ["REQUEST_METHOD"] == "POST":
            status, text = self.log_in(environ)
        elif "HTTP_AUTHORIZATION" not in environ and "X-Amz-Signature=" not in environ["QUERY_STRING"]:
            status, text = "403 Forbidden", "the request is not signed\n"  # moto would fall over it
        else:
            return self.moto(environ, start_response)
        start_response(status, [("Content-Type", "text/plain; charset=utf-8")])
        return [text.encode()]

    @staticmethod
    def log_in(environ: dict) -> tuple[str, str]:
        """The status, and the name and the end of the login or why there is none."""
        token = environ["wsgi.input"].read(min(int(environ.get("CONTENT_LENGTH") or 0), LOGIN_BYTES))
        try:
            login = kafka_login.check(token.decode("ascii", "replace"), datetime.now(timezone.utc))
            return "200 OK", f"{login.principal} {login.expires_ms}"
        except msk_token.Refused as refused:
            say(f"{TOOL}: no login to Kafka: {printable(refused)}")
            return "403 Forbidden", str(refused)


class Quiet(WSGIRequestHandler):
    """Without a line for each request."""

    def log_request(self, *_: object) -> None:
        pass


def main() -> None:
    try:
        server = make_server("127.0.0.1", OPTIONS.port, Application(), threaded=True, request_handler=Quiet)
    except OSError as error:
        die(TOOL, f"port {OPTIONS.port}: {error.strerror}", "--port takes another")
    populate(OPTIONS)
    # From now on signatures and rights count.
    settings.INITIAL_NO_AUTH_ACTION_COUNT = ActionAuthenticatorMixin.request_count = 0
    for number in signal.SIGINT, signal.SIGTERM:
        signal.signal(number, lambda *_: sys.exit(0))
    server.serve_forever()


if __name__ == "__main__":
    main()
