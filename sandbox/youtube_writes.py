"""YouTube Data API: videos.insert, videos.update, videos.delete, thumbnails.set."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from sandbox import quota, uploads
from sandbox.core import World, new_id, to_iso
from sandbox.discovery import youtube
from sandbox.google_api import Call, google_method, with_etag
from sandbox.google_errors import GoogleError
from sandbox.images import image_size
from sandbox.media import Arrival, MediaMethod
from sandbox.mp4 import MovieHeader, read_movie_header
from sandbox.video_metadata import check_parts_of_body, snippet_columns, status_columns
from sandbox.videos import PublishedVideo, change_video, find_video, insert_video
from sandbox.youtube_resources import thumbnails, video_resource

router = APIRouter()


def owned_video(world: World, channel_id: str, video_id: str, location: str = "videoId") -> PublishedVideo:
    """A video of the channel that asks.

    Raises:
        GoogleError: 404 videoNotFound, or 403 where it is another channel's.
    """
    video = find_video(world, video_id)
    if video is None:
        raise GoogleError(404, "videoNotFound", location=location)
    if video.channel_id != channel_id:
        raise GoogleError(403, "forbidden", location=location)
    return video


def _snippet_columns(body: dict[str, Any], parts: list[str]) -> dict[str, Any]:
    return snippet_columns(body.get("snippet") or {} if "snippet" in parts else {"title": "unknown"})


def _prepare_insert(call: Call, body: dict[str, Any]) -> None:
    call.check_parts("Video")
    check_parts_of_body(call.parts, body)
    _snippet_columns(body, call.parts)
    quota.check_uploads_of_channel(call.world, call.owner())


def _finish_insert(arrival: Arrival) -> dict[str, Any]:
    world, media = arrival.world, arrival.media
    video_id = new_id(11)
    parts: list[str] = arrival.parameters["part"]
    header = read_movie_header(media.path)
    now = to_iso(world.now())
    insert_video(
        world,
        {
            "id": video_id,
            "channel_id": arrival.channel_id,
            **_snippet_columns(arrival.metadata, parts),
            **status_columns(world, arrival.metadata.get("status") or {}),
            "published_at": now,
            "uploaded_at": now,
            "duration_seconds": header.duration_seconds if header else None,
            **_size(header),
            "bytes": media.bytes,
            "sha256": media.sha256,
            "media_path": str(media.path.relative_to(world.state)),
        },
    )
    video = find_video(world, video_id)
    assert video is not None  # noqa: S101  just inserted
    world.record(
        "video.inserted",
        channel_id=arrival.channel_id,
        video_id=video_id,
        title=video.title,
        privacy_status=video.privacy_status,
        bytes=media.bytes,
        sha256=media.sha256,
        duration_seconds=video.duration_seconds,
        upload_id=arrival.upload_id,
    )
    resource = video_resource(world, video, parts, arrival.channel_id)
    if "status" in resource:
        resource["status"]["uploadStatus"] = "uploaded"
        resource["status"].pop("failureReason", None)
    return resource


def _size(header: MovieHeader | None) -> dict[str, int]:
    return {"width": header.width if header else 0, "height": header.height if header else 0}


uploads.media_method(router, MediaMethod("youtube.videos.insert", _prepare_insert, _finish_insert))


@google_method(router, youtube(), "youtube.videos.update")
async def update_video(call: Call) -> dict[str, Any]:
    """Replace the parts named; what a named part does not say falls back to its default."""
    body = call.checked_body(await call.request.body())
    call.check_parts("Video")
    check_parts_of_body(call.parts, body)
    if not body.get("id"):
        raise GoogleError(400, "invalidVideoMetadata", location="body.id", location_type="other")
    video = owned_video(call.world, call.owner(), body["id"], "body.id")
    columns: dict[str, Any] = {}
    if "snippet" in call.parts:
        snippet = body.get("snippet") or {}
        if not snippet.get("categoryId"):
            raise GoogleError(400, "invalidVideoMetadata", location="body.snippet", location_type="other")
        columns |= snippet_columns(snippet)
    if "status" in call.parts:
        columns |= status_columns(call.world, body.get("status") or {})
        if columns["privacy_status"] == "public" and video.privacy_status != "public":
            columns["published_at"] = to_iso(call.world.now())
    call.charge()
    with call.world.transaction():
        if columns:
            change_video(call.world, video.id, columns)
        call.world.record("video.updated", channel_id=video.channel_id, video_id=video.id, changed=sorted(columns))
    changed = owned_video(call.world, call.owner(), video.id)
    return video_resource(call.world, changed, call.parts, call.channel_id)


@google_method(router, youtube(), "youtube.videos.delete")
async def delete_video(call: Call) -> Response:
    """Remove a video with its file, thumbnail and captions."""
    video = owned_video(call.world, call.owner(), call.parameters["id"], "id")
    call.charge()
    with call.world.transaction():
        call.world.execute("DELETE FROM captions WHERE video_id = ?", video.id)
        call.world.execute("DELETE FROM playlist_items WHERE video_id = ?", video.id)
        call.world.execute("DELETE FROM videos WHERE id = ?", video.id)
        call.world.record("video.deleted", channel_id=video.channel_id, video_id=video.id)
    video.media_path.unlink(missing_ok=True)
    if video.thumbnail_path is not None:
        video.thumbnail_path.unlink(missing_ok=True)
    return Response(status_code=204)


def _prepare_thumbnail(call: Call, _: dict[str, Any]) -> None:
    owned_video(call.world, call.owner(), call.parameters["videoId"])


def _finish_thumbnail(arrival: Arrival) -> dict[str, Any]:
    world = arrival.world
    video = owned_video(world, arrival.channel_id, arrival.parameters["videoId"])
    size = image_size(arrival.media.path)
    if size is None:
        raise GoogleError(400, "invalidImage")
    change_video(
        world,
        video.id,
        {
            "thumbnail_path": str(arrival.media.path.relative_to(world.state)),
            "thumbnail_width": size[0],
            "thumbnail_height": size[1],
        },
    )
    world.record(
        "thumbnail.set",
        channel_id=video.channel_id,
        video_id=video.id,
        bytes=arrival.media.bytes,
        sha256=arrival.media.sha256,
        width=size[0],
        height=size[1],
    )
    return with_etag({"kind": "youtube#thumbnailSetResponse", "items": [thumbnails(video.id, custom=True)]})


uploads.media_method(router, MediaMethod("youtube.thumbnails.set", _prepare_thumbnail, _finish_thumbnail))
