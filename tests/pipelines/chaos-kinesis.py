#!/usr/bin/env python3
"""200,000 posts to a Kinesis API that throttles, half-fails, resets and hangs: each record is accepted at least once or is a
dead letter, dead letters complete the set, and the answers of query are those of what was sent.

No emulator throttles: this is the stub, which checks the signatures too."""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TESTS = Path(os.environ.get("TESTS", Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(TESTS / "delivery"))
import chaos

ACCOUNT = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "not/a+secret", "AWS_REGION": "eu-west-1"}
THROTTLED = "ProvisionedThroughputExceededException"
SEED = 20


def steps() -> list[dict]:
    chance = random.Random(SEED)

    def partly(code: str) -> dict:
        return {"do": "fail", "code": code, "entries": sorted(chance.sample(range(500), chance.randrange(1, 400)))}

    def whole(status: int, kind: str) -> dict:
        return {"do": "status", "status": status, "body": {"__type": kind, "message": "chaos"}}

    kinds = [lambda: partly(THROTTLED)] * 6 + [
        lambda: partly("InternalFailure"), lambda: whole(400, THROTTLED), lambda: whole(500, "InternalFailure"),
        lambda: whole(503, "ServiceUnavailable"), lambda: {"do": "reset"}, lambda: {"do": "cut"}, lambda: {"do": "broken"},
        lambda: {"do": "fewer"}, lambda: {"do": "slow", "seconds": 0.2}]
    told = []
    for _ in range(150):
        told += [chance.choice(kinds)(), {"do": "ok", "times": chance.randrange(1, 6)}]
    told[100:100] = [{"do": "hang", "seconds": 5}]
    told[200:200] = [{**whole(500, "InternalFailure"), "times": 20}]  # more than the retries
    return told


def start_stub() -> subprocess.Popen:
    Path("stub").mkdir()
    signed = ":".join(ACCOUNT.values())
    stub = subprocess.Popen([sys.executable, TESTS / "stub/server", "--port-file", "stub/port", "--log", "stub",
                             "--verify", signed, *map(json.dumps, steps())])
    while not Path("stub/port").exists():
        assert stub.poll() is None, "the stub did not start"
        time.sleep(0.05)
    return stub


def accepted() -> None:
    with open("stub/accepted", encoding="utf-8") as lines, open("arrived", "w", encoding="utf-8") as arrived:
        for line in lines:
            arrived.write(json.dumps(json.loads(line)["record"], ensure_ascii=False) + "\n")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="chaos-kinesis-") as folder:
        os.chdir(folder)
        os.environ.update(ACCOUNT)
        stub = start_stub()
        try:
            url = f"http://127.0.0.1:{Path('stub/port').read_text()}"
            chaos.make_posts()
            stats = chaos.account(chaos.start_sender("kinesis-encode --user-id 0a posts", url))
            accepted()
            chaos.check_arrived("arrived", without=chaos.decode_dead_letters("kinesis-encode --decode"))
            chaos.send_dead_letters(url)
            accepted()
            doubled = chaos.check_arrived("arrived", without=None)
            chaos.check_answers("arrived")
        finally:
            stub.kill()
            stub.wait()
            os.chdir("/")
    chaos.report(stats, f"{len(steps()) // 2} kinds of trouble in turn", doubled)


if __name__ == "__main__":
    main()
