"""What the scenarios read: files of so many posts, made once, with fixed seeds, under build/bench/data."""

import subprocess
from pathlib import Path

from page import TOP

DATA = TOP / "build/bench/data"
MEMBER = "to-kafka-payload --api kcat --payload-only --user-id 0a --only"

# How each is made; {posts} is the file of posts that all others are made of.
INPUTS = {
    "posts": "emulate-posts --order sequential --rows 100000000 -n {count}",
    "pins": f"{MEMBER} pin {{posts}}",
    "geos": f"{MEMBER} geo {{posts}}",
    "users": f"{MEMBER} user {{posts}}",
    "pins.zst": f"{MEMBER} pin {{posts}} | zstd -q",
    "clean": "clean-pin {posts} | clean-geo | clean-user",
    "produce-requests": "to-kafka-payload --user-id 0a {posts}",
    "put-requests": "kinesis-encode --user-id 0a {posts}",
    "put-requests-of-1": "kinesis-encode --user-id 0a --max-records 1 {posts}",
    "posts.array": "sed '1s/^/[/; $!s/$/,/; $s/$/]/' {posts}",
    "posts.indented": "jq . {posts}",
    "posts.run-together": "tr -d '\\n' <{posts}",
    "posts.texts": "jq -c tojson {posts}",
    "posts.gz": "gzip -c {posts}",
    "none": "",
}


def shell(command: str) -> str:
    """What a command of bash prints. Raises CalledProcessError if any part of it fails."""
    bash = ["bash", "-o", "pipefail", "-euc", command]
    ended = subprocess.run(bash, stdout=subprocess.PIPE, text=True)
    if ended.returncode != 0:
        raise subprocess.CalledProcessError(ended.returncode, command)
    return ended.stdout


def make_input(name: str, count: int) -> Path:
    path = DATA / f"{count}.{name}"
    if not path.exists():
        DATA.mkdir(parents=True, exist_ok=True)
        posts = None if name in ("posts", "none") else make_input("posts", count)
        shell(f"{{ {INPUTS[name].format(posts=posts, count=count) or ':'}; }} > '{path}.part'")
        Path(f"{path}.part").rename(path)
    return path
