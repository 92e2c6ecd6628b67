"""The fields of the datasets, raw and clean, as lib/record/schema.h has them. Made by scripts/dev/schema."""

from typing import NamedTuple


class Field(NamedTuple):
    name: str
    type: str  # integer, text, real, timestamp or coordinates
    mark: str  # key, strong or weak: what it tells of the record that has it
    sql: str = ""  # of a raw field: its column in MariaDB


DATASETS = ["pin", "geo", "user"]
TABLES = {"pin": "pinterest_data", "geo": "geolocation_data", "user": "user_data"}
RAW = {
    "pin": [
        Field("index", "integer", "key", "INT NOT NULL PRIMARY KEY"),
        Field("unique_id", "text", "strong", "VARCHAR(64)"),
        Field("title", "text", "weak", "TEXT"),
        Field("description", "text", "weak", "TEXT"),
        Field("poster_name", "text", "strong", "TEXT"),
        Field("follower_count", "text", "strong", "VARCHAR(32)"),
        Field("tag_list", "text", "strong", "TEXT"),
        Field("is_image_or_video", "text", "strong", "VARCHAR(64)"),
        Field("image_src", "text", "strong", "TEXT"),
        Field("downloaded", "integer", "strong", "INT"),
        Field("save_location", "text", "strong", "TEXT"),
        Field("category", "text", "strong", "VARCHAR(255)"),
    ],
    "geo": [
        Field("ind", "integer", "key", "INT NOT NULL PRIMARY KEY"),
        Field("timestamp", "timestamp", "weak", "DATETIME"),
        Field("latitude", "real", "strong", "FLOAT"),
        Field("longitude", "real", "strong", "FLOAT"),
        Field("country", "text", "strong", "VARCHAR(255)"),
    ],
    "user": [
        Field("ind", "integer", "key", "INT NOT NULL PRIMARY KEY"),
        Field("first_name", "text", "strong", "VARCHAR(255)"),
        Field("last_name", "text", "strong", "VARCHAR(255)"),
        Field("age", "integer", "weak", "INT"),
        Field("date_joined", "timestamp", "strong", "DATETIME"),
    ],
}
CLEAN = {
    "pin": [
        Field("ind", "integer", "key"),
        Field("unique_id", "text", "strong"),
        Field("title", "text", "weak"),
        Field("description", "text", "weak"),
        Field("follower_count", "integer", "strong"),
        Field("poster_name", "text", "strong"),
        Field("tag_list", "text", "strong"),
        Field("is_image_or_video", "text", "strong"),
        Field("image_src", "text", "strong"),
        Field("save_location", "text", "strong"),
        Field("category", "text", "strong"),
    ],
    "geo": [
        Field("ind", "integer", "key"),
        Field("country", "text", "strong"),
        Field("coordinates", "coordinates", "strong"),
        Field("timestamp", "timestamp", "weak"),
    ],
    "user": [
        Field("ind", "integer", "key"),
        Field("user_name", "text", "strong"),
        Field("age", "integer", "weak"),
        Field("date_joined", "timestamp", "strong"),
    ],
}
