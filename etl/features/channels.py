"""Features of our own channels, as they were known at a moment: for the present from Redis, for the past as well.

A day of a channel has two times: the day itself, and when its figures were fetched. A feature uses the days whose
figures were there by then (one as-of join, ``channels.sql``), so that a restatement of later is never in it. Growth
of views is not told where their definition changed in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from math import log, log1p
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from etl.features.feature import CHANNEL_DAYS
from ytempire.cache import Cache, features_key
from ytempire.database.connection import Connection, load_sql

_WEEK = 7


class ChannelFeatures(BaseModel):
    """What is known of a channel at ``as_of``, by the names of ``contract.CHANNEL_FEATURES``; None: not known."""

    model_config = ConfigDict(frozen=True)

    channel_id: UUID
    as_of: AwareDatetime
    contract: str
    values: dict[str, float | None]


def channel_features(
    connection: Connection, moments: Iterable[tuple[UUID, datetime]], *, cache: Cache | None = None
) -> list[ChannelFeatures]:
    """Compute the features of channels at moments (channel_id, as_of), in the order of both.

    With ``cache`` they are kept as the present ones of their channels.
    """
    from etl.features.contract import channel_contract_version

    asked = list(moments)
    rows = connection.execute(
        load_sql("etl.features", "channels"),
        {
            "channel_ids": [channel for channel, _ in asked],
            "moments": [as_of for _, as_of in asked],
            "days": CHANNEL_DAYS,
        },
    ).fetchall()
    contract = channel_contract_version()
    found = [
        ChannelFeatures(channel_id=row["channel_id"], as_of=row["as_of"], contract=contract, values=_values(row))
        for row in rows
    ]
    if cache is not None:
        keep_in_cache(cache, found)
    return found


def keep_in_cache(cache: Cache, features: Iterable[ChannelFeatures]) -> None:
    """Keep features as the present ones of their channels, for ``CacheSettings.features_seconds``."""
    kept = {features_key(one.channel_id): one.model_dump(mode="json") for one in features}
    cache.put(kept, cache.settings.features_seconds)


def present_features(
    connection: Connection, channel_id: UUID, now: datetime, *, cache: Cache | None = None
) -> ChannelFeatures:
    """Return a channel's features: kept ones of at most an hour ago (``CacheSettings``), else those of ``now``.

    Kept ones of another contract, or from after ``now``, are not used.
    """
    from etl.features.contract import channel_contract_version

    kept = cache.get(features_key(channel_id)) if cache else None
    if kept is not None:
        found = ChannelFeatures.model_validate(kept)
        if found.contract == channel_contract_version() and found.as_of <= now:
            return found
    return channel_features(connection, [(channel_id, now)], cache=cache)[0]


def _values(row: Mapping[str, Any]) -> dict[str, float | None]:
    sums = {name: None if value is None else float(value) for name, value in row.items() if name not in _NOT_SUMS}
    views, comparable = sums["views_28"], bool(row["comparable"]) and _whole(row)
    return {
        "days_known_7": sums["days_7"] or 0.0,
        "days_known_28": sums["days_28"] or 0.0,
        "log_views_7": _log(sums["views_7"]),
        "log_views_28": _log(views),
        "views_growth": _growth(sums["views_7"], sums["views_before"]) if comparable else None,
        "log_watch_minutes_7": _log(sums["minutes_7"]),
        "log_watch_minutes_28": _log(sums["minutes_28"]),
        "watch_growth": _growth(sums["minutes_7"], sums["minutes_before"]) if _whole(row) else None,
        "minutes_per_view": _per(sums["minutes_28"], views),
        "likes_per_view": _per(sums["likes_28"], views),
        "comments_per_view": _per(sums["comments_28"], views),
        "shares_per_view": _per(sums["shares_28"], views),
        "engaged_share": _per(sums["engaged_views_28"], views),
        "click_rate": _per(sums["clicks_28"], sums["impressions_28"]),
        "log_impressions_28": _log(sums["impressions_28"]),
        "revenue_cents_per_view": _per(sums["revenue_cents_28"], views),
        "videos_viewed_28": sums["videos_28"],
        "views_per_video": _per(views, sums["videos_28"]),
        "best_share": _per(sums["best_views_28"], views),
        "published_7": sums["published_7"],
        "published_28": sums["published_28"],
        "days_since_published": sums["days_since_published"],
        "live_videos": sums["live_videos"],
        "log_live_views": _log(sums["live_views"]),
        "live_views_per_hour": _per(sums["live_views"], sums["live_hours"]),
        "live_likes_per_view": _per(sums["live_likes"], sums["live_views"]),
    }


_NOT_SUMS = ("channel_id", "as_of", "comparable")


def _whole(row: Mapping[str, Any]) -> bool:
    """Tell whether as many days are known of the last week as of the one before: else their sums say nothing."""
    return bool(row["days_7"]) and row["days_7"] == row["days_before"]


def _log(value: float | None) -> float | None:
    return None if value is None else log1p(value)


def _per(value: float | None, base: float | None) -> float | None:
    return None if value is None or not base else value / base


def _growth(now: float | None, before: float | None) -> float | None:
    return None if not now or not before else log(now / before) / _WEEK
