"""What a mapping template sees: $input, $util, and the JSON of a body as the gateway's own objects print it.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html. JSON objects are
Java's maps there and print as such, {a=1}; arrays print as JSON, also within them. A path that leads nowhere is an empty text.
"""

from __future__ import annotations

import base64
import functools
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus, unquote_plus

import jsonpath_ng


class BadBody(Exception):
    """A body that a template reads as JSON, and is none."""


class JsonObject(dict):
    def keySet(self) -> list[str]:
        return list(self)

    def entrySet(self) -> list[JsonObject]:
        return [JsonObject(key=key, value=value) for key, value in self.items()]

    def containsKey(self, key: str) -> bool:
        return key in self

    def size(self) -> int:
        return len(self)

    def isEmpty(self) -> bool:
        return not self

    def put(self, key: str, value: object) -> object:
        before = self.get(key)
        self[key] = value
        return before

    def toString(self) -> str:
        return str(self)

    def __str__(self) -> str:
        return "{" + ", ".join(f"{key}={printed(value)}" for key, value in self.items()) + "}"


class JsonArray(list):
    def size(self) -> int:
        return len(self)

    def get(self, index: int) -> object:
        return self[index]

    def contains(self, value: object) -> bool:
        return value in self

    def isEmpty(self) -> bool:
        return not self

    def add(self, value: object) -> bool:
        self.append(value)
        return True

    def toString(self) -> str:
        return str(self)

    def __str__(self) -> str:
        return compact(self).replace("/", "\\/")  # as Java's json-smart does it


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def printed(value: object) -> str:
    """A value in the middle of text."""
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)


def wrapped(value: Any) -> Any:
    if isinstance(value, dict):
        return JsonObject({name: wrapped(one) for name, one in value.items()})
    return JsonArray(map(wrapped, value)) if isinstance(value, list) else value


def parsed(text: str) -> Any:
    """Errors: ValueError, also for what Python reads beyond the standard, and for too many levels."""
    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is not JSON")

    try:
        return wrapped(json.loads(text, parse_constant=refuse))
    except RecursionError as error:
        raise ValueError("too many levels") from error


@functools.lru_cache(256)
def compiled(path: str) -> tuple[jsonpath_ng.JSONPath, bool]:
    """A JSON path, and whether it leads to one value: else it leads to a list. Errors: ValueError."""
    try:
        found = jsonpath_ng.parse(path)
    except Exception as error:
        raise ValueError(f"{path!r} is not a JSON path: {error}") from error
    return found, leads_to_one(found)


def leads_to_one(path: jsonpath_ng.JSONPath) -> bool:
    if isinstance(path, jsonpath_ng.Child):
        return leads_to_one(path.left) and leads_to_one(path.right)
    if isinstance(path, jsonpath_ng.Fields):
        return len(path.fields) == 1 and path.fields[0] != "*"
    return isinstance(path, (jsonpath_ng.Root, jsonpath_ng.This, jsonpath_ng.Index))


class Input:
    """$input of one request."""

    def __init__(self, body: bytes, path: dict[str, str], query: dict[str, str], headers: dict[str, str]) -> None:
        self.raw = body
        self.parameters = JsonObject(path=JsonObject(path), querystring=JsonObject(query), header=JsonObject(headers))

    @property
    def body(self) -> str:
        return self.raw.decode("utf-8", "replace")

    @functools.cached_property
    def document(self) -> Any:
        """Errors: BadBody."""
        if not self.raw.strip():
            return JsonObject()
        try:
            return parsed(self.raw.decode())
        except ValueError as error:  # UnicodeDecodeError is one
            raise BadBody(str(error)) from error

    def path(self, path: str) -> Any:
        if path == "$":
            return self.document
        steps, is_one = compiled(path)
        values = JsonArray(found.value for found in steps.find(self.document))
        if not is_one:
            return values
        return values[0] if values else ""

    def json(self, path: str) -> str:
        return compact(self.path(path))

    def params(self, name: str | None = None) -> Any:
        """That of a name, in the path, the query or the headers; all of them without one."""
        if name is None:
            return self.parameters
        return next((some[name] for some in self.parameters.values() if name in some), "")


class Util:
    """$util. `warn` is told what a template does that nobody can have meant."""

    def __init__(self, warn: Callable[[str, str], None]) -> None:
        self.warn = warn

    def base64Encode(self, value: object) -> str:
        if isinstance(value, JsonObject):
            self.warn("$util.base64Encode is given an object, and encodes it as Java prints it, {name=value}, which is not JSON",
                      "send it as a string, as kinesis-encode --shape gateway-records does, or encode $input.json of its path")
        return base64.b64encode(("" if value is None else printed(value)).encode()).decode()

    def base64Decode(self, text: str) -> str:
        return base64.b64decode(text).decode("utf-8", "replace")

    def escapeJavaScript(self, value: object) -> str:
        return json.dumps(printed(value), ensure_ascii=False)[1:-1].replace("'", "\\'")

    def parseJson(self, text: str) -> Any:
        return parsed(text)

    def urlEncode(self, text: object) -> str:
        return quote_plus(printed(text))

    def urlDecode(self, text: str) -> str:
        return unquote_plus(text)
