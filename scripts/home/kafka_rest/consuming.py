"""Consumers that are used by requests: instances of consumer groups, each with a subscription and a place.

With auto.commit.enable (the default) an instance commits what a reply had only when its client goes on, by the next
request for records or by its end: what is read is read at least once. A client whose reply was lost on the way makes
another instance. Without auto.commit.enable clients commit. An instance that nobody asks anything for IDLE_SECONDS is
ended, and commits nothing more.
"""

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition
from kafka_rest import errors
from kafka_rest.bodies import strict_json
from kafka_rest.errors import RestError
from kafka_rest.topics import Clients

IDLE_SECONDS = 300
MOST_SECONDS = 30  # that a request waits for records
SLICE_SECONDS = 0.2  # after which it looks whether its instance is to end
SETTINGS = {"name": str, "format": str, "auto.offset.reset": str, "auto.commit.enable": (bool, str),
            "fetch.min.bytes": (int, str), "consumer.request.timeout.ms": (int, str)}


def data_of(data: bytes | None, form: str) -> str:
    """JSON of a key or value. A line break between its tokens would cut a reply that is kept as a line."""
    if data is None:
        return "null"
    if form == "binary":
        return f'"{base64.b64encode(data).decode()}"'
    value, text = strict_json(data), data.decode()
    return text if "\n" not in text and "\r" not in text else json.dumps(value, ensure_ascii=False)


def json_of(message: Message, form: str) -> str:
    try:
        key, value = data_of(message.key(), form), data_of(message.value(), form)
    except ValueError as error:
        where = f"{message.topic()}, partition {message.partition()}, offset {message.offset()}"
        raise RestError(errors.NO_JSON, f"{where}: no JSON, which an instance of format 'binary' can read") from error
    return (f'{{"topic":{json.dumps(message.topic())},"key":{key},"value":{value},'
            f'"partition":{message.partition()},"offset":{message.offset()}}}')


class Instance:
    """One consumer. Its requests come one after the other."""

    def __init__(self, clients: Clients, group: str, config: dict) -> None:
        self.form = config.get("format", "binary")
        self.commits = str(config.get("auto.commit.enable", True)).lower() == "true"
        self.clients, self.refused = clients, None
        reset = {"auto.offset.reset": config["auto.offset.reset"]} if "auto.offset.reset" in config else {}
        self.consumer = Consumer(clients.settings("consumer", {"auto.offset.reset": "latest"}, {
            "group.id": group, **reset, "error_cb": self.hear,
            "enable.auto.commit": self.commits, "enable.auto.offset.store": False, "auto.commit.interval.ms": 1000,
        }))
        self.lock, self.asked = threading.Lock(), time.monotonic()
        self.topics, self.is_ending, self.is_closed = [], False, False
        self.read_up_to: dict[tuple[str, int], int] = {}  # by what the last replies had
        self.held: Message | None = None  # read from Kafka, for the next reply; it may be an error

    def hear(self, error: KafkaError) -> None:
        if error.code() in errors.LOGIN:
            self.refused = error
        self.clients.hear(error)

    def subscribe(self, topics: list[str]) -> None:
        self.topics, self.held = topics, None
        self.read_up_to.clear()
        self.consumer.subscribe(topics) if topics else self.consumer.unsubscribe()

    def records(self, seconds: float, max_bytes: int) -> str:
        """A JSON array of what there is, after a wait of some seconds if there is nothing."""
        self.store()
        found, size, until = [], 0, time.monotonic() + min(seconds, MOST_SECONDS)
        # A message with an empty value is false.
        while (message := self.next(0 if found else until - time.monotonic())) is not None:
            length = max(1, len(message.value() or b"") + len(message.key() or b""))
            self.held = message
            if found and size + length > max_bytes:
                break
            try:
                found.append(self.record_of(message))
            except RestError:
                if found:
                    break  # the next reply will say so: this one must not be lost
                raise
            self.held, size = None, size + length
            self.read_up_to[message.topic(), message.partition()] = message.offset() + 1
        if not found and self.refused and self.topics and not self.consumer.assignment():
            raise self.clients.away(self.refused, self.refused)
        return f"[{','.join(found)}]"

    def next(self, seconds: float) -> Message | None:
        if self.held is not None:
            return self.held
        message, until = None, time.monotonic() + seconds
        while message is None and not self.is_ending:
            message = self.consumer.poll(max(0, min(SLICE_SECONDS, until - time.monotonic())))
            if time.monotonic() >= until:
                break
        return message

    def record_of(self, message: Message) -> str:
        if not message.error():
            return json_of(message, self.form)
        self.held = None  # it passes, unlike a value that is not JSON
        raise self.clients.fault_of(message.error())

    def places(self) -> list[TopicPartition]:
        return [TopicPartition(topic, partition, offset) for (topic, partition), offset in self.read_up_to.items()]

    def store(self) -> None:
        """To be committed soon; of partitions that another instance has been given, that one commits."""
        if not self.commits:
            return
        for place in self.places():
            try:
                self.consumer.store_offsets(offsets=[place])
            except KafkaException:
                self.read_up_to.pop((place.topic, place.partition))

    def commit(self, places: list[TopicPartition] | None) -> None:
        places = self.places() if places is None else places
        if places:
            self.consumer.commit(offsets=places, asynchronous=False)

    def close(self, is_confirmed: bool) -> None:
        self.is_ending = True
        with self.lock:
            if is_confirmed:
                self.store()
            self.consumer.close()
            self.is_closed = True


