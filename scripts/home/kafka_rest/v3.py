"""Version 3 of the API: the cluster, its topics, and records into them, as a stream or a few at once."""

import json
import queue
import re
import threading
from urllib.parse import quote

from kafka_rest import errors
from kafka_rest.bodies import parsed, strict_json
from kafka_rest.errors import RestError
from kafka_rest.json_stream import JsonStream
from kafka_rest.serving import Handler
from kafka_rest.v3_record import FIELDS, Produced, check_fields

JSON_TYPE = {"application/json": ""}
CHARSETS = ("utf-8", "iso-8859-1")
WAITING_MAX = 10_000  # records of a stream that wait for Kafka: the client waits then
BATCH_MAX = 10  # entries, as in Confluent's default


# ---- what there is ----


def resource(at: Handler, kind: str, path: str, name: str) -> dict:
    return {"kind": kind, "metadata": {"self": at.base_url() + path, "resource_name": f"crn:///{name}"}}


def related(at: Handler, path: str, *names: str) -> dict:
    return {name: {"related": f"{at.base_url()}{path}/{name.replace('_', '-')}"} for name in names}


def listed(at: Handler, kind: str, path: str, entries: list[dict]) -> dict:
    return {"kind": kind, "metadata": {"self": at.base_url() + path, "next": None}, "data": entries}


def cluster_data(at: Handler, cluster) -> dict:
    path = f"/v3/clusters/{cluster.cluster_id}"
    links = related(at, path, "acls", "brokers", "broker_configs", "consumer_groups", "topics")
    links["partition_reassignments"] = {"related": f"{at.base_url()}{path}/topics/-/partitions/-/reassignment"}
    controller = {"related": f"{at.base_url()}{path}/brokers/{cluster.controller_id}"} if cluster.controller_id >= 0 else None
    return {**resource(at, "KafkaCluster", path, f"kafka={cluster.cluster_id}"), "cluster_id": cluster.cluster_id,
            "controller": controller, **links}


def topic_data(at: Handler, cluster_id: str, topic) -> dict:
    path = f"/v3/clusters/{cluster_id}/topics/{quote(topic.topic, safe='')}"
    links = related(at, path, "partitions", "configs")
    links["partition_reassignments"] = {"related": f"{at.base_url()}{path}/partitions/-/reassignment"}
    return {**resource(at, "KafkaTopic", path, f"kafka={cluster_id}/topic={topic.topic}"), "cluster_id": cluster_id,
            "topic_name": topic.topic, "is_internal": topic.topic.startswith("__"),
            "replication_factor": len(topic.partitions[0].replicas), "partitions_count": len(topic.partitions), **links,
            "authorized_operations": []}


def check_cluster(at: Handler, cluster_id: str) -> None:
    """Errors: RestError; it is another."""
    if at.delivery.topics.cluster_id() != cluster_id:
        raise RestError(404, f"Cluster {cluster_id} cannot be found.")


def cluster_of(at: Handler, cluster_id: str):
    """Metadata of it, with all topics."""
    check_cluster(at, cluster_id)
    return at.delivery.topics.cluster()


def get_clusters(at: Handler) -> dict:
    return listed(at, "KafkaClusterList", "/v3/clusters", [cluster_data(at, at.delivery.topics.cluster())])


def get_cluster(at: Handler, cluster_id: str) -> dict:
    return cluster_data(at, cluster_of(at, cluster_id))


def get_topics(at: Handler, cluster_id: str) -> dict:
    topics = cluster_of(at, cluster_id).topics
    entries = [topic_data(at, cluster_id, topics[name]) for name in sorted(topics) if not name.startswith("__")]
    return listed(at, "KafkaTopicList", f"/v3/clusters/{cluster_id}/topics", entries)


def get_topic(at: Handler, cluster_id: str, name: str) -> dict:
    topic = cluster_of(at, cluster_id).topics.get(name)
    if topic is None or not topic.partitions:
        raise RestError(errors.NOT_HOSTED, errors.NOT_HOSTED_TEXT)
    return topic_data(at, cluster_id, topic)


# ---- records ----


def check_type(at: Handler) -> None:
    at.type_among(JSON_TYPE)
    charset = at.headers.get_content_charset("utf-8")
    if charset not in CHARSETS:
        raise RestError(400, f"charset is {charset}; here it is {' or '.join(CHARSETS)}.")


