"""What an operator wants to see of a day's quota: its buckets, the channels' shares, and what waits."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from ytempire.clock import Clock, next_pacific_midnight, pacific_day, system_clock
from ytempire.database.connection import Connection, load_sql
from ytempire.settings import YouTubeSettings
from ytempire.youtube.quota import QuotaLedger
from ytempire.youtube.shares import claims_of_day, places, room_of_day


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class BucketLine(_Model):
    """A bucket of the day. ``reserved`` is the part of ``used`` whose calls have not ended, or whose end was lost.

    ``exhausted`` says that YouTube itself has called it empty.
    """

    bucket: str
    limit: int
    used: int
    reserved: int
    exhausted: bool


class ShareLine(_Model):
    """A channel's part of the day's uploads: what it had, wants, and gets of the places that are left."""

    channel_id: UUID
    channel: str
    priority: int
    uploads_per_day: int | None
    uploaded: int
    waiting: int
    expected: int
    places: int
    units: int


class WaitingLine(_Model):
    """A video that waits: for quota, for a place, or for its slot. ``until`` is when it is looked at."""

    job_id: UUID
    channel: str
    title: str
    status: str
    until: datetime | None
    publish_at: datetime | None
    reason: str | None


class QuotaOfDay(_Model):
    """The quota of a Pacific day, as it stands. ``room``: how many more videos can be uploaded and finished."""

    day: date
    resets_at: datetime
    room: int
    buckets: list[BucketLine]
    channels: list[ShareLine]
    waiting: list[WaitingLine]


def quota_of_day(connection: Connection, settings: YouTubeSettings, clock: Clock = system_clock) -> QuotaOfDay:
    """Return how today's quota stands, and who waits for it."""
    now = clock()
    day = pacific_day(now)
    claims = claims_of_day(connection, settings, now)
    room = room_of_day(connection, settings, now, claims)
    given = Counter(places(claims, room))
    units = {
        row["channel_id"]: row["units"] for row in connection.execute(load_sql(__package__, "units"), {"day": day})
    }
    return QuotaOfDay(
        day=day,
        resets_at=next_pacific_midnight(now),
        room=room,
        buckets=_buckets(connection, settings, day),
        channels=[
            ShareLine(
                channel_id=claim.channel_id,
                channel=claim.name,
                priority=claim.priority,
                uploads_per_day=claim.cap,
                uploaded=claim.used,
                waiting=claim.waiting,
                expected=claim.expected,
                places=given[claim.channel_id],
                units=units.get(claim.channel_id, 0),
            )
            for claim in claims
        ],
        waiting=[WaitingLine.model_validate(row) for row in connection.execute(load_sql(__package__, "waiting"))],
    )


def _buckets(connection: Connection, settings: YouTubeSettings, day: date) -> list[BucketLine]:
    rows = {row["bucket"]: row for row in connection.execute(load_sql(__package__, "buckets"), {"day": day})}
    return [
        BucketLine.model_validate(
            rows.get(bucket, {"bucket": bucket, "limit": limit, "used": 0, "reserved": 0, "exhausted": False})
        )
        for bucket, limit in QuotaLedger(connection, settings).limits().items()
    ]
