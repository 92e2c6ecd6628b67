"""The server that gateway-up starts, whose help has its options."""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
from pathlib import Path

TOOL = "gateway-up"
sys.dont_write_bytecode = True  # root's would stay when the package goes
HOME = Path(__file__).resolve().parent.parent
sys.path[0] = str(HOME)
sys.path.append(str(HOME.parent / "python"))

import pinpipe_options
from pinpipe_io import die
from pinpipe_values import BadValue, count, duration, port, positive_number, shown

KEYS = "PINPIPE_API_KEYS"
REST_URL = "http://127.0.0.1:8082"
RATE, BURST = 10_000, 5_000  # AWS's, of an account in a region
TIMEOUT_MAX_MS = 29_000


def stage(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,128}", text):
        raise BadValue(f"takes the name of a stage, not {shown(text)}", "it has up to 128 letters, digits, - and _")
    return text


def url(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#@]+[^\s?#@]*", text):
        raise BadValue(f"takes a URL, not {shown(text)}", f"a URL is such as {REST_URL}")
    return text


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = pinpipe_options.ArgumentParser(TOOL, __doc__)
    parser.add_argument("--check", choices=["options", "all"], help=argparse.SUPPRESS)
    parser.add_argument("--port", type=port(), default=0)
    parser.add_argument("--stage", type=stage, default="prod")
    parser.add_argument("--rest-url", type=url, default=os.environ.get("KAFKA_REST_URL") or REST_URL)
    parser.add_argument("--kinesis-url", type=url)
    parser.add_argument("--templates")
    parser.add_argument("--key-file")
    parser.add_argument("--rate", type=positive_number(1e9), default=RATE)
    parser.add_argument("--burst", type=count(), default=BURST)
    parser.add_argument("--timeout", type=duration(10, TIMEOUT_MAX_MS, bare_unit="s"), default=TIMEOUT_MAX_MS)
    return parser.parse_args(arguments)


OPTIONS = parse(sys.argv[1:])  # before the packages are looked for
if OPTIONS.check == "options":
    sys.exit(0)

from api_gateway import access, routes
from api_gateway.backends import Http, Kinesis, RestProxy
from api_gateway.log import Log
from api_gateway.server import Gateway, Server
from api_gateway.templates import Fault, Templates


def folder_of_templates(path: str | None) -> Path | None:
    """Ends where a file of it would be taken for none."""
    if path is None:
        return None
    folder = Path(path).absolute()
    if not folder.is_dir():
        die(TOOL, f"--templates {path}: not a folder")
    unknown = sorted(one.name for one in folder.glob("*.vtl") if one.name not in routes.TEMPLATES)
    if unknown:
        die(TOOL, f"{folder / unknown[0]}: no route has a template of this name", f"there are {', '.join(routes.TEMPLATES)}")
    return folder


def gateway_of(options: argparse.Namespace) -> Gateway:
    log = Log(TOOL)
    try:
        keys = access.read_keys(options.key_file, os.environ.get(KEYS))
        templates = Templates(folder_of_templates(options.templates), routes.TEMPLATES, log.warn)
    except (OSError, ValueError) as error:
        die(TOOL, error, "a line of it is a key, or 'x-api-key: KEY'" if isinstance(error, ValueError) else "")
    except Fault as fault:
        die(TOOL, fault)
    http = Http(options.timeout / 1000, log)
    return Gateway(options.stage, keys, access.Throttle(options.rate, options.burst), templates,
                   Kinesis(http, options.kinesis_url), RestProxy(http, options.rest_url), log)


def main() -> None:
    gateway = gateway_of(OPTIONS)
    if OPTIONS.check == "all":
        return
    try:
        server = Server(OPTIONS.port, gateway)
    except OSError as error:
        die(TOOL, f"port {OPTIONS.port}: {error.strerror}", "--port takes another")
    for number in signal.SIGINT, signal.SIGTERM:
        signal.signal(number, lambda *_: sys.exit(0))
    server.serve_forever()


if __name__ == "__main__":
    main()
