"""What YouTube really has: things whose answer was lost, and flags that must be as we sent them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from ytempire.database.connection import Connection, load_sql
from ytempire.errors import RequestRefused, Retriable
from ytempire.publishing.metadata import has_marker
from ytempire.publishing.schedule import keep_slot
from ytempire.publishing.store import Upload
from ytempire.settings import YouTubeSettings
from ytempire.youtube.client import YouTubeClient
from ytempire.youtube.models import OwnVideo

logger = logging.getLogger(__name__)

Found = TypeVar("Found")

_ALL = 10_000
_LOST_STATES = {"failed", "rejected", "deleted"}
# YouTube's clock and ours may differ, and a playlist is sorted by when a video is published.
_SLACK = timedelta(days=1)


def resource_of(upload: Upload, settings: YouTubeSettings, *, is_public: bool = False) -> dict[str, Any]:
    """Return the videos resource of an upload: as it is inserted, and as it is corrected.

    A video with a moment to be published at is private until then (YouTube ignores ``publishAt`` otherwise);
    one that ``is_public`` since then stays so.
    """
    category = upload.category_ids[0] if upload.category_ids else settings.category_id
    status: dict[str, Any] = {
        "privacyStatus": upload.privacy_status,
        "selfDeclaredMadeForKids": upload.made_for_kids,
        "containsSyntheticMedia": upload.synthetic_media,
    }
    if upload.publish_at is not None and not is_public:
        status |= {"privacyStatus": "private", "publishAt": _seconds(upload.publish_at).isoformat()}
    return {
        "snippet": {
            "title": upload.title,
            "description": upload.description,
            "tags": upload.tags,
            "categoryId": str(category),
            "defaultLanguage": upload.language,
            "defaultAudioLanguage": upload.language,
        },
        "status": status,
    }


def look_for(client: YouTubeClient, find: Callable[[], Found | None]) -> Found | None:
    """Return what ``find`` finds of something whose answer may have been lost, or None.

    YouTube's lists may lag behind, and the request of a zombie may still be under way: it is looked at
    ``reconcile_looks`` times.
    """
    settings = client.settings
    for look in range(settings.reconcile_looks):
        if look:
            client.sleep(settings.reconcile_wait_seconds)
        if (found := find()) is not None:
            return found
    return None


def find_by_marker(client: YouTubeClient, upload: Upload) -> str | None:
    """Return the id of the video that bears the upload's marker, or None.

    All that the channel has uploaded since the upload was prepared is searched, once.
    """
    since = upload.created_at - _SLACK
    playlist_id = client.my_channel().uploads_playlist_id
    for item in client.uploads(playlist_id, _ALL, since=since).value:
        if has_marker(item.description, upload.marker):
            logger.info("found %s by the marker of upload %s", item.youtube_video_id, upload.upload_id)
            return item.youtube_video_id
    return None


def check_flags(connection: Connection, client: YouTubeClient, upload: Upload, youtube_video_id: str) -> OwnVideo:
    """Return the video as YouTube has it, its flags being those we sent, and note that they are.

    Flags that differ are corrected once. Raises Retriable while the video cannot be seen,
    RequestRefused when YouTube could not process the file or keeps other flags than ours.
    """
    video = seen(client, youtube_video_id)
    upload = keep_slot(connection, client.settings, upload, video, client.now())
    if _differences(upload, video, client.now()):
        resource = resource_of(upload, client.settings, is_public=_went_public(upload, video, client.now()))
        client.update_video(youtube_video_id, resource["snippet"], resource["status"])
        video = seen(client, youtube_video_id)
    if differences := _differences(upload, video, client.now()):
        raise RequestRefused(
            f"YouTube keeps other flags for {youtube_video_id}: {'; '.join(differences)}",
            status=200,
            reason="flagsNotKept",
        )
    connection.execute(load_sql("ytempire.publishing", "note_checked"), {"upload_id": upload.upload_id})
    return video


def seen(client: YouTubeClient, youtube_video_id: str) -> OwnVideo:
    """Return the video as YouTube has it. Raises Retriable while it is not shown, RequestRefused if it was lost."""
    video = client.own_video(youtube_video_id)
    if video is None:
        raise Retriable(f"YouTube does not show {youtube_video_id} (yet)")
    if video.upload_status in _LOST_STATES:
        raise RequestRefused(
            f"YouTube could not take {youtube_video_id}: {video.upload_status}",
            status=200,
            reason="uploadNotProcessed",
        )
    return video


def _differences(upload: Upload, video: OwnVideo, now: datetime) -> list[str]:
    """Name what differs. Google leaves out booleans that are false."""
    pairs: dict[str, tuple[Any, Any]] = {
        "privacyStatus": (upload.privacy_status, video.privacy_status),
        "selfDeclaredMadeForKids": (upload.made_for_kids, bool(video.made_for_kids)),
        "containsSyntheticMedia": (upload.synthetic_media, bool(video.synthetic_media)),
    }
    if upload.publish_at is not None:
        moment = _seconds(upload.publish_at)
        if not _went_public(upload, video, now):
            pairs |= {"privacyStatus": ("private", video.privacy_status), "publishAt": (moment, video.publish_at)}
    return [f"{name} is {kept}, not {sent}" for name, (sent, kept) in pairs.items() if sent != kept]


def _went_public(upload: Upload, video: OwnVideo, now: datetime) -> bool:
    """Whether a video with a slot has become public: by YouTube at its slot, or earlier by its owner's hand."""
    if upload.publish_at is None or video.privacy_status != "public":
        return False
    return upload.publish_at <= now or upload.status == "scheduled"


def _seconds(moment: datetime) -> datetime:
    """``moment`` as YouTube keeps it: in UTC, in whole seconds."""
    return moment.astimezone(UTC).replace(microsecond=0)
