"""What YouTube really has: a video whose answer was lost, and flags that must be as we sent them."""

from __future__ import annotations

import logging
from typing import Any

from ytempire.errors import RequestRefused, Retriable
from ytempire.publishing.metadata import has_marker
from ytempire.publishing.store import Upload
from ytempire.settings import YouTubeSettings
from ytempire.youtube.client import YouTubeClient
from ytempire.youtube.models import OwnVideo

logger = logging.getLogger(__name__)

_NEWEST = 200
_LOST_STATES = {"failed", "rejected", "deleted"}


def resource_of(upload: Upload, settings: YouTubeSettings) -> dict[str, Any]:
    """Return the videos resource of an upload: as it is inserted, and as it is corrected."""
    category = upload.category_ids[0] if upload.category_ids else settings.category_id
    return {
        "snippet": {
            "title": upload.title,
            "description": upload.description,
            "tags": upload.tags,
            "categoryId": str(category),
            "defaultLanguage": upload.language,
            "defaultAudioLanguage": upload.language,
        },
        "status": {
            "privacyStatus": upload.privacy_status,
            "selfDeclaredMadeForKids": upload.made_for_kids,
            "containsSyntheticMedia": upload.synthetic_media,
        },
    }


def find_by_marker(client: YouTubeClient, upload: Upload) -> str | None:
    """Return the id of the video that bears the upload's marker, or None.

    The uploads playlist may lag behind: it is looked at ``reconcile_looks`` times.
    """
    settings = client.settings
    playlist_id = client.my_channel().uploads_playlist_id
    for look in range(settings.reconcile_looks):
        if look:
            client.sleep(settings.reconcile_wait_seconds)
        for item in client.uploads(playlist_id, _NEWEST).value:
            if has_marker(item.description, upload.marker):
                logger.info("found %s by the marker of upload %s", item.youtube_video_id, upload.upload_id)
                return item.youtube_video_id
    return None


def read_back(client: YouTubeClient, upload: Upload, youtube_video_id: str) -> OwnVideo:
    """Return the video as YouTube has it, its flags being those we sent.

    Flags that differ are corrected once. Raises Retriable while the video cannot be seen,
    RequestRefused when YouTube could not process the file or keeps other flags than ours.
    """
    video = _seen(client, youtube_video_id)
    if _differences(upload, video):
        resource = resource_of(upload, client.settings)
        client.update_video(youtube_video_id, resource["snippet"], resource["status"])
        video = _seen(client, youtube_video_id)
    if differences := _differences(upload, video):
        raise RequestRefused(
            f"YouTube keeps other flags for {youtube_video_id}: {'; '.join(differences)}",
            status=200,
            reason="flagsNotKept",
        )
    return video


def _seen(client: YouTubeClient, youtube_video_id: str) -> OwnVideo:
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


def _differences(upload: Upload, video: OwnVideo) -> list[str]:
    """Name what differs. Google leaves out booleans that are false."""
    pairs = {
        "privacyStatus": (upload.privacy_status, video.privacy_status),
        "selfDeclaredMadeForKids": (upload.made_for_kids, bool(video.made_for_kids)),
        "containsSyntheticMedia": (upload.synthetic_media, bool(video.synthetic_media)),
    }
    return [f"{name} is {kept}, not {sent}" for name, (sent, kept) in pairs.items() if sent != kept]
