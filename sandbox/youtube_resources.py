"""Resources of the YouTube Data API as they stand in answers, built from the sandbox's facts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sandbox import channels, charts
from sandbox.charts import ChannelFact, VideoFact
from sandbox.core import World
from sandbox.google_api import with_etag
from sandbox.videos import PublishedVideo, find_video, public_videos

Resource = dict[str, Any]
AnyVideo = PublishedVideo | VideoFact
_SIZES = {"default": (120, 90), "medium": (320, 180), "high": (480, 360)}


def seconds_iso(moment: datetime) -> str:
    """A time as YouTube writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def duration_iso(seconds: float | None) -> str:
    """A length as YouTube writes it: "PT4M13S", "PT1H", and "P0D" for nothing."""
    whole = int(seconds or 0)
    if whole == 0:
        return "P0D"
    days, rest = divmod(whole, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, left = divmod(rest, 60)
    clock = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (left, "S")) if n)
    return "P" + (f"{days}D" if days else "") + (f"T{clock}" if clock else "")


def thumbnails(video_id: str, *, custom: bool = False) -> Resource:
    """The details of a video's thumbnails."""
    names = {"default": "default", "medium": "mqdefault", "high": "hqdefault"}
    found: Resource = {
        size: {
            "url": f"https://i.ytimg.com/vi/{video_id}/{names[size]}.jpg",
            "width": width,
            "height": height,
        }
        for size, (width, height) in _SIZES.items()
    }
    if custom:
        url = f"https://i.ytimg.com/vi/{video_id}"
        found["standard"] = {"url": f"{url}/sddefault.jpg", "width": 640, "height": 480}
        found["maxres"] = {"url": f"{url}/maxresdefault.jpg", "width": 1280, "height": 720}
    return found


def listing(kind: str, items: Iterable[Resource], paging: Resource | None = None) -> Resource:
    """A list answer: kind, items and paging, with etags."""
    shown = list(items)
    answer = with_etag({"kind": f"youtube#{kind}", "items": [item["etag"] for item in shown], **(paging or {})})
    return {**answer, "items": shown}


def find_any_video(world: World, video_id: str, viewer: str | None) -> AnyVideo | None:
    """A video that the viewer (a channel, None for anybody) may see."""
    ours = find_video(world, video_id)
    if ours is None:
        return charts.outside_video(world, video_id)
    return None if ours.privacy_status == "private" and ours.channel_id != viewer else ours


def channel_title(world: World, channel_id: str) -> str:
    """The title of one of the sandbox's channels."""
    row = channels.find_channel(world, channel_id)
    return "" if row is None else str(row["title"])


def video_resource(world: World, video: AnyVideo, parts: Iterable[str], viewer: str | None) -> Resource:
    """A video with the parts asked for, as far as the viewer may see them."""
    owned = isinstance(video, PublishedVideo) and video.channel_id == viewer
    video_id = video.id if isinstance(video, PublishedVideo) else video.video_id
    built: Resource = {"kind": "youtube#video", "id": video_id}
    for part in parts:
        if part == "snippet":
            built[part] = video_snippet(world, video)
        elif part == "contentDetails":
            built[part] = _content_details(video)
        elif part == "status":
            built[part] = _status(video, owned=owned)
        elif part == "statistics":
            built[part] = video_statistics(world, video)
        elif part == "player":
            source = f"//www.youtube.com/embed/{video_id}"
            built[part] = {"embedHtml": f'<iframe width="480" height="270" src="{source}"></iframe>'}
        elif part == "processingDetails" and owned:
            processed = isinstance(video, PublishedVideo) and video.duration_seconds is not None
            built[part] = {"processingStatus": "succeeded" if processed else "failed"}
    return with_etag(built)


def video_snippet(world: World, video: AnyVideo) -> Resource:
    """The snippet of a video."""
    if isinstance(video, PublishedVideo):
        video_id, custom = video.id, video.thumbnail_path is not None
        owner, audio = channel_title(world, video.channel_id), video.default_audio_language
    else:
        video_id, custom, owner, audio = video.video_id, True, video.channel_title, video.audio_language
    snippet: Resource = {
        "publishedAt": seconds_iso(video.published_at),
        "channelId": video.channel_id,
        "title": video.title,
        "description": video.description,
        "thumbnails": thumbnails(video_id, custom=custom),
        "channelTitle": owner,
        "categoryId": str(video.category_id),
        "liveBroadcastContent": "none",
        "localized": {"title": video.title, "description": video.description},
    }
    if video.tags:
        snippet["tags"] = list(video.tags)
    if video.default_language:
        snippet["defaultLanguage"] = video.default_language
    if audio:
        snippet["defaultAudioLanguage"] = audio
    return snippet


