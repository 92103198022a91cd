"""What differs between two configurations of a channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ytempire.channels.models import ChannelSpec


@dataclass(frozen=True)
class Difference:
    """A field with its value before and after, as plain JSON. Before is None for a channel that is new."""

    field: str
    before: Any
    after: Any


def differences(before: ChannelSpec | None, after: ChannelSpec) -> list[Difference]:
    """Return the fields that differ, in the model's order; of a new channel those that are not the defaults."""
    old: dict[str, Any] = before.model_dump(mode="json") if before else {}
    found = []
    for field, value in after.model_dump(mode="json").items():
        same = getattr(before, field) == getattr(after, field) if before else _is_default(after, field)
        if not same:
            found.append(Difference(field, old.get(field), value))
    return found


def _is_default(spec: ChannelSpec, field: str) -> bool:
    about = ChannelSpec.model_fields[field]
    return not about.is_required() and getattr(spec, field) == about.default
