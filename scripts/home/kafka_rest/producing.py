"""Records of a request into a topic, and what the broker said of each.

There is one producer for all requests. The records of a request are handed over together, so that within a partition
they stay in order; a thread of its own takes the broker's answers, and wakes the request when it has the last of them.
"""

import contextlib
import functools
import re
import threading
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from confluent_kafka import KafkaError, KafkaException, Message, Producer
from confluent_kafka.admin import AdminClient, ConfigResource
from kafka_rest import errors
from kafka_rest.errors import RestError

ASK_SECONDS = 5
DELIVERY_SECONDS = 20
ANY_PARTITION = -1
TOPIC_NAME = re.compile(r"[A-Za-z0-9._-]{1,249}")


class Record(NamedTuple):
    value: bytes | None
    key: bytes | None = None
    partition: int | None = None
    headers: Sequence[tuple[str, bytes | None]] = ()
    timestamp: int = 0  # milliseconds since 1970; 0 for now


class Batch:
    """The records of one request."""

    def __init__(self, size: int) -> None:
        self.offsets: list[dict] = [{}] * size
        self.timestamps = [0] * size
        self.left = size
        self.lock, self.done = threading.Lock(), threading.Event()

    def settle(self, number: int, error: KafkaError | None, message: Message | None) -> None:
        if error:
            self.fail(number, errors.code_of(error), error.str())
        else:
            self.timestamps[number] = message.timestamp()[1]
            self.put(number, partition=message.partition(), offset=message.offset())

    def fail(self, number: int, code: int, text: str) -> None:
        self.put(number, error_code=code, error=text)

    def put(self, number: int, **said: object) -> None:
        self.offsets[number] = {"partition": None, "offset": None, "error_code": None, "error": None, **said}
        with self.lock:
            self.left -= 1
            if self.left == 0:
                self.done.set()


class Clients:
    """What all clients of Kafka are told, and what was heard last of the way to it."""

    def __init__(self, of: Callable[[str], dict], token: Callable | None = None) -> None:
        self.of, self.token = of, token
        self.fault: KafkaError | None = None

    def settings(self, kind: str, defaults: dict, fixed: dict | None = None) -> dict:
        login = {"oauth_cb": self.token} if self.token else {}
        return {"error_cb": self.hear, **defaults, **self.of(kind), **(fixed or {}), **login}

    def hear(self, error: KafkaError) -> None:
        # That all brokers are down says less than what was said before it.
        if error.code() != KafkaError._ALL_BROKERS_DOWN or self.fault is None:
            self.fault = error

    def away(self, error: KafkaError) -> RestError:
        return errors.away(error, self.fault)


class Topics:
    """Which topics there are, and how many partitions each has: asked once, and again where something is not there."""

    def __init__(self, producer: Producer, clients: Clients) -> None:
        self.producer, self.clients, self.partitions = producer, clients, {}
        self.known_id: str | None = None
        self.admin: AdminClient | None = None
        self.lock = threading.Lock()

    def asked(self, **topic: str):
        try:
            found = self.producer.list_topics(timeout=ASK_SECONDS, **topic)
        except KafkaException as exception:
            raise self.clients.away(exception.args[0]) from exception
        self.clients.fault = None
        return found

    def cluster(self):
        """Metadata of it with all topics. Errors: no broker to ask."""
        return self.asked()

    def cluster_id(self) -> str:
        self.known_id = self.known_id or self.cluster().cluster_id
        return self.known_id

    def names(self) -> list[str]:
        return sorted(name for name in self.cluster().topics if not name.startswith("__"))

    def configs(self, name: str) -> dict[str, str]:
        """What the broker has set for a topic; nothing where it lets us see the topic, but not that."""
        with self.lock:
            if not self.admin:
                self.admin = AdminClient(self.clients.settings("admin", {}))
                if self.clients.token:  # which is asked for by its poll
                    threading.Thread(target=poll_forever, args=[self.admin], daemon=True).start()
        described = self.admin.describe_configs([ConfigResource("topic", name)], request_timeout=ASK_SECONDS)
        try:
            return {entry.name: entry.value for found in described.values() for entry in found.result().values()}
        except KafkaException as exception:
            if exception.args[0].code() in errors.AUTHORIZATION:
                return {}
            raise

    def count(self, name: str, at_least: int = 0) -> int:
        """How many partitions a topic has. Errors: there is no such topic, or no broker to ask."""
        if self.partitions.get(name, 0) <= at_least:
            self.ask(name)
        return self.partitions[name]

    def ask(self, name: str):
        """Metadata of a topic. Errors: there is no such topic, or no broker to ask."""
        if not TOPIC_NAME.fullmatch(name):
            raise RestError(errors.TOPIC_NOT_FOUND, f"Topic '{name}' not found: it is not a valid name of a topic.")
        topic = self.asked(topic=name).topics[name]
        if topic.error and topic.error.code() not in errors.UNKNOWN_TOPIC | {KafkaError.TOPIC_EXCEPTION}:
            raise errors.away(topic.error)
        if topic.error or not topic.partitions:
            raise RestError(errors.TOPIC_NOT_FOUND, f"Topic '{name}' not found.")
        self.partitions[name] = len(topic.partitions)
        return topic

    def forget(self, name: str) -> None:
        self.partitions.pop(name, None)


