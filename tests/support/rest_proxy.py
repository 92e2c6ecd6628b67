"""A rest-proxy, and what it is asked in JSON."""

import json
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

PATIENCE_S = 90
KIND = "application/vnd.kafka.json.v2+json"


@contextmanager
def running(port: int, *options: object, environment: dict[str, str]):
    """One whose options say that it listens on `port`, for so long; what it has said is in the list once it has ended, well."""
    said: list[str] = []
    process = subprocess.Popen(["rest-proxy", *map(str, options)], env=environment, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + PATIENCE_S
    try:
        while process.poll() is None and time.monotonic() < until:
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield said
    finally:
        process.terminate()
        said.extend(process.communicate(timeout=PATIENCE_S)[1].splitlines())
    assert process.returncode == 0, said


def ask(url: str, body: str | None = None) -> tuple[int, object]:
    request = urllib.request.Request(url, body and body.encode(), {"Content-Type": KIND})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as reply:
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)
