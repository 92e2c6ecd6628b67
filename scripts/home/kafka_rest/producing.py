"""Records of a request into a topic, and what the broker said of each.

There is one producer for all requests. The records of a request are handed over together, so that within a partition
they stay in order; a thread of its own takes the broker's answers, and wakes the request when it has the last of them.
"""

import functools
import re
import threading
import time
from collections.abc import Callable

from confluent_kafka import KafkaError, KafkaException, Message, Producer
from kafka_rest import errors
from kafka_rest.errors import RestError

ASK_SECONDS = 5
DELIVERY_SECONDS = 20
ANY_PARTITION = -1
TOPIC_NAME = re.compile(r"[A-Za-z0-9._-]{1,249}")

Record = tuple[bytes | None, bytes | None, int | None]  # value, key, partition


class Batch:
    """The records of one request."""

    def __init__(self, size: int) -> None:
        self.offsets: list[dict] = [{}] * size
        self.left = size
        self.lock, self.done = threading.Lock(), threading.Event()

    def settle(self, number: int, error: KafkaError | None, message: Message | None) -> None:
        if error:
            self.fail(number, errors.code_of(error), error.str())
        else:
            self.put(number, partition=message.partition(), offset=message.offset())

    def fail(self, number: int, code: int, text: str) -> None:
        self.put(number, error_code=code, error=text)

    def put(self, number: int, **said: object) -> None:
        self.offsets[number] = {"partition": None, "offset": None, "error_code": None, "error": None, **said}
        with self.lock:
            self.left -= 1
            if self.left == 0:
                self.done.set()


class Topics:
    """Which topics there are, and how many partitions each has: asked once, and again where something is not there."""

    def __init__(self, producer: Producer) -> None:
        self.producer, self.partitions = producer, {}

    def names(self) -> list[str]:
        try:
            found = self.producer.list_topics(timeout=ASK_SECONDS).topics
        except KafkaException as exception:
            raise errors.away(exception.args[0]) from exception
        return sorted(name for name in found if not name.startswith("__"))

    def count(self, name: str, at_least: int = 0) -> int:
        """How many partitions a topic has. Errors: there is no such topic, or no broker to ask."""
        if self.partitions.get(name, 0) <= at_least:
            self.ask(name)
        return self.partitions[name]

    def ask(self, name: str) -> None:
        if not TOPIC_NAME.fullmatch(name):
            raise RestError(errors.TOPIC_NOT_FOUND, f"Topic '{name}' not found: it is not a valid name of a topic.")
        try:
            topic = self.producer.list_topics(name, timeout=ASK_SECONDS).topics[name]
        except KafkaException as exception:
            raise errors.away(exception.args[0]) from exception
        if topic.error and topic.error.code() not in errors.UNKNOWN_TOPIC | {KafkaError.TOPIC_EXCEPTION}:
            raise errors.away(topic.error)
        if topic.error or not topic.partitions:
            raise RestError(errors.TOPIC_NOT_FOUND, f"Topic '{name}' not found.")
        self.partitions[name] = len(topic.partitions)

    def forget(self, name: str) -> None:
        self.partitions.pop(name, None)


class Delivery:
    def __init__(self, bootstrap: str, max_bytes: int, block_seconds: float = 0) -> None:
        self.block_seconds = block_seconds
        self.settings = {
            "bootstrap.servers": bootstrap, "acks": "all", "enable.idempotence": True, "linger.ms": 0,
            "message.max.bytes": max(1000, max_bytes), "message.timeout.ms": DELIVERY_SECONDS * 1000,
        }
        self.lock = threading.Lock()
        self.start()

    def start(self) -> None:
        self.producer = Producer(self.settings)
        self.topics = Topics(self.producer)
        threading.Thread(target=self.take_answers, args=[self.producer], daemon=True).start()

    def take_answers(self, producer: Producer) -> None:
        while producer is self.producer or len(producer):
            producer.poll(0.1)

    def send(self, topic: str, records: list[Record], partition: int | None) -> list[dict]:
        """What became of each record, in their order. Errors: of topic or partition; then nothing was sent."""
        if partition is not None:
            records = [(value, key, partition) for value, key, _ in records]
        if self.block_seconds and not self.comes(topic, len(records)):
            return self.no_metadata(topic, len(records))
        count = self.topics.count(topic, at_least=max((to for _, _, to in records if to is not None), default=0))
        if partition is not None and partition >= count:
            raise RestError(errors.PARTITION_NOT_FOUND, f"Topic '{topic}' has no partition {partition}.")
        batch = Batch(len(records))
        with self.lock:
            for number, (value, key, to) in enumerate(records):
                if to is not None and to >= count:
                    batch.fail(number, errors.PARTITION_NOT_FOUND, f"Topic '{topic}' has no partition {to}.")
                else:
                    self.hand_over(topic, value, key, ANY_PARTITION if to is None else to,
                                   functools.partial(batch.settle, number))
        batch.done.wait()
        if any(entry["error_code"] == errors.TOPIC_NOT_FOUND for entry in batch.offsets):
            self.topics.forget(topic)
        return batch.offsets

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

    def no_metadata(self, topic: str, records: int) -> list[dict]:
        """What Kafka's own producer says then, which calls it a time-out, for each record."""
        batch = Batch(records)
        for number in range(records):
            words = f"Topic {topic} not present in metadata after {self.block_seconds * 1000:.0f} ms."
            batch.fail(number, errors.KAFKA_RETRIABLE, words)
        return batch.offsets

    def hand_over(self, topic: str, value: bytes | None, key: bytes | None, partition: int, settle: Callable) -> None:
        while True:
            try:
                return self.producer.produce(topic, value, key, partition, on_delivery=settle)
            except BufferError:
                time.sleep(0.005)  # what is before it is on its way
            except KafkaException as exception:
                if exception.args[0].code() != KafkaError._FATAL:
                    return settle(exception.args[0], None)
                self.start()  # an idempotent producer that has lost its place never sends again
