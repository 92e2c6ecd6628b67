"""What a line is: a post or a record of one dataset, as lib/record/records.cc decides it. For whom Arrow is not at hand.

tests/pipelines/python-finds-records-as-the-encoders-do.py compares the two. Nothing here prints or exits."""

import json
from typing import Any

import pinpipe_schema
from pinpipe_schema import DATASETS

KEYS = ("ind", "index")
RAW = {dataset: tuple(field.name for field in fields) for dataset, fields in pinpipe_schema.RAW.items()}
CLEAN = {dataset: tuple(field.name for field in fields) for dataset, fields in pinpipe_schema.CLEAN.items()}
# The other keys of a dataset are its marks. Weak ones others have, too: they decide where nothing else does.
WEAK = {field.name for fields in pinpipe_schema.RAW.values() for field in fields if field.mark == "weak"}
MARKS = {dataset: {*RAW[dataset], *CLEAN[dataset]} - {*KEYS} for dataset in DATASETS}
STRONG = {dataset: marks - WEAK for dataset, marks in MARKS.items()}
RAW_ONLY = set().union(*RAW.values()) - set().union(*CLEAN.values()) - {*KEYS}
# Beside a key of its own, they make a line a record though somebody's user stands in it.
OWN_MARKS = set().union(*MARKS.values()) - {"timestamp"}

Json = dict[str, Any]


class Unclean(ValueError):
    """A line that is no clean record: why."""


def has_any(record: Json, keys: Any) -> bool:
    return any(record.get(key) is not None for key in keys)


def has_keys_of(line: Json, schema: tuple[str, ...]) -> bool:
    keys = {*schema} - {*KEYS}
    return len(line) == len(schema) and keys <= line.keys() and not line.keys().isdisjoint(KEYS)


def datasets_of(line: Json) -> list[str]:
    """What a line that is no post belongs to; several datasets make a joined row."""
    if strong := [dataset for dataset in DATASETS if has_any(line, STRONG[dataset])]:
        return strong
    weak = [dataset for dataset in DATASETS if has_any(line, MARKS[dataset])]
    if len(weak) == 1:
        return weak
    if weak:
        return ["pin"] if has_any(line, ["index"]) and not has_any(line, ["ind"]) else []
    for dataset in DATASETS:
        if has_keys_of(line, RAW[dataset]) or has_keys_of(line, CLEAN[dataset]):  # of nulls
            return [dataset]
    known = {*DATASETS, *KEYS}.union(*MARKS.values())
    alone = all(key in known or value is None for key, value in line.items())
    return ["pin"] if has_any(line, ["index"]) and alone else []


def parts_of(row: Json, datasets: list[str]) -> dict[str, Json]:
    """A joined row taken apart. Keys of none of its datasets are in no part."""
    key = row["ind"] if has_any(row, ["ind"]) else row["index"]
    raw = not has_any(row, ["ind"]) or has_any(row, RAW_ONLY)
    parts: dict[str, Json] = {}
    for dataset in datasets:
        mine = MARKS[dataset] | (set() if parts else {*DATASETS})
        parts[dataset] = {"index" if raw and dataset == "pin" else "ind": key}
        parts[dataset] |= {name: value for name, value in row.items() if name in mine}
    return parts


def records_of(line: Json) -> dict[str, Json]:
    datasets = datasets_of(line)
    if not datasets:
        raise Unclean("neither a post nor a pin, geo or user record")
    if len(datasets) == 1:
        return {datasets[0]: line}
    if not has_any(line, KEYS):
        raise Unclean("no ind or index, which says what record this is")
    return parts_of(line, datasets)


def shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))[:60]


def members_of(line: Any) -> dict[str, Json]:
    """The records of a line, by dataset."""
    if not isinstance(line, dict):
        raise Unclean("not a JSON object")
    named = {dataset: line[dataset] for dataset in DATASETS if line.get(dataset) is not None}
    objects = [dataset for dataset, member in named.items() if isinstance(member, dict)]
    keyed = [dataset for dataset in objects if has_any(named[dataset], KEYS)]
    is_record_itself = has_any(line, KEYS) and has_any(line, OWN_MARKS)
    if not objects or (len(keyed) < 2 and is_record_itself):
        return records_of(line)
    if not keyed:
        raise Unclean("not a post: no 'pin', 'geo' or 'user' in it has an ind or index")
    for dataset, member in named.items():
        if not isinstance(member, dict):
            raise Unclean(f"{dataset}: {shown(member)} is not a record")
        if dataset not in keyed:
            raise Unclean(f"{dataset}: no ind or index, which says what record this is")
    return named
