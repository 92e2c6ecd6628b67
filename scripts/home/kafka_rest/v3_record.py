"""A record of version 3: what it says, and what is reported of it."""

import base64
import re
from datetime import datetime, timezone

from kafka_rest import errors
from kafka_rest.bodies import encoded
from kafka_rest.errors import RestError
from kafka_rest.producing import Batch, Record
from kafka_rest.serving import Handler

FORMATS = ("BINARY", "JSON", "STRING")
WITH_SCHEMA = ("AVRO", "JSONSCHEMA", "PROTOBUF")
FIELDS = ("partition_id", "headers", "key", "value", "timestamp")


def check_fields(entry: dict, fields: tuple[str, ...]) -> None:
    for name in entry:
        if name not in fields:
            raise RestError(400, f"Unrecognized field: {name}")


def data_of(entry: object, what: str) -> tuple[bytes | None, str | None]:
    """The bytes of a key or value, and its type."""
    if entry is None:
        return None, None
    if not isinstance(entry, dict):
        raise RestError(400, f"{what} is not an object of type and data.")
    form = entry.get("type", "BINARY")
    if form in WITH_SCHEMA or (entry.keys() - {"type", "data"} and "type" not in entry):
        raise RestError(400, f"{what} asks for a schema, and there is no registry of schemas here.")
    check_fields(entry, ("type", "data"))
    if form not in FORMATS:
        raise RestError(400, f"{what}: type is one of {', '.join(FORMATS)}.")
    data = entry.get("data")
    if data is not None and form == "STRING" and not isinstance(data, str):
        raise RestError(errors.SERIALIZATION, f"{what}: data of type STRING is a string.")
    try:
        if data is None:
            return None, form
        return data.encode() if form == "STRING" else encoded(data, form.lower()), form
    except (ValueError, RestError) as error:
        raise RestError(errors.SERIALIZATION, f"{what}: {error}") from error


def header_of(header: object) -> tuple[str, bytes | None]:
    if not isinstance(header, dict) or not isinstance(header.get("name"), str):
        raise RestError(400, "headers are objects of name and value.")
    check_fields(header, ("name", "value"))
    value = header.get("value")
    try:
        return header["name"], None if value is None else base64.b64decode(value, validate=True)
    except (TypeError, ValueError) as error:
        raise RestError(400, f"The value of header {header['name']} is not base64.") from error


def milliseconds_of(text: object) -> int:
    if text is None:
        return 0
    try:
        moment = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", re.sub("[zZ]$", "+00:00", str(text))))
        if moment.tzinfo is None:
            raise ValueError("without a zone")
        return max(0, int(moment.timestamp() * 1000))
    except ValueError as error:
        raise RestError(400, f"timestamp is like 2026-01-02T03:04:05Z: {error}") from error


class Produced:
    """A record of a request, on its way or refused before it: what is reported of it."""

    def __init__(self, at: Handler, cluster_id: str, topic: str, entry: object, fields: tuple[str, ...] = FIELDS) -> None:
        self.place = {"cluster_id": cluster_id, "topic_name": topic}
        self.error: RestError | None = None
        try:
            self.batch = self.begin(at, topic, entry, fields)
        except RestError as error:
            hidden = error.code == errors.TOPIC_NOT_FOUND
            self.error = RestError(errors.NOT_HOSTED, errors.NOT_HOSTED_TEXT) if hidden else error

    def begin(self, at: Handler, topic: str, entry: object, fields: tuple[str, ...]) -> Batch:
        if not isinstance(entry, dict):
            raise RestError(400, "A record is an object.")
        check_fields(entry, fields)
        partition = entry.get("partition_id")
        if partition is not None and type(partition) is not int:
            raise RestError(400, "partition_id is an integer.")
        if partition is not None and not 0 <= partition < 1 << 31:
            raise RestError(errors.PARTITION_NOT_FOUND, "Partition not found.")
        headers = entry.get("headers")
        if not isinstance(headers, (list, type(None))):
            raise RestError(400, "headers is a list.")
        (key, self.key_type), (value, self.value_type) = data_of(entry.get("key"), "key"), data_of(entry.get("value"), "value")
        self.sizes = [-1 if data is None else len(data) for data in (key, value)]
        milliseconds = milliseconds_of(entry.get("timestamp"))
        record = Record(value, key, partition, [header_of(header) for header in headers or ()], milliseconds)
        return at.delivery.begin(topic, [record])

    def report(self) -> dict:
        """Waits for Kafka."""
        if self.error is None:
            self.batch.done.wait()
            said = self.batch.offsets[0]
            if said["error_code"] is None:
                return self.success(said)
            code, text = said["error_code"], said["error"]
            self.error = RestError(errors.NOT_HOSTED, errors.NOT_HOSTED_TEXT) if code == errors.TOPIC_NOT_FOUND else RestError(code, text)
        return {"error_code": self.error.code, "message": self.error.message}

    def success(self, said: dict) -> dict:
        moment = datetime.fromtimestamp(self.batch.timestamps[0] / 1000, timezone.utc)
        reported = {**self.place, "partition_id": said["partition"], "offset": said["offset"],
                    "timestamp": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")}
        for name, form, size in (("key", self.key_type, self.sizes[0]), ("value", self.value_type, self.sizes[1])):
            if form:
                reported[name] = {"type": form, "size": size}
        return reported
