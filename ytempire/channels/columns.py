"""Which table holds a field of a channel, and the SQL that writes all of them."""

from __future__ import annotations

from typing import Any

from psycopg import sql
from psycopg.types.json import Jsonb

from ytempire.channels.models import ChannelSpec
from ytempire.database.connection import load_sql

# What the specification's table `channels` holds, under its names; every other field is a column of its own name
# in `channel_configurations`.
IDENTITY = {
    "youtube_channel_id": "youtube_channel_id",
    "name": "channel_name",
    "handle": "channel_handle",
    "description": "description",
    "niche": "niche",
    "monetization_enabled": "monetization_enabled",
}
SETTINGS = [name for name in ChannelSpec.model_fields if name not in IDENTITY]


def statement(name: str) -> sql.Composed:
    """Return the statement in ``name``.sql with the columns of the model in it."""
    return sql.SQL(load_sql(__package__, name)).format(
        identity=sql.SQL(", ").join(map(sql.Identifier, IDENTITY.values())),
        settings=sql.SQL(", ").join(map(sql.Identifier, SETTINGS)),
    )


def values(spec: ChannelSpec) -> dict[str, Any]:
    """Return the parameters ``identity`` and ``settings`` of such a statement."""
    plain = spec.model_dump(mode="json")
    return {
        "identity": Jsonb({column: plain[field] for field, column in IDENTITY.items()}),
        "settings": Jsonb({field: plain[field] for field in SETTINGS}),
    }
