"""Which videos are looked at live. Apart from the look itself, so that asking costs next to nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ytempire.database.connection import Connection, load_sql
from ytempire.settings import Settings

Young = dict[str, Any]


def young_videos(connection: Connection, settings: Settings, now: datetime) -> list[Young]:
    """Return the videos that are looked at live: video_id, channel_id, youtube_video_id and known_at.

    ``known_at`` is the moment of the newest observation, or of publication. Those not seen for longest come first.
    """
    query = load_sql(__package__, "young")
    return connection.execute(query, {"now": now, "hours": settings.freshness.young_hours}).fetchall()
