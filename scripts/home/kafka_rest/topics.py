"""What can be asked of Kafka, and what its clients are told."""

import re
import threading
from collections.abc import Callable

from confluent_kafka import KafkaError, KafkaException, Producer
from confluent_kafka.admin import AdminClient, ConfigResource
from kafka_rest import errors
from kafka_rest.errors import RestError

ASK_SECONDS = 5
TOPIC_NAME = re.compile(r"[A-Za-z0-9._-]{1,249}")


def poll_forever(client: AdminClient) -> None:
    while True:
        client.poll(1)


class Clients:
    """What all clients of Kafka are told, and what was heard last of the way to it."""

    def __init__(self, of: Callable[[str], dict], token: Callable | None = None) -> None:
        self.of, self.token = of, token
        self.fault: KafkaError | None = None

    def settings(self, kind: str, defaults: dict, fixed: dict | None = None) -> dict:
        login = {"oauth_cb": self.token} if self.token else {}
        quiet = {"log.connection.close": False} if self.token else {}  # a broker ends connections with their tokens
        return {"error_cb": self.hear, **quiet, **defaults, **self.of(kind), **(fixed or {}), **login}

    def hear(self, error: KafkaError) -> None:
        # That all brokers are down says less than what was said before it.
        if error.code() != KafkaError._ALL_BROKERS_DOWN or self.fault is None:
            self.fault = error

    def fault_of(self, error: KafkaError) -> RestError:
        return RestError(errors.code_of(error), self.words_of(error))

    def words_of(self, error: KafkaError) -> str:
        return errors.words_of(error, self.token is not None)

    def away(self, error: KafkaError, why: KafkaError | None = None) -> RestError:
        """Nothing can be asked of the broker; `why`: what was said last of the way to it, if anything."""
        if error.code() in errors.AUTHORIZATION:
            return self.fault_of(error)
        if why and why.code() in errors.LOGIN:
            return RestError(errors.NO_LOGIN, f"Kafka does not take the login: {self.words_of(why)}")
        return RestError(errors.BROKER_AWAY, f"Kafka does not answer: {(why or error).str()}")


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
            raise self.clients.away(exception.args[0], self.clients.fault) from exception
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
            raise self.clients.away(topic.error)
        if topic.error or not topic.partitions:
            raise RestError(errors.TOPIC_NOT_FOUND, f"Topic '{name}' not found.")
        self.partitions[name] = len(topic.partitions)
        return topic

    def forget(self, name: str) -> None:
        self.partitions.pop(name, None)
