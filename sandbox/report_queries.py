"""What YouTube Analytics can be asked: metrics, dimensions, and which of them go together.

A reading of https://developers.google.com/youtube/analytics/channel_reports: sums over a span, by day or
month, and the report of top videos. What is not documented there is refused as the real API refuses it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sandbox.audience import Statistics
from sandbox.google_errors import GoogleError

Number = int | float
_SUPPORTED = "https://developers.google.com/youtube/analytics/v2/available_reports"
_MAXIMUM_VIDEOS = 500
_MAXIMUM_TOP = 200
_RATES = {"USD": 1.0, "EUR": 0.92, "GBP": 0.79, "JPY": 152.0, "INR": 84.0, "BRL": 5.4}


@dataclass(frozen=True)
class Metric:
    """A metric: its type in the header, its value of summed figures, and where it may stand."""

    data_type: str
    value: Callable[[Statistics], Number]
    monetary: bool = False
    by_video: bool = True


def _usd(figures: Statistics) -> float:
    return figures.revenue_micros / 1e6


def _playbacks(figures: Statistics) -> int:
    return round(figures.views * 0.42) if figures.revenue_micros else 0


def _cpm(figures: Statistics) -> float:
    playbacks = _playbacks(figures)
    return _usd(figures) / 0.55 / playbacks * 1000 if playbacks else 0.0


METRICS: dict[str, Metric] = {
    "views": Metric("INTEGER", lambda f: f.views),
    "engagedViews": Metric("INTEGER", lambda f: f.engaged_views),
    "redViews": Metric("INTEGER", lambda f: round(f.views * 0.06)),
    "likes": Metric("INTEGER", lambda f: f.likes),
    "dislikes": Metric("INTEGER", lambda f: round(f.likes * 0.04)),
    "comments": Metric("INTEGER", lambda f: f.comments),
    "shares": Metric("INTEGER", lambda f: f.shares),
    "estimatedMinutesWatched": Metric("INTEGER", lambda f: f.watch_minutes),
    "estimatedRedMinutesWatched": Metric("INTEGER", lambda f: round(f.watch_minutes * 0.07)),
    "averageViewDuration": Metric("INTEGER", lambda f: round(f.average_view_seconds or 0)),
    "averageViewPercentage": Metric("FLOAT", lambda f: round(f.average_view_percentage or 0.0, 2)),
    "subscribersGained": Metric("INTEGER", lambda f: f.subscribers_gained),
    "subscribersLost": Metric("INTEGER", lambda f: f.subscribers_lost),
    "videosAddedToPlaylists": Metric("INTEGER", lambda f: round(f.views * 0.004)),
    "videosRemovedFromPlaylists": Metric("INTEGER", lambda f: round(f.views * 0.001)),
    "estimatedRevenue": Metric("FLOAT", _usd, monetary=True),
    "estimatedAdRevenue": Metric("FLOAT", lambda f: _usd(f) * 0.93, monetary=True),
    "grossRevenue": Metric("FLOAT", lambda f: _usd(f) / 0.55, monetary=True),
    "estimatedRedPartnerRevenue": Metric("FLOAT", lambda f: _usd(f) * 0.07, monetary=True),
    "monetizedPlaybacks": Metric("INTEGER", _playbacks, monetary=True),
    "playbackBasedCpm": Metric("FLOAT", _cpm, monetary=True),
    "adImpressions": Metric("INTEGER", lambda f: round(_playbacks(f) * 1.3), monetary=True, by_video=False),
    "cpm": Metric("FLOAT", lambda f: _cpm(f) / 1.3, monetary=True, by_video=False),
}
_MONEY = {"estimatedRevenue", "estimatedAdRevenue", "grossRevenue", "estimatedRedPartnerRevenue"}
_MONEY |= {"playbackBasedCpm", "cpm"}
_SERVED = {(), ("day",), ("month",), ("video",)}
_KNOWN_DIMENSIONS = {
    "day", "month", "video", "channel", "country", "province", "city", "continent", "ageGroup", "gender",
    "deviceType", "operatingSystem", "subscribedStatus", "liveOrOnDemand", "youtubeProduct", "playlist",
    "insightTrafficSourceType", "insightTrafficSourceDetail", "insightPlaybackLocationType", "adType",
    "creatorContentType", "sharingService", "elapsedVideoTimeRatio", "audienceType", "group",
}  # fmt: skip


@dataclass(frozen=True)
class Query:
    """A query that is served."""

    channel: str
    start: date
    end: date
    metrics: tuple[str, ...]
    dimension: str | None
    videos: tuple[str, ...] | None
    sort: tuple[tuple[str, bool], ...]  # (column, descending)
    maximum: int | None
    start_index: int
    rate: float

    @property
    def monetary(self) -> bool:
        """Whether it asks for money."""
        return any(METRICS[name].monetary for name in self.metrics)

    def headers(self) -> list[dict[str, str]]:
        """The column headers of its answer."""
        found = []
        if self.dimension is not None:
            found.append({"name": self.dimension, "columnType": "DIMENSION", "dataType": "STRING"})
        for name in self.metrics:
            found.append({"name": name, "columnType": "METRIC", "dataType": METRICS[name].data_type})
        return found

    def values(self, figures: Statistics) -> list[Number]:
        """The metrics of summed figures, in the order asked for."""
        return [
            METRICS[name].value(figures) * self.rate if name in _MONEY else METRICS[name].value(figures)
            for name in self.metrics
        ]


def bad_request(message: str) -> GoogleError:
    """The 400 of YouTube Analytics."""
    return GoogleError(400, "badRequest", message, domain="global")


def unsupported() -> GoogleError:
    """The 400 for what is known but does not go together."""
    return bad_request(
        f"The query is not supported. Check the documentation at {_SUPPORTED} for a list of supported queries."
    )


def parse(parameters: dict[str, Any]) -> Query:
    """Read the parameters of reports.query.

    Raises:
        GoogleError: 400, with the message of the real API.
    """
    for name in ("ids", "startDate", "endDate", "metrics"):
        if not parameters.get(name):
            raise GoogleError(400, "required", "Required", domain="global", location=name)
    metrics = _names(parameters["metrics"], METRICS, "metrics")
    dimensions = _names(parameters.get("dimensions", ""), _KNOWN_DIMENSIONS, "dimensions")
    if dimensions not in _SERVED:
        raise unsupported()
    start, end = (_date(parameters[name], name) for name in ("startDate", "endDate"))
    if start > end:
        raise bad_request(f"Invalid query: end date {end} is before start date {start}.")
    currency = parameters.get("currency") or "USD"
    if currency not in _RATES:
        raise bad_request(f"Invalid value for parameter currency: {currency}.")
    query = Query(
        channel=_channel(parameters["ids"]),
        start=start,
        end=end,
        metrics=metrics,
        dimension=dimensions[0] if dimensions else None,
        videos=_videos(parameters.get("filters", "")),
        sort=_sort(parameters.get("sort", ""), {*metrics, *dimensions}),
        maximum=parameters.get("maxResults"),
        start_index=parameters.get("startIndex") or 1,
        rate=_RATES[currency],
    )
    _check_together(query)
    return query


def _check_together(query: Query) -> None:
    if query.maximum is not None and query.maximum < 1:
        raise bad_request("Invalid value for parameter maxResults: must be at least 1.")
    if query.start_index < 1:
        raise bad_request("Invalid value for parameter startIndex: must be at least 1.")
    if query.dimension == "month" and (query.start.day != 1 or query.end.day != 1):
        raise bad_request("Invalid query: start and end dates must be the first day of a month.")
    if query.dimension == "video":
        # The report of top videos: sorted downwards, at most 200 rows, no metric of single impressions.
        downwards = bool(query.sort) and all(descending for _, descending in query.sort)
        if not downwards or query.maximum is None or query.maximum > _MAXIMUM_TOP:
            raise unsupported()
        if not all(METRICS[name].by_video for name in query.metrics):
            raise unsupported()


def _names(text: str, known: Any, parameter: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    for name in names:
        if name not in known:
            raise bad_request(f"Unknown identifier ({name}) given in field parameters.{parameter}.")
    return names


def _date(text: str, parameter: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise bad_request(
            f"Invalid value for parameter {parameter}: {text} is no date of the form YYYY-MM-DD."
        ) from error


def _channel(ids: str) -> str:
    kind, separator, name = ids.partition("==")
    if not separator or kind not in ("channel", "contentOwner") or not name:
        raise bad_request(f"Invalid value for parameter ids: {ids}.")
    if kind == "contentOwner":
        raise GoogleError(403, "forbidden", "Forbidden", domain="global")
    return name


def _videos(filters: str) -> tuple[str, ...] | None:
    chosen: tuple[str, ...] | None = None
    for each in filter(None, filters.split(";")):
        name, separator, values = each.partition("==")
        if not separator or name not in _KNOWN_DIMENSIONS:
            raise bad_request(f"Unknown identifier ({name}) given in field parameters.filters.")
        if name != "video":
            raise unsupported()
        chosen = tuple(dict.fromkeys(value for value in values.split(",") if value))
        if not 1 <= len(chosen) <= _MAXIMUM_VIDEOS:
            raise bad_request(f"Invalid filter: video takes 1 to {_MAXIMUM_VIDEOS} ids, {len(chosen)} given.")
    return chosen


def _sort(text: str, columns: set[str]) -> tuple[tuple[str, bool], ...]:
    found = []
    for each in filter(None, (part.strip() for part in text.split(","))):
        name = each.removeprefix("-")
        if name not in columns:
            raise bad_request(f"Unknown identifier ({name}) given in field parameters.sort.")
        found.append((name, each.startswith("-")))
    return tuple(found)
