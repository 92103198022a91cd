"""One Pacific day of 1,000 channels with 500 videos each, from the services to the sums, on both paths.

The six tasks of analytics_etl one after the other, over HTTP against the sandbox in a process beside them: bulk
reports downloaded and staged, reports.query asked page by page, both validated, loaded, held against each other and
summed up. Then the same day anew for some of the channels, over a history of ten times as many days. Limits: 5 minutes,
2 GiB; 1.2 times for ten times the history. Run: python benchmarks/analytics_day.py [channels]
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.scratch.database import scratch_database
from benchmarks.scratch.sandbox import scratch_sandbox
from etl.analytics import run
from ytempire.channels.models import ChannelSpec
from ytempire.channels.store import create_channel
from ytempire.clock import pacific_day_start
from ytempire.database.connection import Connection, connect
from ytempire.settings import AnalyticsSettings, Settings, YouTubeSettings
from ytempire.youtube.client import YouTubeClient
from ytempire.youtube.credentials import OAuthCredentials

CHANNELS = 1_000
VIDEOS = 500
DAY = date(2026, 10, 20)
# Four days after the day: it is told, and no later one is.
TOLD = pacific_day_start(DAY + timedelta(days=4))
LIMIT_SECONDS = 300
LIMIT_GIB = 2
LIMIT_GROWTH = 1.2
HELD = 3
HISTORY_DAYS = 3
HISTORY = """
INSERT INTO ytempire.video_metrics (source, day, video_id, time, views, engaged_views, watch_time_minutes)
SELECT source, day, video_id, day::timestamp AT TIME ZONE 'America/Los_Angeles', 100, 80, 60
FROM generate_series(%(first)s::date, %(last)s::date, INTERVAL '1 day') AS days (moment)
CROSS JOIN LATERAL (SELECT moment::date AS day) AS whole
CROSS JOIN unnest(ARRAY['analytics', 'reporting']) AS source
CROSS JOIN ytempire.videos WHERE channel_id = ANY(%(channels)s)
"""


class Network:
    """The channels in the sandbox and in our tables."""

    def __init__(self, connection: Connection, address: str, channels: int) -> None:
        self.connection = connection
        self.address = address
        self.settings = Settings(
            youtube=YouTubeSettings(
                root_url=f"{address}/",
                analytics_root_url=f"{address}/",
                reporting_root_url=f"{address}/",
                token_url=f"{address}/token",
            ),
            analytics=AnalyticsSettings(look_back_days=0),
        )
        self.credentials: dict[UUID, OAuthCredentials] = {}
        with httpx.Client(base_url=address, timeout=60) as control:
            control.post("/control/clock", json={"now": pacific_day_start(DAY).isoformat()}).raise_for_status()
            for number in range(channels):
                self._open(control, number)

    def at_night(self) -> None:
        """Make it the same night again: later ones restate the day."""
        httpx.post(f"{self.address}/control/clock", json={"now": TOLD.isoformat()}).raise_for_status()

    def _open(self, control: httpx.Client, number: int) -> None:
        wanted = {"title": f"Channel {number}", "subscribers": 5_000}
        opened = control.post("/control/channels", json=wanted).raise_for_status().json()
        since = pacific_day_start(DAY)
        flat = {"channel_id": opened["channel_id"], "videos": VIDEOS, "since": since.isoformat()}
        names = control.post("/control/flat", json=flat).raise_for_status().json()["video_ids"]
        spec = {
            "youtube_channel_id": opened["channel_id"], "name": f"Channel {number}", "niche": f"niche {number % 20}",
            "credentials_id": f"youtube_{number}", "category_ids": [10], "region_codes": ["US"],
        }  # fmt: skip
        channel_id = create_channel(self.connection, ChannelSpec.of(spec))
        self.connection.execute(
            "INSERT INTO ytempire.videos (channel_id, youtube_video_id, title, status, published_at)"
            " SELECT %s, name, name, 'published', %s FROM unnest(%s::text[]) AS name",
            [channel_id, since, names],
        )
        self.credentials[channel_id] = OAuthCredentials(
            opened["client_id"], opened["client_secret"], opened["refresh_token"]
        )
        with self.client(channel_id) as client:
            client.reporting.ensure_jobs()

    def client_of(self, connection: Connection, channel_id: UUID) -> YouTubeClient:
        """As a run opens it."""
        return self.client(channel_id)

    def client(self, channel_id: UUID) -> YouTubeClient:
        """A client for one channel, as a task has it."""
        return YouTubeClient(self.settings.youtube, credentials=self.credentials[channel_id])


@contextmanager
def timed(name: str, seconds: dict[str, float]) -> Iterator[None]:
    """Add what passes to ``seconds`` under ``name``."""
    started = time.perf_counter()
    yield
    seconds[name] = time.perf_counter() - started
    print(f"  {name:10} {seconds[name]:6.1f} s", flush=True)


def one_night(network: Network, url: str, run_id: str) -> dict[str, float]:
    """Do the six tasks; return the seconds of each. Raises SystemExit when not everything came in and agreed."""
    connection, settings = network.connection, network.settings
    network.at_night()
    seconds: dict[str, float] = {}
    tasks: dict[str, Callable[[], Any]] = {
        "collect": lambda: run.collect(url, network.client_of, settings, run_id, TOLD),
        "stage": lambda: run.stage(url, network.client_of, settings, run_id, DAY),
        "validate": lambda: run.validate(url, settings, run_id),
        "load": lambda: run.load(url, settings, run_id),
        "reconcile": lambda: run.reconcile(connection, settings, run_id, TOLD),
        "rollup": lambda: run.rollup(connection, run_id),
    }
    for name, task in tasks.items():
        with timed(name, seconds):
            summary = task()
        if getattr(summary, "failed", None):
            raise SystemExit(f"{name}: {summary.failed}")
        # A day that is restated between the two paths is held, as it must be: one of a thousand channels may meet that.
        if name == "reconcile" and summary.paths.held > HELD:
            raise SystemExit(f"the paths differ: {summary}")
    return seconds


def again(network: Network, url: str, run_id: str) -> float:
    """Seconds of the day loaded anew, its ledger and rows taken back before."""
    connection = network.connection
    connection.execute("UPDATE ytempire.bulk_reports SET state = 'listed', batch_id = NULL WHERE day = %s", [DAY])
    connection.execute("DELETE FROM ytempire.analytics_slices WHERE day = %s", [DAY])
    connection.execute("DELETE FROM ytempire.video_metrics WHERE day = %s", [DAY])
    for table in ("analytics_reconciliations", "video_metrics_daily", "channel_metrics_daily", "niche_metrics_daily"):
        connection.execute(f"DELETE FROM ytempire.{table} WHERE day = %s", [DAY])
    connection.execute("VACUUM ANALYZE")
    return sum(one_night(network, url, run_id).values())


def put_history(connection: Connection, before: date, days: int, channels: list[UUID]) -> None:
    """Let the warehouse hold ``days`` days before another one."""
    last = before - timedelta(days=1)
    values = {"first": last - timedelta(days=days - 1), "last": last, "channels": channels}
    connection.execute(HISTORY, values)


def main() -> None:
    """Measure the day, and the same day over a longer history."""
    channels = int(sys.argv[1]) if len(sys.argv) > 1 else CHANNELS
    with (
        tempfile.TemporaryDirectory() as state,
        scratch_sandbox(Path(state)) as address,
        scratch_database() as url,
        connect(url) as connection,
    ):
        started = datetime.now().astimezone()
        network = Network(connection, address, channels)
        print(f"{channels:,} channels of {VIDEOS} videos; made ready since {started:%H:%M}", flush=True)
        put_history(connection, DAY, HISTORY_DAYS, list(network.credentials))
        connection.execute("VACUUM ANALYZE")
        whole = one_night(network, url, "first")
        total = sum(whole.values())
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        counted = connection.execute(
            "SELECT count(*) AS n FROM ytempire.video_metrics_daily WHERE day = %s", [DAY]
        ).fetchone()
        print(f"{total:.1f} s, {peak:.2f} GiB; {counted} videos summed", flush=True)
        short = again(network, url, "short")
        put_history(connection, DAY - timedelta(days=HISTORY_DAYS), HISTORY_DAYS * 9, list(network.credentials))
        long = again(network, url, "long")
    print(
        json.dumps(
            {
                "name": "analytics_day",
                "ours": round(total, 1),
                "unit": "s",
                "channels": channels,
                "tasks": {name: round(seconds, 1) for name, seconds in whole.items()},
                "against": {"limit": LIMIT_SECONDS, "memory limit, GiB": LIMIT_GIB, "ten times history": LIMIT_GROWTH},
                "ratio": {
                    "limit": round(LIMIT_SECONDS / total, 1),
                    "memory limit, GiB": round(LIMIT_GIB / peak, 1),
                    "ten times history": round(long / short, 2),
                },
            }
        )
    )


if __name__ == "__main__":
    main()
