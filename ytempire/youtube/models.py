"""What YouTube answers, read and checked once, at the border.

An item that cannot be read is left out and reported; an answer that is no
answer at all raises MalformedAnswer. NUL characters, which PostgreSQL refuses,
are removed from every text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, NonNegativeInt, ValidationError

from ytempire.errors import MalformedAnswer, Skippable

Value = TypeVar("Value")
Model = TypeVar("Model", bound=BaseModel)

# https://developers.google.com/youtube/v3/docs/videos/update
WRITABLE_OF_SNIPPET = ("title", "description", "tags", "categoryId", "defaultLanguage", "defaultAudioLanguage")
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


@dataclass(frozen=True)
class Fetched(Generic[Value]):
    """A value, the service's own time of answering, and what had to be left out of it."""

    value: Value
    at: datetime
    skipped: tuple[Skippable, ...] = ()


class _Resource(BaseModel):
    model_config = ConfigDict(frozen=True)


class VideoResource(_Resource):
    """A public video. Counts are None where its owner hides them."""

    youtube_video_id: str
    title: str
    description: str
    youtube_channel_id: str
    channel_title: str
    category_id: int | None
    tags: list[str]
    published_at: AwareDatetime
    duration_seconds: NonNegativeInt | None
    language: str | None
    views: NonNegativeInt
    likes: NonNegativeInt | None
    comments: NonNegativeInt | None


class OwnVideo(_Resource):
    """A video of a channel that we act for: what its upload must be held against."""

    youtube_video_id: str
    title: str
    description: str
    category_id: int
    tags: list[str]
    published_at: AwareDatetime
    privacy_status: str
    publish_at: AwareDatetime | None
    made_for_kids: bool | None
    synthetic_media: bool | None
    upload_status: str | None


class PlaylistItem(_Resource):
    """An entry of a playlist; ``description`` is the video's."""

    youtube_video_id: str
    title: str
    description: str
    published_at: AwareDatetime


class ChannelResource(_Resource):
    """A channel. ``subscribers`` is None where hidden."""

    youtube_channel_id: str
    title: str
    handle: str | None
    uploads_playlist_id: str
    subscribers: NonNegativeInt | None
    videos: NonNegativeInt | None
    views: NonNegativeInt | None


class CaptionTrack(_Resource):
    """A caption track of a video."""

    captions_id: str
    language: str
    name: str


@dataclass(frozen=True)
class ReportTable:
    """An answer of YouTube Analytics; cells belong to the column of the same position in ``columns``."""

    columns: list[str]
    rows: list[list[Any]]
    at: datetime

    def records(self) -> list[dict[str, Any]]:
        """Return the rows by header."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def duration_seconds(text: str | None) -> int | None:
    """Return the seconds of an ISO 8601 duration such as PT4M13S; None for none, ValueError for nonsense."""
    if text is None:
        return None
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a duration")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def clean(value: Any) -> Any:
    """Return ``value`` without NUL characters and lone surrogates, at any depth."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
    if isinstance(value, list):
        return [clean(part) for part in value]
    if isinstance(value, dict):
        return {key: clean(part) for key, part in value.items()}
    return value


def read_items(
    answer: dict[str, Any], reader: Callable[[dict[str, Any]], Model]
) -> tuple[list[Model], list[Skippable]]:
    """Read ``answer["items"]`` one by one; return what could be read and what was left out."""
    items = answer.get("items", [])
    if not isinstance(items, list):
        raise MalformedAnswer(f"items is {type(items).__name__}, not a list")
    read: list[Model] = []
    skipped: list[Skippable] = []
    for position, item in enumerate(items):
        try:
            read.append(reader(clean(item)))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            skipped.append(Skippable(f"item {position}: {_reason(error)}"))
    return read, skipped


def read_one(answer: dict[str, Any], reader: Callable[[dict[str, Any]], Model]) -> Model:
    """Read an answer that is one resource. Raises MalformedAnswer."""
    try:
        return reader(clean(answer))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise MalformedAnswer(_reason(error)) from error


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return f"{type(error).__name__}: {error}"


