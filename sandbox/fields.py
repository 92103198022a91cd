"""Partial answers: the `fields` parameter of Google, such as `items(id,snippet/title),nextPageToken`."""

from __future__ import annotations

import re
from typing import Any

from sandbox.google_errors import GoogleError

Mask = dict[str, Any]


def select(payload: dict[str, Any], fields: str) -> dict[str, Any]:
    """What of an answer a selector asks for.

    Raises:
        GoogleError: 400, the selector is malformed.
    """
    tokens = re.findall(r"[A-Za-z0-9_.*]+|[(),/]", fields)
    if "".join(tokens) != fields.replace(" ", ""):
        raise _malformed(fields)
    mask = _parse(tokens, fields)
    if tokens:
        raise _malformed(fields)
    selected: dict[str, Any] = _apply(payload, mask)
    return selected


def _malformed(fields: str) -> GoogleError:
    return GoogleError(400, "invalidParameter", f"Invalid field selection {fields}", location="fields")


def _parse(tokens: list[str], fields: str) -> Mask:
    mask: Mask = {}
    while tokens:
        name = tokens.pop(0)
        if name in "(),/":
            raise _malformed(fields)
        level = mask.setdefault(name, {})
        while tokens[:1] == ["/"]:
            del tokens[0]
            if not tokens or tokens[0] in "(),/":
                raise _malformed(fields)
            level = level.setdefault(tokens.pop(0), {})
        if tokens[:1] == ["("]:
            del tokens[0]
            level.update(_parse(tokens, fields))
            if tokens[:1] != [")"]:
                raise _malformed(fields)
            del tokens[0]
        if tokens[:1] != [","]:
            return mask
        del tokens[0]
    raise _malformed(fields)


def _apply(value: Any, mask: Mask) -> Any:
    if not mask:
        return value
    if isinstance(value, list):
        return [_apply(item, mask) for item in value]
    if not isinstance(value, dict):
        return value
    chosen = value if "*" in mask else {name: value[name] for name in mask if name in value}
    return {name: _apply(item, mask[name] if name in mask else mask.get("*", {})) for name, item in chosen.items()}
