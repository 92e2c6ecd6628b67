#!/usr/bin/env python3
# needs: kafka
"""200,000 posts through a REST proxy into a real Kafka, while the proxy is killed and started again and the broker is
stopped and continued: each record is consumed at least once or is a dead letter, dead letters complete the set, and the
answers of query are those of what was sent."""

import itertools
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

TESTS = Path(os.environ.get("TESTS", Path(__file__).resolve().parent.parent))
sys.path[:0] = [str(TESTS / "delivery"), str(TESTS / "support")]
import chaos
import rerun


def proxy(what: str) -> None:
    subprocess.run([TESTS / "kafka/proxy", what], check=True, stdout=subprocess.DEVNULL)


def kill_proxy(seconds: float) -> None:
    proxy("kill")
    time.sleep(seconds)
    proxy("start")


def stop_broker(seconds: float) -> None:
    broker = int(Path("kafka.pid").read_text().split()[0])
    os.kill(broker, signal.SIGSTOP)
    time.sleep(seconds)
    os.kill(broker, signal.SIGCONT)


def make_trouble(sender: subprocess.Popen) -> str:
    """Until the sender ends: a proxy that is away for a moment, for longer than the retries, and a silent broker."""
    killed = stopped = 0
    for seconds in itertools.cycle((0.1, 4.0, 0.5)):
        time.sleep(1.5)
        if sender.poll() is not None:
            break
        kill_proxy(seconds)
        killed += 1
        time.sleep(1.5)
        if sender.poll() is not None:
            break
        stop_broker(seconds)
        stopped += 1
    assert killed and stopped, "the sender ended before there was trouble"
    return f"proxy ({os.environ['KAFKA_REST']}) killed {killed} times, broker stopped {stopped} times"


def consume() -> None:
    chaos.shell(": > arrived")
    for dataset in chaos.DATASETS:
        chaos.shell(f"kcat -C -q -J -e -b $KAFKA_BOOTSTRAP -t 0a.{dataset} | to-kafka-payload --unwrap >> arrived")


def main() -> None:
    rerun.beside_kafka()
    os.chdir(os.environ["KAFKA_DIR"])
    chaos.shell("create-topics 0a --partitions 2")
    chaos.make_posts()
    url = os.environ["KAFKA_REST_URL"]
    sender = chaos.start_sender("to-kafka-payload --user-id 0a posts", url)
    faults = make_trouble(sender)
    stats = chaos.account(sender)
    consume()
    chaos.check_arrived("arrived", without=chaos.decode_dead_letters("to-kafka-payload --unwrap"))
    chaos.send_dead_letters(url)
    consume()
    doubled = chaos.check_arrived("arrived", without=None)
    chaos.check_answers("arrived")
    chaos.report(stats, faults, doubled)


if __name__ == "__main__":
    main()
