"""Properties of Confluent's kafka-rest.properties, and what of them is for this proxy and for its Kafka clients.

Errors: ConfigError, in words that show no value but of `listeners`: others may be secret.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from kafka_rest import jaas
from kafka_rest.jaas import ConfigError, IamLogin, Property
from pinpipe_options import did_you_mean

DEFAULT_PORT = 8082
CLIENTS = ("client", "producer", "consumer", "admin")
JAVA_ONLY = {
    "ssl.truststore.": "leave it out for certificates that the system trusts, as Amazon's are, or name a PEM file of others "
                       "as client.ssl.ca.location",
    "ssl.keystore.type": "librdkafka knows the form of a keystore by itself",
    "sasl.client.callback.handler.class": "it goes with client.sasl.mechanism=AWS_MSK_IAM only",
    "sasl.login.callback.handler.class": "it goes with client.sasl.mechanism=OAUTHBEARER by IAM only",
}
# Confluent's, which say nothing to this proxy.
NO_USE = {
    "zookeeper.connect": "Kafka is asked itself, by bootstrap.servers",
    "schema.registry.url": "records are JSON or binary, which have no schemas",
}
# Confluent's, whose absence changes no reply that is given here.
PASSED_OVER = {
    "advertised.listeners", "api.endpoints.allowlist", "api.endpoints.blocklist", "api.v2.enable", "api.v3.enable",
    "api.v3.produce.batch.maximum.entries", "client.init.timeout.ms", "client.timeout.ms", "client.zk.session.timeout.ms",
    "compression.enable", "consumer.instance.timeout.ms", "consumer.iterator.backoff.ms", "consumer.iterator.timeout.ms",
    "consumer.request.max.bytes", "consumer.request.timeout.ms", "consumer.threads", "debug", "fetch.min.bytes",
    "host.name", "idle.timeout.ms", "metric.reporters", "metrics.jmx.prefix", "metrics.num.samples",
    "metrics.sample.window.ms", "producer.threads", "request.logger.name", "request.queue.capacity",
    "response.mediatype.default", "response.mediatype.preferred", "shutdown.graceful.ms", "simpleconsumer.pool.size.max",
    "simpleconsumer.pool.timeout.ms", "thread.pool.max", "thread.pool.min",
}
# What a file counts on, and does not get.
REFUSED = ("authentication.", "access.control.", "kafka.rest.resource.extension.class", "ssl.", "confluent.")
OWN = ("id", "listeners", "port", "bootstrap.servers")
# Of librdkafka, the ones that files are likely to have: for what is misspelt.
LIKELY = (
    "security.protocol", "sasl.mechanism", "sasl.mechanisms", "sasl.jaas.config", "sasl.client.callback.handler.class",
    "sasl.username", "sasl.password", "ssl.ca.location", "ssl.certificate.location", "ssl.key.location",
    "ssl.key.password", "ssl.endpoint.identification.algorithm", "bootstrap.servers", "client.id", "acks", "linger.ms",
    "batch.size", "compression.type", "message.max.bytes", "request.timeout.ms", "retries", "socket.timeout.ms",
    "auto.offset.reset", "fetch.min.bytes", "session.timeout.ms", "metadata.max.age.ms",
)


@dataclass
class Settings:
    """What the proxy serves, and what its clients of Kafka are told; `clients` by kind, as librdkafka has them."""

    id: str = ""
    listener: Property | None = None
    address: str = ""
    port: int | None = None
    clients: dict[str, list[Property]] = field(default_factory=lambda: {kind: [] for kind in CLIENTS})
    iam: IamLogin | None = None
    notes: list[str] = field(default_factory=list)  # of what is of no use

    def names_kafka(self) -> bool:
        return any(property.key == "bootstrap.servers" for property in self.clients["client"])

    def of(self, kind: str) -> dict[str, str]:
        """Of two of one key the last counts, and that of the kind before that of all clients."""
        return {property.key: property.value for property in self.clients["client"] + self.clients[kind]}

    def servers(self) -> str:
        return self.of("client").get("bootstrap.servers", "")


def read(path: str) -> list[Property]:
    """Lines key=value or key:value. One that ends with a backslash goes on in the next; # and ! begin comments."""
    with open(path, encoding="utf-8-sig", errors="surrogateescape") as file:
        lines = file.read().splitlines()
    found, number = [], 0
    while number < len(lines):
        begin, line = number, lines[number].lstrip(" \t\f")
        number += 1
        if not line.strip() or line[0] in "#!":
            continue
        while (len(line) - len(line.rstrip("\\"))) % 2:
            line = line[:-1] + (lines[number].lstrip(" \t\f") if number < len(lines) else "")
            number += 1
        match = re.fullmatch(r"([^=:]+?)\s*[=:]\s*(.*?)\s*", line, re.DOTALL)
        if not match:
            raise ConfigError(f"{path}:{begin + 1}: not a line of the form key=value", "as in id=1")
        found.append(Property(match[1], match[2], f"{path}:{begin + 1}"))
    return found


