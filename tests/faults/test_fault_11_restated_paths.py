"""Fault 11: two paths restate the same days, in any order, with rows that vanish and runs that die.

A state machine holds the warehouse against a model of a few lines: of the bulk reports of a day the newest counts;
where it has come and reports.query agrees with it, it is published; where they differ, nothing changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from bulk_service import BulkService
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from etl.analytics.bulk.kinds import ACTIVITY, REACH
from ytempire.database.connection import Connection

DAYS = (date(2026, 12, 6), date(2026, 12, 7))
NOW = datetime(2026, 12, 10, 20, tzinfo=UTC)
VIDEOS = ("video-a", "video-b", "video-c")
TOLERANCE = 5
EMPTIED = (
    "video_metrics", "analytics_slices", "staging_slices", "staging_video_metrics", "bulk_reports",
    "staging_bulk_rows", "analytics_reconciliations", "analytics_differences", "quarantined_rows", "alerts",
    "channel_revenue_daily",
    *(f"{part}_metrics_{period}" for part in ("video", "channel", "niche") for period in ("daily", "weekly")),
)  # fmt: skip

days = st.sampled_from(DAYS)
views = st.dictionaries(st.sampled_from(VIDEOS), st.integers(0, 40), max_size=3)
impressions = st.dictionaries(st.sampled_from(VIDEOS), st.integers(1, 99), max_size=3)
# Minutes before now, so that reports come out of order.
ages = st.integers(1, 2_000)


@dataclass
class Scene:
    service: BulkService
    channel: UUID
    runs: int = 0


@pytest.fixture
def scene(connection: Connection, database_url: str, sandbox_url: str) -> Iterator[Scene]:
    service = BulkService(
        connection, database_url, sandbox_url, look_back_days=1, difference_count=TOLERANCE, difference_share=0
    )
    service.set_clock(NOW)
    yield Scene(service, service.add_channel(VIDEOS))


class Restatements(RuleBasedStateMachine):
    scene: Scene

    def __init__(self) -> None:
        super().__init__()
        service = self.scene.service
        service.connection.execute(f"TRUNCATE {', '.join(f'ytempire.{table}' for table in EMPTIED)} CASCADE")
        service.start_over(self.scene.channel)
        self.query: dict[date, dict[str, int]] = {}
        self.made: dict[tuple[str, date], dict[datetime, dict[str, int]]] = {}
        self.published: dict[date, dict[str, object]] = {}
        self.step = 0

    def moment(self, age: int) -> datetime:
        self.step += 1
        return NOW - timedelta(minutes=age, microseconds=self.step)

    @rule(day=days, answer=views)
    def reports_query_tells(self, day: date, answer: dict[str, int]) -> None:
        self.query[day] = answer
        self.scene.service.answer_views(self.scene.channel, day, answer)

    @rule(day=days, content=views, age=ages)
    def an_activity_report_is_made(self, day: date, content: dict[str, int], age: int) -> None:
        made = self.moment(age)
        self.made.setdefault((ACTIVITY.name, day), {})[made] = content
        self.scene.service.set_activity(self.scene.channel, day, content, made)

    @rule(day=days, content=views, age=ages)
    def both_tell_the_same(self, day: date, content: dict[str, int], age: int) -> None:
        self.reports_query_tells(day, content)
        self.an_activity_report_is_made(day, content, age)

    @rule(day=days, content=impressions, age=ages)
    def a_reach_report_is_made(self, day: date, content: dict[str, int], age: int) -> None:
        made = self.moment(age)
        self.made.setdefault((REACH.name, day), {})[made] = content
        shown = {video: (count, 0.5) for video, count in content.items()}
        self.scene.service.set_reach(self.scene.channel, day, shown, made)

    @rule()
    def a_run_dies_after_it_has_collected(self) -> None:
        self.scene.runs += 1
        self.scene.service.collect(f"dead {self.scene.runs}")
        self.scene.service.connection.execute(
            "UPDATE ytempire.bulk_reports SET updated_at = updated_at - INTERVAL '4 h'"
        )

    @rule()
    def a_night_passes(self) -> None:
        self.scene.runs += 1
        self.scene.service.night(f"night {self.scene.runs}", DAYS[-1], judged=False)
        for day in DAYS:
            told, reach = self.newest(ACTIVITY.name, day), self.newest(REACH.name, day) or {}
            asked = self.query.get(day, {})
            if told is None:
                rows = {video: (count, reach.get(video)) for video, count in asked.items()}
            elif agree(told, asked):
                # Money of a video that the reports do not name is money all the same.
                names = {*told, *reach, *asked}
                rows = {video: (told.get(video, 0), reach.get(video)) for video in names}
            else:
                continue
            self.published[day] = summed(rows, len(asked))

    @invariant()
    def what_is_published_is_what_the_model_says(self) -> None:
        kept = self.scene.service.rows("SELECT day, views, videos, impressions, revenue_cents FROM"
                                  " ytempire.channel_metrics_daily")  # fmt: skip
        shown = {row.pop("day"): row for row in kept}
        assert shown == {day: row for day, row in self.published.items() if row}

    def newest(self, report: str, day: date) -> dict[str, int] | None:
        found = self.made.get((report, day))
        return found[max(found)] if found else None


def agree(told: dict[str, int], asked: dict[str, int]) -> bool:
    """Whether no count of a video, and none of the channel, is further apart than the tolerance."""
    sums = [0.0] * 6
    for video in VIDEOS:
        apart = [a - b for a, b in zip(counts(told.get(video)), counts(asked.get(video)), strict=True)]
        if max(map(abs, apart)) > TOLERANCE:
            return False
        sums = [total + one for total, one in zip(sums, apart, strict=True)]
    return max(map(abs, sums)) <= TOLERANCE


def counts(count: int | None) -> list[float]:
    return [0] * 6 if count is None else [count, count, 3, 2, 1, count / 10]


def summed(rows: dict[str, tuple[int, int | None]], paid: int) -> dict[str, object]:
    if not rows:
        return {}
    shown = [count for _, count in rows.values() if count is not None]
    return {
        "views": sum(count for count, _ in rows.values()),
        "videos": len(rows),
        "impressions": sum(shown) if shown else None,
        "revenue_cents": 50 * paid or None,
    }


def test_any_course_of_restatements_ends_as_the_model_says(scene: Scene) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        type("Machine", (Restatements,), {"scene": scene}),
        settings=settings(
            max_examples=5,
            stateful_step_count=8,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
