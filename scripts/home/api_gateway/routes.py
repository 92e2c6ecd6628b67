"""The resources of the API, as they are made in the console: streams in front of Kinesis, and all else to the Kafka REST
proxy. The most specific resource takes a request; a method that it lacks is no route, also where {proxy+} has it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

ANY = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")


@dataclass(frozen=True)
class Method:
    """One that a mapping template turns into a call of Kinesis."""

    action: str
    template: str  # the name of its file


@dataclass(frozen=True)
class Resource:
    path: str  # with {parameters}
    methods: dict[str, Method] = field(default_factory=dict)  # none where all go to the REST proxy

    @property
    def allowed(self) -> list[str]:
        """The methods, as the console writes them into what OPTIONS answers."""
        return sorted({*self.methods, "OPTIONS"}) if self.methods else list(ANY)


STREAM = "/streams/{stream-name}"
RESOURCES = (
    Resource("/streams", {"GET": Method("ListStreams", "list-streams.vtl")}),
    Resource(STREAM, {
        "GET": Method("DescribeStream", "describe-stream.vtl"),
        "POST": Method("CreateStream", "create-stream.vtl"),
        "DELETE": Method("DeleteStream", "delete-stream.vtl"),
    }),
    Resource(f"{STREAM}/record", {"PUT": Method("PutRecord", "put-record.vtl")}),
    Resource(f"{STREAM}/records", {"PUT": Method("PutRecords", "put-records.vtl")}),
    Resource("/{proxy+}"),
)  # fmt: skip
TEMPLATES = [method.template for resource in RESOURCES for method in resource.methods.values()]


def pattern_of(path: str) -> re.Pattern[str]:
    parts = (r"(.+)" if part.endswith("+}") else r"([^/]+)" if part.startswith("{") else re.escape(part)
             for part in path.split("/"))  # fmt: skip
    return re.compile("/".join(parts))


PATTERNS = [(resource, pattern_of(resource.path), re.findall(r"\{([^}+]+)\+?\}", resource.path)) for resource in RESOURCES]


def find(path: str) -> tuple[Resource, dict[str, str]] | None:
    """The resource of a path behind the stage, and what its parameters are."""
    for resource, pattern, names in PATTERNS:
        if found := pattern.fullmatch(path):
            return resource, dict(zip(names, map(unquote, found.groups())))
    return None
