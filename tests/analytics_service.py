"""The sandbox's analytics service as the ETL tests use it: channels of ours, and answers set at will."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any
from uuid import UUID

import httpx
from etl_rows import add_channel, add_video

from etl.analytics import run
from ytempire.database.connection import Connection
from ytempire.settings import AnalyticsSettings, Settings, YouTubeSettings
from ytempire.youtube.client import YouTubeClient
from ytempire.youtube.credentials import OAuthCredentials
from ytempire.youtube.resumable import Finished

COLUMNS = (
    "video",
    "views",
    "engagedViews",
    "likes",
    "comments",
    "shares",
    "estimatedMinutesWatched",
    "averageViewPercentage",
    "estimatedRevenue",
)


class AnalyticsService:
    """Channels with consent, and what reports.query answers for them."""

    def __init__(self, connection: Connection, database_url: str, sandbox_url: str, **analytics: Any) -> None:
        self.connection = connection
        self.database_url = database_url
        self.url = sandbox_url
        self.settings = Settings(
            youtube=YouTubeSettings(
                root_url=f"{sandbox_url}/",
                analytics_root_url=f"{sandbox_url}/",
                reporting_root_url=f"{sandbox_url}/",
                token_url=f"{sandbox_url}/token",
                max_attempts=3,
                backoff_initial_seconds=0.01,
            ),
            analytics=AnalyticsSettings(**{"look_back_days": 0, **analytics}),
        )
        self.youtube_ids: dict[UUID, str] = {}
        self._credentials: dict[UUID, OAuthCredentials] = {}

    def add_channel(self, videos: Sequence[str] = (), subscribers: int = 1000, **values: Any) -> UUID:
        """Open a channel in the sandbox and in the database, with published videos that are only ours."""
        wanted = {"title": "A channel", "subscribers": subscribers}
        answer = httpx.post(f"{self.url}/control/channels", json=wanted).raise_for_status()
        opened = answer.json()
        channel = add_channel(self.connection, opened["channel_id"], **values)
        for name in videos:
            add_video(self.connection, channel, name)
        self.youtube_ids[channel] = opened["channel_id"]
        self._credentials[channel] = OAuthCredentials(
            opened["client_id"], opened["client_secret"], opened["refresh_token"]
        )
        return channel

    def order(self, channel_id: UUID) -> None:
        """Order the channel's bulk reports now."""
        with self.client(channel_id) as client:
            client.reporting.ensure_jobs()

    def exact_days(self, channel_id: UUID, first: date, last: date) -> dict[date, dict[str, int]]:
        """What the audience of a channel really did on each Pacific day, told by neither path."""
        wanted = {"channel_id": self.youtube_ids[channel_id], "first": first.isoformat(), "last": last.isoformat()}
        days: dict[date, dict[str, int]] = {}
        for row in httpx.get(f"{self.url}/control/audience", params=wanted).raise_for_status().json()["rows"]:
            day = days.setdefault(date.fromisoformat(row["day"]), {"views": 0, "impressions": 0})
            for name in day:
                day[name] += row[name]
        return days

    def publish(self, channel_id: UUID, title: str) -> str:
        """Upload a video to the sandbox now, by its clock, and record it as published then."""
        resource = {
            "snippet": {"title": title, "description": "", "categoryId": "10", "tags": ["music"]},
            "status": {"privacyStatus": "public", "selfDeclaredMadeForKids": False},
        }
        film = b"\x00\x00\x00\x18ftypisom" + bytes(12)
        with self.client(channel_id) as client:
            uploads = client.uploads_protocol
            session = uploads.open_session(resource, total_bytes=len(film), mime_type="video/mp4")
            standing = uploads.send_chunk(session, BytesIO(film), start=0, size=len(film), total_bytes=len(film))
        assert isinstance(standing, Finished)
        assert standing.youtube_video_id is not None
        add_video(self.connection, channel_id, standing.youtube_video_id, self.now())
        return standing.youtube_video_id

    def now(self) -> datetime:
        """The sandbox's clock."""
        return datetime.fromisoformat(httpx.get(f"{self.url}/control/clock").json()["now"])

    def set_clock(self, now: datetime) -> None:
        httpx.post(f"{self.url}/control/clock", json={"now": now.isoformat()}).raise_for_status()

    def client(self, channel_id: UUID) -> YouTubeClient:
        return YouTubeClient(self.settings.youtube, credentials=self._credentials[channel_id])

    def client_of(self, connection: Connection, channel_id: UUID) -> YouTubeClient:
        """As a run opens it."""
        return self.client(channel_id)

    def revoke(self, channel_id: UUID) -> None:
        """Let the owner withdraw the consent."""
        body = {"channel_id": self.youtube_ids[channel_id]}
        httpx.post(f"{self.url}/control/revoke", json=body).raise_for_status()

    def fault(self, channel_id: UUID | None = None, query: str = "", **values: Any) -> None:
        """Let reports.query for a channel and a part of the query suffer a fault, until it is replaced."""
        ids = "" if channel_id is None else f"(?=.*{self.youtube_ids[channel_id]})"
        fault = {"path": rf"/v2/reports\?{ids}(?=.*{query})", "times": -1, **values}
        httpx.post(f"{self.url}/control/faults", json=fault).raise_for_status()

    def answer(
        self,
        channel_id: UUID,
        rows: Sequence[Sequence[Any]],
        *,
        columns: Sequence[str] = COLUMNS,
        day: date | None = None,
        query: str = "",
    ) -> None:
        """Set the report of a channel, of a day or of a part of the query."""
        headers = [{"name": name, "columnType": "METRIC", "dataType": "INTEGER"} for name in columns]
        body = {"kind": "youtubeAnalytics#resultTable", "columnHeaders": headers, "rows": list(rows)}
        part = query if day is None else f"startDate={day.isoformat()}{query}"
        self.fault(channel_id, part, status=200, body=json.dumps(body))

    def forget(self) -> None:
        """Take all faults and set answers back."""
        httpx.delete(f"{self.url}/control/faults").raise_for_status()

    def injected(self) -> int:
        """How many requests a fault or a set answer met."""
        journal = httpx.get(f"{self.url}/control/journal", params={"kind": "fault.injected"}).json()
        return len(journal["entries"])

    def run(self, run_id: str, day: date) -> run.StageSummary:
        """Do the tasks of a run that do not concern bulk reports."""
        staged = run.stage(self.database_url, self.client_of, self.settings, run_id, day)
        run.validate(self.database_url, self.settings, run_id)
        run.load(self.database_url, self.settings, run_id)
        run.rollup(self.connection, run_id)
        return staged

    def night(self, run_id: str, day: date, *, judged: bool = True) -> run.RunReconciliation:
        """Do all six tasks of a run, at the service's time; not ``judged``: what is staged passes without a suite."""
        run.collect(self.database_url, self.client_of, self.settings, run_id, self.now())
        run.stage(self.database_url, self.client_of, self.settings, run_id, day)
        if judged:
            run.validate(self.database_url, self.settings, run_id)
        else:
            for table in ("staging_slices", "bulk_reports"):
                self.connection.execute(
                    f"UPDATE ytempire.{table} SET validated_at = clock_timestamp() WHERE batch_id = %s", [run_id]
                )
        run.load(self.database_url, self.settings, run_id)
        reconciled = run.reconcile(self.connection, self.settings, run_id, self.now())
        run.rollup(self.connection, run_id)
        return reconciled

    def rows(self, query: str) -> list[dict[str, Any]]:
        return self.connection.execute(query).fetchall()

    def metrics(self) -> dict[str, Mapping[str, Any]]:
        """What the warehouse has, by YouTube id."""
        found = self.rows(
            "SELECT youtube_video_id, video_metrics.* FROM ytempire.video_metrics JOIN ytempire.videos USING (video_id)"
        )
        return {row["youtube_video_id"]: row for row in found}

    def slice_states(self) -> dict[tuple[UUID, date], str]:
        found = self.rows("SELECT channel_id, day, status FROM ytempire.analytics_slices")
        return {(row["channel_id"], row["day"]): row["status"] for row in found}


def report_row(video: str, views: Any, revenue: Any = 0.5) -> list[Any]:
    """A row in the order of COLUMNS."""
    return [video, views, views, 3, 2, 1, 12.5, 41.5, revenue]
