"""Bulk reports set at will in the sandbox, beside what reports.query answers: the scene of their tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from analytics_service import AnalyticsService

from etl.analytics import run
from etl.analytics.bulk.collect import CollectSummary
from ytempire.clock import pacific_day_start
from ytempire.database.connection import Connection
from ytempire.youtube.reporting import ACTIVITY, REACH

ACTIVITY_COLUMNS = (
    "date", "channel_id", "video_id", "country_code", "views", "engaged_views", "likes", "comments", "shares",
    "watch_time_minutes", "average_view_duration_percentage",
)  # fmt: skip
REACH_COLUMNS = ("date", "channel_id", "video_id", "video_thumbnail_impressions", "video_thumbnail_impressions_ctr")


def csv_text(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    return "".join(",".join(map(str, row)) + "\n" for row in (columns, *rows))


def _minutes(views: Any) -> float:
    return views / 10 if isinstance(views, int) else 0.0


def query_rows(views: Mapping[str, Any]) -> list[list[Any]]:
    """What reports.query answers where the activity report has the lines of :meth:`BulkService.activity_line`."""
    return [[video, count, count, 3, 2, 1, _minutes(count), 41.5, 0.5] for video, count in views.items()]


class BulkService(AnalyticsService):
    """Channels whose reports, of both paths, are what a test says."""

    def __init__(self, connection: Connection, database_url: str, sandbox_url: str, **analytics: Any) -> None:
        super().__init__(connection, database_url, sandbox_url, **analytics)
        self._answers: dict[tuple[UUID, date], list[list[Any]]] = {}

    def add_channel(self, videos: Sequence[str] = (), subscribers: int = 1000, **values: Any) -> UUID:
        channel = super().add_channel(videos, subscribers, **values)
        self.take_reports_back(channel)
        self.order(channel)
        return channel

    def add_unordered_channel(self) -> UUID:
        """A channel for which no reports were ordered yet."""
        return super().add_channel()

    def activity_line(self, channel: UUID, day: date, video: str, views: Any, country: str = "US") -> list[Any]:
        """A line of the activity report that agrees with :meth:`answer_views`."""
        key = [day.strftime("%Y%m%d"), self.youtube_ids[channel], video, country]
        return [*key, views, views, 3, 2, 1, _minutes(views), 41.5]

    def set_report(
        self, channel: UUID, report: str, day: date, content: str, created_at: datetime | None = None
    ) -> str:
        """Let YouTube have made a report of a day, two days after it where nothing else is said."""
        made = created_at or pacific_day_start(day + timedelta(days=3))
        body = {
            "channel_id": self.youtube_ids[channel], "report_type": report, "day": day.isoformat(),
            "created_at": made.isoformat(), "content": content,
        }  # fmt: skip
        answer = httpx.post(f"{self.url}/control/reports", json=body).raise_for_status()
        return str(answer.json()["report_id"])

    def take_reports_back(self, channel: UUID) -> None:
        """Let YouTube have made none of the reports that were set."""
        wanted = {"channel_id": self.youtube_ids[channel]}
        httpx.delete(f"{self.url}/control/reports", params=wanted).raise_for_status()

    def start_over(self, channel: UUID) -> None:
        """Let neither path have told anything of a channel."""
        self.take_reports_back(channel)
        self._answers.clear()
        self.forget()

    def set_activity(
        self, channel: UUID, day: date, views: Mapping[str, Any], created_at: datetime | None = None
    ) -> str:
        """Set the activity report of a day: each video with its views."""
        lines = [self.activity_line(channel, day, video, count) for video, count in views.items()]
        return self.set_report(channel, ACTIVITY, day, csv_text(ACTIVITY_COLUMNS, lines), created_at)

    def set_reach(
        self, channel: UUID, day: date, shown: Mapping[str, tuple[Any, Any]], created_at: datetime | None = None
    ) -> str:
        """Set the reach report of a day: each video with its impressions and their click-through rate."""
        key = [day.strftime("%Y%m%d"), self.youtube_ids[channel]]
        lines = [[*key, video, *figures] for video, figures in shown.items()]
        return self.set_report(channel, REACH, day, csv_text(REACH_COLUMNS, lines), created_at)

    def answer_views(self, channel: UUID, day: date, views: Mapping[str, Any]) -> None:
        """Set what reports.query tells of a day, to agree with :meth:`activity_line`; other faults are taken back."""
        self._answers[channel, day] = query_rows(views)
        self.forget()
        for (who, when), rows in self._answers.items():
            self.answer(who, rows, day=when)

    def inject(self, path: str, **values: Any) -> None:
        """Let requests to a path suffer a fault."""
        httpx.post(f"{self.url}/control/faults", json={"path": path, **values}).raise_for_status()

    def collect(self, run_id: str) -> CollectSummary:
        """Only the first task of a run."""
        return run.collect(self.database_url, self.client_of, self.settings, run_id, self.now())

    def journal(self, kind: str) -> list[dict[str, Any]]:
        """What the sandbox has seen of a kind, in order."""
        answer = httpx.get(f"{self.url}/control/journal", params={"kind": kind}).raise_for_status()
        return [entry["details"] | entry for entry in answer.json()["entries"]]

    def listed_after(self, channel: UUID, report: str) -> list[str]:
        """From when on the reports of a type were listed, each time; not the first time, when it was from the start."""
        job = self.connection.execute(
            "SELECT job_id FROM ytempire.reporting_jobs WHERE channel_id = %s AND report = %s", [channel, report]
        ).fetchone()
        assert job is not None
        listed = [entry for entry in self.journal("reporting.listed") if entry["job_id"] == job["job_id"]]
        return [entry["created_after"] for entry in listed if entry["created_after"] is not None]

    def reports(self, *columns: str) -> list[tuple[Any, ...]]:
        """The ledger, in order."""
        rows = self.rows("SELECT * FROM ytempire.bulk_reports ORDER BY channel_id, report, day, created_at")
        return [tuple(row[column] for column in columns) for row in rows]

    def alerts(self) -> dict[str, str]:
        """The open alerts by kind."""
        rows = self.rows("SELECT kind, message FROM ytempire.alerts WHERE resolved_at IS NULL")
        return {row["kind"]: row["message"] for row in rows}

    def day_of(self, channel: UUID, day: date) -> dict[str, Any] | None:
        """What is published of a channel's day."""
        rows = self.connection.execute(
            "SELECT * FROM ytempire.channel_metrics_daily WHERE channel_id = %s AND day = %s", [channel, day]
        ).fetchall()
        return rows[0] if rows else None
