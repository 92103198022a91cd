"""Weeks of a channel's life as the analytics service tells them: late, restated, with or without revenue."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from analytics_service import AnalyticsService

from etl.analytics.reports import METRICS
from etl.warehouse.fingerprint import table_hash
from ytempire.database.connection import Connection

PUBLISHED = datetime(2026, 11, 2, 15, tzinfo=UTC)
LAST = date(2026, 11, 9)


@pytest.fixture
def service(connection: Connection, database_url: str, sandbox_url: str) -> AnalyticsService:
    return AnalyticsService(connection, database_url, sandbox_url, look_back_days=7, page_rows=2)


def told(service: AnalyticsService, channel: UUID, names: list[str], days: list[date]) -> dict[str, int]:
    """Views of each video over some days, asked for in another way: one sum over the whole span."""
    with service.client(channel) as client:
        report = client.analytics_report(
            youtube_channel_id=service.youtube_ids[channel],
            start_day=min(days),
            end_day=max(days),
            metrics=[metric.api_name for metric in METRICS],
            dimensions=["video"],
            filters="video==" + ",".join(names),
            sort="-views",
        )
    return {row["video"]: row["views"] for row in report.records()}


def kept(service: AnalyticsService, channel: UUID) -> dict[str, int]:
    rows = service.connection.execute(
        "SELECT youtube_video_id, sum(views)::bigint AS views FROM ytempire.video_metrics"
        " JOIN ytempire.videos USING (video_id) WHERE channel_id = %s GROUP BY 1",
        [channel],
    )
    return {row["youtube_video_id"]: row["views"] for row in rows}


def test_days_come_late_are_restated_and_end_exact(service: AnalyticsService) -> None:
    partner = service.add_channel(subscribers=50_000)
    small = service.add_channel(subscribers=10)
    service.set_clock(PUBLISHED)
    names = {
        channel: [service.publish(channel, f"Why everyone listens, part {n}") for n in range(3)]
        for channel in (partner, small)
    }
    days = [LAST - timedelta(days=back) for back in range(7, -1, -1)]

    # Two days after the last one: it is not told yet, and what is told will be corrected.
    service.set_clock(datetime(2026, 11, 11, 12, tzinfo=UTC))
    early = service.run("early", LAST)
    assert early.failed == {}
    assert service.slice_states()[partner, LAST] == "empty"
    for channel in (partner, small):
        assert kept(service, channel) == told(service, channel, names[channel], days)
        assert len(kept(service, channel)) == 3
    before = kept(service, partner)
    first_hash = table_hash(service.connection, "video_metrics")
    service.run("early again", LAST)
    assert table_hash(service.connection, "video_metrics") == first_hash

    service.set_clock(datetime(2026, 12, 1, 12, tzinfo=UTC))
    late = service.run("late", LAST)
    assert {one.channel_id: one.revenue for one in late.channels} == {partner: True, small: False}
    for channel in (partner, small):
        assert kept(service, channel) == told(service, channel, names[channel], days)
    assert kept(service, partner) != before
    assert service.slice_states()[partner, LAST] == "loaded"
    revenue = service.rows(
        "SELECT channel_id, count(*) AS rows, count(revenue_cents) AS known FROM ytempire.video_metrics"
        " JOIN ytempire.videos USING (video_id) GROUP BY 1"
    )
    known = {row["channel_id"]: (row["rows"], row["known"]) for row in revenue}
    assert known[partner][0] == known[partner][1] > 0
    assert known[small][1] == 0 < known[small][0]
    assert service.rows("SELECT FROM ytempire.quarantined_rows") == []
