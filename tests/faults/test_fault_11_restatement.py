"""Fault 11: raised, lowered, gone, out of order. The newest wins, and rollups equal a full recomputation."""

from __future__ import annotations

import random
from datetime import date

import pytest
from etl_rows import add_channel, add_video, stage_slice

from etl.warehouse.load import load_batch
from etl.warehouse.rollups import recompute
from ytempire.database.connection import Connection

DAY = date(2026, 11, 1)


@pytest.mark.parametrize("seed", range(10))
def test_any_order_of_arrival_ends_in_the_newest_answer(connection: Connection, seed: int) -> None:
    chance = random.Random(seed)
    channel = add_channel(connection, "UCa")
    names = [f"video-{n}" for n in range(6)]
    for name in names:
        add_video(connection, channel, name)
    answers = []
    for number in range(5):
        seen = chance.sample(names, chance.randint(0, len(names)))
        answers.append({name: chance.randint(0, 10_000) for name in seen})
        stage_slice(connection, f"run-{number}", channel, DAY, answers[-1])
    order = list(range(5))
    chance.shuffle(order)

    for number in order:
        load_batch([connection], f"run-{number}", f"run-{number}")
        recompute(connection, [channel], [DAY])

    rows = connection.execute(
        "SELECT youtube_video_id, views FROM ytempire.video_metrics JOIN ytempire.videos USING (video_id)"
    )
    newest = answers[-1]
    assert {row["youtube_video_id"]: row["views"] for row in rows} == newest
    for table in ("channel_metrics_daily", "niche_metrics_daily"):
        bucket = connection.execute(f"SELECT videos, views FROM ytempire.{table}").fetchall()
        assert bucket == ([{"videos": len(newest), "views": sum(newest.values())}] if newest else [])
