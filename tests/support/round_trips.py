"""Posts on a trip: through another program and back, and what of them comes back as something else.

A trip reads NDJSON and writes JSON of one form or another. It gets raw posts and clean ones, whole, as three tables apart, and as
one table with the columns of all.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable

POSTS = 300
DATASETS = ("pin", "geo", "user")

Trip = Callable[[str, str], object]  # from a file of NDJSON to another file, in the current folder


def shell(command: str) -> str:
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", command], capture_output=True, text=True)
    if done.returncode != 0 or done.stderr:
        sys.exit(f"$ {command}\nstatus {done.returncode}\n{done.stderr}")
    return done.stdout


def cleaned(files: str) -> list:
    return [json.loads(line) for line in shell(f"clean-posts {files}").splitlines()]


def differences(name: str, trip: Trip, sources: list[str]) -> list[str]:
    """Takes the files on a trip, and says what of them comes back as something else."""
    expected, answers = cleaned(" ".join(sources)), shell(f"clean-posts {' '.join(sources)} | query all")
    targets = [f"trip.{source}" for source in sources]
    for source, target in zip(sources, targets):
        trip(source, target)
    found = cleaned(" ".join(targets))
    told = [f"{name}: {before} became {after}" for before, after in zip(expected, found) if before != after][:1]
    if len(found) != len(expected):
        told.append(f"{name}: {len(found)} records of {len(expected)}")
    if shell(f"clean-posts {' '.join(targets)} | query all") != answers:
        told.append(f"{name}: the answers differ")
    return told


def make_inputs() -> list[list[str]]:
    """Lists of files: posts, each dataset's records apart, and all of them in one table."""
    shell(f"emulate-posts -n {POSTS} >raw; clean-posts raw >clean")
    inputs: list[list[str]] = []
    for posts in ("raw", "clean"):
        tables = [f"{posts}.{dataset}" for dataset in DATASETS]
        for dataset, table in zip(DATASETS, tables):
            shell(f"jq -c .{dataset} {posts} >{table}")
        shell(f"cat {' '.join(tables)} >{posts}.rows")
        inputs += [[posts], tables, [f"{posts}.rows"]]
    return inputs


def run(trips: dict[str, Trip], not_as_one_table: tuple[str, ...] = ()) -> None:
    """Takes all inputs on all trips, in an empty folder. Exits with what has changed, if anything."""
    told: list[str] = []
    with tempfile.TemporaryDirectory(prefix="round-trips-") as folder:
        os.chdir(folder)
        for sources in make_inputs():
            is_one_table = sources[0].endswith(".rows")
            for name, trip in trips.items():
                if not (is_one_table and name in not_as_one_table):
                    told += [f"{' '.join(sources)}: {what}" for what in differences(name, trip, sources)]
        os.chdir("/")
    if told:
        sys.exit("\n".join(told))
    print(f"{len(trips)} trips of {POSTS} posts, raw and clean, whole and as tables: the same records and answers")
