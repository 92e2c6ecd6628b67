"""Mapping templates: files that are read again when they have changed, and what comes of them.

A template that cannot be read or rendered, or gives no JSON, is told on standard error with its file, and its line where that
is known; the client learns no more than a gateway says.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import airspeed
from airspeed.operators import LocalNamespace
from api_gateway.vtl import BadBody, Input, JsonObject, Util, parsed

OURS = Path(__file__).resolve().parent / "templates"
EXCERPT_MAX = 80


def set_for_all(namespace: LocalNamespace, name: str, value: object) -> None:
    """What is first set in a loop is there behind it, too: so in Velocity, and not in airspeed."""
    known = namespace.find_outermost(name)
    while known is None and isinstance(namespace.parent, LocalNamespace):
        namespace = namespace.parent
    (namespace if known is None else known)[name] = value


LocalNamespace.set_inherited = set_for_all


class Fault(Exception):
    """What is wrong with a template, for whoever wrote it: "FILE:LINE: …"."""


@dataclass
class Loaded:
    stamp: tuple[int, int, int]
    template: airspeed.Template


def stamp_of(path: Path) -> tuple[int, int, int]:
    """What changes with a file. Errors: OSError."""
    status = os.stat(path)
    return status.st_mtime_ns, status.st_size, status.st_ino


def line_at(text: str, offset: int) -> int:
    return 1 + text.count("\n", 0, offset)


def load(path: Path) -> Loaded:
    """Errors: Fault."""
    try:
        stamp = stamp_of(path)
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise Fault(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Fault(f"{path}: not UTF-8") from error
    template = airspeed.Template(text, str(path))
    try:
        template.ensure_compiled()
    except airspeed.TemplateSyntaxError as error:
        raise Fault(f"{path}:{error.line}: {syntax_fault(error)}") from error
    except Exception as error:
        raise Fault(f"{path}: cannot be understood: {error or type(error).__name__}") from error
    return Loaded(stamp, template)


def syntax_fault(error: airspeed.TemplateSyntaxError) -> str:
    rest = error.element.next_text().strip()
    where = f"at {excerpt(rest)!r}" if rest else "at the end of the file"
    expected = str(error).partition("expected ")[2].partition(" in ")[0]
    if expected == "block element":
        return f"nothing begins what ends here, {where}"
    begun = line_at(error.element.full_text(), error.element.start)
    return f"expected {expected}, {where}" + (f", for what begins in line {begun}" if begun < error.line else "")


def excerpt(text: str) -> str:
    line = text.splitlines()[0] if text else ""
    return line if len(line) <= EXCERPT_MAX else line[:EXCERPT_MAX] + "…"


def json_fault(text: str) -> str | None:
    try:
        parsed(text)
    except ValueError as error:
        line = text.splitlines()[error.lineno - 1] if getattr(error, "lineno", 0) and text else ""
        return f"{error}: {excerpt(line.strip())!r}" if line.strip() else str(error)
    return None


class Templates:
    """Those of a folder, and ours where it has none of that name."""

    def __init__(self, folder: Path | None, names: list[str], warn: Callable[[str, str], None]) -> None:
        """Errors: Fault."""
        self.folder, self.warn = folder, warn
        self.loaded: dict[Path, Loaded] = {}
        for name in names:
            self.get(self.path_of(name))

    def path_of(self, name: str) -> Path:
        own = self.folder / name if self.folder else None
        return own if own and own.exists() else OURS / name

    def get(self, path: Path) -> airspeed.Template:
        """Threads may read a file that has changed at the same time: any of what they have read will do. Errors: Fault."""
        known = self.loaded.get(path)
        try:
            is_new = known is None or known.stamp != stamp_of(path)
        except OSError as error:
            raise Fault(f"{path}: {error.strerror}") from error
        if is_new:
            known = self.loaded[path] = load(path)
        return known.template

    def render(self, name: str, request: Input, context: JsonObject) -> str:
        """JSON. Errors: Fault; BadBody where the request is at fault."""
        path = self.path_of(name)
        template = self.get(path)
        util = Util(lambda what, hint: self.warn(f"{path}: {what}", hint))
        try:
            text = template.merge({"input": request, "util": util, "context": context, "stageVariables": JsonObject()})
        except airspeed.TemplateExecutionError as error:
            if isinstance(error.__cause__, BadBody):
                raise error.__cause__ from None
            cause, what = error.__cause__, error.element.my_text()
            line = line_at(error.element.full_text(), error.start)
            raise Fault(f"{path}:{line}: {excerpt(what.strip())}: {cause or type(cause).__name__}") from error
        if fault := json_fault(text):
            raise Fault(f"{path}: what it gives is not JSON: {fault}")
        return text
