#!/usr/bin/env python3
# alone: measures latency
"""The limits of the cleaners, measured: latency on an idle pipe, and resident memory.

A record is downstream within 10 ms of arriving on an idle pipe, so through three tools within 30.
A filter needs at most 64 MB, whatever the size of the input. Sanitizers change both, and skip this.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time

TOOLS = ["clean-pin", "clean-geo", "clean-user"]
POST = (b'{"pin":{"index":1,"title":"Untitled","follower_count":"3k"},"geo":{"ind":1,"latitude":1.5,"longitude":2},'
        b'"user":{"ind":1,"first_name":"A","last_name":"B","age":"20"}}\n')
LATENCY_MS = 10
MEMORY_MIB = 64
SAMPLES = 50
INPUT_BYTES = 200_000_000
SKIPPED = 77


def chain(*options):
    """Processes joined by pipes: the first's stdin and the last's stdout are ours."""
    processes = []
    for tool in TOOLS:
        source = processes[-1].stdout if processes else subprocess.PIPE
        processes.append(subprocess.Popen([tool, *options], stdin=source, stdout=subprocess.PIPE, bufsize=0))
        if len(processes) > 1:
            source.close()
    return processes


def check_latency(*options):
    processes = chain(*options)
    times = []
    for _ in range(SAMPLES):
        time.sleep(0.005)  # so that every tool is waiting
        start = time.perf_counter()
        processes[0].stdin.write(POST)
        line = b""
        while not line.endswith(b"\n"):
            line += processes[-1].stdout.read(65536)
        times.append((time.perf_counter() - start) * 1000)
    processes[0].stdin.close()
    for process in processes:
        assert process.wait(timeout=10) == 0
    median = statistics.median(times)
    print(f"latency {' '.join(options) or '(plain)'}: median {median:.2f} ms through {len(TOOLS)} tools")
    assert median < LATENCY_MS * len(TOOLS), times


def check_flushes_zstd(block_size):
    """What was compressed can be read while the pipe stays open, though it fills a block to the byte.

    The reader is a tool of ours: the zstd command reads in large pieces, and would show nothing.
    """
    cleaner = subprocess.Popen(["clean-pin", "-z", "--block-size", str(block_size)], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, bufsize=0)
    reader = subprocess.Popen(["clean-geo"], stdin=cleaner.stdout, stdout=subprocess.PIPE, bufsize=0,
                              stderr=subprocess.DEVNULL)  # it is cut off in the middle of a frame
    cleaner.stdout.close()
    burst = (POST * 100)[:block_size]
    cleaner.stdin.write(burst)
    os.set_blocking(reader.stdout.fileno(), False)
    wanted, lines, start = burst.count(b"\n"), 0, time.perf_counter()
    while lines < wanted and time.perf_counter() - start < 5:
        lines += (reader.stdout.read(1 << 20) or b"").count(b"\n")
        time.sleep(0.001)
    for process in (cleaner, reader):
        process.kill()
        process.wait()
    print(f"zstd: {lines} of {wanted} lines are downstream while the pipe is idle")
    assert lines == wanted > 0


def resident_mib(command, source):
    """The largest resident size of `command`, alone in a child; nothing below Python's own 13 MiB is seen."""
    code = ("import resource, subprocess, sys\n"
            "done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)\n"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, done.returncode)\n")
    with open(source, "rb") as stdin:
        said = subprocess.run([sys.executable, "-c", code, *command], stdin=stdin, capture_output=True, check=True)
    size, status = map(int, said.stdout.split())
    assert status == 0, (command, said.stderr)
    return size


def write_input(folder):
    path = os.path.join(folder, "in")
    with open(path, "wb") as file:
        block = POST * 5000
        for _ in range(INPUT_BYTES // len(block)):
            file.write(block)
    packed = path + ".zst"
    subprocess.run(["zstd", "-q", "-1", path, "-o", packed], check=True)
    return path, packed


def check_memory():
    with tempfile.TemporaryDirectory() as folder:
        path, packed = write_input(folder)
        for command, source in ((["clean-pin"], path), (["clean-geo", "-j8"], path), (["clean-user", "-j8", "-z"], packed)):
            size = resident_mib(command, source)
            print(f"memory of {' '.join(command)}: {size} MiB")
            assert size <= MEMORY_MIB, command


def main():
    if os.environ.get("PINPIPE_SANITIZE"):
        print("sanitizers change what is measured here")
        return SKIPPED
    check_latency()
    check_latency("-j1")
    check_latency("-j8")
    check_flushes_zstd(4096)
    check_flushes_zstd(len(POST))
    check_memory()
    return 0


if __name__ == "__main__":
    sys.exit(main())
