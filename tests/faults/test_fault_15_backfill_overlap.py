"""Fault 15: a backfill overlaps the nightly run. The table's hash equals the serial order."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from etl_rows import add_channel, add_video, stage_slice
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.warehouse.fingerprint import table_hash
from etl.warehouse.load import load_batch
from etl.warehouse.rollups import recompute
from ytempire.database.connection import Connection, connect

FIRST = date(2026, 11, 1)
LOOK_BACK = 3
NAMES = ("video-a", "video-b", "video-c")
ANSWER = st.dictionaries(st.integers(0, 3), st.dictionaries(st.sampled_from(NAMES), st.integers(0, 99)))
TABLES = ("video_metrics", "analytics_slices", "channel_metrics_daily", "niche_metrics_daily")


def hashes(connection: Connection) -> list[str]:
    return [table_hash(connection, table) for table in TABLES]


@pytest.mark.parametrize("seed", range(5))
def test_overlapping_runs_at_once_equal_one_after_the_other(
    connection: Connection, database_url: str, seed: int
) -> None:
    chance = random.Random(seed)
    channels = [add_channel(connection, f"UC{n}", niche=("music", "gaming")[n % 2]) for n in range(3)]
    videos = {channel: [f"video-{n}-{i}" for i in range(4)] for n, channel in enumerate(channels)}
    for channel, names in videos.items():
        for name in names:
            add_video(connection, channel, name)
    runs = [f"run-{n}" for n in range(4)]
    days = {run: [FIRST + timedelta(days=n - back) for back in range(LOOK_BACK, -1, -1)] for n, run in enumerate(runs)}
    for run in runs:
        for channel in channels:
            for day in days[run]:
                seen = chance.sample(videos[channel], chance.randint(0, 4))
                stage_slice(connection, run, channel, day, {name: chance.randint(0, 999) for name in seen})

    for run in runs:
        load_batch([connection], run, run)
        recompute(connection, channels, days[run])
    serial = hashes(connection)
    connection.execute(f"TRUNCATE {', '.join(f'ytempire.{table}' for table in TABLES)}")

    # Each run stands beside a copy of itself: a zombie beside its retry.
    workers = runs * 2
    start = Barrier(len(workers))

    def work(run: str) -> None:
        with connect(database_url) as own:
            start.wait()
            load_batch([own], run, run)
            recompute(own, channels, days[run])

    with ThreadPoolExecutor(len(workers)) as pool:
        list(pool.map(work, workers))
    assert hashes(connection) == serial


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(4)), answers=st.lists(ANSWER, min_size=4, max_size=4))
def test_forwards_backwards_or_in_any_order_the_newest_answer_of_each_day_stands(
    connection: Connection, order: list[int], answers: list[dict[int, dict[str, int]]]
) -> None:
    """A model of it: a day holds what the run that asked for it last was answered, also nothing."""
    connection.execute("TRUNCATE ytempire.channels CASCADE")
    channel = add_channel(connection, "UCa")
    for name in NAMES:
        add_video(connection, channel, name)
    model: dict[date, dict[str, int]] = {}
    for number, answer in enumerate(answers):
        for offset, views in sorted(answer.items()):
            stage_slice(connection, f"run-{number}", channel, FIRST + timedelta(days=offset), views)
            model[FIRST + timedelta(days=offset)] = views
    for number in order:
        if answers[number]:
            load_batch([connection], f"run-{number}", f"run-{number}")
            recompute(connection, [channel], [FIRST + timedelta(days=offset) for offset in answers[number]])
    rows = connection.execute(
        "SELECT day, youtube_video_id AS name, views FROM ytempire.video_metrics JOIN ytempire.videos USING (video_id)"
    )
    found: dict[date, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["day"], {})[row["name"]] = row["views"]
    assert found == {day: views for day, views in model.items() if views}
    sums = connection.execute("SELECT day, views FROM ytempire.channel_metrics_daily")
    assert {row["day"]: row["views"] for row in sums} == {day: sum(views.values()) for day, views in found.items()}
    ledger = connection.execute("SELECT day, status, row_count FROM ytempire.analytics_slices")
    assert {row["day"]: (row["status"], row["row_count"]) for row in ledger} == {
        day: ("loaded" if views else "empty", len(views)) for day, views in model.items()
    }
