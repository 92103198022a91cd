"""After the upload: thumbnail, captions, and the record that the video is published. Each once.

What is about to be sent is written down before; after a try whose answer may have been lost,
YouTube is asked what it has before anything is sent again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from ytempire.database.connection import Connection, load_sql
from ytempire.errors import ChannelPaused, RequestRefused
from ytempire.hashing import blake3_of
from ytempire.publishing.reconcile import check_flags, look_for, seen
from ytempire.publishing.schedule import record_scheduled
from ytempire.publishing.store import Upload, note_video
from ytempire.publishing.work import uploaded_id, working_on
from ytempire.youtube.client import YouTubeClient
from ytempire.youtube.models import CaptionTrack, OwnVideo

_CAPTIONS_NAME = ""


def set_thumbnail(connection: Connection, client: YouTubeClient, upload_id: UUID | str, path: Path) -> None:
    """Set the thumbnail of an uploaded video, once. ``path``: JPEG or PNG, at most 2 MB."""
    with working_on(connection, upload_id, wait_seconds=client.settings.upload_lock_wait_seconds) as upload:
        youtube_video_id = uploaded_id(upload)
        if upload.thumbnail_set_at is not None:
            return
        digest, url = blake3_of(path), None
        if upload.thumbnail_blake3 == digest:
            url = look_for(client, lambda: client.custom_thumbnail(youtube_video_id))
        if url is None:
            connection.execute(
                "UPDATE ytempire.uploads SET thumbnail_blake3 = %s WHERE upload_id = %s", (digest, upload.upload_id)
            )
            url = client.set_thumbnail(youtube_video_id, path)
        with connection.transaction():
            connection.execute(
                "UPDATE ytempire.uploads SET thumbnail_set_at = clock_timestamp() WHERE upload_id = %s",
                (upload.upload_id,),
            )
            connection.execute(
                "UPDATE ytempire.videos SET thumbnail_url = %s WHERE video_id = %s", (url, upload.video_id)
            )


def upload_captions(
    connection: Connection, client: YouTubeClient, upload_id: UUID | str, srt_path: Path, language: str
) -> str:
    """Add the captions of an uploaded video, once, and return their id. ``language`` is a BCP-47 tag."""
    with working_on(connection, upload_id, wait_seconds=client.settings.upload_lock_wait_seconds) as upload:
        youtube_video_id = uploaded_id(upload)
        if upload.captions_id is not None:
            return upload.captions_id
        track = None
        if upload.captions_started_at is not None:
            track = look_for(client, lambda: _existing_track(client, youtube_video_id, language))
        if track is None:
            connection.execute(
                "UPDATE ytempire.uploads SET captions_started_at = clock_timestamp() WHERE upload_id = %s",
                (upload.upload_id,),
            )
            track = _insert_track(client, youtube_video_id, srt_path, language)
        connection.execute(
            "UPDATE ytempire.uploads SET captions_id = %s WHERE upload_id = %s",
            (track.captions_id, upload.upload_id),
        )
        return track.captions_id


def _insert_track(client: YouTubeClient, youtube_video_id: str, path: Path, language: str) -> CaptionTrack:
    try:
        return client.insert_caption(youtube_video_id, path, language, _CAPTIONS_NAME)
    except RequestRefused as error:
        track = _existing_track(client, youtube_video_id, language) if error.reason == "captionExists" else None
        if track is None:
            raise
        return track


def _existing_track(client: YouTubeClient, youtube_video_id: str, language: str) -> CaptionTrack | None:
    tracks = client.list_captions(youtube_video_id)
    return next((t for t in tracks if t.language == language and t.name == _CAPTIONS_NAME), None)


def mark_published(connection: Connection, client: YouTubeClient, upload_id: UUID | str) -> datetime:
    """Record that an uploaded video is published, and return when YouTube says it was.

    One that YouTube keeps private until its slot is recorded as scheduled, and the slot is returned. Its
    flags are read back before; upload, video and job change in one transaction. Of a paused channel a scheduled
    video is only looked at, and ChannelPaused raised while it is not public: its next slot is taken when it works.
    """
    with working_on(connection, upload_id, wait_seconds=client.settings.upload_lock_wait_seconds) as upload:
        youtube_video_id = uploaded_id(upload)
        if upload.status == "published" and upload.published_at is not None:
            return upload.published_at
        if upload.paused and upload.status == "scheduled":
            return _record_published(connection, upload, _made_public(client, upload, youtube_video_id))
        video = check_flags(connection, client, upload, youtube_video_id)
        if upload.publish_at is not None and video.publish_at is not None:
            return record_scheduled(connection, upload, video.publish_at, client.now())
        return _record_published(connection, upload, video)


def _made_public(client: YouTubeClient, upload: Upload, youtube_video_id: str) -> OwnVideo:
    """Return a scheduled video that YouTube has made public, and touch nothing."""
    video = seen(client, youtube_video_id)
    if video.privacy_status != "public":
        look = client.now() + timedelta(seconds=client.settings.held_upload_look_seconds)
        until = max(look, upload.publish_at or look)
        raise ChannelPaused(f"{youtube_video_id} is not public yet, and its channel is paused", until=until)
    return video


def _record_published(connection: Connection, upload: Upload, video: OwnVideo) -> datetime:
    with connection.transaction():
        connection.execute(
            load_sql("ytempire.publishing", "publish"),
            {"upload_id": upload.upload_id, "published_at": video.published_at},
        )
        note_video(connection, upload, "published", privacy_status=video.privacy_status)
    return video.published_at
