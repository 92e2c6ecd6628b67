"""What the bodies of requests say. Errors: RestError, in words for whoever wrote the body."""

import base64
import json

from confluent_kafka import TopicPartition
from kafka_rest import errors
from kafka_rest.errors import RestError
from kafka_rest.producing import Record

SCHEMA_FIELDS = ("key_schema", "key_schema_id", "value_schema", "value_schema_id")  # which JSON and binary pass over


def strict_json(data: bytes) -> object:
    """Errors: ValueError, also for what Python reads beyond the standard."""
    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is not JSON")

    try:
        return json.loads(data.decode(), parse_constant=refuse)
    except RecursionError as error:
        raise ValueError("too many levels") from error


def parsed(body: bytes) -> dict:
    try:
        value = strict_json(body)
    except ValueError as error:
        raise RestError(400, f"The body is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise RestError(errors.UNPROCESSABLE, "The body is not a JSON object.")
    return value


def encoded(value: object, form: str) -> bytes | None:
    if value is None:
        return None
    if form == "json":
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    if not isinstance(value, str):
        raise RestError(errors.UNPROCESSABLE, "A key or value of the binary format is base64 in a string.")
    return base64.b64decode(value, validate=True)


def check_fields(entry: dict, fields: tuple[str, ...]) -> None:
    for name in entry:
        if name not in fields:
            raise RestError(errors.UNPROCESSABLE, f"Unrecognized field: {name}")


def record_of(entry: object, form: str) -> Record:
    if not isinstance(entry, dict):
        raise RestError(errors.UNPROCESSABLE, "A record is an object with a value, and perhaps key and partition.")
    check_fields(entry, ("key", "value", "partition"))
    if "value" not in entry:
        raise RestError(errors.UNPROCESSABLE, "A record is an object with a value, and perhaps key and partition.")
    partition = entry.get("partition")
    if partition is not None and (type(partition) is not int or not 0 <= partition < 1 << 31):
        raise RestError(errors.UNPROCESSABLE, f"{json.dumps(partition)} is not a partition.")
    try:
        return Record(encoded(entry["value"], form), encoded(entry.get("key"), form), partition)
    except ValueError as error:  # base64, half a surrogate pair, or a number beyond all bounds
        raise RestError(errors.UNPROCESSABLE, f"A key or value cannot be encoded: {error}") from error


def records_of(body: bytes, form: str) -> list[Record]:
    request = parsed(body)
    check_fields(request, ("records", *SCHEMA_FIELDS))
    entries = request.get("records")
    if not isinstance(entries, list) or not entries:
        raise RestError(errors.UNPROCESSABLE, "'records' is a list of one record at least.")
    return [record_of(entry, form) for entry in entries]


def topics_of(body: bytes) -> list[str]:
    topics = parsed(body).get("topics")
    if not isinstance(topics, list) or not topics or not all(isinstance(topic, str) and topic for topic in topics):
        raise RestError(errors.UNPROCESSABLE, "'topics' is a list of one name at least.")
    return topics


def places_of(body: bytes) -> list[TopicPartition] | None:
    """What to commit: behind each offset that a client names; None for all that it has read."""
    if not body:
        return None
    try:
        entries = parsed(body)["offsets"]
        return [TopicPartition(entry["topic"], entry["partition"], entry["offset"] + 1) for entry in entries]
    except (KeyError, TypeError, OverflowError) as error:
        raise RestError(errors.UNPROCESSABLE, "'offsets' is a list of topic, partition and offset.") from error
