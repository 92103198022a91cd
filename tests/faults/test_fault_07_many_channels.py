"""Fault 7 with eight processes and four channels: bucket, caps and shares hold, and the reset goes on in order."""

from __future__ import annotations

import multiprocessing
import random
from collections import Counter
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from upload_scene import Stage, open_stage
from upload_truth import Youtube, assert_ledger_covers, assert_truth

from ytempire.clock import Clock, next_pacific_midnight, system_clock
from ytempire.database.connection import Connection, connect
from ytempire.errors import Deferred, Retriable
from ytempire.publishing import due_uploads, upload_video
from ytempire.publishing.store import load_upload
from ytempire.settings import YouTubeSettings
from ytempire.youtube.client import YouTubeClient
from ytempire.youtube.quota import QuotaLedger

LIMIT, EACH, WORKERS = 12, 8, 8
PRIORITIES, CAPS = (2, 4, 6, 10), (None, None, 2, None)
SHARES = (1, 2, 2, 7)
"""Of 12 places: the third channel has its cap, the others share ten of them as 2 to 4 to 10."""
SHARES_OF_THE_NEXT_DAY = (3, 6, 2, 1)
"""The last has only one video left; those that have waited for a day weigh one more each."""


def settings_of(stage: Stage) -> YouTubeSettings:
    return stage.settings.youtube.model_copy(update={"daily_uploads": LIMIT, "daily_units": 1_000_000})


@pytest.fixture
def stages(database_url: str, connection: Connection, sandbox_url: str, one_chunk_video: Path) -> list[Stage]:
    opened = []
    for number, (priority, cap) in enumerate(zip(PRIORITIES, CAPS, strict=True)):
        stage = open_stage(database_url, connection, sandbox_url, one_chunk_video, f"Channel {number}")
        connection.execute(
            "UPDATE ytempire.channel_configurations SET priority = %s, uploads_per_day = %s WHERE channel_id = %s",
            (priority, cap, stage.channel_id),
        )
        opened.append(stage)
    opened[0].sandbox.post("quota", limits={"videos.insert": LIMIT})
    return opened


def upload(stage: Stage, upload_id: UUID, clock: Clock = system_clock) -> bool:
    """Upload with a connection of its own; False when it is put off."""
    settings = settings_of(stage)
    with connect(stage.database_url) as own:
        quota = QuotaLedger(own, settings, clock)
        client = YouTubeClient(
            settings, credentials=stage.credentials, quota=quota, channel_id=stage.channel_id, clock=clock
        )
        try:
            with client:
                upload_video(own, client, stage.settings, upload_id)
        except Deferred:
            return False
        return True


def work(stages: list[Stage], uploads: dict[UUID, int], seed: int) -> None:
    """Try everything there is, in an order of its own."""
    order = list(uploads)
    random.Random(seed).shuffle(order)
    for upload_id in order:
        try:
            upload(stages[uploads[upload_id]], upload_id)
        except Retriable:
            continue  # another worker is busy with it


def crowd(stages: list[Stage], uploads: dict[UUID, int]) -> None:
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=work, args=(stages, uploads, n)) for n in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0] * WORKERS


def inserted(stages: list[Stage], after: int = 0) -> list[int]:
    """The channels of the videos that YouTube took, in order."""
    numbers = {stage.youtube_channel_id: number for number, stage in enumerate(stages)}
    return [numbers[entry["channel_id"]] for entry in stages[0].sandbox.journal("video.inserted", after)]


def test_eight_workers_share_the_day_between_the_channels_and_the_reset_goes_on_in_order(
    stages: list[Stage], connection: Connection
) -> None:
    uploads = {stage.new_upload(connection): number for number, stage in enumerate(stages) for _ in range(EACH)}
    crowd(stages, uploads)
    assert shares(inserted(stages)) == SHARES
    youtube = Youtube.of(stages[0].sandbox)
    assert_truth(connection, youtube, *uploads)
    assert_ledger_covers(connection, youtube)

    reset = next_pacific_midnight(system_clock()) + timedelta(seconds=1)
    stages[0].sandbox.post("clock", now=reset.isoformat())
    before, settings = stages[0].sandbox.last_entry(), settings_of(stages[0])
    due = [one.upload_id for one in due_uploads(connection, settings, lambda: reset)]
    beginning = [one for one in due if load_upload(connection, one).youtube_video_id is None]
    assert all(upload(stages[uploads[one]], one, lambda: reset) for one in beginning)
    order = inserted(stages, before)
    assert order == [uploads[one] for one in beginning], "in the order of the queue"
    assert shares(order) == SHARES_OF_THE_NEXT_DAY
    assert_ledger_covers(connection, Youtube.of(stages[0].sandbox))
    rest = [one for one in uploads if load_upload(connection, one).youtube_video_id is None]
    assert not any(upload(stages[uploads[one]], one, lambda: reset) for one in rest)


def shares(order: list[int]) -> tuple[int, ...]:
    counted = Counter(order)
    return tuple(counted[number] for number in range(len(PRIORITIES)))