def video_resource(item: dict[str, Any]) -> VideoResource:
    """Read a videos.list item with snippet, contentDetails and statistics."""
    snippet, counts = item["snippet"], item["statistics"]
    return VideoResource(
        youtube_video_id=item["id"],
        title=snippet["title"],
        description=snippet.get("description", ""),
        youtube_channel_id=snippet["channelId"],
        channel_title=snippet.get("channelTitle", ""),
        category_id=snippet.get("categoryId"),
        tags=snippet.get("tags", []),
        published_at=snippet["publishedAt"],
        duration_seconds=duration_seconds(item.get("contentDetails", {}).get("duration")),
        language=snippet.get("defaultAudioLanguage") or snippet.get("defaultLanguage"),
        views=counts["viewCount"],
        likes=counts.get("likeCount"),
        comments=counts.get("commentCount"),
    )


def own_video(item: dict[str, Any]) -> OwnVideo:
    """Read a videos.list item with snippet and status, asked for by its owner."""
    snippet, status = item["snippet"], item["status"]
    return OwnVideo(
        youtube_video_id=item["id"],
        title=snippet["title"],
        description=snippet.get("description", ""),
        category_id=snippet["categoryId"],
        tags=snippet.get("tags", []),
        published_at=snippet["publishedAt"],
        privacy_status=status["privacyStatus"],
        publish_at=status.get("publishAt"),
        made_for_kids=status.get("selfDeclaredMadeForKids"),
        synthetic_media=status.get("containsSyntheticMedia"),
        upload_status=status.get("uploadStatus"),
    )


def writable_snippet(item: dict[str, Any]) -> dict[str, Any]:
    """Read what videos.update may write of a videos.list item's snippet. Raises MalformedAnswer without a title."""
    snippet = clean(item).get("snippet")
    if not isinstance(snippet, dict) or not isinstance(snippet.get("title"), str):
        raise MalformedAnswer("the video has no title")
    return {name: snippet[name] for name in WRITABLE_OF_SNIPPET if name in snippet}


def largest_thumbnail(sizes: dict[str, Any]) -> str | None:
    """Return the address of the largest of a resource's thumbnails, or None."""
    names = ("maxres", "standard", "high", "medium", "default")
    return next((sizes[name]["url"] for name in names if "url" in sizes.get(name, {})), None)


def playlist_item(item: dict[str, Any]) -> PlaylistItem:
    """Read a playlistItems.list item with snippet."""
    snippet = item["snippet"]
    return PlaylistItem(
        youtube_video_id=snippet["resourceId"]["videoId"],
        title=snippet["title"],
        description=snippet.get("description", ""),
        published_at=snippet["publishedAt"],
    )


def channel_resource(item: dict[str, Any]) -> ChannelResource:
    """Read a channels.list item with snippet, contentDetails and statistics."""
    counts = item["statistics"]
    return ChannelResource(
        youtube_channel_id=item["id"],
        title=item["snippet"]["title"],
        handle=item["snippet"].get("customUrl"),
        uploads_playlist_id=item["contentDetails"]["relatedPlaylists"]["uploads"],
        subscribers=None if counts.get("hiddenSubscriberCount") else counts.get("subscriberCount"),
        videos=counts.get("videoCount"),
        views=counts.get("viewCount"),
    )


def caption_track(item: dict[str, Any]) -> CaptionTrack:
    """Read a captions.list or captions.insert resource with snippet."""
    snippet = item["snippet"]
    return CaptionTrack(captions_id=item["id"], language=snippet["language"], name=snippet.get("name", ""))


def report_table(answer: dict[str, Any], at: datetime) -> ReportTable:
    """Read an Analytics answer by its headers; no rows at all is an empty table. Raises MalformedAnswer."""
    try:
        columns = [str(header["name"]) for header in answer["columnHeaders"]]
    except (KeyError, TypeError) as error:
        raise MalformedAnswer("the report has no column headers") from error
    rows: Any = answer.get("rows") or []
    if not _fits(rows, len(columns)):
        raise MalformedAnswer("the report's rows do not fit its column headers")
    return ReportTable(columns=columns, rows=[clean(row) for row in rows], at=at)


def _fits(rows: Any, width: int) -> bool:
    cells: Iterable[Any] = rows if isinstance(rows, list) else [None]
    return all(isinstance(row, list) and len(row) == width for row in cells)
