"""What the real servers do that a kind stub would not: a table, with the source of each row.

A peer is a server of one kind and version. Its rows are tried in their order for each request that no step takes: the
first that applies answers. Seen with curl on the servers themselves, or read in their source.
"""

import base64
import dataclasses
import re
import typing

STRIMZI = "strimzi/strimzi-kafka-bridge 363992bf, src/main/java/io/strimzi/kafka/bridge/http/"
KARAPACE = "Aiven-Open/karapace 3bbc1f8d, src/karapace/kafka_rest_apis/__init__.py "
CONFLUENT = "confluentinc/kafka-rest 985d0e056f, kafka-rest/src/main/java/io/confluent/kafkarest/"
KAFKA = "apache/kafka 4.1, clients/src/main/java/org/apache/kafka/"
KINESIS = "boto/botocore 0e6e2404b, botocore/data/kinesis/2013-12-02/service-2.json "

MAX_REQUEST_SIZE = 1_048_576  # of Kafka's producer, unless the proxy has another
FORBIDDEN = "forbidden"  # the topic that our stub lets nobody write to
STRANGE = "strange"  # a record of this value fails in a way that no table knows

Entry = dict
Whole = tuple[int, dict]  # status and body


@dataclasses.dataclass(frozen=True)
class Row:
    peer: str
    source: str
    whole: typing.Callable[["object"], Whole | None] | None = None  # refuses the request
    entry: typing.Callable[["object", dict], Entry | None] | None = None  # fails a record of it


def size_of(record: dict) -> int:
    return len(str(record.get("value")))


def block(request, record: dict) -> bool:
    """Whether the topic is missing, after as long as the producer waits for it."""
    return request.is_missing and request.wait() is None


# ---- Strimzi's bridge -----------------------------------------------------------------------


def strimzi_schema(request) -> Whole | None:
    known = {"key", "value", "partition", "timestamp", "headers"}
    for record in request.raw:
        wrong_key = not isinstance(record.get("key"), str | list | dict | None)
        if wrong_key or "value" not in record or record.keys() - known:
            errors = ["Property \"records\" does not match schema", "Items did not match schema"]
            if wrong_key:
                errors.append("Property \"key\" does not match schema")
            message = "Validation error on: Schema validation error"
            return 400, {"error_code": 400, "message": message, "validation_errors": errors}
    return None


def strimzi_missing(request, record) -> Entry | None:
    if block(request, record):
        return {"error_code": 404, "message": f"Topic {request.name} not present in metadata after 60000 ms."}
    return None


def strimzi_too_large(request, record) -> Entry | None:
    size = size_of(record)
    words = f"The message is {size} bytes when serialized which is larger than {MAX_REQUEST_SIZE}, which is the value of the max.request.size configuration."
    return {"error_code": 500, "message": words} if size > MAX_REQUEST_SIZE else None


def strimzi_forbidden(request, record) -> Entry | None:
    words = f"Not authorized to access topics: [{request.name}]"
    return {"error_code": 500, "message": words} if request.name == FORBIDDEN else None


def strimzi_strange(request, record) -> Entry | None:
    return {"error_code": 500, "message": "Something strange"} if record["value"] == STRANGE else None


# ---- karapace -------------------------------------------------------------------------------


def karapace_format(request) -> Whole | None:
    if any(record.keys() - {"key", "value", "partition"} for record in request.raw):
        return 422, {"error_code": 422, "message": "Invalid request format"}
    return None


def karapace_missing(request) -> Whole | None:
    return (404, {"error_code": 40401, "message": "Topic not found"}) if request.is_missing else None


def karapace_forbidden(request, record) -> Entry | None:
    words = "Broker: Topic authorization failed"
    return {"error_code": 1, "error": words} if request.name == FORBIDDEN else None


# ---- Confluent's proxy ----------------------------------------------------------------------


def confluent_entry(code: int, words: str) -> Entry:
    return {"partition": None, "offset": None, "error_code": code, "error": words}


