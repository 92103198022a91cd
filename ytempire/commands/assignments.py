"""``FIELD=VALUE`` on the command line: read by the channel model's fields, so that a new field works by itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, get_args, get_origin

import typer
from pydantic import BaseModel

from ytempire.errors import InvalidInput

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from ytempire.channels.models import ChannelSpec

_NOTHING = ("", "none", "null")


def read_assignments(texts: Iterable[str], current: ChannelSpec | None = None) -> dict[str, Any]:
    """Return the values that the assignments give to fields; types and limits are the model's to check.

    ``FIELD=VALUE`` sets, ``FIELD=`` empties, ``FIELD+=VALUE`` and ``FIELD-=VALUE`` add to and take from a list of
    ``current``. A list is written with commas or as YAML (``[a, b]``). Raises InvalidInput naming the field.
    """
    found: dict[str, Any] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        operation = name[-1:] if sign and name[-1:] in "+-" else ""
        name = name.removesuffix(operation).strip()
        if not sign:
            raise InvalidInput("channel", f"{text!r} is no assignment", "Write FIELD=VALUE, for example priority=7.")
        about = _field(name)
        if operation:
            known = found.get(name, getattr(current, name, []))
            found[name] = _combined(name, about, operation, list(known), value)
        else:
            found[name] = _value(name, about, value)
    return found


def _field(name: str) -> FieldInfo:
    from ytempire.channels.models import ChannelSpec

    try:
        return ChannelSpec.model_fields[name]
    except KeyError:
        known = ", ".join(ChannelSpec.model_fields)
        raise InvalidInput(f"channel.{name}", "there is no such field", f"Fields: {known}.") from None


def _is_list(about: FieldInfo) -> bool:
    return get_origin(about.annotation) is list


def _is_structured(annotation: Any) -> bool:
    """Whether a type is made of parts: a list, a table, a model, or a choice with one of these."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel | dict):
        return True
    return get_origin(annotation) in (list, dict) or any(map(_is_structured, get_args(annotation)))


def _value(name: str, about: FieldInfo, text: str) -> Any:
    if text.lstrip()[:1] in ("[", "{") and _is_structured(about.annotation):
        return _yaml(name, text)
    if _is_list(about):
        return [part.strip() for part in text.split(",") if part.strip()]
    if text.strip().casefold() in _NOTHING and not about.is_required() and about.default is None:
        return None
    return text


def _combined(name: str, about: FieldInfo, operation: str, known: list[Any], text: str) -> list[Any]:
    if not _is_list(about):
        raise InvalidInput(f"channel.{name}", "it is no list", f"Write {name}=VALUE.")
    given = _value(name, about, text)
    # Compared as text: what is typed has no type yet.
    named = {str(value) for value in given}
    if operation == "+":
        return known + [value for value in given if str(value) not in {str(one) for one in known}]
    return [value for value in known if str(value) not in named]


def _yaml(name: str, text: str) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        raise InvalidInput(f"channel.{name}", f"{text!r} cannot be read as YAML", "Write [a, b] or {a: b}.") from error


def complete_assignment(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Offer the fields that begin as typed, each with what it means; after ``=`` the choices of the field.

    For bash, ``=`` is a word of its own, which stands before the one that is typed.
    """
    from ytempire.channels.models import ChannelSpec

    before = ctx.params.get("assignments") or []
    if len(before) > 1 and before[-1] == "=":
        return [(word, "") for word in choices(before[-2]) if word.startswith(incomplete)]
    name, sign, _ = incomplete.partition("=")
    if sign:
        return [(f"{name}={word}", "") for word in choices(name) if f"{name}={word}".startswith(incomplete)]
    fields = ChannelSpec.model_fields.items()
    return [(f"{field}=", about.description or "") for field, about in fields if field.startswith(name)]


def choices(name: str) -> list[str]:
    """Return the words that a field may have, where there is a list of them."""
    from ytempire.channels.models import ChannelSpec

    if name == "voice":
        from ytempire.content.voices import VOICES

        return [voice.name for voice in VOICES]
    if name == "palette":
        from ytempire.content.palettes import PALETTES

        return list(PALETTES)
    if name == "style_preset":
        from ytempire.content.thumbnails.presets import PRESETS

        return list(PRESETS)
    schema = ChannelSpec.model_json_schema()["properties"].get(name, {})
    return ["true", "false"] if schema.get("type") == "boolean" else [str(word) for word in schema.get("enum", [])]
