"""The synthetic history has the real one's shape and structure; the replay moves it over any present."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sandbox.history import ReplayWorld
from sandbox.synthetic import synthesize

PRESENT = date(2026, 11, 22)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("history")
    synthesize(found, days=28, seed=3)
    return found


@pytest.fixture(scope="module")
def replay(folder: Path) -> ReplayWorld:
    return ReplayWorld(folder, present=PRESENT)


def test_the_files_have_the_columns_of_the_real_history(folder: Path) -> None:
    snapshots = pq.read_schema(folder / "snapshots.parquet")
    assert snapshots.names[:4] == ["day", "country", "rank", "video_id"]
    assert snapshots.names[4:] == ["fetched_at", "views", "likes", "comments"]
    assert snapshots.field("day").type == pa.date32()
    assert snapshots.field("country").type == pa.dictionary(pa.int32(), pa.string())
    assert snapshots.field("fetched_at").type == pa.timestamp("ms", tz="UTC")
    videos = pq.read_schema(folder / "videos.parquet")
    assert videos.field("tags").type == pa.list_(pa.string())
    assert len(videos.names) == 15


def test_the_same_seed_gives_the_same_files(folder: Path, tmp_path: Path) -> None:
    synthesize(tmp_path, days=28, seed=3)
    for name in ("snapshots.parquet", "videos.parquet"):
        assert _digest(tmp_path / name) == _digest(folder / name)
    synthesize(tmp_path, days=28, seed=4)
    assert _digest(tmp_path / "videos.parquet") != _digest(folder / "videos.parquet")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_charts_persist_decay_and_grow_as_real_ones_do(folder: Path) -> None:
    rows = pq.read_table(folder / "snapshots.parquet").to_pandas()
    rows["next"] = rows.day + timedelta(days=1)
    charted = rows.merge(
        rows[["day", "country", "video_id", "rank", "views"]],
        left_on=["next", "country", "video_id"],
        right_on=["day", "country", "video_id"],
        how="left",
        suffixes=("", "_next"),
    )
    charted = charted[charted.day < rows.day.max()]
    stays = charted.views_next.notna()
    assert 0.55 < stays.mean() < 0.72
    assert stays[charted["rank"] <= 5].mean() > 0.9
    assert stays[charted["rank"] > 45].mean() < 0.4
    assert charted.rank_next.sub(charted["rank"]).mean() > 1  # what stays sinks
    growth = (charted.views_next / charted.views).dropna()
    assert (growth >= 1).all()
    assert 1.03 < growth.median() < 1.3
    assert (rows.likes == 0).mean() < 0.03
    assert (rows.comments == 0).mean() < 0.1


def test_a_model_can_learn_from_it_more_than_from_rank_alone(folder: Path) -> None:
    """Age and growth tell more: videos of the same ranks stay more often when they are young."""
    rows = pq.read_table(folder / "snapshots.parquet").to_pandas()
    videos = pq.read_table(folder / "videos.parquet").to_pandas()
    rows = rows.merge(videos[["video_id", "published_at", "category_name"]], on="video_id")
    charted = set(zip(rows.day, rows.country, rows.video_id, strict=True))
    rows = rows[rows.day < rows.day.max()]
    rows["stays"] = [
        (day + timedelta(days=1), country, video) in charted
        for day, country, video in zip(rows.day, rows.country, rows.video_id, strict=True)
    ]
    lower = rows[rows["rank"].between(25, 40)]
    by_category = lower.groupby("category_name").stays.mean()
    assert by_category["Music"] > by_category["Gaming"] + 0.1


def test_titles_are_in_the_languages_of_the_countries(folder: Path) -> None:
    videos = pq.read_table(folder / "videos.parquet").to_pandas()
    assert {"en", "de", "fr", "es", "pt", "it", "ja", "hi"} <= set(videos.default_language.dropna())
    assert videos.title.str.len().max() <= 100
    assert not videos.title.str.contains(r"[{}]").any()
    assert videos.title.nunique() > 0.75 * len(videos)


def test_the_last_day_lies_on_the_present_or_within_the_week_after_it(replay: ReplayWorld) -> None:
    shifted = replay.last_day + timedelta(days=replay.shift_days)
    assert timedelta(0) <= shifted - PRESENT < timedelta(days=7)
    assert replay.shift_days % 7 == 0


def test_a_chart_moves_from_day_to_day_and_starts_over_after_its_end(replay: ReplayWorld) -> None:
    today = [video.youtube_video_id for video in replay.chart("DE", NOON)]
    assert len(today) == len(set(today))
    tomorrow = [video.youtube_video_id for video in replay.chart("DE", NOON + timedelta(days=1))]
    assert today != tomorrow
    assert 0.3 < len(set(today) & set(tomorrow)) / len(today) < 0.95
    length = (replay.last_day - replay.first_day).days + 1
    again = replay.chart("DE", NOON + timedelta(days=length))
    assert [video.youtube_video_id for video in again] == today
    assert all(
        later.published_at - earlier.published_at == timedelta(days=length)
        for later, earlier in zip(again, replay.chart("DE", NOON), strict=True)
    )


def test_everything_in_a_chart_is_published_and_counts_never_fall(replay: ReplayWorld) -> None:
    for region in replay.regions():
        assert all(video.published_at <= NOON for video in replay.chart(region, NOON))
    lead = replay.chart("US", NOON)[0].youtube_video_id
    views = [
        video.views
        for hours in range(0, 120, 3)
        if (video := replay.video(lead, NOON + timedelta(hours=hours))) is not None
    ]
    assert len(views) > 20
    assert (np.diff(views) >= 0).all()
    assert len(set(views[:5])) == 5  # it grows within the day


def test_a_channel_and_its_uploads_are_known(replay: ReplayWorld) -> None:
    video = replay.chart("BR", NOON)[3]
    channel = replay.channel(video.youtube_channel_id, NOON)
    assert channel is not None
    assert channel.title == video.channel_title
    uploads = replay.uploads(video.youtube_channel_id, NOON)
    assert video.youtube_video_id in [upload.youtube_video_id for upload in uploads]
    assert uploads == sorted(uploads, key=lambda upload: upload.published_at, reverse=True)
    assert all(upload.published_at <= NOON for upload in uploads)


def test_what_does_not_exist_is_not_made_up(replay: ReplayWorld) -> None:
    assert replay.chart("XX", NOON) == []
    assert replay.video("nosuchvideo", NOON) is None
    assert replay.video("日本語", NOON) is None
    assert replay.channel("UCnothing", NOON) is None
    lead = replay.chart("US", NOON)[0]
    assert replay.video(lead.youtube_video_id, lead.published_at - timedelta(minutes=1)) is None
