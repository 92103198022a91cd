"""What a channel's young videos count now: from Redis when it is there, else from the observations themselves."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from ytempire.cache import Cache, channel_metrics_key, quota_key
from ytempire.clock import pacific_day
from ytempire.database.connection import Connection, load_sql
from ytempire.settings import Settings


class CurrentMetrics(BaseModel):
    """Sums over a channel's videos of the last 48 hours. ``observed_at`` is the oldest observation in them."""

    model_config = ConfigDict(frozen=True)

    channel_id: UUID
    videos: int
    views: int
    likes: int | None
    comments: int | None
    observed_at: AwareDatetime
    metric_definition: str


def current_metrics(
    connection: Connection, settings: Settings, channel_id: UUID, now: datetime, cache: Cache | None = None
) -> CurrentMetrics | None:
    """Return the current figures of a channel, or None where it has no young video that was seen."""
    kept = cache.get(channel_metrics_key(channel_id)) if cache else None
    if kept is not None:
        return CurrentMetrics.model_validate(kept)
    return _read(connection, settings, {channel_id}, now).get(channel_id)


def publish_current(
    connection: Connection, settings: Settings, cache: Cache | None, channel_ids: Collection[UUID], now: datetime
) -> None:
    """Put the figures of the channels, and what is spent of the day's quota, where dashboards read them."""
    if cache is None:
        return
    found = _read(connection, settings, channel_ids, now)
    cache.put(
        {channel_metrics_key(name): one.model_dump(mode="json") for name, one in found.items()},
        settings.cache.channel_metrics_seconds,
    )
    day = pacific_day(now)
    spent = connection.execute("SELECT bucket, used FROM ytempire.quota_buckets WHERE day = %s ORDER BY bucket", (day,))
    cache.put({quota_key(day): {row["bucket"]: row["used"] for row in spent}}, settings.cache.quota_seconds)


def _read(
    connection: Connection, settings: Settings, channel_ids: Collection[UUID], now: datetime
) -> dict[UUID, CurrentMetrics]:
    values: dict[str, Any] = {
        "now": now,
        "hours": settings.freshness.young_hours,
        "channel_ids": sorted(channel_ids),
    }
    rows = connection.execute(load_sql(__package__, "current"), values)
    found = [CurrentMetrics.model_validate(row) for row in rows]
    return {one.channel_id: one for one in found}
