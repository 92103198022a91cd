"""Which of its channel's slots a video gets, and what happens when it cannot keep it.

An upload takes the next free slot before its session is opened; the database lets nobody take it twice. It is
uploaded as private with ``publishAt``, and YouTube makes it public at that moment. Whatever misses its slot gets
the next one. When the moment has come, ``upload_queue`` records what YouTube did.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice, takewhile
from typing import Any

from pydantic import TypeAdapter

from ytempire.channels.slots import PublishingSlots, upcoming
from ytempire.database.connection import Connection, load_sql
from ytempire.errors import InvalidInput
from ytempire.publishing.store import Upload, load_upload, note_video
from ytempire.settings import YouTubeSettings
from ytempire.youtube.models import OwnVideo

_PACKAGE = "ytempire.publishing"
_SLOTS = TypeAdapter(list[PublishingSlots])
_LOOK_AHEAD = timedelta(days=2 * 366)
_OFFERED_AT_ONCE = 64
# The last bytes, and the making of the video, take their time.
_LAST_CALL = timedelta(minutes=2)


def take_slot(connection: Connection, settings: YouTubeSettings, upload: Upload, now: datetime) -> Upload:
    """Return the upload with its slot: the one it has where that is still far enough ahead, else the next free one.

    For an upload whose session is about to be opened. ``publish_at`` is None where its channel has no slots, or
    does not make its videos public. Raises InvalidInput when two years have no free slot.
    """
    lead = timedelta(seconds=settings.slot_lead_seconds)
    return _take(connection, upload, now, lead)


class Deadline:
    """Watches, while an upload is under way, whether it still reaches its slot.

    Its session cannot be changed any more: finished after its slot, YouTube would make the video public on the spot.
    """

    def __init__(self, upload: Upload, now: datetime, next_byte: int) -> None:
        self._upload = upload
        self._started_at = now
        self._first_byte = next_byte

    def missed(self, now: datetime, next_byte: int, chunk_bytes: int) -> bool:
        """Whether the slot will be over when the chunk from ``next_byte`` on has been sent, at the pace so far."""
        if self._upload.publish_at is None:
            return False
        chunk = self._elapsed(now) * chunk_bytes / max(next_byte - self._first_byte, chunk_bytes)
        return now + max(_LAST_CALL, chunk) >= self._upload.publish_at

    def whole_upload(self, now: datetime, next_byte: int) -> timedelta:
        """Return how long the whole upload takes at the pace so far."""
        sent = next_byte - self._first_byte
        return self._elapsed(now) * self._upload.total_bytes / sent if sent else self._elapsed(now)

    def _elapsed(self, now: datetime) -> timedelta:
        return max(timedelta(), now - self._started_at)


def give_slot_up(
    connection: Connection, settings: YouTubeSettings, upload: Upload, now: datetime, needs: timedelta
) -> Upload:
    """Forget the session of an upload that misses its slot, and take one that leaves twice the time it ``needs``."""
    lead = max(timedelta(seconds=settings.slot_lead_seconds), 2 * needs)
    with connection.transaction():
        connection.execute(
            load_sql(_PACKAGE, "give_session_up"), {"upload_id": upload.upload_id, "last_bytes_at": None}
        )
        return _take(connection, upload, now, lead)


def keep_slot(
    connection: Connection, settings: YouTubeSettings, upload: Upload, video: OwnVideo, now: datetime
) -> Upload:
    """Return the upload of a video that exists with a slot that it can keep: the next one, if it missed its own.

    It has missed it when it is private after it, and YouTube does not know of the slot or is too late with it.
    """
    if upload.publish_at is None or now < upload.publish_at or video.privacy_status == "public":
        return upload
    patience = timedelta(seconds=settings.slot_patience_seconds)
    if video.publish_at == upload.publish_at and now < upload.publish_at + patience:
        return upload
    return _take(connection, upload, now, timedelta(seconds=settings.slot_lead_seconds))


def record_scheduled(connection: Connection, upload: Upload, publish_at: datetime, now: datetime) -> datetime:
    """Note in upload, video and job that YouTube keeps the video until its slot, ``publish_at``; return that."""
    with connection.transaction():
        connection.execute(
            load_sql(_PACKAGE, "scheduled"), {"upload_id": upload.upload_id, "look_at": max(publish_at, now)}
        )
        if upload.status != "scheduled" or upload.publish_at != publish_at:
            note_video(connection, upload, "scheduled", publish_at=publish_at.isoformat())
    return publish_at


def _take(connection: Connection, upload: Upload, now: datetime, lead: timedelta) -> Upload:
    row = next(
        connection.execute(
            "SELECT slots, uploads_per_day FROM ytempire.channel_configurations WHERE channel_id = %s",
            (upload.channel_id,),
        )
    )
    slots = _SLOTS.validate_python(row["slots"])
    if not slots or upload.privacy_status != "public":
        if upload.publish_at is None or upload.youtube_video_id is not None:
            return upload
        connection.execute(load_sql(_PACKAGE, "leave_slot"), {"upload_id": upload.upload_id})
    elif upload.publish_at is None or upload.publish_at < now + lead:
        _take_first_free(connection, upload, slots, now + lead, row["uploads_per_day"])
    return load_upload(connection, upload.upload_id)


def _take_first_free(
    connection: Connection, upload: Upload, slots: list[PublishingSlots], start: datetime, per_day: int | None
) -> None:
    moments = takewhile(lambda moment: moment.at < start + _LOOK_AHEAD, upcoming(slots, start))
    with connection.transaction():
        name = f"slots of {upload.channel_id}"
        connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (name,))
        connection.execute(load_sql(_PACKAGE, "free_slots"), {"channel_id": upload.channel_id})
        while offered := list(islice(moments, _OFFERED_AT_ONCE)):
            values: dict[str, Any] = {
                "upload_id": upload.upload_id,
                "channel_id": upload.channel_id,
                "moments": [moment.at for moment in offered],
                "days": [moment.day for moment in offered],
                "per_day": per_day,
            }
            if connection.execute(load_sql(_PACKAGE, "take_slot"), values).rowcount:
                return
    raise InvalidInput("channel.slots", f"none is free before {start + _LOOK_AHEAD:%Y-%m-%d}", "Add slots.")