def confluent_format(request) -> Whole | None:
    for number, record in enumerate(request.raw):
        for name in sorted(record.keys() - {"key", "value", "partition"}):
            words = f"Unrecognized field: {name} (through reference chain: JsonTopicProduceRequest[\"records\"]->java.util.ArrayList[{number}]->JsonTopicProduceRecord[\"{name}\"])"
            return 422, {"error_code": 422, "message": words}
    return None


def confluent_missing(request, record) -> Entry | None:
    if block(request, record):
        return confluent_entry(50003, f"Topic {request.name} not present in metadata after 60000 ms.")
    return None


def confluent_forbidden(request, record) -> Entry | None:
    if request.name == FORBIDDEN and record["value"].get("n") == 2:
        return confluent_entry(40301, f"Not authorized to access topics: [{request.name}]")
    return None


# ---- Kinesis --------------------------------------------------------------------------------


def kinesis_keys(request) -> Whole | None:
    for number, record in enumerate(request.raw, 1):
        if 1 <= len(record["PartitionKey"]) <= 256:
            continue
        limit = "greater than or equal to 1" if not record["PartitionKey"] else "less than or equal to 256"
        words = f"1 validation error detected: Value '{record['PartitionKey']}' at 'records.{number}.member.partitionKey' failed to satisfy constraint: Member must have length {limit}"
        return 400, {"__type": "ValidationException", "message": words}
    return None


def kinesis_data(request) -> Whole | None:
    for record in request.raw:
        if not re.fullmatch(r"[A-Za-z0-9+/]*={0,2}", record["Data"]) or len(record["Data"]) % 4:
            return 400, {"__type": "SerializationException", "message": "Invalid base64 in blob"}
        base64.b64decode(record["Data"])
    return None


ROWS = [
    Row("strimzi", "seen; src/main/resources/openapi.json ProducerRecord, RecordKey; HttpBridge.errorHandler", whole=strimzi_schema),
    Row("strimzi", "seen; " + STRIMZI + "HttpSourceBridgeEndpoint.java handleError; max.block.ms is 60 s", entry=strimzi_missing),
    Row("strimzi", "seen; " + KAFKA + "clients/producer/KafkaProducer.java ensureValidRecordSize", entry=strimzi_too_large),
    Row("strimzi", KAFKA + "common/errors/TopicAuthorizationException.java; handleError has 500", entry=strimzi_forbidden),
    Row("strimzi", STRIMZI + "HttpSourceBridgeEndpoint.java handleError: 500 for all else", entry=strimzi_strange),
    Row("karapace", KARAPACE + "validate_publish_request_format", whole=karapace_format),
    Row("karapace", "seen: in 0.05 s", whole=karapace_missing),
    Row("karapace", KARAPACE + "produce_messages, BrokerResponseError", entry=karapace_forbidden),
    Row("confluent", CONFLUENT + "entities/v2/JsonTopicProduceRequest.java, read by Jackson", whole=confluent_format),
    Row("confluent", CONFLUENT + "Errors.java; the producer's TimeoutException is retriable: 50003", entry=confluent_missing),
    Row("confluent", CONFLUENT + "entities/v2/ProduceResponse.java getRequestStatus", entry=confluent_forbidden),
    Row("kinesis", KINESIS + "PartitionKey min 1 max 256; words as of the service", whole=kinesis_keys),
    Row("kinesis", "kinesalite 3.3.3, seen", whole=kinesis_data),
]

# Of GET /topics/T where T is missing: at once, by all of them.
NO_TOPIC = {
    "strimzi": {"error_code": 404, "message": "This server does not host this topic-partition."},  # HttpAdminBridgeEndpoint.java
    "karapace": {"error_code": 40401, "message": "Topic not found"},
    "confluent": {"error_code": 40401, "message": "Topic not found."},  # Errors.java
}


def status_of(peer: str, entries: list[Entry]) -> int:
    """Of a reply with these entries: karapace's publish, ProduceResponse.getRequestStatus of Confluent."""
    codes = [entry.get("error_code") for entry in entries]
    if peer == "karapace" and any(codes):
        return 422
    if peer == "confluent" and 40101 in codes:
        return 401
    return 403 if peer == "confluent" and 40301 in codes else 200
