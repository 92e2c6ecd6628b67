"""The types of what is cleaned, from what a cleaner prints with --schema, and where the tools are."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess

import pyarrow as pa

DATASETS = ("pin", "geo", "user")
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}

Columns = dict[str, str]  # SQL type by key

SQL_TYPES = {"integer": "bigint", "text": "string", "coordinates": "array<double>", "timestamp": "timestamp"}
# A timestamp is text until Spark makes one of it.
ARROW_TYPES = {"bigint": pa.int64(), "array<double>": pa.list_(pa.float64())}

REJECT = {"line": "bigint", "tool": "string", "reason": "string", "raw": "string", "raw_base64": "string"}
REJECTS = {"file": "string", **REJECT}
STATS = {"lines": "bigint", "account": "string"}  # what --stats prints, of so many lines
ORDER = {"input": "int", "file": "string", "block": "bigint", "nth": "bigint"}


def find_tool(name: str, folder: str | None) -> str:
    """The absolute path of a tool on this node: in `folder`, else sent with the job (--files), else on PATH."""
    if folder:
        return os.path.join(folder, name)
    with contextlib.suppress(Exception):  # without a SparkContext there are no SparkFiles
        from pyspark import SparkFiles

        if os.access(sent := SparkFiles.get(name), os.X_OK):
            return sent
    if found := shutil.which(name):
        return found
    raise FileNotFoundError(f"no {name} on this node: send it with --files, or install pinpipe there, or say --bin DIR")


def output_of(folder: str | None, tool: str, *words: str) -> str:
    command = [find_tool(tool, folder), *words]
    return subprocess.run(command, env=ENVIRONMENT, stdout=subprocess.PIPE, check=True, text=True).stdout


def read_schemas(folder: str | None, tool: str) -> dict[str, Columns]:
    """The columns of the tables pin, geo and user, as any of the cleaners has them all."""
    schemas: dict[str, Columns] = {name: {} for name in DATASETS}
    for field in map(json.loads, output_of(folder, tool, "--schema").splitlines()):
        if field["schema"] == "clean":
            schemas[field["dataset"]][field["name"]] = SQL_TYPES[field["type"]]
    return schemas


def ddl(columns: Columns, separator: str = " ") -> str:
    return ", ".join(f"`{key}`{separator}{kind}" for key, kind in columns.items())


def cleaned_ddl(schemas: dict[str, Columns]) -> str:
    """The columns of what Cleaning yields: where a row is from, and records, a reject, or the stats of the tool."""
    text = {
        name: {key: kind.replace("timestamp", "string") for key, kind in columns.items()}
        for name, columns in schemas.items()
    }
    structs = {**text, "reject": REJECT, "stats": STATS}
    return ", ".join([ddl(ORDER), *(f"{name} struct<{ddl(columns, ': ')}>" for name, columns in structs.items())])


def arrow_struct(columns: Columns) -> pa.StructType:
    return pa.struct([(key, ARROW_TYPES.get(kind, pa.string())) for key, kind in columns.items()])
