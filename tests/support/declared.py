#!/usr/bin/env python3
"""declared.py TOOL OPTION: prints the choices that an option of a tool has, a line each. What a tool declares it says itself."""

import json
import os
import subprocess
import sys
from pathlib import Path


def options(tool: str) -> list[dict]:
    """Name, kind and type of each."""
    program = Path(os.environ["PINPIPE_BUILD"], "bin", tool)
    lines = subprocess.run([program, "--generate", "options"], capture_output=True, check=True).stdout.splitlines()
    assert len(lines) >= 5, f"{tool} declares {len(lines)} options"
    return [json.loads(line) for line in lines]


def choices(tool: str, name: str) -> list[str]:
    declared, = [option for option in options(tool) if option["name"] == name]
    assert declared["kind"] == "choice", declared
    return declared["type"].split("|")


if __name__ == "__main__":
    print("\n".join(choices(*sys.argv[1:])))
