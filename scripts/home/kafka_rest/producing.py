"""Records of a request into a topic, and what the broker said of each.

There is one producer for all requests. The records of a request are handed over together, so that within a partition
they stay in order; a thread of its own takes the broker's answers, and wakes the request when it has the last of them.
"""

import functools
import threading
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from confluent_kafka import KafkaError, KafkaException, Message, Producer
from kafka_rest import errors
from kafka_rest.errors import RestError
from kafka_rest.topics import Clients, Topics

DELIVERY_SECONDS = 20
ANY_PARTITION = -1
LOST = {KafkaError._PURGE_QUEUE, KafkaError._PURGE_INFLIGHT, KafkaError._FATAL}


class Record(NamedTuple):
    value: bytes | None
    key: bytes | None = None
    partition: int | None = None
    headers: Sequence[tuple[str, bytes | None]] = ()
    timestamp: int = 0  # milliseconds since 1970; 0 for now


class Batch:
    """The records of one request."""

    def __init__(self, size: int, fault_of: Callable[[KafkaError], RestError]) -> None:
        self.fault_of = fault_of
        self.offsets: list[dict] = [{}] * size
        self.timestamps = [0] * size
        self.left = size
        self.lock, self.done = threading.Lock(), threading.Event()

    def settle(self, number: int, error: KafkaError | None, message: Message | None) -> None:
        if error:
            fault = self.fault_of(error)
            self.fail(number, fault.code, fault.message)
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


class Delivery:
    """Errors: KafkaException, of settings."""

    def __init__(self, clients: Clients, max_bytes: int, block_seconds: float = 0) -> None:
        self.block_seconds, self.clients = block_seconds, clients
        self.settings = clients.settings("producer", {
            "acks": "all", "enable.idempotence": True, "linger.ms": 0,
            "message.max.bytes": max(1000, max_bytes), "message.timeout.ms": DELIVERY_SECONDS * 1000,
        })
        self.lock = threading.Lock()
        self.lost: KafkaError | None = None  # what has ended a producer last
        self.start()

    def start(self) -> None:
        self.producer = Producer(self.settings)
        self.topics = Topics(self.producer, self.clients)
        threading.Thread(target=self.take_answers, args=[self.producer], daemon=True).start()

    def take_answers(self, producer: Producer) -> None:
        while producer is self.producer or len(producer):
            try:
                producer.poll(0.1)
            except KafkaException as exception:  # of one that is lost: what was on its way has its answers still
                self.lost = exception.args[0]

    def fault_of(self, error: KafkaError) -> RestError:
        """What is thrown away with a producer that may not write can be sent again in vain."""
        is_denied = self.lost is not None and self.lost.code() in errors.AUTHORIZATION
        return self.clients.fault_of(self.lost if is_denied and error.code() in LOST else error)

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
        batch = Batch(len(records), self.fault_of)
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
        batch = Batch(records, self.fault_of)
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
