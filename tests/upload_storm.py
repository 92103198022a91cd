"""One seeded storm over the publishing of a few videos, and what is left of them when it is over.

Two to eight worker processes publish the same videos. By the seed they are killed between any two effects,
lose their database connection, lose answers of YouTube, find sessions gone and meet 5xx and 429; some runs have
less quota than videos. Then the weather calms, the next quota day comes, and the tables are held against
the sandbox's journal. Run by tests/faults/test_fault_16_storm.py and benchmarks/storm.py.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from upload_scene import Stage, open_stage
from upload_truth import Youtube, rows
from upload_watch import watched, watched_requests
from upload_weather import Storm

from ytempire.clock import next_pacific_midnight, system_clock
from ytempire.database.connection import Connection, connect
from ytempire.errors import Deferred, Retriable
from ytempire.publishing import add_to_playlist, mark_published, set_thumbnail, upload_captions, upload_video
from ytempire.settings import YouTubeSettings
from ytempire.youtube.client import YouTubeClient
from ytempire.youtube.quota import QuotaLedger

ROUNDS = 40
LONGEST_SECONDS = 300


@dataclass(frozen=True)
class Outcome:
    """What a storm left behind; the last four must be nothing."""

    storm: Storm
    seconds: float
    killed: int
    chunks_sent_again: int
    thumbnails_set_again: int
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    overspent: tuple[str, ...]
    untrue: tuple[str, ...]

    @property
    def damage(self) -> tuple[str, ...]:
        return (*self.lost, *self.doubled, *self.overspent, *self.untrue)


def weather_the(storm: Storm, database_url: str, sandbox_url: str, media: Path, files: tuple[Path, Path]) -> Outcome:
    """Let a storm loose on an emptied sandbox, calm it, finish the work and judge it."""
    begun = time.monotonic()
    with connect(database_url) as connection:
        connection.execute("DELETE FROM ytempire.quota_ledger")
        connection.execute("DELETE FROM ytempire.quota_buckets")
        stage = open_stage(
            database_url, connection, sandbox_url, media, f"Storm {storm.seed}",
            daily_uploads=storm.daily_uploads, upload_lock_wait_seconds=0.05, max_attempts=3,
            reconcile_wait_seconds=0.06, reconcile_patience_seconds=0.3,
        )  # fmt: skip
        stage.sandbox.post("quota", limits={"videos.insert": storm.daily_uploads})
        stage.collect_in_playlist(connection)
        uploads = [stage.new_upload(connection) for _ in range(storm.videos)]
        for fault in storm.weather:
            stage.sandbox.post("faults", **fault)
        killed = _blow(storm, stage, uploads, files)
        stage.sandbox.clear_faults()
        _calm(stage, connection, uploads, files)
        return _judged(storm, stage, connection, uploads, killed, begun)


def _blow(storm: Storm, stage: Stage, uploads: Sequence[UUID], files: tuple[Path, Path]) -> int:
    """Run the workers; one that is killed is replaced. Returns how many were killed."""
    fork = multiprocessing.get_context("fork")
    kills, lost = list(storm.kills), list(storm.lost_connections)
    numbers = iter(range(1_000_000))

    def start() -> Any:
        kill, break_at = (plan.pop() if plan else None for plan in (kills, lost))
        order = random.Random(storm.seed * 1000 + next(numbers))
        worker = fork.Process(target=_work, args=(stage, list(uploads), files, order, kill, break_at))
        worker.start()
        return worker

    crew = [start() for _ in range(storm.workers)]
    forget = [time.monotonic() + after for after in storm.sessions_forgotten_after]
    killed, deadline = 0, time.monotonic() + LONGEST_SECONDS
    while crew:
        assert time.monotonic() < deadline, f"seed {storm.seed}: the workers hang"
        ready = wait([worker.sentinel for worker in crew], timeout=0.05 if forget else 5)
        if forget and time.monotonic() >= forget[0]:
            forget.pop(0)
            stage.sandbox.post("uploads/forget")
        for worker in [worker for worker in crew if worker.sentinel in ready]:
            crew.remove(worker)
            worker.join()
            if worker.exitcode == -signal.SIGKILL:
                killed += 1
                crew.append(start())
            elif worker.exitcode != 0:
                raise AssertionError(f"seed {storm.seed}: a worker ended with {worker.exitcode}")
    return killed


def _work(
    stage: Stage,
    uploads: list[UUID],
    files: tuple[Path, Path],
    order: random.Random,
    kill_at: int | None,
    break_at: int | None,
) -> None:
    """One worker: publishes what there is, in an order of its own, through whatever comes."""
    told = 0

    def notice(_: str) -> None:
        nonlocal told
        told += 1
        if told == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        if told == break_at:
            with psycopg.connect(stage.database_url, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s, 1000)", (connection.info.backend_pid,))

    order.shuffle(uploads)
    with watched_requests(notice):
        for _ in range(ROUNDS):
            with watched(stage.database_url, notice) as connection:
                uploads = [one for one in uploads if not _published(stage, connection, one, files)]
            if not uploads:
                return


def _published(stage: Stage, connection: Connection, upload_id: UUID, files: tuple[Path, Path]) -> bool:
    """Publish a video; False: to be tried again. What is put off is left to the next day."""
    try:
        publish(stage.settings.youtube, stage, connection, upload_id, files)
    except Deferred:
        return True
    except (Retriable, psycopg.OperationalError):
        return False
    return True


def publish(
    settings: YouTubeSettings,
    stage: Stage,
    connection: Connection,
    upload_id: UUID,
    files: tuple[Path, Path],
    clock: Callable[[], datetime] = system_clock,
) -> None:
    """The whole publishing of a video, as its tasks do it."""
    quota = QuotaLedger(connection, settings, clock)
    with YouTubeClient(
        settings, credentials=stage.credentials, quota=quota, channel_id=stage.channel_id, clock=clock
    ) as client:
        upload_video(connection, client, stage.settings, upload_id)
        set_thumbnail(connection, client, upload_id, files[0])
        upload_captions(connection, client, upload_id, files[1], "en")
        add_to_playlist(connection, client, upload_id)
        mark_published(connection, client, upload_id)


def _calm(stage: Stage, connection: Connection, uploads: Sequence[UUID], files: tuple[Path, Path]) -> None:
    """Finish what is left, day after day while the quota lasts."""
    now = system_clock()
    for _ in range(len(uploads) + 1):
        waiting = False
        for upload_id in uploads:
            try:
                moment = now
                publish(stage.settings.youtube, stage, connection, upload_id, files, lambda moment=moment: moment)
            except Deferred:
                waiting = True
        if not waiting:
            break
        now = next_pacific_midnight(now) + timedelta(minutes=1)
        stage.sandbox.post("clock", now=now.isoformat())


def _judged(
    storm: Storm, stage: Stage, connection: Connection, uploads: Sequence[UUID], killed: int, begun: float
) -> Outcome:
    youtube = Youtube.of(stage.sandbox)
    lost, doubled, untrue = [], [], []
    thumbnails_set_again = 0
    # A worker that loses its connection loses its lock too, and may still send the one request that it was about to:
    # nothing can hold it back. A picture is replaced by itself then; of all else YouTube has one.
    zombies = len(storm.lost_connections)
    for row in rows(connection, uploads):
        made = youtube.with_marker(row["marker"])
        if len(made) != 1 or row["status"] != "published":
            (doubled if len(made) > 1 else lost).append(f"{row['marker']}: {row['status']}, videos {made}")
            continue
        if (row["video"], row["job"], row["youtube_video_id"]) != ("published", "published", made[0]):
            untrue.append(f"{row['marker']}: {row['video']}, {row['job']}, {row['youtube_video_id']} is {made[0]}")
        for kind in ("thumbnail.set", "captions.inserted", "playlistItem.inserted"):
            times = youtube.times(kind, made[0])
            if kind == "thumbnail.set" and 1 < times <= 1 + zombies:
                thumbnails_set_again += times - 1
            elif times != 1:
                (doubled if times else lost).append(f"{made[0]}: {kind} {times} times")
    playlists = len(youtube.entries("playlist.inserted"))
    if playlists != 1:
        doubled.append(f"{playlists} playlists")
    return Outcome(
        storm=storm,
        seconds=time.monotonic() - begun,
        killed=killed,
        chunks_sent_again=_chunks_sent_again(youtube),
        thumbnails_set_again=thumbnails_set_again,
        lost=tuple(lost),
        doubled=tuple(doubled),
        overspent=tuple(_overspent(storm, youtube, connection)),
        untrue=tuple(untrue),
    )


def _chunks_sent_again(youtube: Youtube) -> int:
    sent = Counter(
        (entry["details"]["upload_id"], entry["details"]["first_byte"])
        for entry in youtube.entries("upload.chunk_received")
        if not entry["details"]["cut"]
    )
    return sum(times - 1 for times in sent.values())


def _overspent(storm: Storm, youtube: Youtube, connection: Connection) -> list[str]:
    ours = {
        (row["bucket"], row["day"].isoformat()): row["used"]
        for row in connection.execute("SELECT bucket, day, used FROM ytempire.quota_buckets")
    }
    limits = {"videos.insert": storm.daily_uploads, "default": YouTubeSettings().daily_units}
    return [
        f"{bucket} on {day}: {units} spent of {limits[bucket]}, {ours.get((bucket, day), 0)} in the ledger"
        for (bucket, day), units in youtube.spent().items()
        if units > min(limits[bucket], ours.get((bucket, day), 0))
    ]


def summary(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The figures of many storms."""
    return {
        "runs": len(outcomes),
        "videos": sum(one.storm.videos for one in outcomes),
        "workers": sum(one.storm.workers for one in outcomes),
        "killed": sum(one.killed for one in outcomes),
        "connections_lost": sum(len(one.storm.lost_connections) for one in outcomes),
        "faults": sum(len(one.storm.weather) for one in outcomes),
        "chunks_sent_again": sum(one.chunks_sent_again for one in outcomes),
        "thumbnails_set_again": sum(one.thumbnails_set_again for one in outcomes),
        "lost": sum(len(one.lost) for one in outcomes),
        "doubled": sum(len(one.doubled) for one in outcomes),
        "overspent": sum(len(one.overspent) for one in outcomes),
        "untrue": sum(len(one.untrue) for one in outcomes),
        "seconds": round(sum(one.seconds for one in outcomes), 1),
    }
