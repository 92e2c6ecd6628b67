"""What a script runs itself again in, before it begins."""

import os
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
WITH_PYTHON = TESTS.parent / "scripts/home/with-python"


def with_packages(lists: str) -> None:
    """A Python of with-python that has the packages of these lists, "delta,duckdb"."""
    if "VIRTUAL_ENV" not in os.environ:
        os.execv(WITH_PYTHON, [WITH_PYTHON, lists, "python3", *sys.argv])


def beside_kafka() -> None:
    """Beside a Kafka of its own, whose variables are those of with-kafka."""
    if "KAFKA_DIR" not in os.environ:
        os.execv(TESTS / "kafka/with-kafka", ["with-kafka", *sys.argv])
