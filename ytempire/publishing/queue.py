"""What waits to be published: in which order it goes on, and when it is looked at again."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ytempire.clock import Clock, system_clock
from ytempire.database.connection import Connection, load_sql, lost_connection_is_retriable
from ytempire.settings import YouTubeSettings
from ytempire.youtube.shares import claims_of_day, places, room_of_day


@dataclass(frozen=True)
class DueUpload:
    """Something that was put off and may go on now."""

    upload_id: UUID
    job_id: UUID
    channel_id: UUID


def due_uploads(connection: Connection, settings: YouTubeSettings, clock: Clock = system_clock) -> list[DueUpload]:
    """Return what was put off, is due and has a place, of active channels, in the order in which it should go on.

    What has begun already comes first, the most urgent job before the others; then the uploads, in the order in
    which the day's places go to the channels (:mod:`ytempire.youtube.shares`), each channel's own in order.
    """
    with lost_connection_is_retriable():
        return _due(connection, settings, clock())


def _due(connection: Connection, settings: YouTubeSettings, now: datetime) -> list[DueUpload]:
    begun: list[DueUpload] = []
    beginning: dict[UUID, deque[DueUpload]] = defaultdict(deque)
    for row in connection.execute(load_sql(__package__, "due"), {"now": now}):
        upload = DueUpload(row["upload_id"], row["job_id"], row["channel_id"])
        (beginning[upload.channel_id] if row["begins"] else begun).append(upload)
    if not beginning:
        return begun
    claims = claims_of_day(connection, settings, now)
    order = places(claims, room_of_day(connection, settings, now, claims))
    return begun + [beginning[channel_id].popleft() for channel_id in order if beginning[channel_id]]