def unknown(property: Property) -> ConfigError:
    names = [*OWN, *NO_USE, *PASSED_OVER, *(f"client.{name}" for name in LIKELY)]
    otherwise = "properties of its Kafka clients begin with client., as in client.security.protocol"
    return ConfigError(f"{property.at}: no property '{property.key}'", did_you_mean(property.key, names, otherwise))


def take_listener(property: Property, settings: Settings) -> None:
    match = re.fullmatch(r"http://(\[[0-9a-fA-F:.]+\]|[^:/,\s\[\]]*):(\d{1,5})/?", property.value)
    if not match or not 0 < int(match[2]) < 65536:
        what = "several listeners" if "," in property.value else f"not http://HOST:PORT: '{property.value}'"
        raise ConfigError(f"{property.at}: {property.key}: {what}",
                          "name one, as in listeners=http://0.0.0.0:8082; TLS is for a server before it, such as nginx")
    settings.listener, settings.address, settings.port = property, match[1].strip("[]"), int(match[2])


def take_port(property: Property, settings: Settings) -> None:
    if not property.value.isdecimal() or not 0 < int(property.value) < 65536:
        raise ConfigError(f"{property.at}: port: not a number up to 65535", "as in port=8082")
    settings.port = settings.port or int(property.value)


def take(property: Property, settings: Settings) -> None:
    key, (kind, _, rest) = property.key, property.key.partition(".")
    if key == "id":
        settings.id = property.value
    elif key == "listeners":
        take_listener(property, settings)
    elif key == "port":
        take_port(property, settings)
    elif key == "bootstrap.servers":  # PLAINTEXT://HOST:PORT is Confluent's way to say how, too
        settings.clients["client"].append(property)
    elif key in NO_USE:
        settings.notes.append(f"{property.at}: {key} is of no use here: {NO_USE[key]}")
    elif key in PASSED_OVER:
        pass
    elif kind in CLIENTS and rest:
        settings.clients[kind].append(Property(rest, property.value, property.at, key))
    elif key.startswith(REFUSED):
        raise ConfigError(f"{property.at}: rest-proxy has no '{key}'",
                          "it serves HTTP to whoever reaches it: leave the line out if that is right, or put a server before it")
    else:
        raise unknown(property)


def refuse_java_only(property: Property) -> None:
    for start, hint in JAVA_ONLY.items():
        if property.key.startswith(start):
            raise ConfigError(f"{property.at}: '{property.name}' is for Java only", hint)


def resolve(settings: Settings) -> None:
    """Turns what is Java's into librdkafka's, as far as it can be."""
    shared = settings.clients["client"]
    settings.iam = jaas.take_iam(shared)
    jaas.take_password_login(shared)
    for kind in CLIENTS:
        for property in settings.clients[kind]:
            refuse_java_only(property)


def settings_of(found: list[Property], is_taken: Callable[[dict], object]) -> Settings:
    """`is_taken`: as of wrong_property."""
    settings = Settings()
    for property in found:
        take(property, settings)
    try:
        resolve(settings)
    except ConfigError as error:
        # What is missing may be there, misspelt.
        raise wrong_property(settings, is_taken) or error from error
    return settings


def wrong_property(settings: Settings, is_taken: Callable[[dict], object]) -> ConfigError | None:
    """The first property that librdkafka does not take: of several it does not say which one, and it shows values.
    `is_taken`: makes a client of one alone; it raises what librdkafka says."""
    for kind in CLIENTS:
        for property in settings.clients[kind]:
            if property.key in jaas.JAVAS:
                continue
            try:
                is_taken({property.key: property.value})
            except Exception as error:
                if "No such configuration property" in str(error):
                    names = [f"{kind}.{name}" for name in LIKELY]
                    hint = did_you_mean(property.name, names, "properties are those of librdkafka (CONFIGURATION.md), which "
                                                               "are not all that Java has")
                    return property.wrong("no such property", hint)
                if "Invalid value" in str(error):
                    return property.wrong("not a value that it takes", "CONFIGURATION.md of librdkafka has those that it takes")
    return None
