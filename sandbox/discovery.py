"""Google's own descriptions of its interfaces, as google-api-python-client ships them.

Requests and answers of the sandbox are held against these documents, so that the stand-in can be neither more
lenient nor more generous than what the description promises.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sandbox.core import from_iso
from sandbox.google_errors import GoogleError, invalid_argument

_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_COMMA_SEPARATED = ("part", "id")
_INTEGER_TYPES = {
    "int32": "TYPE_INT32",
    "uint32": "TYPE_UINT32",
    "int64": "TYPE_INT64",
    "uint64": "TYPE_UINT64",
}


_Schema = dict[str, Any]
_Path = tuple[str | int, ...]


class AnswerError(Exception):
    """An answer of the sandbox that does not fit the interface's description: a fault of the sandbox."""


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


class Description:
    """One discovery document.

    Args:
        name: the document's name, such as "youtube.v3".
    """

    def __init__(self, name: str) -> None:
        package = find_spec("googleapiclient")
        if package is None or not package.submodule_search_locations:
            raise ModuleNotFoundError("google-api-python-client is not installed")
        folder = Path(package.submodule_search_locations[0]) / "discovery_cache" / "documents"
        self.document: dict[str, Any] = json.loads((folder / f"{name}.json").read_text())
        self._schemas: dict[str, Any] = self.document["schemas"]
        self._methods = {method["id"]: method for method in _methods(self.document)}

    def method(self, method_id: str) -> dict[str, Any]:
        """The description of a method such as "youtube.videos.list"."""
        found: dict[str, Any] = self._methods[method_id]
        return found

    def schema(self, name: str) -> dict[str, Any]:
        """The schema of a name."""
        found: dict[str, Any] = self._schemas[name]
        return found

    def parts(self, schema: str) -> frozenset[str]:
        """The parts in which a resource can be asked for."""
        return frozenset(self._schemas[schema]["properties"]) - {"kind", "etag"}

    def parameters(self, method_id: str, query: list[tuple[str, str]]) -> dict[str, Any]:
        """Typed values of a request's parameters; repeated ones as lists, absent ones by their default.

        Raises:
            GoogleError: an unknown, missing, repeated, mistyped or out-of-range parameter.
        """
        described = self.method(method_id).get("parameters", {})
        common = self.document["parameters"]
        values: dict[str, Any] = {}
        for name, text in query:
            schema = described.get(name) or common.get(name)
            if schema is None:
                raise invalid_argument(
                    f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. '
                    f"Field '{name}' could not be found in request message."
                )
            if schema.get("repeated"):
                texts = text.split(",") if name in _COMMA_SEPARATED else [text]
                values.setdefault(name, []).extend(_parameter(name, schema, item) for item in texts if item)
            elif name in values:
                raise invalid_argument(
                    f"Invalid value at '{_snake(name)}', Proto field is not repeating, cannot start list.",
                    field=_snake(name),
                )
            else:
                values[name] = _parameter(name, schema, text)
        for name, schema in described.items():
            if schema.get("required") and not values.get(name):
                raise GoogleError(400, "required", f"Required parameter: {name}", domain="global", location=name)
            if "default" in schema and name not in values:
                values[name] = _parameter(name, schema, schema["default"])
        return values

    def check_body(self, method_id: str, body: Any) -> None:
        """Hold a request's JSON body against its schema.

        Raises:
            GoogleError: the first thing in it that does not fit.
        """
        name = self.method(method_id)["request"]["$ref"]
        problems: list[str] = []
        self._judge(self._schemas[name], body, (name,), problems)
        if problems:
            raise invalid_argument(problems[0])

    def check_answer(self, method_id: str, answer: Any) -> None:
        """Hold an answer against the schema of the method's response.

        Raises:
            AnswerError: all that does not fit.
        """
        self.check(self.method(method_id)["response"]["$ref"], answer)

    def check(self, schema: str, answer: Any) -> None:
        """Hold any value against a schema of this document.

        Raises:
            AnswerError: all that does not fit.
        """
        problems: list[str] = []
        self._judge(self._schemas[schema], answer, (schema,), problems)
        if problems:
            raise AnswerError("; ".join(problems))

    def _judge(self, schema: _Schema, value: Any, path: _Path, problems: list[str]) -> None:
        """Append to `problems` what of a value does not fit its schema."""
        while "$ref" in schema:
            schema = self._schemas[schema["$ref"]]
        kind = schema.get("type")
        if kind == "object" and isinstance(value, dict):
            properties = schema.get("properties", {})
            others = schema.get("additionalProperties")
            for name, item in value.items():
                described = properties.get(name, others)
                if described is None:
                    problems.append(
                        f"Invalid JSON payload received. Unknown name \"{name}\" at '{_field(path)}': "
                        "Cannot find field."
                    )
                elif item is not None:
                    self._judge(described, item, (*path, name), problems)
        elif kind == "array" and isinstance(value, list):
            for index, item in enumerate(value):
                self._judge(schema["items"], item, (*path, index), problems)
        else:
            problem = "TYPE_MESSAGE" if kind in ("object", "array") else _scalar_problem(schema, value)
            if problem:
                problems.append(f"Invalid value at '{_field(path)}' ({problem}), {json.dumps(value)}")


