"""What a line is: a post or a record of one dataset, as lib/record/records.cc decides it. For whom Arrow is not at hand.

tests/pipelines/python-finds-records-as-the-encoders-do.py compares the two. Nothing here prints or exits."""

import json
from typing import Any

DATASETS = ("pin", "geo", "user")
KEYS = ("ind", "index")
RAW = {"pin": ("index", "unique_id", "title", "description", "poster_name", "follower_count", "tag_list",
               "is_image_or_video", "image_src", "downloaded", "save_location", "category"),
       "geo": ("ind", "timestamp", "latitude", "longitude", "country"),
       "user": ("ind", "first_name", "last_name", "age", "date_joined")}
CLEAN = {"pin": ("ind", "unique_id", "title", "description", "follower_count", "poster_name", "tag_list",
                 "is_image_or_video", "image_src", "save_location", "category"),
         "geo": ("ind", "country", "coordinates", "timestamp"),
         "user": ("ind", "user_name", "age", "date_joined")}
# The keys that make a bare record one of a dataset, if their values are not null.
MARKS = {"pin": ("unique_id", "index"), "geo": ("latitude", "longitude", "coordinates", "country"),
         "user": ("first_name", "last_name", "user_name", "date_joined")}
# Beside a key of its own, they make a line a record though somebody's user stands in it.
OWN_MARKS = {key for schema in (RAW, CLEAN) for keys in schema.values() for key in keys} - {*KEYS, "timestamp"}

Json = dict[str, Any]


class Unclean(ValueError):
    """A line that is no clean record: why."""


def has_any(record: Json, keys: Any) -> bool:
    return any(record.get(key) is not None for key in keys)


def dataset_of(line: Json) -> str:
    for dataset, marks in MARKS.items():
        if has_any(line, marks):
            return dataset
    for dataset, keys in CLEAN.items():
        if line.keys() == set(keys):  # a clean record of which all is null
            return dataset
    raise Unclean("neither a post nor a pin, geo or user record")


def shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))[:60]


def members_of(line: Any) -> dict[str, Json]:
    """The records of a line, by dataset."""
    if not isinstance(line, dict):
        raise Unclean("no JSON object")
    named = {dataset: line[dataset] for dataset in DATASETS if line.get(dataset) is not None}
    objects = [dataset for dataset, member in named.items() if isinstance(member, dict)]
    keyed = [dataset for dataset in objects if has_any(named[dataset], KEYS)]
    is_record_itself = has_any(line, KEYS) and has_any(line, OWN_MARKS)
    if not objects or (len(keyed) < 2 and is_record_itself):
        return {dataset_of(line): line}
    if not keyed:
        raise Unclean("not a post: no 'pin', 'geo' or 'user' in it has an ind or index")
    for dataset, member in named.items():
        if not isinstance(member, dict):
            raise Unclean(f"{dataset}: {shown(member)} is not a record")
        if dataset not in keyed:
            raise Unclean(f"{dataset}: no ind or index, which says what record this is")
    return named
