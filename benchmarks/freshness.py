"""Age of the stalest figure of 500 young videos, while looks are made as the DAG `freshness` makes them.

Every 45 seconds a look is started, in a process of its own as Airflow's executor does it, against the stand-in in
another process with the latency of a real service on every answer. Meanwhile the table is asked every second how old
the newest figure of the video that was longest not seen is. The limit is a minute. Not in it: the moments that
Airflow's scheduler needs to start a run, for which 15 seconds are left. Run: python benchmarks/freshness.py
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.scratch.database import scratch_database
from benchmarks.scratch.sandbox import scratch_sandbox
from etl.freshness.clients import statistics_client
from etl.freshness.look import look, young_videos
from ytempire.channels.models import ChannelSpec
from ytempire.channels.store import create_channel
from ytempire.clock import system_clock
from ytempire.database.connection import Connection, connect
from ytempire.settings import Settings, YouTubeSettings
from ytempire.youtube.client import YouTubeClient
from ytempire.youtube.statistics import BATCH

VIDEOS = 500
LOOKS = 4
EVERY_SECONDS = 45.0
LATENCY_SECONDS = 0.15
LIMIT_SECONDS = 60.0
STALEST = """
SELECT extract(epoch FROM clock_timestamp() - min(seen.newest))::float AS age, count(*) AS videos
FROM (SELECT max(time) AS newest FROM ytempire.video_metrics WHERE source = 'live' GROUP BY video_id) AS seen
"""


def publish(connection: Connection, youtube: YouTubeSettings, address: str) -> None:
    """500 videos of ours, published in the last two days, that the stand-in knows."""
    regions = httpx.get(f"{address}/control/history").json()["regions"]
    ids: dict[str, None] = {}
    now = datetime.now(UTC)
    with YouTubeClient(youtube, api_key="key") as reader:
        # The charts of one day may show too few different ones.
        for week in range(20, -1, -1):
            then = {"now": (now - timedelta(weeks=week)).isoformat()}
            httpx.post(f"{address}/control/clock", json=then).raise_for_status()
            for region in regions if len(ids) < VIDEOS else []:
                ids |= dict.fromkeys(video.youtube_video_id for video in reader.most_popular(region).value)
    if len(ids) < VIDEOS:
        raise SystemExit(f"the stand-in's charts show {len(ids)} videos, {VIDEOS} are wanted")
    spec = {"youtube_channel_id": "UCbench", "name": "Bench", "niche": "music", "credentials_id": "youtube_bench"}
    channel = create_channel(connection, ChannelSpec.of({**spec, "category_ids": [10], "region_codes": ["US"]}))
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO ytempire.videos (channel_id, youtube_video_id, title, status, published_at)"
            " VALUES (%s, %s, 'Young', 'published', %s)",
            [(channel, name, now - timedelta(minutes=5 * n)) for n, name in enumerate(list(ids)[:VIDEOS])],
        )


def one_look(database_url: str, root_url: str) -> None:
    """What a run of the DAG does; prints what came of it."""
    settings = Settings(youtube=YouTubeSettings(root_url=root_url))
    with connect(database_url) as connection:
        young = young_videos(connection, settings, system_clock())
        with statistics_client(connection, settings, "key") as client:
            print(json.dumps(vars(look(connection, client, settings, young)), default=str))


def measure(connection: Connection, database_url: str, root_url: str) -> tuple[float, list[float]]:
    """Return the greatest age that was seen from the first whole look on, and the seconds of each look."""
    worst, seconds = 0.0, []
    command = [sys.executable, __file__, "look", database_url, root_url]
    begun = time.monotonic()
    for number in range(LOOKS):
        started = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        while time.monotonic() < begun + (number + 1) * EVERY_SECONDS or process.poll() is None:
            if process.poll() is not None and len(seconds) == number:
                seconds.append(time.monotonic() - started)
                print(f"look {number + 1}: {(process.stdout.read() if process.stdout else '').strip()}", flush=True)
            row = connection.execute(STALEST).fetchone()
            if row is not None and row["videos"] == VIDEOS:
                worst = max(worst, row["age"])
            time.sleep(1)
        if process.returncode:
            raise SystemExit(f"a look ended with {process.returncode}")
    return worst, seconds


def main() -> None:
    """Publish, look for three minutes, and say how old figures grew."""
    with (
        tempfile.TemporaryDirectory() as state,
        scratch_sandbox(Path(state)) as address,
        scratch_database() as url,
        connect(url) as connection,
    ):
        youtube = YouTubeSettings(root_url=f"{address}/")
        publish(connection, youtube, address)
        slow = {"path": "/youtube/v3/", "latency_seconds": LATENCY_SECONDS, "times": -1}
        httpx.post(f"{address}/control/faults", json=slow).raise_for_status()
        worst, seconds = measure(connection, url, youtube.root_url)
        rows = connection.execute("SELECT count(*) AS n FROM ytempire.video_metrics").fetchone()
    if rows is None or rows["n"] != LOOKS * VIDEOS:
        raise SystemExit(f"{rows} figures are there, not {LOOKS * VIDEOS}")
    a_look = -(-VIDEOS // BATCH)
    hours = youtube.daily_batch_stats / (a_look * 3600 / EVERY_SECONDS)
    always = int(youtube.daily_batch_stats / (86_400 / EVERY_SECONDS)) * BATCH
    print(
        f"{a_look} calls a look: a day's bucket of {youtube.daily_batch_stats:,} lasts {hours:.1f} hours of {VIDEOS}"
        f" young videos, and all day for {always}"
    )
    figures = {"limit of a minute, stalest figure": (worst, LIMIT_SECONDS)}
    figures["the 45 s until the next look, one look"] = (max(seconds), EVERY_SECONDS)
    print(
        json.dumps(
            {
                "name": "freshness",
                "ours": round(worst, 1),
                "unit": "s",
                "against": {name: limit for name, (_, limit) in figures.items()},
                "ratio": {name: round(limit / ours, 1) for name, (ours, limit) in figures.items()},
            }
        )
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["look"]:
        one_look(*sys.argv[2:4])
    else:
        main()
