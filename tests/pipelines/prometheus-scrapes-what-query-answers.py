#!/usr/bin/env python3
# needs: prometheus
"""Has a Prometheus scrape the answers of query by the textfile collector of node_exporter, and asks it for them.

Every value of every question must be there, under its labels: names of any characters, with quotes, backslashes and line
feeds in them. Then a question that is asked of a stream, whose file is replaced every so often: Prometheus must see what is
known in the middle of the stream, and at its end.
"""

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from http_double import free_port

QUESTIONS = "all popular-profiles categories-now categories-by-year"
WAIT_S = 60
ODD_NAMES = ['say "x"', "back\\slash", "two\nlines", "日本語 😀", "{a=1}", "tab\there", "\\n", "nul\0"]
open_url = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


@contextlib.contextmanager
def running(*command):
    with open("log", "ab") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.kill()
        process.wait()


class Prometheus:
    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}/api/v1/query?"

    def samples(self, metric):
        """Values by labels, or nothing as long as it does not answer."""
        try:
            with open_url(self.url + urllib.parse.urlencode({"query": metric}), timeout=10) as reply:
                result = json.load(reply)["data"]["result"]
        except OSError:
            return {}
        own = {"__name__", "instance", "job"}
        return {
            tuple(sorted((name, value) for name, value in sample["metric"].items() if name not in own)): float(sample["value"][1])
            for sample in result
        }

    def await_samples(self, metric, expected):
        until = time.monotonic() + WAIT_S
        while (found := self.samples(metric)) != expected:
            if time.monotonic() > until:
                missing, more = expected.items() - found.items(), found.items() - expected.items()
                raise SystemExit(f"{metric}: {len(found)} samples, not {len(expected)}; missing {list(missing)[:5]}, more {list(more)[:5]}")
            time.sleep(0.2)


def rows(question, posts):
    lines = subprocess.run(["query", *question.split(), posts], check=True, stdout=subprocess.PIPE).stdout.splitlines()
    return [json.loads(line) for line in lines]


def expected_of(posts):
    """Samples by metric: of each question, of each column that is a measure."""
    metrics = {}
    for row in rows(QUESTIONS, posts):
        question = row.pop("question")
        measures = [key for key, value in row.items() if isinstance(value, int) and not key.endswith("_year")]
        labels = tuple(sorted((key, str(value)) for key, value in row.items() if key not in measures and value is not None))
        for measure in measures:
            name = "pinpipe_" + re.sub("[^a-z0-9]+", "_", f"{question} {measure}")
            metrics.setdefault(name, {})[labels] = float(row[measure])
    return metrics


def write_posts(path):
    truth = subprocess.run(["emulate-posts", "-n", "1000", "--truth"], check=True, stdout=subprocess.PIPE).stdout
    odd = [
        {"pin": {"ind": 900_000 + i, "poster_name": name, "follower_count": i, "category": name}, "geo": {"ind": 900_000 + i, "country": name}}
        for i, name in enumerate(ODD_NAMES)
    ]
    path.write_bytes(truth + "".join(json.dumps(post) + "\n" for post in odd).encode())


def check_answers(prometheus, folder, posts):
    subprocess.run(["query", *QUESTIONS.split(), "--format", "prometheus", "-o", folder / "answers.prom", posts], check=True)
    expected = expected_of(posts)
    assert len(expected) == 14, f"{len(expected)} metrics"
    for metric, samples in expected.items():
        prometheus.await_samples(metric, samples)
        print(f"{metric}: {len(samples)} samples")
    prometheus.await_samples("node_textfile_scrape_error", {(): 0.0})


def check_stream(prometheus, folder):
    post = '{"pin":{"ind":%d,"category":"art"}}\n'
    stream = subprocess.Popen(
        ["query", "--by", "category", "--emit", "every=200ms", "--format", "prometheus", "-o", folder / "live.prom"],
        stdin=subprocess.PIPE, text=True)  # fmt: skip
    for last in 3, 7:
        for ind in range(last - 2, last + 1) if last == 3 else range(4, 8):
            stream.stdin.write(post % ind)
        stream.stdin.flush()
        prometheus.await_samples("pinpipe_count_by_category_count", {(("category", "art"),): float(last)})
    stream.stdin.close()
    assert stream.wait() == 0, "the stream failed"
    prometheus.await_samples("pinpipe_count_by_category_count", {(("category", "art"),): 7.0})
    print("a stream is seen as it goes")


def main():
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)
        folder = Path(name, "textfiles")
        folder.mkdir()
        posts = Path(name, "posts")
        write_posts(posts)
        exporter, port = free_port(), free_port()
        Path("prometheus.yml").write_text(
            "global: {scrape_interval: 1s}\nscrape_configs:\n"
            f"  - job_name: pinpipe\n    static_configs: [{{targets: ['127.0.0.1:{exporter}']}}]\n")
        with running(
            "prometheus-node-exporter", "--collector.disable-defaults", "--collector.textfile", "--web.disable-exporter-metrics",
            f"--collector.textfile.directory={folder}", f"--web.listen-address=127.0.0.1:{exporter}",
        ), running(
            "prometheus", "--config.file=prometheus.yml", f"--storage.tsdb.path={name}/data", f"--web.listen-address=127.0.0.1:{port}",
        ):  # fmt: skip
            prometheus = Prometheus(port)
            check_answers(prometheus, folder, posts)
            check_stream(prometheus, folder)


main()
