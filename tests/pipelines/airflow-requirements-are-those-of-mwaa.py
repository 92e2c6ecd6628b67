#!/usr/bin/env python3
# needs: pypi:mwaa
"""What scripts/airflow brings to MWAA is to be had: pip finds a set of packages that fits, with each pin of the constraints in
it, as the packages have that the DAG is tested with."""

import json
import re
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
SCRIPTS = TESTS.parent / "scripts"
DAGS_OF_MWAA = "/usr/local/airflow/dags"


def plain(name: str) -> str:
    """Of the spellings of a package's name, the one that all compare by."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(path: Path) -> dict[str, str]:
    return {plain(name): version for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", path.read_text(), re.MULTILINE)}


def main() -> None:
    requirements, constraints = (SCRIPTS / "airflow" / f"{name}.txt" for name in ("requirements", "constraints"))
    lines = [line for line in requirements.read_text().splitlines() if not line.startswith("#")]
    assert lines[0] == f'--constraint "{DAGS_OF_MWAA}/{constraints.name}"', "MWAA takes constraints of its own where there are none"
    report = json.loads(subprocess.run([TESTS / "support/mwaa-report"], check=True, capture_output=True).stdout)
    assert "error" not in report, report["error"]
    assert report["environment"]["python_version"] == "3.11"
    found = {plain(package["metadata"]["name"]): package for package in report["install"]}
    asked = {name for name, package in found.items() if package["requested"]}
    assert asked == set(pins(requirements)), asked
    assert pins(requirements).items() <= pins(constraints).items()
    tested = pins(SCRIPTS / "python/locked/airflow-mwaa.txt")
    for name, version in pins(constraints).items():
        assert name in found, f"{name} is pinned, and nothing needs it"
        assert found[name]["metadata"]["version"] == version == tested[name], name
    print(f"{len(pins(constraints))} pins, all among the {len(found)} packages that pip would install")


if __name__ == "__main__":
    sys.exit(main())
