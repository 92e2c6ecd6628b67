#!/usr/bin/env python3
"""What one tool writes the next one takes: lines at the limits of depth, members and length go through chains of tools.

The first tool of a chain rejects what is beyond; whatever it writes is no reject of those behind it, but for lines that
grow there as well. Nothing is lost: of each tool in = out + rejected, and the out of one is the in of the next.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from declared import choices

CLEANERS = ["clean-pin", "clean-geo", "clean-user", "clean-pin"]
KAFKA = [["--api", api, *more] for api in choices("to-kafka-payload", "--api") for more in ([], ["--payload-only", "--only", "pin"])
         if (api, bool(more)) != ("kcat", True)]  # which writes records as they are
KINESIS = [["--shape", shape, *more] for shape in choices("kinesis-encode", "--shape")
           for more in ([], ["--payload-only", "--only", "pin"])]
BARE = {"pin": b'{"index":%d,"unique_id":"u"%s}', "geo": b'{"ind":%d,"country":"c"%s}', "user": b'{"ind":%d,"first_name":"f"%s}'}
READERS = {"to-kafka-payload": "--unwrap", "kinesis-encode": "--decode"}
MANUAL = Path(os.environ.get("TESTS", Path(__file__).resolve().parents[1])).parent / "man/pinpipe.7"


class Stage:
    """A tool that has run: its account, its output, and why it rejected what it did."""

    def __init__(self, command: list[str], text: bytes):
        with tempfile.TemporaryDirectory() as folder:
            rejects = Path(folder, "rejects")
            done = subprocess.run([*command, "--stats", "--rejects", rejects], input=text, capture_output=True)
            self.rejects = [json.loads(line) for line in rejects.read_bytes().splitlines()] if rejects.exists() else []
        self.said = done.stderr.decode()
        assert done.returncode in (0, 1), (command, done.returncode, self.said[:2000])
        self.out = done.stdout
        self.account = json.loads(self.said.splitlines()[-1])
        self.reasons = [reject["reason"] for reject in self.rejects]
        assert self.account["in"] == self.account["out"] + self.account["rejected"], (command, self.account)
        rejected_lines = self.account.get("rejected_lines", self.account["rejected"])  # not what could not be sent
        assert rejected_lines == len(self.reasons), (command, self.account)


def run(command: list[str], text: bytes) -> Stage:
    return Stage(command, text)


def stated(what: str) -> int:
    """A figure of the table in pinpipe(7)."""
    return int(re.search(rf"^\.It {re.escape(what)} Ta (\d+)", MANUAL.read_text(), re.M)[1])


def deep(dataset: str, levels: int, number: int = 1, is_object: bool = False) -> bytes:
    """A bare record of so many levels."""
    inner = levels - 1
    value = b'{"a":' * inner + b"1" + b"}" * inner if is_object else b"[" * inner + b"]" * inner
    return BARE[dataset] % (number, b',"x":' + value) + b"\n"


def post(levels: int) -> bytes:
    """A post of so many levels, of which its pin has all but one, and another member as many."""
    inner = b"[" * (levels - 1) + b"]" * (levels - 1)
    pin = deep("pin", levels - 1).rstrip()
    return b'{"pin":%s,"geo":{"ind":1,"country":"c"},"user":{"ind":1,"first_name":"f"},"x":%s}\n' % (pin, inner)


def check_round_trip(command: list[str], text: bytes, limits: list[str], accepted: int) -> None:
    tool = command[0]
    wrapped = run([*command, *limits], text)
    assert wrapped.account["out"] == accepted, (command, limits, wrapped.account, wrapped.reasons[:3])
    back = run([tool, READERS[tool], *limits], wrapped.out)
    assert (back.account["out"], back.reasons) == (accepted, []), (command, limits, back.account, back.reasons[:3])
    again = run([tool, READERS[tool], *limits], wrapped.out.replace(b"\n", b"\r\n"))
    assert again.out == back.out
    records = [run([cleaner, *limits], back.out) for cleaner in CLEANERS[:1]]
    assert all("once cleaned" in reason for stage in records for reason in stage.reasons), command


def check_depth(most: int) -> None:
    for levels in (most - 1, most, most + 1):
        fits = levels <= most
        lines = b"".join(deep(dataset, levels, number, is_object)
                         for dataset in BARE for number, is_object in ((1, False), (2, True)))
        for text, count in ((lines, 6), (post(levels), 1)):
            stage = run(CLEANERS[:1], text)
            assert stage.account["rejected"] == (0 if fits else count), (levels, stage.reasons)
            for cleaner in CLEANERS[1:]:
                before, stage = stage, run([cleaner], stage.out)
                assert (stage.account["in"], stage.reasons) == (before.account["out"], []), (levels, cleaner, stage.reasons)
        for tool, variants in (("to-kafka-payload", KAFKA), ("kinesis-encode", KINESIS)):
            for options in variants:
                count = 2 if "--only" in options else 6
                command = [tool, "--user-id", "me", *options]
                wrapped = run(command, lines)
                assert wrapped.account["rejected"] == (0 if fits else 6), (command, wrapped.reasons)
                back = run([tool, READERS[tool]], wrapped.out)
                wanted = [line for line in lines.splitlines() if count == 6 or b"unique_id" in line] if fits else []
                assert sorted(back.out.splitlines()) == sorted(wanted), (command, levels, back.reasons)
                assert not back.reasons, (command, levels, back.reasons)


def check_replies(most: int) -> None:
    """Of a consumer's reply, and of a request, one that is too deep costs itself alone."""
    good, bad = deep("geo", most).rstrip(), deep("geo", most + 1).rstrip()
    worse = deep("geo", 5000).rstrip()
    for envelope in (b'[%s]', b'{"records":[%s]}', b'{"topic":"t","payload":{"records":[%s]}}'):
        elements = [b'{"key":null,"value":%s}' % value for value in (good, bad, b"{}", worse, b'"text"', good)]
        stage = run(["to-kafka-payload", "--unwrap"], envelope % b",".join(elements) + b"\n")
        assert stage.out.splitlines() == [good, b"{}", good], stage.reasons
        assert [reject["raw"].encode() for reject in stage.rejects] == [elements[1], elements[3], elements[4]]
        replayed = run(["to-kafka-payload", "--unwrap"], b"\n".join(elements[i] for i in (0, 1, 3, 4)) + b"\n")
        assert (replayed.out.splitlines(), len(replayed.reasons)) == ([good], 3), replayed.reasons
    elements = [b'{"data":%s,"partition-key":"k"}' % value for value in (good, bad, b'"{}"', b'"{"', b"1", json.dumps(worse.decode()).encode())]
    stage = run(["kinesis-encode", "--decode"], b'{"stream":"s","payload":{"records":[%s]}}\n' % b",".join(elements))
    assert stage.out.splitlines() == [good, b"{}"], stage.reasons
    assert [reject["raw"].encode() for reject in stage.rejects] == [elements[i] for i in (1, 3, 4, 5)]
    replayed = run(["kinesis-encode", "--decode"], b"\n".join(elements) + b"\n")
    assert (replayed.out, len(replayed.reasons)) == (stage.out, 4), replayed.reasons