class Reports:
    """The reply to a stream: a report a record, in their order, written by a thread while the request is read."""

    def __init__(self, at: Handler) -> None:
        self.at, self.waiting, self.is_gone = at, queue.Queue(WAITING_MAX), False
        at.send_response(200)
        at.send_header("Content-Type", "application/json")
        at.send_header("Transfer-Encoding", "chunked")
        at.end_headers()
        at.wfile.flush()
        self.thread = threading.Thread(target=self.write_all, daemon=True)
        self.thread.start()

    def put(self, produced: "Produced | RestError") -> None:
        self.waiting.put(produced)

    def end(self) -> None:
        self.waiting.put(None)
        self.thread.join()
        if not self.is_gone:
            self.at.wfile.write(b"0\r\n\r\n")

    def write_all(self) -> None:
        while (produced := self.waiting.get()) is not None:
            if isinstance(produced, RestError):
                report = {"error_code": produced.code, "message": produced.message}
            else:
                report = produced.report()
                if "offset" in report:
                    report = {"error_code": 200, **report}
            if not self.is_gone:
                self.write(json.dumps(report, separators=(",", ":")).encode() + b"\r\n")

    def write(self, data: bytes) -> None:
        try:
            self.at.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
            if self.waiting.empty():
                self.at.wfile.flush()
        except OSError:
            self.is_gone = True  # what is on its way to Kafka goes there all the same


def entries_in(at: Handler):
    """Each record of a stream, or the RestError that ends it."""
    stream = JsonStream()
    try:
        for piece in at.incoming.pieces():
            for text in stream.feed(piece):
                yield strict_json(text)
            if len(stream.buffer) > at.max_body:
                yield RestError(errors.TOO_LARGE, f"A record has more than {at.max_body} bytes, which are the most.")
                return
        if stream.rest():
            raise ValueError("the last value has no end")
    except ValueError as error:
        yield RestError(400, f"Error processing JSON: {error}")


def post_records(at: Handler, cluster_id: str, topic: str) -> object:
    check_cluster(at, cluster_id)
    check_type(at)
    reports = Reports(at)
    try:
        for entry in entries_in(at):
            reports.put(entry if isinstance(entry, RestError) else Produced(at, cluster_id, topic, entry))
    finally:
        reports.end()
    if not at.incoming.discard():
        at.close_connection = True
    return Handler.STREAMED


def entries_of(body: bytes) -> list[dict]:
    request = parsed(body)
    check_fields(request, ("entries",))
    entries = request.get("entries")
    if not isinstance(entries, list) or not entries:
        raise RestError(errors.BATCH, "Empty batch.")
    if len(entries) > BATCH_MAX:
        raise RestError(errors.BATCH, f"Too many entries in batch: {len(entries)}; {BATCH_MAX} are the most.")
    names = [entry.get("id") if isinstance(entry, dict) else None for entry in entries]
    if not all(isinstance(name, str) and re.fullmatch(r"[\w-]{1,80}", name, re.ASCII) for name in names):
        raise RestError(errors.BATCH, "The id of an entry is of 1 to 80 letters, digits, '_' and '-'.")
    if len(set(names)) < len(names):
        raise RestError(errors.BATCH, "Batch entry IDs are not distinct.")
    return entries


def post_batch(at: Handler, cluster_id: str, topic: str) -> dict:
    check_cluster(at, cluster_id)
    check_type(at)
    entries = entries_of(at.body())
    produced = [(entry["id"], Produced(at, cluster_id, topic, entry, ("id", *FIELDS))) for entry in entries]
    reports = [{"id": name, **one.report()} for name, one in produced]
    at.status = 207
    return {"successes": [report for report in reports if "offset" in report],
            "failures": [report for report in reports if "offset" not in report]}


CLUSTER = r"/v3/clusters/([^/]+)"
ROUTES = (
    ("GET", r"/v3/clusters", get_clusters),
    ("GET", CLUSTER, get_cluster),
    ("GET", CLUSTER + r"/topics", get_topics),
    ("GET", CLUSTER + r"/topics/([^/]+)", get_topic),
    ("POST", CLUSTER + r"/topics/([^/]+)/records", post_records),
    ("POST", CLUSTER + r"/topics/([^/]+)/records:batch", post_batch),
)
