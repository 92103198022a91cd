"""The audience: how many people watch a published video, when, how long, and what it earns.

A seeded model without wall time: the same video at the same moment always has the same figures. Symbols:

- `h` topic heat, `t` title factor, `p` thumbnail factor (sandbox/appeal.py); `S` subscribers at publishing;
  `D` duration in seconds.
- Quality `q = 0.5 min(1, height/1080) + 0.3 min(1, kbit/s / (1500 height/1080)) + 0.2 (captions)`, 0–1.
- Share watched `r = 0.62 (max(D, 30)/60)^-0.18 (0.75 + 0.4 q) luck(0.08)`, in 0.08–0.95.
- Satisfaction `s = (r/0.45)^0.7 (r min(D, 1500)/120)^0.25`: both the share and the time watched please.
- Click share `c = 0.047 t p (0.75 + 0.5 h)`, in 0.004–0.18.
- Hour `u = 1 + 0.2 cos(2 pi (hour - 17)/24)`, the hour of publishing where the channel lives.
- Impressions `I = u luck(0.4) [0.6 S + 9000 (0.15 + h)^1.3 s (c/0.047)^0.8 (0.5 + q) (1 + log10(1 + S)/4)]`.
- Views in the end `V = I c / 0.85`: 15 % of views come from outside impressions.
- By age `a` in days there came `F(a) = 0.55 (1 - e^(-a/0.9)) + 0.35 (1 - e^(-a/5)) + 0.1 (1 - e^(-a/40))`;
  each Pacific day has its own noise (luck(0.1)) and a weekend's 1.08.
- Likes `V 0.03 (0.5 + r) luck(0.25)`, comments `likes 0.06 (1.5 if the title asks) luck(0.3)`, shares
  `V 0.006 (0.5 + h)`, engaged views `V (0.66 + 0.34 r)`, subscribers won `V 0.006 s`, lost `V 0.0007`.
- Revenue, from 1,000 subscribers: `V/1000 RPM(country, category) (1.5 from 480 s) season(month)`.

`luck(x)` is log-normal with sigma x, seeded by the world, the video and what it is for. A video whose title,
thumbnail or captions change earns by its new looks from that moment. Counts are whole numbers of one running
sum, so that the days add up to the total and nothing ever falls.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from statistics import NormalDist
from zoneinfo import ZoneInfo

from sandbox import appeal

PACIFIC = ZoneInfo("America/Los_Angeles")
_ZONES = {
    "US": "America/New_York", "CA": "America/Toronto", "MX": "America/Mexico_City", "BR": "America/Sao_Paulo",
    "GB": "Europe/London", "DE": "Europe/Berlin", "FR": "Europe/Paris", "ES": "Europe/Madrid",
    "IT": "Europe/Rome", "IN": "Asia/Kolkata", "JP": "Asia/Tokyo", "KR": "Asia/Seoul",
    "AU": "Australia/Sydney",
}  # fmt: skip
_RPM_COUNTRY = {"US": 4.2, "GB": 3.6, "CA": 3.7, "AU": 3.9, "DE": 3.8, "FR": 2.6, "JP": 2.4, "ES": 1.9}
_RPM_CATEGORY = {10: 0.6, 20: 0.75, 24: 0.85, 22: 0.9, 1: 0.9, 17: 0.9, 25: 1.1, 26: 1.3, 27: 1.5, 28: 1.6}
_SEASON = (0.8, 0.85, 0.95, 1.0, 1.0, 1.02, 0.97, 0.98, 1.02, 1.08, 1.2, 1.3)
_CTR = 0.047
_KEPT_VIDEOS = 4096


@dataclass(frozen=True)
class Look:
    """How a video presents itself from a moment on."""

    since: datetime
    title: str
    description: str = ""
    tags: tuple[str, ...] = ()
    category_id: int = 22
    thumbnail: appeal.ThumbnailMeasure | None = None
    captions: bool = False
    public: bool = True


@dataclass(frozen=True)
class PublishedVideo:
    """A video that is or was public. `looks` are in order of time; nobody watches while one is not public."""

    youtube_video_id: str
    youtube_channel_id: str
    published_at: datetime
    duration_seconds: float
    looks: tuple[Look, ...]
    country: str = "US"
    subscribers: int = 0
    width: int = 1920
    height: int = 1080
    bitrate_kbps: float = 0.0


@dataclass(frozen=True)
class Statistics:
    """Figures of a video over a span of time. `ctr` and averages are None where nothing was shown."""

    views: int
    engaged_views: int
    likes: int
    comments: int
    shares: int
    watch_minutes: int
    impressions: int
    subscribers_gained: int
    subscribers_lost: int
    revenue_micros: int
    ctr: float | None
    average_view_seconds: float | None
    average_view_percentage: float | None


@dataclass(frozen=True)
class _Rates:
    """What a look would earn over all time: views, and everything else for each view."""

    views: float
    impressions: float
    engaged: float
    likes: float
    comments: float
    shares: float
    watch_seconds: float
    gained: float
    lost: float
    revenue_usd: float


def pacific_bounds(day: date) -> tuple[datetime, datetime]:
    """First moment of a Pacific day and of the next, in UTC."""
    start, end = (datetime.combine(d, time.min, PACIFIC) for d in (day, day + timedelta(days=1)))
    return start.astimezone(UTC), end.astimezone(UTC)


def arrived(age_days: float) -> float:
    """The share of all its views that a video has at an age."""
    if age_days <= 0:
        return 0.0
    return 1 - (0.55 * math.exp(-age_days / 0.9) + 0.35 * math.exp(-age_days / 5) + 0.1 * math.exp(-age_days / 40))


class Audience:
    """The audience of one world.

    Args:
        seed: of everything random.
        charting: the charting words of a country at a moment, see :func:`sandbox.appeal.chart_words`.
    """

    def __init__(self, seed: int, charting: Callable[[str, datetime], dict[str, float]]) -> None:
        self._seed = seed
        self._charting = lru_cache(maxsize=256)(charting)
        self._rates = lru_cache(maxsize=2048)(self._rates_of)
        self._days: dict[PublishedVideo, list[list[float]]] = {}

    def _luck(self, sigma: float, *name: object) -> float:
        digest = blake2b(repr((self._seed, *name)).encode(), digest_size=8).digest()
        uniform = (int.from_bytes(digest) + 0.5) / 2**64
        return math.exp(sigma * NormalDist().inv_cdf(uniform))

    def heat(self, video: PublishedVideo, look: Look) -> float:
        """Topic heat of a look against what charted where and when the video was published."""
        hour = video.published_at.replace(minute=0, second=0, microsecond=0)
        return appeal.topic_heat(look.title, look.description, look.tags, self._charting(video.country, hour))

    def _rates_of(self, video: PublishedVideo, look: Look) -> _Rates:
        name, duration = video.youtube_video_id, max(1.0, video.duration_seconds)
        heat = self.heat(video, look)
        share = video.height / 1080
        quality = 0.5 * min(1, share) + 0.2 * look.captions
        quality += 0.3 * min(1, video.bitrate_kbps / max(1.0, 1500 * share))
        watched = 0.62 * (max(duration, 30) / 60) ** -0.18 * (0.75 + 0.4 * quality)
        watched = min(0.95, max(0.08, watched * self._luck(0.08, name, "watched")))
        pleased = (watched / 0.45) ** 0.7 * (watched * min(duration, 1500) / 120) ** 0.25
        clicks = _CTR * appeal.title_factor(look.title) * appeal.thumbnail_factor(look.thumbnail)
        clicks = min(0.18, max(0.004, clicks * (0.75 + 0.5 * heat)))
        local = video.published_at.astimezone(ZoneInfo(_ZONES.get(video.country, "UTC")))
        hour = 1 + 0.2 * math.cos(2 * math.pi * (local.hour + local.minute / 60 - 17) / 24)
        suggested = 9000 * (0.15 + heat) ** 1.3 * pleased * (clicks / _CTR) ** 0.8
        suggested *= (0.5 + quality) * (1 + math.log10(1 + video.subscribers) / 4)
        shown = hour * self._luck(0.4, name, "shown") * (0.6 * video.subscribers + suggested)
        likes = 0.03 * (0.5 + watched) * self._luck(0.25, name, "likes")
        asks = 1.5 if any(c in "?？؟¿" for c in look.title) else 1.0
        rpm = _RPM_COUNTRY.get(video.country, 1.0) * _RPM_CATEGORY.get(look.category_id, 1.0)
        rpm *= 1.5 if duration >= 480 else 1.0
        return _Rates(
            views=shown * clicks / 0.85,
            impressions=0.85 / clicks,
            engaged=0.66 + 0.34 * watched,
            likes=likes,
            comments=likes * 0.06 * asks * self._luck(0.3, name, "comments"),
            shares=0.006 * (0.5 + heat),
            watch_seconds=watched * duration,
            gained=0.006 * pleased,
            lost=0.0007,
            revenue_usd=rpm / 1000 if video.subscribers >= 1000 else 0.0,
        )

    def _sums(self, video: PublishedVideo, at: datetime) -> list[float]:
        """Running sums until a moment, in the order of :class:`_Rates`; whole days are kept."""
        if at <= video.published_at:
            return [0.0] * 10
        first, last = (moment.astimezone(PACIFIC).date() for moment in (video.published_at, at))
        if len(self._days) > _KEPT_VIDEOS:
            self._days.clear()
        known = self._days.setdefault(video, [[0.0] * 10])
        while len(known) <= (last - first).days:
            start, end = pacific_bounds(first + timedelta(days=len(known) - 1))
            known.append(self._add(video, known[-1], start, end))
        return self._add(video, known[(last - first).days], pacific_bounds(last)[0], at)

    def _add(self, video: PublishedVideo, sums: list[float], start: datetime, end: datetime) -> list[float]:
        """Sums with what came from `start` to `end`, both within one Pacific day."""
        start = max(start, video.published_at)
        day = start.astimezone(PACIFIC).date()
        busy = self._luck(0.1, video.youtube_video_id, day) * (1.08 if day.weekday() > 4 else 1.0)
        changes = sorted({look.since for look in video.looks if start < look.since < end})
        for begin, stop in pairwise([start, *changes, end]):
            look = next((x for x in reversed(video.looks) if x.since <= begin), video.looks[0])
            rates = self._rates(video, look)
            came = arrived(_days(video, stop)) - arrived(_days(video, begin))
            views = rates.views * came * busy * look.public
            season = _SEASON[day.month - 1]
            per_view = (
                1.0, rates.impressions, rates.engaged, rates.likes, rates.comments, rates.shares,
                rates.watch_seconds, rates.gained, rates.lost, rates.revenue_usd * season,
            )  # fmt: skip
            sums = [total + views * each for total, each in zip(sums, per_view, strict=True)]
        return sums

    def subscribers_won(self, video: PublishedVideo, at: datetime) -> float:
        """Subscribers that a video has won for its channel until a moment, less those it lost."""
        sums = self._sums(video, at)
        return sums[7] - sums[8]

    def statistics(self, video: PublishedVideo, at: datetime) -> Statistics:
        """Cumulative figures at a moment; all zero before publishing."""
        return _difference(video, self._sums(video, at), [0.0] * 10)

    def daily(self, video: PublishedVideo, pacific_day: date, at: datetime | None = None) -> Statistics:
        """Figures of one Pacific day, or of its part until `at`. The days add up to :meth:`statistics`."""
        start, end = pacific_bounds(pacific_day)
        if at is not None:
            end = max(start, min(end, at))
        return _difference(video, self._sums(video, end), self._sums(video, start))


def _days(video: PublishedVideo, moment: datetime) -> float:
    return (moment - video.published_at).total_seconds() / 86_400


def _difference(video: PublishedVideo, until: list[float], since: list[float]) -> Statistics:
    views, shown, engaged, likes, comments, shares, _, gained, lost, _ = (
        math.floor(b) - math.floor(a) for a, b in zip(since, until, strict=True)
    )
    raw_views, raw_shown = until[0] - since[0], until[1] - since[1]
    seconds = until[6] - since[6]
    average = seconds / raw_views if views and raw_views > 0 else None
    return Statistics(
        views=views,
        engaged_views=engaged,
        likes=likes,
        comments=comments,
        shares=shares,
        watch_minutes=math.floor(until[6] / 60) - math.floor(since[6] / 60),
        impressions=shown,
        subscribers_gained=gained,
        subscribers_lost=lost,
        revenue_micros=math.floor(until[9] * 1e6) - math.floor(since[9] * 1e6),
        ctr=0.85 * raw_views / raw_shown if shown and raw_shown > 0 else None,
        average_view_seconds=average,
        average_view_percentage=None if average is None else 100 * average / max(1.0, video.duration_seconds),
    )
