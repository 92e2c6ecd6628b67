"""What the chaos tests of Kafka and Kinesis have in common: posts, a sender whose account is checked, and what arrived."""

import atexit
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

POSTS = int(os.environ.get("CHAOS_POSTS", "200000"))
SENDER = ["--retries", "3", "--timeout", "3", "--stats"]
DATASETS = ("pin", "geo", "user")


def shell(command: str) -> None:
    subprocess.run(["bash", "-o", "pipefail", "-euc", command], check=True)


def make_posts() -> None:
    """Each with an `ind` of its own, so that none that is lost can hide behind another."""
    shell(f"emulate-posts --order sequential --rows {POSTS} -n {POSTS} -o posts")


def start_sender(encode: str, url: str) -> subprocess.Popen:
    """It ends with this process, however that ends."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    encoder = subprocess.Popen(encode.split(), stdout=subprocess.PIPE)
    sender = subprocess.Popen(["send-payloads", "--url", url, *SENDER, "--dead-letter", "dead", "-o", "reports"],
                              stdin=encoder.stdout, stderr=subprocess.PIPE, text=True)
    encoder.stdout.close()
    for process in encoder, sender:
        atexit.register(process.kill)
    return sender


def account(sender: subprocess.Popen) -> dict:
    """What --stats says at the end. All that came in is delivered or dead-lettered, and the status says which."""
    said = sender.communicate()[1]
    stats = json.loads(said.splitlines()[-1])
    assert stats["in"] == 3 * POSTS == stats["delivered"] + stats["dead_lettered"], stats
    assert stats["lost"] == stats["rejected_lines"] == 0, stats
    assert sender.returncode == (1 if stats["dead_lettered"] else 0), (sender.returncode, said)
    return stats


def send_dead_letters(url: str) -> None:
    shell(f"send-payloads --url '{url}' dead -o again")


def dataset_of(record: dict) -> str:
    return "pin" if "unique_id" in record else "geo" if "latitude" in record else "user"


def keys(path: str) -> list[tuple[str, int]]:
    """Dataset and `ind` of each record in a file."""
    with open(path, encoding="utf-8") as lines:
        return [(dataset_of(record), record.get("index", record.get("ind"))) for record in map(json.loads, lines)]


def check_arrived(arrived: str, without: str | None) -> int:
    """All records are in the file, but perhaps those `without`; returns how many are doubled."""
    found = keys(arrived)
    missing = {(dataset, ind) for dataset in DATASETS for ind in range(POSTS)} - set(found)
    if without:
        missing -= set(keys(without))
    if missing:
        sys.exit(f"{len(missing)} records are lost, such as {sorted(missing)[:5]}")
    return len(found) - len(set(found))


def check_answers(arrived: str) -> None:
    """Questions about what arrived have the answers of what was sent."""
    for name, source in ("expected", "posts"), ("found", arrived):
        shell(f"clean-pin {source} | clean-geo | clean-user | query all -o answers.{name}")
    shell("cmp answers.expected answers.found && [[ -s answers.found ]]")


def report(stats: dict, faults: str, doubled: int) -> None:
    assert stats["retries"] > 0 and stats["dead_lettered"] > 0, f"the faults did nothing: {stats}"
    print(f"{stats['in']} records; {faults}; {stats['attempts']} attempts at {stats['requests']} requests, "
          f"{stats['dead_lettered']} dead letters sent again, {doubled} records doubled, none lost")


def decode_dead_letters(tool: str) -> str:
    shell(f"{tool} dead -o dead.records")
    return "dead.records" if Path("dead.records").stat().st_size else sys.exit("there are no dead letters")
