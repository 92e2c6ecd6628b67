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

import pinpipe_io
from pinpipe_io import die, not_empty, port, positive

KEYS = "PINPIPE_API_KEYS"
REST_URL = "http://127.0.0.1:8082"
RATE, BURST = 10_000, 5_000  # AWS's, of an account in a region
TIMEOUT_S = 29.0


def stage(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,128}", text):
        raise argparse.ArgumentTypeError(f"'{text}' is not of letters, digits, - and _")
    return text


def url(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#@]+[^\s?#@]*", text):
        raise argparse.ArgumentTypeError(f"'{text}' is not a URL such as {REST_URL}")
    return text


def rate(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text) or float(text) <= 0:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number above 0")
    return float(text)


def seconds(text: str) -> float:
    found = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,6})?)(ms|s)?", text)
    value = float(found[1]) / (1000 if found[2] == "ms" else 1) if found else 0
    if not 0.01 <= value <= TIMEOUT_S:
        raise argparse.ArgumentTypeError(f"'{text}' is not a duration from 10ms to {TIMEOUT_S:g}s, such as 5s")
    return value


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = pinpipe_io.ArgumentParser(TOOL, __doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--port", type=port, default=0)
    parser.add_argument("--stage", type=stage, default="prod")
    parser.add_argument("--rest-url", type=url, default=os.environ.get("KAFKA_REST_URL") or REST_URL)
    parser.add_argument("--kinesis-url", type=url)
    parser.add_argument("--templates", type=not_empty)
    parser.add_argument("--key-file", type=not_empty)
    parser.add_argument("--rate", type=rate, default=RATE)
    parser.add_argument("--burst", type=positive, default=BURST)
    parser.add_argument("--timeout", type=seconds, default=TIMEOUT_S)
    return parser.parse_args(arguments)


OPTIONS = parse(sys.argv[1:])  # before the packages are looked for

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
    http = Http(options.timeout, log)
    return Gateway(options.stage, keys, access.Throttle(options.rate, options.burst), templates,
                   Kinesis(http, options.kinesis_url), RestProxy(http, options.rest_url), log)


def main() -> None:
    gateway = gateway_of(OPTIONS)
    if OPTIONS.check:
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