def check_many_bad_elements() -> None:
    """Where nearly all are bad, the line is: a reject for each could take more memory than it."""
    most = stated("bad records of a line")
    for bad in (10, most - 1, most, most + 1, 100 * most):
        line = b'{"records":[{"value":{"index":1}}' + b",1" * bad + b"]}\n"
        stage = run(["to-kafka-payload", "--unwrap"], line)
        is_whole = bad > most
        assert (stage.account["out"], len(stage.rejects)) == ((0, 1) if is_whole else (1, bad)), stage.account
        assert stage.rejects[0]["raw"] == (line.decode().rstrip() if is_whole else "1"), stage.rejects[0]["reason"]


def check_requests_are_sent(most: int) -> None:
    """send-payloads takes what the encoders write, and its own dead letters, up to the levels that are stated."""
    beyond = stated("levels of a request") + 1
    nested = b"[" * (beyond - 4) + b"]" * (beyond - 4)
    for text, rejected in ((nested, 1), (nested[1:-1], 0)):
        request = b'{"topic":"t","payload":{"records":[{"value":%s}]}}\n' % text
        sent = run(["send-payloads", "--url", "http://127.0.0.1:9", "--retries", "0"], request)
        assert sent.account["rejected_lines"] == rejected, sent.said
    text = deep("pin", most)
    for command in (["to-kafka-payload", "--user-id", "me"], ["to-kafka-payload", "--api", "v3", "--user-id", "me"],
                    ["kinesis-encode", "--shape", "gateway-record", "--user-id", "me"]):
        requests = run(command, text).out
        longest = str(len(requests.rstrip()))
        url = "http://127.0.0.1:9" + ("/v3/clusters/c" if "v3" in command else "")
        for _ in range(3):
            with tempfile.TemporaryDirectory() as folder:
                letters = Path(folder, "letters")
                sent = run(["send-payloads", "--url", url, "--retries", "0", "--dead-letter", str(letters),
                            "--max-line", longest], requests)
                assert not sent.reasons, sent.reasons
                requests = letters.read_bytes()
            assert requests.count(b"\n") == 1


