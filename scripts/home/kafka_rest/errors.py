"""The errors of Kafka REST: numbers whose first three digits are the HTTP status of a whole request that fails so.

In the reply to a request that did not fail as a whole they stand beside the record that they are about.
"""

from confluent_kafka import KafkaError

NO_LOGIN, NOT_ALLOWED_BY_KAFKA = 40101, 40301
TOPIC_NOT_FOUND, PARTITION_NOT_FOUND, CONSUMER_NOT_FOUND = 40401, 40402, 40403
NOT_HOSTED = 40403  # of a topic in v3, where v2 has 40401
NOT_HOSTED_TEXT = "This server does not host this topic-partition."
NOT_ALLOWED, FORMAT_MISMATCH = 405, 40601
CONSUMER_EXISTS = 40902
NO_LENGTH, TOO_LARGE, OTHER_TYPE = 411, 413, 415
UNPROCESSABLE, NO_JSON, CONSUMER_CONFIG = 422, 42203, 42204
SERIALIZATION, BATCH = 42207, 42208
KAFKA, KAFKA_RETRIABLE, BROKER_AWAY = 50002, 50003, 50302

# What may go well when it is sent again: the broker is away or busy, or a partition changes its leader.
RETRIABLE = {
    KafkaError._MSG_TIMED_OUT, KafkaError._TIMED_OUT, KafkaError._TIMED_OUT_QUEUE, KafkaError._TRANSPORT,
    KafkaError._ALL_BROKERS_DOWN, KafkaError._QUEUE_FULL, KafkaError._PURGE_QUEUE, KafkaError._PURGE_INFLIGHT,
    KafkaError._FATAL, KafkaError.REQUEST_TIMED_OUT, KafkaError.LEADER_NOT_AVAILABLE,
    KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.NETWORK_EXCEPTION, KafkaError.BROKER_NOT_AVAILABLE,
    KafkaError.REPLICA_NOT_AVAILABLE, KafkaError.NOT_ENOUGH_REPLICAS, KafkaError.NOT_ENOUGH_REPLICAS_AFTER_APPEND,
    KafkaError.KAFKA_STORAGE_ERROR,
}
NOT_LET_IN = {NO_LOGIN, NOT_ALLOWED_BY_KAFKA}
LOGIN = {KafkaError._AUTHENTICATION, KafkaError.SASL_AUTHENTICATION_FAILED}
AUTHORIZATION = {KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.GROUP_AUTHORIZATION_FAILED,
                 KafkaError.CLUSTER_AUTHORIZATION_FAILED}
# As MSK calls what a login by IAM lacks then.
RIGHTS = {
    KafkaError.TOPIC_AUTHORIZATION_FAILED:
        "kafka-cluster:DescribeTopic of the topic, and kafka-cluster:WriteData to write or kafka-cluster:ReadData to read",
    KafkaError.GROUP_AUTHORIZATION_FAILED: "kafka-cluster:DescribeGroup and kafka-cluster:AlterGroup of the group",
    KafkaError.CLUSTER_AUTHORIZATION_FAILED:
        "kafka-cluster:WriteDataIdempotently of the cluster, or have producer.enable.idempotence=false",
} | dict.fromkeys(LOGIN, "kafka-cluster:Connect of the cluster")  # fmt: skip
UNKNOWN_TOPIC = {KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_TOPIC}


class RestError(Exception):
    """A request that fails as a whole."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message

    @property
    def status(self) -> int:
        return self.code if self.code < 1000 else self.code // 100


def code_of(error: KafkaError) -> int:
    """What a client is told of an error of Kafka."""
    if error.code() in UNKNOWN_TOPIC:
        return TOPIC_NOT_FOUND
    if error.code() == KafkaError._UNKNOWN_PARTITION:
        return PARTITION_NOT_FOUND
    if error.code() in LOGIN:
        return NO_LOGIN
    if error.code() in AUTHORIZATION:
        return NOT_ALLOWED_BY_KAFKA
    return KAFKA_RETRIABLE if error.code() in RETRIABLE else KAFKA


def words_of(error: KafkaError, by_iam: bool) -> str:
    """Those of Kafka, and for a login by IAM the right that is not there."""
    right = RIGHTS.get(error.code()) if by_iam else None
    return error.str() + (f": the proxy's user or role must be allowed {right} (man pinpipe-aws)" if right else "")
