"""Seconds of one refresh of 30 regions and 200 watched channels, and units of its share of the quota.

The stand-in serves charts, playlists and statistics over HTTP from a process of its own, with the latency of a
real service added to every answer. Measured is the heaviest run there is, the first: every channel is looked at and
every title is embedded; and the run after it. Two more show the watch lists taking turns. The limits are 60
seconds, and the share of the daily units that the settings allow. Run: python benchmarks/trend_refresh.py
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.scratch.database import scratch_database
from benchmarks.scratch.sandbox import scratch_sandbox
from etl.trends.allowance import share_units
from etl.trends.clients import public_clients
from etl.trends.refresh import RefreshSummary, refresh_trends
from ytempire.channels.models import ChannelSpec
from ytempire.channels.store import create_channel
from ytempire.clock import pacific_day, pacific_day_start
from ytempire.database.connection import Connection, connect
from ytempire.settings import Settings, TrendSettings, YouTubeSettings
from ytempire.youtube.client import YouTubeClient

REGIONS = 30
CHANNELS = 200
LATENCY_SECONDS = 0.15
LIMIT_SECONDS = 60.0
NICHES = {"music": [10], "gaming": [20], "film": [1, 24], "people": [22, 23], "knowledge": [25, 26, 27, 28]}
# Soon after the Pacific midnight: nearly all of the day's share is there, and evenly spread little of it is due.
START = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0)


def make_channels(connection: Connection, settings: Settings, regions: list[str]) -> None:
    """One channel a niche, which together watch channels whose videos chart."""
    with YouTubeClient(settings.youtube, api_key="key") as reader:
        charting = [video.youtube_channel_id for region in regions for video in reader.most_popular(region).value]
    watched = list(dict.fromkeys(charting))[:CHANNELS]
    if len(watched) < CHANNELS:
        raise SystemExit(f"the stand-in's charts show {len(watched)} channels, {CHANNELS} are wanted")
    for number, (niche, categories) in enumerate(NICHES.items()):
        spec = {
            "youtube_channel_id": f"UCbench{number}",
            "name": f"Channel {number}",
            "niche": niche,
            "credentials_id": f"youtube_{number}",
            "category_ids": categories,
            "region_codes": ["US"],
            "watch_list": watched[number :: len(NICHES)],
        }
        create_channel(connection, ChannelSpec.of(spec))


def measure(connection: Connection, url: str, settings: Settings, now: datetime) -> tuple[float, RefreshSummary]:
    """Seconds of one refresh; it must have seen everything."""
    clients = public_clients(settings, url, "key", lambda: now)
    started = time.perf_counter()
    summary = refresh_trends(connection, clients, settings, clock=lambda: now)
    seconds = time.perf_counter() - started
    if len(summary.regions_ok) != len(settings.trends.regions) or summary.channels_failed or summary.left_out:
        raise SystemExit(f"not everything was seen: {summary}")
    print(
        f"{seconds:5.1f} s, {summary.units} units: {len(summary.regions_ok)} charts, {summary.channels_ok} channels"
        f" ({summary.channels_waiting} wait), {summary.snapshots:,} snapshots, topics {summary.topics}",
        flush=True,
    )
    return seconds, summary


def main() -> None:
    """Measure the first run and the next."""
    with (
        tempfile.TemporaryDirectory() as state,
        scratch_sandbox(Path(state)) as address,
        scratch_database() as url,
        connect(url) as connection,
    ):
        httpx.post(f"{address}/control/clock", json={"now": START.isoformat()}).raise_for_status()
        served = httpx.get(f"{address}/control/history").json()["regions"]
        youtube = YouTubeSettings(root_url=f"{address}/")
        feeds = [f"{address}/feeds/stories.xml?region={region}" for region in served[:2]]
        wanted = ("US", "GB", "DE", "IN", "BR", "JP")
        regions = sorted(served, key=lambda code: (code not in wanted, code))[:REGIONS]
        settings = Settings(youtube=youtube, trends=TrendSettings(regions=regions, feeds=feeds))
        make_channels(connection, settings, regions)
        slow = {"path": "/youtube/v3/", "latency_seconds": LATENCY_SECONDS, "times": -1}
        print(f"{len(regions)} regions, {CHANNELS} channels, {LATENCY_SECONDS} s added to every answer")
        httpx.post(f"{address}/control/faults", json=slow).raise_for_status()
        first, heaviest = measure(connection, url, settings, START)
        later = [measure(connection, url, settings, START + timedelta(minutes=15 * number)) for number in (1, 2, 3)]
        end = START + timedelta(hours=1)
        passed = (end - pacific_day_start(pacific_day(end))) / timedelta(days=1)
        most = share_units(settings.trends, youtube) * passed + settings.trends.advance_units
        spent = sum(summary.units for _, summary in [(first, heaviest), *later])
        print(f"{spent} units in an hour; the share until then and what watch lists may be ahead: {most:.0f}")
        if spent > most:
            raise SystemExit("the runs have spent more than the share")
        again = later[0][0]
    figures = {
        "limit of 60 s, first run": (first, LIMIT_SECONDS),
        "limit of 60 s, the next run": (again, LIMIT_SECONDS),
    }
    print(
        json.dumps(
            {
                "name": "trend_refresh",
                "ours": round(first, 1),
                "unit": "s",
                "against": {name: limit for name, (_, limit) in figures.items()},
                "ratio": {name: round(limit / ours, 1) for name, (ours, limit) in figures.items()},
            }
        )
    )


if __name__ == "__main__":
    main()