def members(count: int, key: bytes) -> bytes:
    return b"{%s" % key + b',"":0' * (count - key.count(b":")) + b"}"


def check_members() -> None:
    """At the limit of members, and what is wrapped around a record on top."""
    most = stated("members of a line")
    for count in (most - 1, most, most + 1):
        pin = members(count, b'"index":1,"unique_id":"u"') + b"\n"
        command = ["kinesis-encode", "--shape", "gateway-record", "--payload-only", "--only", "pin", "--user-id", "me",
                   "--max-record-bytes", "4M"]
        wrapped = run(command, pin)
        assert wrapped.account["rejected"] == (count > most), wrapped.reasons
        assert run(["kinesis-encode", "--decode"], wrapped.out).out == (pin if count <= most else b"")
        element = b'{"topic":"t","key":null,"value":%s,"partition":0,"offset":0}' % pin.rstrip()
        for reply in (element, b"[%s]" % element):
            assert run(["to-kafka-payload", "--unwrap"], reply + b"\n").out == (pin if count <= most else b"")
        # Cleaned, the pin has 11.
        grows = b'{"pin":{"index":1},"x":%s}\n' % members(count - 3 - 10, b'"a":1')
        cleaned = run(["clean-pin"], grows)
        assert cleaned.account["rejected"] == (count > most), (count, cleaned.reasons)
        assert not run(["clean-geo"], cleaned.out).reasons


def check_cleaned_length() -> None:
    """Of what is shorter than --max-line and becomes longer."""
    lines = [deep("pin", 1), deep("geo", 1), deep("user", 1), post(2),
             b'{"index":1,"unique_id":"u","follower_count":"1M"}\n', b'{"geo":{"ind":1,"latitude":"1.5","longitude":2},"pin":null}\n']
    for line in lines:
        for cleaner in CLEANERS[:3]:
            cleaned = run([cleaner], line).out
            size = len(cleaned) - 1
            for limit in (size - 1, size, size + 1):
                if limit < len(line) - 1:
                    continue
                stage = run([cleaner, "--max-line", str(limit)], line)
                if limit >= size:
                    assert stage.out == cleaned, (line, limit, stage.reasons)
                    assert run([cleaner, "--max-line", str(limit)], stage.out).out == cleaned
                    continue
                assert stage.reasons == [f"{size} bytes once cleaned: longer than --max-line {limit}"], stage.reasons
                counts = ("records", "nulled", "unreadable", "dropped")
                assert not any(stage.account[count] for count in counts), stage.account


