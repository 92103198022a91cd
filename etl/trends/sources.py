"""Where trends come from: each source answers with sightings of videos.

A source is one class behind :class:`TrendSource`; another outside service joins
by another class. Times are the service's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ytempire.youtube.client import YouTubeClient
from ytempire.youtube.models import VideoResource


@dataclass(frozen=True)
class Sighting:
    """A video as a source showed it at a moment. ``rank`` is its place in a chart, 1 first."""

    source: str
    region_code: str
    rank: int | None
    fetched_at: datetime
    video: VideoResource


@dataclass(frozen=True)
class Sightings:
    """One answer of a source; ``skipped`` says what could not be read in it."""

    sightings: list[Sighting]
    fetched_at: datetime
    skipped: tuple[str, ...] = ()


class TrendSource(Protocol):
    """Something that shows which videos are watched now."""

    @property
    def name(self) -> str:
        """What a person calls this source."""

    def fetch(self) -> Sightings:
        """Look once. Raises what the client raises."""


@dataclass(frozen=True)
class ChartSource:
    """The chart of a country: since 2025-07-21 only trending music, films and gaming (1 unit a page)."""

    client: YouTubeClient
    region_code: str
    size: int

    @property
    def name(self) -> str:
        """The country."""
        return self.region_code

    def fetch(self) -> Sightings:
        """Read the chart. Places are those among the items that could be read."""
        chart = self.client.most_popular(self.region_code, self.size)
        sightings = [
            Sighting("chart", self.region_code, rank, chart.at, video)
            for rank, video in enumerate(chart.value, start=1)
        ]
        return Sightings(sightings, chart.at, tuple(str(item) for item in chart.skipped))


@dataclass(frozen=True)
class WatchListSource:
    """The newest uploads of the channels that a niche follows, for what no chart covers.

    Costs one unit for 50 channels, one for each channel's playlist and one for 50 videos.
    """

    client: YouTubeClient
    niche: str
    youtube_channel_ids: Sequence[str]
    uploads_each: int

    @property
    def name(self) -> str:
        """The niche whose list it is."""
        return f"watch list of {self.niche}"

    def fetch(self) -> Sightings:
        """Read uploads playlists and the statistics of what is in them."""
        channels = self.client.channels(self.youtube_channel_ids)
        found = {channel.youtube_channel_id for channel in channels.value}
        skipped = [f"channel {gone} does not exist" for gone in self.youtube_channel_ids if gone not in found]
        skipped += [str(item) for item in channels.skipped]
        ids: list[str] = []
        for channel in channels.value:
            uploads = self.client.uploads(channel.uploads_playlist_id, self.uploads_each)
            ids += [item.youtube_video_id for item in uploads.value]
            skipped += [str(item) for item in uploads.skipped]
        if not ids:
            return Sightings([], channels.at, tuple(skipped))
        videos = self.client.videos(list(dict.fromkeys(ids)))
        skipped += [str(item) for item in videos.skipped]
        sightings = [Sighting("watch_list", "", None, videos.at, video) for video in videos.value]
        return Sightings(sightings, videos.at, tuple(skipped))
