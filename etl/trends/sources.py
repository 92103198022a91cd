"""Where trends come from: each source is looked at once a run and answers with what it showed.

A source is one class behind :class:`TrendSource`; another outside service joins
by another class. It shows videos itself (a chart), or tells of videos whose
figures are asked for afterwards (an uploads playlist, a feed), or of stories.
Times are the service's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from ytempire.youtube.client import YouTubeClient
from ytempire.youtube.lists import PAGE
from ytempire.youtube.models import VideoResource

Kind = Literal["chart", "watch_list", "feed", "statistics"]
Telling = Literal["watch_list", "feed"]


@dataclass(frozen=True)
class Sighting:
    """A video as a source showed it at a moment. ``rank`` is its place in a chart, 1 first."""

    source: str
    region_code: str
    rank: int | None
    fetched_at: datetime
    video: VideoResource


@dataclass(frozen=True)
class Found:
    """A video that a channel or a feed (``told_by``) told of, without its figures."""

    youtube_video_id: str
    source: Telling
    told_by: str
    published_at: datetime


@dataclass(frozen=True)
class FeedStory:
    """What a feed tells. ``entry_id`` names the entry within its feed."""

    feed: str
    entry_id: str
    title: str
    link: str | None
    published_at: datetime


@dataclass(frozen=True)
class Marks:
    """What a feed's server wants to hear at the next look, to send only what is new."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Sightings:
    """One answer of a source; ``skipped`` says what could not be read in it."""

    sightings: Sequence[Sighting]
    fetched_at: datetime
    skipped: tuple[str, ...] = ()
    found: Sequence[Found] = ()
    stories: Sequence[FeedStory] = ()
    marks: Marks | None = None
    playlists: Mapping[str, str] = field(default_factory=dict)


class TrendSource(Protocol):
    """Something that shows or tells which videos are watched now."""

    @property
    def kind(self) -> Kind:
        """What sort of source this is."""

    @property
    def name(self) -> str:
        """What a person calls it, among those of its kind."""

    @property
    def units(self) -> int:
        """What a look costs of YouTube's quota when nothing has to be tried again."""

    def fetch(self, client: YouTubeClient) -> Sightings:
        """Look once; ``client`` is the worker's own. Raises errors of :mod:`ytempire.errors`."""


@dataclass(frozen=True)
class ChartSource:
    """The chart of a country: since 2025-07-21 only trending music, films and gaming (1 unit a page)."""

    region_code: str
    size: int
    kind: Kind = "chart"

    @property
    def name(self) -> str:
        """The country."""
        return self.region_code

    @property
    def units(self) -> int:
        """One a page of 50."""
        return -(-self.size // PAGE)

    def fetch(self, client: YouTubeClient) -> Sightings:
        """Read the chart. Places are those among the items that could be read."""
        chart = client.most_popular(self.region_code, self.size)
        sightings = [
            Sighting("chart", self.region_code, rank, chart.at, video)
            for rank, video in enumerate(chart.value, start=1)
        ]
        return Sightings(sightings, chart.at, tuple(str(item) for item in chart.skipped))


@dataclass(frozen=True)
class ChannelsSource:
    """Which playlist holds the uploads of each of at most 50 channels: asked for once (1 unit)."""

    youtube_channel_ids: Sequence[str]
    kind: Kind = "watch_list"
    units: int = 1

    @property
    def name(self) -> str:
        """How many they are."""
        return f"{len(self.youtube_channel_ids)} channels"

    def fetch(self, client: YouTubeClient) -> Sightings:
        """Ask for the channels; one that is not answered does not exist."""
        channels = client.channels(self.youtube_channel_ids)
        playlists = {one.youtube_channel_id: one.uploads_playlist_id for one in channels.value}
        gone = [f"channel {name} does not exist" for name in self.youtube_channel_ids if name not in playlists]
        return Sightings((), channels.at, (*gone, *map(str, channels.skipped)), playlists=playlists)


@dataclass(frozen=True)
class UploadsSource:
    """The newest uploads of a channel on a watch list, for what no chart covers (1 unit)."""

    youtube_channel_id: str
    playlist_id: str
    size: int
    kind: Kind = "watch_list"
    units: int = 1

    @property
    def name(self) -> str:
        """The channel."""
        return self.youtube_channel_id

    def fetch(self, client: YouTubeClient) -> Sightings:
        """Read the uploads playlist, newest first."""
        uploads = client.uploads(self.playlist_id, self.size)
        found = [
            Found(item.youtube_video_id, "watch_list", self.youtube_channel_id, item.published_at)
            for item in uploads.value
        ]
        return Sightings((), uploads.at, tuple(str(item) for item in uploads.skipped), found)


@dataclass(frozen=True)
class StatisticsSource:
    """The figures of at most 50 videos that others told of, by id with who told of each (1 unit)."""

    number: int
    told_by: Mapping[str, Sequence[Telling]]
    kind: Kind = "statistics"
    units: int = 1

    @property
    def name(self) -> str:
        """Which batch of the run."""
        return f"batch {self.number}"

    def fetch(self, client: YouTubeClient) -> Sightings:
        """Ask for the figures: a sighting for each of the sources that told of a video."""
        videos = client.videos(list(self.told_by))
        sightings = [
            Sighting(source, "", None, videos.at, video)
            for video in videos.value
            for source in self.told_by.get(video.youtube_video_id, ())
        ]
        return Sightings(sightings, videos.at, tuple(str(item) for item in videos.skipped))