def invalid(why: str) -> RestError:
    return RestError(errors.CONSUMER_CONFIG, f"Invalid consumer configuration: {why}")


def no_instance(group: str, name: str) -> RestError:
    return RestError(errors.CONSUMER_NOT_FOUND, f"Group '{group}' has no instance '{name}'.")


class Consumers:
    """The instances, by group and name."""

    def __init__(self, clients: Clients, proxy_id: str = "") -> None:
        self.clients, self.instances, self.lock, self.number = clients, {}, threading.Lock(), 0
        self.prefix = f"instance-{proxy_id}-" if proxy_id else "instance-"

    @staticmethod
    def check(clients: Clients) -> None:
        """Errors: KafkaException, of settings."""
        Consumer(clients.settings("consumer", {"group.id": "none"})).close()

    def create(self, group: str, config: dict) -> str:
        """Its name."""
        self.end_idle()
        for name, value in config.items():
            if name not in SETTINGS or not isinstance(value, SETTINGS[name]):
                raise invalid(f"'{name}' cannot be {json.dumps(value)}.")
        if config.get("format", "binary") not in ("json", "binary"):
            raise invalid("the formats are 'json' and 'binary'.")
        with self.lock:
            self.number += 1
            name = config.get("name") or f"{self.prefix}{time.time_ns():x}-{self.number}"
            if (group, name) in self.instances:
                raise RestError(errors.CONSUMER_EXISTS, f"Group '{group}' has an instance '{name}' already.")
            try:
                self.instances[group, name] = Instance(self.clients, group, config)
            except KafkaException as exception:
                raise invalid(exception.args[0].str()) from exception
        return name

    @contextmanager
    def use(self, group: str, name: str) -> Iterator[Instance]:
        """The instance, for one request at a time."""
        self.end_idle()
        with self.lock:
            instance = self.instances.get((group, name))
            if instance:
                instance.asked = time.monotonic()
        if not instance:
            raise no_instance(group, name)
        with instance.lock:
            if instance.is_closed:  # while this request waited for another
                raise no_instance(group, name)
            yield instance

    def end(self, group: str, name: str) -> None:
        with self.lock:
            instance = self.instances.pop((group, name), None)
        if not instance:
            raise no_instance(group, name)
        instance.close(is_confirmed=True)

    def end_idle(self) -> None:
        with self.lock:
            idle = [key for key, one in self.instances.items() if time.monotonic() - one.asked > IDLE_SECONDS]
            ended = [self.instances.pop(key) for key in idle]
        for instance in ended:
            instance.close(is_confirmed=False)

    def end_all(self) -> None:
        with self.lock:
            ended, self.instances = list(self.instances.values()), {}
        for instance in ended:
            instance.close(is_confirmed=False)