def lines_around(size: int) -> bytes:
    """Records of each dataset, and posts, of lengths around `size`; with quotes and controls, that grow where quoted."""
    lines = []
    for number in range(size // 3, size + 5):
        pad = (b'x\\"\\u0001' * size)[:max(0, number - 40)]
        pad = pad[:len(pad) - pad[::-1].find(b"x") - 1] if b"x" in pad else b""  # no half escapes
        lines += [b'{"index":%d,"title":"%s"}' % (number, pad), b'{"ind":%d,"country":"%s"}' % (number, pad),
                  b'{"ind":%d,"first_name":"%s"}' % (number, pad), b'{"pin":{"index":%d},"geo":{"ind":1,"country":"%s"}}' % (number, pad)]
    return b"\n".join(lines) + b"\n"


def check_lengths() -> None:
    for size in (90, 250, 400):
        text = lines_around(size)
        limits = ["--max-line", str(size)]
        stage = run([CLEANERS[0], *limits], text)
        assert stage.account["out"] > 50
        for cleaner in CLEANERS[1:]:
            before, stage = stage, run([cleaner, *limits], stage.out)
            assert stage.account["in"] == before.account["out"]
            assert all("once cleaned" in reason for reason in stage.reasons), (size, cleaner, stage.reasons[:3])
        assert not stage.reasons, stage.reasons[:3]  # what has been clean is
        for tool, variants in (("to-kafka-payload", KAFKA), ("kinesis-encode", KINESIS)):
            for options in variants:
                for more in ([], ["--max-records", "3"]) if "v2" in options or "put-records" in options else ([],):
                    command = [tool, "--user-id", "me", *options, *more]
                    wrapped = run([*command, *limits], text)
                    assert all("longer than max line" in reason or "over --max-line" in reason for reason in wrapped.reasons)
                    assert wrapped.account["out"] > 0 or size < 150, command  # where the wrapping alone is longer
                    longest = max(map(len, wrapped.out.splitlines()), default=0)
                    assert longest <= size, (command, longest)
                    check_round_trip(command, text, limits, wrapped.account["out"])


def check_emulated() -> None:
    """A post that a stamp makes too long for all tools is no post."""
    start, end = b'{"pin":{"index":1,"title":"', b'"},"geo":{"ind":1}}'
    for size in ((64 << 20) - 34, (64 << 20) - 33):  # ,"timestamp":"2022-10-19 03:52:47"
        with tempfile.TemporaryDirectory() as folder:
            pool = Path(folder, "pool")
            pool.write_bytes(start + b"x" * (size - len(start) - len(end)) + end + b"\n" + b'{"geo":{"ind":2}}\n')
            stage = run(["emulate-posts", "--source", str(pool), "-n", "2", "--order", "sequential", "--now"], b"")
        fits = size + 34 <= 64 << 20
        assert (stage.account["out"], len(stage.reasons)) == ((2, 0) if fits else (1, 1)), (size, stage.reasons)
        assert not run(["clean-user"], stage.out).reasons


def check_python(most: int) -> None:
    """load-tables takes as many levels and bytes of a post as the tools write."""
    code = """import io, sys
sys.dont_write_bytecode = True
sys.path[:0] = sys.argv[1:]
from table_loading import posts
for end in (b"", b"\\n", b"\\r\\n"):
    for mark in (b"", posts.BYTE_ORDER_MARK):
        for size in (0, 1):
            try:
                (number, line), = posts.lines_of(io.BytesIO(mark + b"x" * (posts.MAX_LINE_BYTES + size) + end), False)
                assert size == 0 and len(line) == posts.MAX_LINE_BYTES, (end, mark, size)
            except posts.BadInput:
                assert size == 1, (end, mark)
posts.read_post(sys.stdin.buffer.read(), posts.Place(1))
"""
    scripts = MANUAL.parents[1] / "scripts"
    subprocess.run([sys.executable, "-c", code, scripts / "home", scripts / "python"], input=post(most), check=True)


def main() -> None:
    most = stated("levels of a record")
    check_depth(most)
    check_replies(most)
    check_many_bad_elements()
    check_requests_are_sent(most)
    check_members()
    check_cleaned_length()
    check_lengths()
    check_emulated()
    check_python(most)


if __name__ == "__main__":
    sys.exit(main())