def _field(path: _Path) -> str:
    """A place in a message as Google names it: `video.snippet.tags[3]`."""
    named = [f"[{step}]" if isinstance(step, int) else f".{_snake(step)}" for step in path]
    return "".join(named).removeprefix(".")


def _methods(level: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from level.get("methods", {}).values()
    for resource in level.get("resources", {}).values():
        yield from _methods(resource)


def _is_integer(text: str, form: str) -> bool:
    if not re.fullmatch(r"-?\d{1,20}", text):
        return False
    low, high = {
        "int32": (-(2**31), 2**31 - 1),
        "uint32": (0, 2**32 - 1),
        "uint64": (0, 2**64 - 1),
    }.get(form, (-(2**63), 2**63 - 1))
    return low <= int(text) <= high


def _scalar_problem(schema: dict[str, Any], value: Any) -> str | None:
    """The protocol-buffer type that a scalar was to have, None if it fits."""
    kind, form = schema.get("type"), schema.get("format", "")
    if kind == "any":
        return None
    if kind == "boolean":
        return None if isinstance(value, bool) else "TYPE_BOOL"
    if kind == "integer" or form in ("int64", "uint64"):
        whole = isinstance(value, int) and not isinstance(value, bool)
        text = value if isinstance(value, str) and form.endswith("64") else str(value) if whole else ""
        return None if _is_integer(text, form) else _INTEGER_TYPES.get(form, "TYPE_INT32")
    if kind == "number":
        fits = isinstance(value, int | float) and not isinstance(value, bool)
        return None if fits else "TYPE_DOUBLE"
    if not isinstance(value, str):
        return "TYPE_STRING"
    if "enum" in schema and value not in schema["enum"]:
        return "TYPE_ENUM"
    if form in ("date-time", "google-datetime") and not _is_time(value):
        return "TYPE_TIMESTAMP"
    return None


def _is_time(text: str) -> bool:
    try:
        from_iso(text)
    except ValueError:
        return False
    return "T" in text


def _parameter(name: str, schema: dict[str, Any], text: str) -> Any:
    value: Any = text
    kind = schema.get("type")
    if kind == "boolean":
        value = _BOOLEANS.get(text.lower(), text)
    elif kind == "integer" and _is_integer(text, schema.get("format", "")):
        value = int(text)
    problem = _scalar_problem(schema, value)
    if problem:
        raise invalid_argument(f"Invalid value at '{_snake(name)}' ({problem}), {json.dumps(text)}", field=_snake(name))
    if kind == "integer":
        low, high = int(schema.get("minimum", value)), int(schema.get("maximum", value))
        if not low <= value <= high:
            raise GoogleError(
                400,
                "invalidParameter",
                f"Invalid value '{value}'. Values must be within the range: [{low}, {high}]",
                domain="global",
                location=name,
            )
    return value


@cache
def youtube() -> Description:
    """The description of the YouTube Data API v3."""
    return Description("youtube.v3")
