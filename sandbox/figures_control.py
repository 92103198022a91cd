"""The sandbox's own interface to figures: what the audience really did, and bulk reports set at will; for tests."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, Field

from sandbox import flat, viewers
from sandbox.core import WorldDep, to_iso

router = APIRouter(prefix="/control")

TABLES = """
CREATE TABLE IF NOT EXISTS set_reports (
    id TEXT PRIMARY KEY,
    channel_id TEXT NOT NULL,
    report_type TEXT NOT NULL,
    day TEXT NOT NULL,
    created_at TEXT NOT NULL,
    content TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS set_report_channels (channel_id TEXT PRIMARY KEY);
"""


class SetReport(BaseModel, extra="forbid"):
    """A report as it shall be."""

    channel_id: str
    report_type: str
    day: date
    created_at: AwareDatetime
    content: str


@router.get("/audience")
async def audience(world: WorldDep, channel_id: str, first: date, last: date) -> dict[str, Any]:
    """The figures of each Pacific day and video as they are in the end, restated by nobody."""
    rows = []
    videos = viewers.published_videos(world, channel_id)
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        for video in videos:
            figures = viewers.daily(world, video, day)
            if figures.views or figures.impressions:
                rows.append({"day": day.isoformat(), "video_id": video.youtube_video_id, **asdict(figures)})
    return {"rows": rows}


class FlatChannel(BaseModel, extra="forbid"):
    """A channel with so many videos since a moment, whose figures are invented at no cost."""

    channel_id: str
    videos: int = Field(ge=1, le=10_000)
    since: AwareDatetime


@router.post("/flat")
async def make_flat(world: WorldDep, channel: FlatChannel) -> dict[str, list[str]]:
    """Give a channel videos that nobody uploaded."""
    world.execute(
        "INSERT INTO flat_channels VALUES (?, ?, ?)", channel.channel_id, channel.videos, to_iso(channel.since)
    )
    return {"video_ids": flat.video_ids(channel.channel_id, channel.videos)}


@router.post("/reports")
async def set_report(world: WorldDep, report: SetReport) -> dict[str, str]:
    """Let a channel's jobs of a type have this report."""
    identifier = str(uuid.uuid4().int % 10**12)
    world.execute(
        "INSERT INTO set_reports VALUES (?, ?, ?, ?, ?, ?)",
        identifier, report.channel_id, report.report_type, report.day.isoformat(), to_iso(report.created_at),
        report.content,
    )  # fmt: skip
    return {"report_id": identifier}


@router.delete("/reports")
async def take_reports_back(world: WorldDep, channel_id: str) -> dict[str, int]:
    """Forget the reports that were set for a channel; from now on its jobs have only those that are set."""
    world.execute("INSERT INTO set_report_channels VALUES (?) ON CONFLICT DO NOTHING", channel_id)
    return {"forgotten": world.execute("DELETE FROM set_reports WHERE channel_id = ?", channel_id)}