def _content_details(video: AnyVideo) -> Resource:
    ours = video if isinstance(video, PublishedVideo) else None
    return {
        "duration": duration_iso(video.duration_seconds),
        "dimension": "2d",
        "definition": "sd" if ours is not None and min(ours.width, ours.height) < 720 else "hd",
        "caption": "true" if ours is not None and ours.has_captions else "false",
        "licensedContent": ours is None,
        "contentRating": {},
        "projection": "rectangular",
        "hasCustomThumbnail": ours is not None and ours.thumbnail_path is not None,
    }


def _status(video: AnyVideo, *, owned: bool) -> Resource:
    status: Resource = {
        "uploadStatus": "processed",
        "privacyStatus": "public",
        "license": "youtube",
        "embeddable": True,
        "publicStatsViewable": True,
        "madeForKids": False,
    }
    if not isinstance(video, PublishedVideo):
        return status
    status |= {
        "privacyStatus": video.privacy_status,
        "license": video.license,
        "embeddable": video.embeddable,
        "publicStatsViewable": video.public_stats_viewable,
        "madeForKids": bool(video.self_declared_made_for_kids),
    }
    if video.duration_seconds is None:
        status |= {"uploadStatus": "failed", "failureReason": "invalidFile"}
    if video.contains_synthetic_media is not None:
        status["containsSyntheticMedia"] = video.contains_synthetic_media
    if owned:
        if video.self_declared_made_for_kids is not None:
            status["selfDeclaredMadeForKids"] = video.self_declared_made_for_kids
        if video.publish_at is not None:
            status["publishAt"] = seconds_iso(video.publish_at)
    return status


def video_statistics(world: World, video: AnyVideo) -> Resource:
    """Public figures; hidden ones are absent."""
    figures = charts.counts(world, video) if isinstance(video, PublishedVideo) else video
    found = {"viewCount": str(figures.views), "favoriteCount": "0"}
    if figures.likes is not None:
        found["likeCount"] = str(figures.likes)
    if figures.comments is not None:
        found["commentCount"] = str(figures.comments)
    return found


def channel_resource(world: World, channel_id: str, parts: Iterable[str]) -> Resource | None:
    """A channel of the sandbox or of the outside world; None where there is none."""
    fact = _channel_fact(world, channel_id)
    if fact is None:
        return None
    row = channels.find_channel(world, channel_id)
    description = "" if row is None else row["description"]
    built: Resource = {"kind": "youtube#channel", "id": channel_id}
    for part in parts:
        if part == "snippet":
            built[part] = {
                "title": fact.title,
                "description": description,
                "publishedAt": seconds_iso(fact.published_at),
                "thumbnails": thumbnails(channel_id),
                "localized": {"title": fact.title, "description": description},
            }
            built[part] |= {"customUrl": row["handle"]} if row is not None else {}
            built[part] |= {"country": fact.country} if fact.country else {}
        elif part == "contentDetails":
            uploads = channels.uploads_playlist(channel_id)
            built[part] = {"relatedPlaylists": {"likes": "", "uploads": uploads}}
        elif part == "statistics":
            built[part] = {
                "viewCount": str(fact.views),
                "subscriberCount": str(fact.subscribers),
                "hiddenSubscriberCount": False,
                "videoCount": str(fact.videos),
            }
        elif part == "status":
            built[part] = {"privacyStatus": "public", "isLinked": True, "longUploadsStatus": "allowed"}
        elif part == "brandingSettings":
            built[part] = {"channel": {"title": fact.title, "description": description}}
    return with_etag(built)


def _channel_fact(world: World, channel_id: str) -> ChannelFact | None:
    row = channels.find_channel(world, channel_id)
    if row is None:
        return charts.outside_channel(world, channel_id)
    theirs = public_videos(world, channel_id)
    return ChannelFact(
        channel_id=channel_id,
        title=row["title"],
        country=row["country"],
        published_at=datetime.fromisoformat(row["created_at"]),
        subscribers=charts.subscribers(world, channel_id),
        views=sum(charts.counts(world, video).views for video in theirs),
        videos=len(theirs),
    )
