"""A seeded synthetic trending history in the shape of the real one, for where the real one is absent.

It is a generative world, not a table of random rows, so that what a model learns from it is structure:

- A *subject* (game, band, film …) has a popularity (Zipf) and a heat: log heat follows an AR(1) process
  (phi 0.9, sigma 0.2) plus bursts that decay by half in four days.
- A *channel* has a home country, a kind, a strength (log-normal) and favourite subjects.
- A *video* is born at an hour of a day, of one channel about one subject. Its appeal
  `A = strength + heat + taste of the country + noise` and its decay `lambda` (log-normal by kind: games fade
  fast, music slowly) are hidden. Its affinity to another country is 0 at home, about -1.1 where the language
  is the same and about -2.6 elsewhere, plus a share of its own of going abroad.
- Its *score* in a country on a day is `A + affinity - lambda * age + noise`; the best 50 are the chart.
- Its *views* at an age are `T (1 - exp(-sqrt(1.8 lambda age)))`, where
  `log T = 10.1 + 1.1 A + log reach + noise`; likes and comments are a share of the views that is its own;
  some videos hide them (coded 0).

Constants were set so that the share of a chart that stays to the next day, the videos seen on one day only,
the growth of views and the mixture of categories come near those of the real history.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sandbox import words

# country -> (language, log size of its audience, hour of midnight there in UTC)
COUNTRIES = {
    "US": ("en", 0.9, 5), "GB": ("en", 0.1, 0), "CA": ("en", -0.2, 5), "AU": ("en", -0.5, 14),
    "DE": ("de", 0.2, 23), "FR": ("fr", 0.1, 23), "ES": ("es", -0.1, 23), "MX": ("es", 0.4, 6),
    "BR": ("pt", 0.6, 3), "IT": ("it", -0.1, 23), "IN": ("hi", 1.0, 18), "JP": ("ja", 0.4, 15),
}  # fmt: skip
LAST_DAY = date(2026, 6, 30)
CHART_SIZE = 50
_WARM_UP_DAYS = 30
_OLDEST_DAYS = 37.0
_BIRTHS = 26  # videos a country and day that could chart
_SUBJECTS = {"game": 70, "music": 160, "film": 40, "show": 18, "life": 14, "sport": 9, "tech": 10}
_FADING = {"game": 0.5, "music": 0.24, "film": 0.45, "show": 0.42, "life": 0.4, "sport": 0.7, "tech": 0.35}
_DURATION = {  # kind -> (median seconds, sigma)
    "game": (1400, 0.9), "music": (218, 0.35), "film": (146, 0.6), "show": (800, 1.0),
    "life": (690, 0.9), "sport": (900, 1.2), "tech": (900, 0.6),
}  # fmt: skip
_ALPHABET = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", dtype="S1")


@dataclass(frozen=True)
class Summary:
    """What was written."""

    snapshots: int
    videos: int
    first_day: date
    last_day: date


@dataclass(frozen=True)
class _Cast:
    """Subjects with their heat by day, and channels."""

    subject_names: list[str]
    subject_kind: np.ndarray[Any, Any]
    heat: np.ndarray[Any, Any]  # (subject, day)
    channel_country: np.ndarray[Any, Any]
    channel_kind: np.ndarray[Any, Any]
    channel_strength: np.ndarray[Any, Any]
    channel_favourites: np.ndarray[Any, Any]  # (channel, 3)


def _ids(count: int, length: int, rng: np.random.Generator) -> list[str]:
    letters = _ALPHABET[rng.integers(0, 64, size=(count, length))]
    return [row.tobytes().decode() for row in letters]


def _heat(count: int, days: int, rng: np.random.Generator) -> np.ndarray[Any, Any]:
    heat = np.zeros((count, days))
    level = rng.normal(0, 0.5, count)
    burst = np.zeros(count)
    for day in range(days):
        level = 0.9 * level + rng.normal(0, 0.2, count)
        burst = burst * 0.5**0.25 + (rng.random(count) < 0.025) * rng.uniform(0.8, 2.0, count)
        heat[:, day] = level + burst
    return heat


def _cast(days: int, rng: np.random.Generator) -> _Cast:
    names: list[str] = []
    kinds: list[int] = []
    for index, kind in enumerate(words.KINDS):
        names += [words.subject_name(kind, number, rng) for number in range(_SUBJECTS[kind])]
        kinds += [index] * _SUBJECTS[kind]
    subject_kind = np.array(kinds)
    channels = 130 * len(COUNTRIES)
    shares = np.array([words.CATEGORIES[kind][2] for kind in words.KINDS])
    channel_kind = rng.choice(len(words.KINDS), size=channels, p=shares / shares.sum())
    favourites = np.empty((channels, 3), dtype=int)
    for index in range(len(words.KINDS)):
        of_kind, mine = np.flatnonzero(subject_kind == index), channel_kind == index
        popularity = 1.0 / np.arange(1, len(of_kind) + 1) ** 0.7
        favourites[mine] = rng.choice(of_kind, size=(int(mine.sum()), 3), p=popularity / popularity.sum())
    return _Cast(
        subject_names=names,
        subject_kind=subject_kind,
        heat=_heat(len(names), days, rng),
        channel_country=np.repeat(np.arange(len(COUNTRIES)), 130),
        channel_kind=channel_kind,
        channel_strength=rng.normal(0, 0.75, channels),
        channel_favourites=favourites,
    )


@dataclass(frozen=True)
class _Videos:
    """All videos that could chart; one array element each. Days count from the warm-up's first."""

    channel: np.ndarray[Any, Any]
    subject: np.ndarray[Any, Any]
    born: np.ndarray[Any, Any]  # day with fraction, UTC
    appeal: np.ndarray[Any, Any]
    fading: np.ndarray[Any, Any]
    affinity: np.ndarray[Any, Any]  # (video, country)
    total_views: np.ndarray[Any, Any]
    like_share: np.ndarray[Any, Any]
    comment_share: np.ndarray[Any, Any]

    def views(self, chosen: np.ndarray[Any, Any], age: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Views of the chosen videos at an age in days."""
        grown = 1 - np.exp(-np.sqrt(1.8 * self.fading[chosen] * age))
        views: np.ndarray[Any, Any] = np.floor(self.total_views[chosen] * grown).astype(np.int64)
        return views


def _births(cast: _Cast, days: int, rng: np.random.Generator) -> _Videos:
    count = _BIRTHS * len(COUNTRIES) * days
    day = np.repeat(np.arange(days), _BIRTHS * len(COUNTRIES))
    country = np.tile(np.repeat(np.arange(len(COUNTRIES)), _BIRTHS), days)
    channel = country * 130 + np.minimum(129, (130 * rng.random(count) ** 1.6).astype(int))
    # Of its channel's three favourites a video takes the one that is hottest to it on that day.
    options = cast.channel_favourites[channel]
    wish = cast.heat[options, day[:, None]] + rng.gumbel(0, 0.6, options.shape)
    subject = options[np.arange(count), wish.argmax(axis=1)]
    midnight = np.array([zone for _, _, zone in COUNTRIES.values()]) / 24
    born = day + (midnight[country] + np.clip(rng.normal(16, 3.5, count), 0, 23.9) / 24) % 1
    kind = cast.subject_kind[subject]
    taste = rng.normal(0, 0.4, (len(cast.subject_names), len(COUNTRIES)))
    appeal = (
        cast.channel_strength[channel]
        + 0.8 * cast.heat[subject, day]
        + taste[subject, country]
        + rng.normal(0, 0.7, count)
    )
    languages = np.array([language for language, _, _ in COUNTRIES.values()])
    same = languages[country][:, None] == languages[None, :]
    abroad = np.where(same, -1.1, -2.6) + rng.normal(0, 0.9, count)[:, None] + taste[subject]
    affinity = np.where(np.arange(len(COUNTRIES)) == country[:, None], 0.0, np.minimum(abroad, 0.3))
    fading = np.array([_FADING[name] for name in words.KINDS])[kind] * np.exp(rng.normal(0, 0.65, count))
    audience = np.array([size for _, size, _ in COUNTRIES.values()])
    reach = np.log(np.exp(affinity + audience).sum(axis=1))
    total = np.exp(10.1 + 1.1 * appeal + reach + rng.normal(0, 0.9, count))
    likes = np.exp(rng.normal(np.log(0.03), 0.8, count)).clip(0.0005, 0.25)
    comments = likes * np.exp(rng.normal(np.log(0.055), 0.9, count)).clip(0.001, 0.8)
    return _Videos(
        channel=channel,
        subject=subject,
        born=born,
        appeal=appeal,
        fading=fading,
        affinity=affinity,
        total_views=total,
        like_share=np.where(rng.random(count) < 0.007, 0, likes),
        comment_share=np.where(rng.random(count) < 0.045, 0, comments),
    )


def _charts(videos: _Videos, days: int, rng: np.random.Generator) -> list[tuple[Any, ...]]:
    """(day, country, chosen videos in order of rank, hour of fetching) for every day after the warm-up."""
    charts = []
    for day in range(_WARM_UP_DAYS, days):
        hour = 4.0 + rng.uniform(-0.8, 0.8)
        alive = np.flatnonzero((videos.born < day + hour / 24 - 0.1) & (videos.born > day - _OLDEST_DAYS))
        age = day + hour / 24 - videos.born[alive]
        base = videos.appeal[alive] - videos.fading[alive] * age
        for country in range(len(COUNTRIES)):
            score = base + videos.affinity[alive, country] + rng.normal(0, 0.25, len(alive))
            size = CHART_SIZE if rng.random() > 0.07 else int(rng.integers(20, CHART_SIZE))
            best = np.argpartition(-score, size)[:size]
            best = best[np.argsort(-score[best])]
            charts.append((day, country, alive[best], hour + country / 240))
    return charts


def _snapshots(
    videos: _Videos, charts: list[tuple[Any, ...]], first_day: date, ids: list[str]
) -> tuple[pa.Table, np.ndarray[Any, Any]]:
    sizes = np.array([len(chosen) for _, _, chosen, _ in charts])
    chosen = np.concatenate([chosen for _, _, chosen, _ in charts])
    day, country, hour = (np.repeat([chart[part] for chart in charts], sizes) for part in (0, 1, 3))
    rank = np.concatenate([np.arange(1, size + 1) for size in sizes])
    order = np.lexsort((rank, day, country))  # as the real file: by country, then day, then rank
    chosen, day, hour, country, rank = (part[order] for part in (chosen, day, hour, country, rank))
    views = videos.views(chosen, day + hour / 24 - videos.born[chosen])
    epoch_days = (first_day - date(1970, 1, 1)).days - _WARM_UP_DAYS + day
    fetched = ((epoch_days * 24 + hour) * 3600).astype(np.int64) * 1000
    present = np.unique(chosen)
    position = np.zeros(len(videos.born), dtype=np.int64)
    position[present] = np.arange(len(present))
    table = pa.table(
        {
            "day": pa.array(epoch_days.astype(np.int32)).cast(pa.date32()),
            "country": pa.DictionaryArray.from_arrays(country.astype(np.int32), list(COUNTRIES)),
            "rank": pa.array(rank.astype(np.int16)),
            "video_id": pa.DictionaryArray.from_arrays(position[chosen].astype(np.int32), ids[: len(present)]),
            "fetched_at": pa.array(fetched).cast(pa.timestamp("ms", tz="UTC")),
            "views": pa.array(views),
            "likes": pa.array((views * videos.like_share[chosen]).astype(np.int64)),
            "comments": pa.array((views * videos.comment_share[chosen]).astype(np.int64)),
        }
    )
    return table.set_column(3, "video_id", table["video_id"].cast(pa.string())), present


def _video_rows(
    cast: _Cast, videos: _Videos, present: np.ndarray[Any, Any], ids: list[str], first: date, seed: int
) -> pa.Table:
    rng = np.random.default_rng((seed, 2))
    languages = [language for language, *_ in COUNTRIES.values()]
    channel_ids = ["UC" + text for text in _ids(len(cast.channel_kind), 22, rng)]
    channel_titles: dict[int, str] = {}
    start_ms = ((first - date(1970, 1, 1)).days - _WARM_UP_DAYS) * 86_400_000
    rows: dict[str, list[Any]] = {name: [] for name in _VIDEO_SCHEMA.names}
    for number, video in enumerate(present.tolist()):
        subject, channel = int(videos.subject[video]), int(videos.channel[video])
        kind, name = words.KINDS[cast.subject_kind[subject]], cast.subject_names[subject]
        if channel not in channel_titles:
            channel_titles[channel] = words.channel_title(kind, name, rng)
        language = languages[cast.channel_country[channel]]
        written = language if rng.random() > 0.12 else "en"
        median, sigma = _DURATION[kind]
        values = (
            ids[number], words.title(written, kind, name, rng), channel_ids[channel], channel_titles[channel],
            words.CATEGORIES[kind][0], words.CATEGORIES[kind][1],
            [] if rng.random() < 0.15 else [name.lower(), *name.lower().split(), kind],
            start_ms + int(videos.born[video] * 86_400_000), written if rng.random() < 0.8 else None,
            language if rng.random() < 0.95 else None, int(median * np.exp(rng.normal(0, sigma))) + 5,
            "hd" if rng.random() < 0.99 else "sd", bool(rng.random() < 0.045), bool(rng.random() < 0.91),
            False,
        )  # fmt: skip
        for column, value in zip(rows.values(), values, strict=True):
            column.append(value)
    return pa.table(rows, schema=_VIDEO_SCHEMA).sort_by([("channel_id", "ascending"), ("video_id", "ascending")])


_VIDEO_SCHEMA = pa.schema(
    [
        ("video_id", pa.string()), ("title", pa.string()), ("channel_id", pa.string()),
        ("channel_title", pa.string()), ("category_id", pa.int16()), ("category_name", pa.string()),
        ("tags", pa.list_(pa.string())), ("published_at", pa.timestamp("ms", tz="UTC")),
        ("default_language", pa.string()), ("audio_language", pa.string()), ("duration_seconds", pa.int32()),
        ("definition", pa.string()), ("caption_available", pa.bool_()), ("licensed_content", pa.bool_()),
        ("made_for_kids", pa.bool_()),
    ]
)  # fmt: skip


def synthesize(folder: Path, *, days: int = 63, seed: int = 7, until: date = LAST_DAY) -> Summary:
    """Write snapshots.parquet and videos.parquet; the same arguments give the same bytes.

    Args:
        folder: where to; created when absent, its two files are replaced.
        days: how many days of charts.
        seed: of everything random.
        until: the last day.
    """
    rng = np.random.default_rng((seed, 1))
    total = days + _WARM_UP_DAYS
    first = until - timedelta(days=days - 1)
    cast = _cast(total, rng)
    videos = _births(cast, total, rng)
    charts = _charts(videos, total, rng)
    ids = _ids(len(videos.born), 11, np.random.default_rng((seed, 3)))
    snapshots, present = _snapshots(videos, charts, first, ids)
    table = _video_rows(cast, videos, present, ids, first, seed)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (("videos", table), ("snapshots", snapshots)):
        partial = folder / f".{name}.parquet.partial"
        pq.write_table(content, partial, compression="zstd")
        partial.replace(folder / f"{name}.parquet")
    return Summary(snapshots.num_rows, table.num_rows, first, until)
