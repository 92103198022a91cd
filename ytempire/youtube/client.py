"""The client for the YouTube Data, Analytics and Reporting APIs, for one channel or for public reads.

The stages call its methods and see typed values and our own errors; requests are
built by google-api-python-client and sent by :class:`ytempire.youtube.calls.Caller`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from googleapiclient.http import MediaInMemoryUpload

from ytempire.clock import Clock, system_clock
from ytempire.errors import InvalidInput, MalformedAnswer, NotFound
from ytempire.settings import YouTubeSettings
from ytempire.youtube import models
from ytempire.youtube.calls import Caller
from ytempire.youtube.credentials import OAuthCredentials
from ytempire.youtube.lists import PAGE, Lists
from ytempire.youtube.models import (
    CaptionTrack,
    ChannelResource,
    Fetched,
    OwnVideo,
    PlaylistItem,
    ReportTable,
    VideoResource,
)
from ytempire.youtube.playlists import Playlists
from ytempire.youtube.quota import QuotaLedger
from ytempire.youtube.reporting import Reporting
from ytempire.youtube.resumable import ResumableUploads
from ytempire.youtube.services import service
from ytempire.youtube.statistics import Statistics

_VIDEO_PARTS = "snippet,contentDetails,statistics"
_CHANNEL_PARTS = "snippet,contentDetails,statistics"


class YouTubeClient:
    """Everything we ask of YouTube. Not for several threads at once: each has its own client."""

    def __init__(
        self,
        settings: YouTubeSettings,
        *,
        api_key: str | None = None,
        credentials: OAuthCredentials | None = None,
        quota: QuotaLedger | None = None,
        channel_id: UUID | None = None,
        clock: Clock = system_clock,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._data = service("youtube", "v3", settings.root_url)
        self._analytics = service("youtubeAnalytics", "v2", settings.analytics_root_url)
        self._caller = Caller(
            settings,
            credentials=credentials,
            quota=quota,
            channel_id=channel_id,
            clock=clock,
            sleep=sleep,
        )
        key = api_key if credentials is None else None
        self._lists = Lists(self._caller, key)
        self.settings = settings
        self.sleep = sleep
        self.uploads_protocol = ResumableUploads(self._caller, self._data)
        self.playlists = Playlists(self._caller, self._data)
        self.reporting = Reporting(self._caller, service("youtubereporting", "v1", settings.reporting_root_url))
        self.statistics = Statistics(self._caller, self._data, key)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._caller.close()

    def now(self) -> datetime:
        """Return YouTube's time, as its last answer told it; our own before the first one."""
        return self._caller.youtube_now()

    # Reads

    def most_popular(self, region_code: str, max_results: int = PAGE) -> Fetched[list[VideoResource]]:
        """Return the chart of a country, best rank first, at most ``max_results`` (up to 200).

        https://developers.google.com/youtube/v3/docs/videos/list (1 unit a page of 50)
        """
        return self._lists.pages(
            "videos.list",
            self._data.videos(),
            {"part": _VIDEO_PARTS, "chart": "mostPopular", "regionCode": region_code},
            models.video_resource,
            max_results,
        )

    def videos(self, ids: Sequence[str]) -> Fetched[list[VideoResource]]:
        """Return the videos that still exist of ``ids``, in batches of 50 (1 unit each)."""
        return self._lists.batches(
            "videos.list", self._data.videos(), {"part": _VIDEO_PARTS}, ids, models.video_resource
        )

    def channels(self, ids: Sequence[str]) -> Fetched[list[ChannelResource]]:
        """Return the channels that still exist of ``ids``, in batches of 50 (1 unit each)."""
        return self._lists.batches(
            "channels.list", self._data.channels(), {"part": _CHANNEL_PARTS}, ids, models.channel_resource
        )

    def my_channel(self) -> ChannelResource:
        """Return the channel whose consent we hold. Raises NotFound when the account has none."""
        request = self._data.channels().list(part=_CHANNEL_PARTS, mine=True)
        answer = self._caller.call("channels.list", request)
        found, _ = models.read_items(answer.body, models.channel_resource)
        if not found:
            raise NotFound("the authorised account has no channel", status=404, reason="channelNotFound")
        return found[0]

    def uploads(
        self, playlist_id: str, max_results: int = PAGE, *, since: datetime | None = None
    ) -> Fetched[list[PlaylistItem]]:
        """Return the newest items of an uploads playlist (1 unit a page of 50).

        ``since`` ends it at the first page that is wholly older. An uploads playlist that does not exist
        (a channel without videos) is empty.
        """

        def older(page: list[PlaylistItem]) -> bool:
            return since is not None and all(item.published_at < since for item in page)

        try:
            return self._lists.pages(
                "playlistItems.list",
                self._data.playlistItems(),
                {"part": "snippet", "playlistId": playlist_id},
                models.playlist_item,
                max_results,
                older,
            )
        except NotFound:
            return Fetched([], self._caller.now())

    def own_video(self, youtube_video_id: str) -> OwnVideo | None:
        """Return a video of our own with its status, or None when it does not exist (1 unit)."""
        request = self._data.videos().list(part="snippet,status", id=youtube_video_id)
        answer = self._caller.call("videos.list", request)
        found, skipped = models.read_items(answer.body, models.own_video)
        if skipped:
            raise MalformedAnswer(str(skipped[0]))
        return found[0] if found else None

    def own_snippet(self, youtube_video_id: str) -> dict[str, Any] | None:
        """Return what may be written of the snippet of a video of our own, or None when it does not exist (1 unit)."""
        request = self._data.videos().list(part="snippet", id=youtube_video_id)
        items = self._caller.call("videos.list", request).body.get("items") or [None]
        return None if items[0] is None else models.writable_snippet(items[0])

    def custom_thumbnail(self, youtube_video_id: str) -> str | None:
        """Return the address of the thumbnail that was set for a video of our own, or None (1 unit)."""
        request = self._data.videos().list(part="snippet,contentDetails", id=youtube_video_id)
        items = self._caller.call("videos.list", request).body.get("items") or [{}]
        if not items[0].get("contentDetails", {}).get("hasCustomThumbnail"):
            return None
        return models.largest_thumbnail(items[0].get("snippet", {}).get("thumbnails", {}))

    def analytics_report(
        self,
        *,
        youtube_channel_id: str,
        start_day: date,
        end_day: date,
        metrics: Sequence[str],
        dimensions: Sequence[str],
        filters: str | None = None,
        sort: str | None = None,
        max_results: int = 200,
        start_index: int = 1,
    ) -> ReportTable:
        """Return one page of a report over Pacific days, both included; read it by its columns.

        https://developers.google.com/youtube/analytics/reference/reports/query.
        A refused metric raises RequestRefused (403: not allowed, 400: no such combination).
        """
        request = self._analytics.reports().query(
            ids=f"channel=={youtube_channel_id}",
            startDate=start_day.isoformat(),
            endDate=end_day.isoformat(),
            metrics=",".join(metrics),
            dimensions=",".join(dimensions),
            filters=filters,
            sort=sort,
            maxResults=max_results,
            startIndex=start_index,
        )
        answer = self._caller.call("reports.query", request)
        return models.report_table(answer.body, answer.at)

    # Writes

    def update_video(
        self, youtube_video_id: str, snippet: dict[str, Any], status: dict[str, Any] | None = None
    ) -> None:
        """Replace a video's snippet, and its status if given (50 units): what is not named is deleted by YouTube."""
        parts = {"snippet": snippet} if status is None else {"snippet": snippet, "status": status}
        body = {"id": youtube_video_id, **parts}
        self._caller.call("videos.update", self._data.videos().update(part=",".join(parts), body=body))

    def set_thumbnail(self, youtube_video_id: str, path: Path) -> str | None:
        """Set a video's thumbnail (50 units); return its address where YouTube tells it.

        A lost answer raises Retriable: ask for ``custom_thumbnail`` before trying again.
        """
        mime_type = "image/png" if path.suffix.lower() == ".png" else "image/jpeg"
        media = MediaInMemoryUpload(_content(path), mimetype=mime_type)
        request = self._data.thumbnails().set(videoId=youtube_video_id, media_body=media)
        items = self._caller.call("thumbnails.set", request, repeatable=False).body.get("items") or [{}]
        return models.largest_thumbnail(items[0])

    def list_captions(self, youtube_video_id: str) -> list[CaptionTrack]:
        """Return the caption tracks of a video (50 units)."""
        request = self._data.captions().list(part="snippet", videoId=youtube_video_id)
        found, _ = models.read_items(self._caller.call("captions.list", request).body, models.caption_track)
        return found

    def insert_caption(self, youtube_video_id: str, path: Path, language: str, name: str = "") -> CaptionTrack:
        """Add a caption track (400 units). A lost answer raises Retriable: list before trying again."""
        body = {"snippet": {"videoId": youtube_video_id, "language": language, "name": name}}
        media = MediaInMemoryUpload(_content(path), mimetype="application/octet-stream")
        request = self._data.captions().insert(part="snippet", body=body, media_body=media)
        answer = self._caller.call("captions.insert", request, repeatable=False)
        return models.read_one(answer.body, models.caption_track)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput("path", f"{path} cannot be read: {error.strerror}", "Make the file again.") from error
