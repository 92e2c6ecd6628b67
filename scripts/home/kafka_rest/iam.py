"""Tokens for logins by IAM, as librdkafka asks for them. Amazon's own signer makes them, in a Python of its own."""

import json
import os
import subprocess
import threading
import time
from dataclasses import asdict
from pathlib import Path

from kafka_rest.jaas import ConfigError, IamLogin
from pinpipe_io import complain, printable, say

HERE = Path(__file__).resolve().parent
WITH_PYTHON = HERE.parent / "with-python"
SIGN_SECONDS = 60


class TokenError(Exception):
    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.hint = hint


def region_for(login: IamLogin) -> str:
    region = login.region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if not region:
        raise ConfigError("the names of the brokers do not say in which AWS region they are",
                          "set AWS_REGION to the region of the cluster")
    return region


def check_signer() -> None:
    """Errors: ConfigError; its packages are not to be had."""
    if not (HERE.parent.parent / "python/locked/msk.txt").exists():
        raise ConfigError("a login by IAM needs packages of python/locked/msk.txt, which is not there", "install pinpipe whole")
    lines = ["no reason given"]
    with subprocess.Popen([WITH_PYTHON, "--fetch", "msk"], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as fetch:
        for line in filter(None, map(str.strip, fetch.stderr)):
            lines.append(line)
            if ": getting " in line:
                say(printable(line))
    if fetch.returncode:
        why = next((line for line in lines if "error: " in line), lines[-1]).split("error: ")[-1]
        raise ConfigError(f"a login by IAM needs aws-msk-iam-sasl-signer-python: {why}", "with-python --fetch msk gets it")


class Tokens:
    """One token for all clients, made anew when half of its time is over."""

    def __init__(self, tool: str, login: IamLogin) -> None:
        self.tool, self.lock = tool, threading.Lock()
        self.token, self.end, self.renew = "", 0.0, 0.0
        self.asked = json.dumps(asdict(login) | {"region": region_for(login)})
        self.failing = ""

    def __call__(self, _: str = "") -> tuple[str, float]:
        """For oauth_cb: the token, and its end in seconds since 1970. What fails is told once, and asked for again."""
        with self.lock:
            if time.time() < self.renew:
                return self.token, self.end
            try:
                self.token, self.end = self.sign()
            except TokenError as error:
                if str(error) != self.failing:
                    complain(self.tool, f"cannot make a token for IAM: {error}", error.hint)
                self.failing = str(error)
                raise
            self.failing, self.renew = "", (time.time() + self.end) / 2
            return self.token, self.end

    def sign(self) -> tuple[str, float]:
        try:
            done = subprocess.run(
                [WITH_PYTHON, "msk", "python3", "-I", HERE / "sign.py"], input=self.asked, capture_output=True, text=True,
                timeout=SIGN_SECONDS, check=False)
            reply = json.loads(done.stdout)
        except subprocess.TimeoutExpired:
            raise TokenError(f"no answer from AWS in {SIGN_SECONDS} s") from None
        except ValueError:
            lines = done.stderr.strip().splitlines() or [f"status {done.returncode}"]
            raise TokenError(printable(lines[-1])) from None
        if "error" in reply:
            raise TokenError(reply["error"], reply["hint"])
        return reply["token"], reply["end"]
