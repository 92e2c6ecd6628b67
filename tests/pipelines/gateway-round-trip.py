#!/usr/bin/env python3
# needs: kafka kinesis python:moto python:gateway
"""README's pipelines through gateway-up, at home and those of AWS as they stand, with their key: what comes back out of Kafka
and Kinesis has the answers of the console. Kinesis is kinesalite, and moto, which verifies the gateway's signatures.

Runs in the Python of scripts/with-python, beside a Kafka of its own.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

TESTS = Path(os.environ["TESTS"])
sys.path.insert(0, str(TESTS / "support"))
import aws_server
import rerun
from aws_server import REGION

KEY = "x-api-key: 0123456789abcdef"
README = (TESTS.parent / "README.md").read_text()
CLEAN = "clean-pin | clean-geo | clean-user | query all --format table"
STREAMS = 'for dataset in pin geo user; do read-stream "streaming-0a-$dataset"; done | kinesis-encode --decode'


def run(script: str, folder: str, status: int = 0, prefix: tuple = (), **variables: str) -> subprocess.CompletedProcess:
    """With no AWS_ variable but those that are given."""
    environment = aws_server.environment(**{"HOME": folder, **variables})
    done = subprocess.run([*prefix, "bash", "-euo", "pipefail", "-c", script], cwd=folder, env=environment,
                          capture_output=True, text=True)  # fmt: skip
    assert done.returncode == status and (status or not done.stderr), (script, done)
    return done


def answers(posts: int, folder: str) -> str:
    return run(f"emulate-posts -n {posts} | {CLEAN}", folder).stdout


def block_at_home() -> str:
    return re.search(r"kafka-up -- kinesis-up -- gateway-up -- bash -euo pipefail -c '(.*?)'\n```", README, re.S)[1]


def pipelines_of_aws() -> list[str]:
    """What README.md sends to a gateway of Amazon's."""
    part = README[README.index("**On AWS.**") :]
    found = re.findall(r'^    (emulate-posts .*\|\n +send-payloads --url "\$GATEWAY_URL" .*)$', part, re.M)
    assert len(found) == 2 and "to-kafka-payload" in found[0] and "gateway-records" in found[1], found
    return found


def delivered(reports: str) -> int:
    return sum(json.loads(line)["delivered"] for line in reports.splitlines())


def check_home(folder: str) -> None:
    """The block of README.md, beside the proxy that runs here already."""
    done = run(block_at_home(), folder, prefix=("kinesis-up", "kinesis", "--", "gateway-up", "gateway", "--"))
    assert done.stdout == answers(1000, folder), done.stdout
    check_topics(folder, 1000)
    assert delivered(Path(folder, "reports.ndjson").read_text()) == 6000


def check_topics(folder: str, posts: int) -> None:
    files = run("sink-topics --once 0a sink", folder).stdout.splitlines()
    assert len(files) == 3, files
    assert run(f"cat sink/topics/0a.*/*/*.json | {CLEAN}", folder).stdout == answers(posts, folder)


def check_aws(folder: str, url: str) -> None:
    """As they stand: with a key of the gateway's, and a role's of AWS, which has a session token."""
    where = {"AWS_ENDPOINT_URL": url, "AWS_REGION": REGION, **aws_server.role(url)}
    aws_server.verify(url)
    Path(folder, ".gateway-key").write_text(f"{KEY}\n")
    gateway = "gateway-up", "--key-file", f"{folder}/.gateway-key", "gateway", "--"
    to_kafka, to_kinesis = pipelines_of_aws()
    run("create-topics --delete 0a; create-topics 0a; create-streams 0a", folder, **where)
    reports = run(f"{to_kafka}\n{to_kinesis}", folder, prefix=gateway, **where).stdout
    assert delivered(reports) == 6000, reports
    assert run(f"{STREAMS} | {CLEAN}", folder, **where).stdout == answers(1000, folder)
    check_topics(folder, 1000)
    check_refusals(folder, gateway, where)


def check_refusals(folder: str, gateway: tuple, where: dict) -> None:
    """Of a key that the gateway does not know, and of a secret that AWS does not, which comes with status 200."""
    post = 'emulate-posts -n 1 | kinesis-encode --user-id 0a --shape gateway-record | send-payloads --retries 0 --url "$GATEWAY_URL"'
    done = run(post, folder, 2, gateway, **where)
    assert "Forbidden" in done.stderr and "--header-file" in done.stderr, done
    wrong = {**where, "AWS_SECRET_ACCESS_KEY": "wrong" * 8, "PINPIPE_HEADERS": KEY}
    done = run(post, folder, 1, gateway, **wrong)
    assert "SignatureDoesNotMatch" in done.stderr, done


def check_methods(folder: str) -> None:
    """Streams by the gateway's own methods, one record of each form, and both back as they were."""
    script = """
      ask() { curl -sS --fail-with-body -X "$@"; }
      ask POST "$GATEWAY_URL/streams/one" -H 'Content-Type: application/json' --data '{"ShardCount":2}'
      ask POST "$GATEWAY_URL/streams/two"
      sleep 0.5
      ask GET "$GATEWAY_URL/streams" | jq -c .StreamNames
      for stream in one two; do
        ask GET "$GATEWAY_URL/streams/$stream" | jq -c '.StreamDescription | [.StreamName, .StreamStatus, (.Shards | length)]'
      done
      record='{"index":1,"title":"né ✓ \\"x\\""}'
      for shape in gateway-record gateway-records; do
        kinesis-encode --stream one --shape $shape <<<"$record" | send-payloads --url "$GATEWAY_URL" >>reports
      done
      read-stream one | kinesis-encode --decode | sort -u | diff - <(echo "$record") && read-stream one | kinesis-encode --decode | wc -l
      ask DELETE "$GATEWAY_URL/streams/two"
      sleep 0.5
      ask GET "$GATEWAY_URL/streams" | jq -c .StreamNames
      ask PUT "$GATEWAY_URL/streams/none/record" -d '{"Data":1,"PartitionKey":"k"}' -H 'Content-Type: application/json' | jq -r .__type"""
    done = run(script, folder, prefix=("kinesis-up", "kinesis2", "--", "gateway-up", "gateway2", "--"))
    expected = ['["one","two"]', '["one","ACTIVE",2]', '["two","ACTIVE",5]', "2", '["one"]', "ResourceNotFoundException"]
    assert done.stdout.splitlines() == expected, done.stdout


def main() -> None:
    os.environ.pop("KAFKA_BRIDGE_JARS", None)  # README.md's proxy is the other
    rerun.beside_kafka()
    rerun.with_packages("moto")
    with tempfile.TemporaryDirectory() as folder:
        for name in "home", "aws", "methods":
            Path(folder, name).mkdir()
        check_methods(f"{folder}/methods")
        print("check_methods: fine", flush=True)
        check_home(f"{folder}/home")
        print("check_home: fine", flush=True)
        server, url = aws_server.start(Path(folder))
        try:
            check_aws(f"{folder}/aws", url)
        finally:
            server.terminate()
            server.wait()
        print("check_aws: fine", flush=True)


if __name__ == "__main__":
    main()
