"""Version 2 of the API: topics, records into them, and consumers."""

from urllib.parse import quote

from kafka_rest import errors
from kafka_rest.bodies import parsed, places_of, records_of, topics_of
from kafka_rest.consuming import Instance
from kafka_rest.errors import RestError
from kafka_rest.serving import Handler

FORMATS = {f"application/vnd.kafka.{form}.v2+json": form for form in ("json", "binary")}
GENERAL = {Handler.GENERAL_TYPE: ""} | FORMATS


def partition_of(metadata) -> dict:
    replicas = [{"broker": broker, "leader": broker == metadata.leader, "in_sync": broker in metadata.isrs}
                for broker in metadata.replicas]
    return {"partition": metadata.id, "leader": metadata.leader, "replicas": replicas}


def get_root(_: Handler) -> dict:
    return {}


def get_brokers(at: Handler) -> dict:
    return {"brokers": sorted(at.delivery.topics.cluster().brokers)}


def get_topics(at: Handler) -> list[str]:
    return at.delivery.topics.names()


def get_partitions(at: Handler, topic: str) -> list[dict]:
    metadata = at.delivery.topics.ask(topic)
    return [partition_of(metadata.partitions[number]) for number in sorted(metadata.partitions)]


def get_topic(at: Handler, topic: str) -> dict:
    partitions = get_partitions(at, topic)
    return {"name": topic, "configs": at.delivery.topics.configs(topic), "partitions": partitions}


def get_partition(at: Handler, topic: str, number: str) -> dict:
    found = [partition for partition in get_partitions(at, topic) if partition["partition"] == int(number)]
    if not found:
        raise RestError(errors.PARTITION_NOT_FOUND, f"Topic '{topic}' has no partition {int(number)}.")
    return found[0]


def post_records(at: Handler, topic: str, partition: str | None) -> dict:
    form = at.type_among(FORMATS)
    records = records_of(at.body(), form)
    offsets = at.delivery.send(topic, records, int(partition) if partition else None)
    # Of a record that Kafka does not let in, its client hears by the status, too.
    at.status = max((entry["error_code"] // 100 for entry in offsets if entry["error_code"] in errors.NOT_LET_IN), default=200)
    return {"offsets": offsets, "key_schema_id": None, "value_schema_id": None}


def post_consumer(at: Handler, group: str) -> dict:
    at.type_among(GENERAL)
    name = at.consumers.create(group, parsed(at.body() or b"{}"))
    path = f"/consumers/{quote(group, safe='')}/instances/{quote(name, safe='')}"
    return {"instance_id": name, "base_uri": at.base_url() + path}


def delete_consumer(at: Handler, group: str, name: str) -> None:
    at.consumers.end(group, name)


def get_subscription(_: Handler, instance: Instance) -> dict:
    return {"topics": instance.topics}


def post_subscription(at: Handler, instance: Instance) -> None:
    at.type_among(GENERAL)
    instance.subscribe(topics_of(at.body()))


def delete_subscription(_: Handler, instance: Instance) -> None:
    instance.subscribe([])


def get_records(at: Handler, instance: Instance) -> str:
    accepted = at.headers.get("Accept", "*/*")
    form = next((form for name, form in FORMATS.items() if name in accepted), instance.form)
    if form != instance.form:
        raise RestError(errors.FORMAT_MISMATCH, f"This instance is of format {instance.form}, not {form}.")
    at.reply_type = next(name for name, form in FORMATS.items() if form == instance.form)
    return instance.records(at.number("timeout", 1000) / 1000, at.number("max_bytes", at.max_body))


def post_offsets(at: Handler, instance: Instance) -> list:
    instance.commit(places_of(at.body()))
    return []


def of_instance(method: str, part: str, action) -> tuple:
    """A route to what is asked of an instance, which takes one request at a time."""
    def with_instance(at: Handler, group: str, name: str) -> object:
        with at.consumers.use(group, name) as instance:
            return action(at, instance)

    return method, rf"/consumers/([^/]+)/instances/([^/]+)/{part}", with_instance


ROUTES = (
    ("GET", r"/", get_root),
    ("GET", r"/brokers", get_brokers),
    ("GET", r"/topics", get_topics),
    ("GET", r"/topics/([^/]+)", get_topic),
    ("GET", r"/topics/([^/]+)/partitions", get_partitions),
    ("GET", r"/topics/([^/]+)/partitions/(\d{1,9})", get_partition),
    ("POST", r"/topics/([^/]+)(?:/partitions/(\d{1,9}))?", post_records),
    ("POST", r"/consumers/([^/]+)", post_consumer),
    ("DELETE", r"/consumers/([^/]+)/instances/([^/]+)", delete_consumer),
    of_instance("GET", "subscription", get_subscription),
    of_instance("POST", "subscription", post_subscription),
    of_instance("DELETE", "subscription", delete_subscription),
    of_instance("GET", "records", get_records),
    of_instance("POST", "offsets", post_offsets),
)