def poll_forever(client: AdminClient) -> None:
    while True:
        client.poll(1)


class Delivery:
    """Errors: KafkaException, of settings."""

    def __init__(self, clients: Clients, max_bytes: int, block_seconds: float = 0) -> None:
        self.block_seconds, self.clients = block_seconds, clients
        self.settings = clients.settings("producer", {
            "acks": "all", "enable.idempotence": True, "linger.ms": 0,
            "message.max.bytes": max(1000, max_bytes), "message.timeout.ms": DELIVERY_SECONDS * 1000,
        })
        self.lock = threading.Lock()
        self.start()

    def start(self) -> None:
        self.producer = Producer(self.settings)
        self.topics = Topics(self.producer, self.clients)
        threading.Thread(target=self.take_answers, args=[self.producer], daemon=True).start()

    def take_answers(self, producer: Producer) -> None:
        while producer is self.producer or len(producer):
            with contextlib.suppress(KafkaException):  # of one that is lost: what was on its way has its answers still
                producer.poll(0.1)

    def send(self, topic: str, records: list[Record], partition: int | None) -> list[dict]:
        """What became of each record, in their order. Errors: of topic or partition; then nothing was sent."""
        if partition is not None:
            records = [record._replace(partition=partition) for record in records]
        batch = self.begin(topic, records, partition)
        batch.done.wait()
        if any(entry["error_code"] == errors.TOPIC_NOT_FOUND for entry in batch.offsets):
            self.topics.forget(topic)
        return batch.offsets

    def begin(self, topic: str, records: list[Record], partition: int | None = None) -> Batch:
        """Hands them over, to be waited for. Errors: as of send."""
        if self.block_seconds and not self.comes(topic, len(records)):
            return self.no_metadata(topic, len(records))
        most = max((record.partition for record in records if record.partition is not None), default=0)
        count = self.topics.count(topic, at_least=most)
        if partition is not None and partition >= count:
            raise RestError(errors.PARTITION_NOT_FOUND, f"Topic '{topic}' has no partition {partition}.")
        batch = Batch(len(records))
        with self.lock:
            for number, record in enumerate(records):
                if record.partition is not None and record.partition >= count:
                    batch.fail(number, errors.PARTITION_NOT_FOUND, f"Topic '{topic}' has no partition {record.partition}.")
                else:
                    self.hand_over(topic, record, functools.partial(batch.settle, number))
        return batch

    def comes(self, topic: str, records: int) -> bool:
        """Whether a topic is there, or comes while its records wait for it one after the other."""
        until = time.monotonic() + self.block_seconds * records
        while True:
            try:
                return self.topics.count(topic) > 0
            except RestError as error:
                if error.code != errors.TOPIC_NOT_FOUND:
                    raise
            if time.monotonic() >= until:
                return False
            time.sleep(min(0.2, self.block_seconds))

    def no_metadata(self, topic: str, records: int) -> Batch:
        """What Kafka's own producer says then, which calls it a time-out, for each record."""
        batch = Batch(records)
        for number in range(records):
            words = f"Topic {topic} not present in metadata after {self.block_seconds * 1000:.0f} ms."
            batch.fail(number, errors.KAFKA_RETRIABLE, words)
        return batch

    def hand_over(self, topic: str, record: Record, settle: Callable) -> None:
        partition = ANY_PARTITION if record.partition is None else record.partition
        while True:
            try:
                return self.producer.produce(
                    topic, record.value, record.key, partition, on_delivery=settle, timestamp=record.timestamp,
                    headers=list(record.headers))
            except BufferError:
                time.sleep(0.005)  # what is before it is on its way
            except KafkaException as exception:
                if exception.args[0].code() != KafkaError._FATAL:
                    return settle(exception.args[0], None)
                self.start()  # an idempotent producer that has lost its place never sends again
