#!/usr/bin/env python3
"""A script that runs a server, or a Python with packages, names it in its head: else nothing is fetched for it before the
tests, and where it is not to be had the script fails, rather than is skipped by name."""

import os
import re
import sys
from pathlib import Path

TESTS = Path(os.environ["TESTS"])
sys.path.insert(0, str(TESTS / "support"))
import needs

# What a text has that runs it, and what the need then begins with.
SIGNS = {
    r"home/with-python|/with-python\b|rerun\.with_packages": ("python:",),
    r"kafka/with-kafka|kafka/beside|rerun\.beside_kafka": ("kafka",),
    r"mariadb/(expect\.sh|with-mariadb)|tests/exercise/common": ("mariadb", "mysql"),
    r"spark/with-spark": ("spark",),
    r"support/s3-server": ("s3rver",),
    r"support/mwaa-report": ("pypi:mwaa",),
    r"support/mysql-server": ("mysql",),
    r"home/kinesis-up": ("kinesis",),
    r'"gateway-up"': ("python:gateway",),
    r"\baws-up\b": ("python:moto",),
    r"kafka-up --iam|import KafkaWithRights": ("kafka-iam",),
    r"\bEvaluator\(\)": ("iam-simulator",),
    r"import .*KafkaWithPolicies": ("kafka-rights",),
    r"gateway/velocity": ("velocity",),
    r"kinesis-encode/kinesis-client": ("kinesis-client",),
    r"import Chromium": ("chromium",),
}
# These start what README's blocks name, each of which looks for its own.
LOOKS_FOR_ITSELF = {"examples-of-readme-and-man.py", Path(__file__).name}


def lacking(path: Path) -> list[str]:
    text, named = path.read_text(), needs.named_in(path)
    return [
        f"{path.name} runs {sign} and does not say that it needs {' or '.join(wanted)}"
        for sign, wanted in SIGNS.items()
        if re.search(sign, text) and not any(name.startswith((*wanted, "spark")) for name in named)
    ]


scripts = [path for path in sorted(TESTS.glob("pipelines/*")) + sorted(TESTS.glob("exercise/*.sh")) if path.suffix in (".py", ".sh")]
found = [fault for path in scripts if path.name not in LOOKS_FOR_ITSELF for fault in lacking(path)]
print("\n".join(found) or f"{len(scripts)} scripts name what they need")
sys.exit(bool(found))
