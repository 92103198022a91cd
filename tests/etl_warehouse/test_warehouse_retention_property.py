"""Whatever lies in the tables, whenever the run comes: exactly what is old enough goes, and twice is once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from etl_rows import add_channel, add_video
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.warehouse.retention.execute import execute
from ytempire.clock import pacific_day, pacific_day_start
from ytempire.database.connection import Connection
from ytempire.settings import RetentionSettings

CHUNK = timedelta(days=7)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 -- strategy
ages = st.lists(st.integers(0, 2_000), max_size=12, unique=True)


def test_exactly_what_is_old_enough_goes(connection: Connection) -> None:
    channel = add_channel(connection, "UCa")
    video = add_video(connection, channel, "video-a")

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(now=moments, ages=ages, keep=st.integers(30, 1_500))
    def check(now: datetime, ages: list[int], keep: int) -> None:
        connection.execute(
            "TRUNCATE ytempire.video_metrics, ytempire.channel_revenue_daily, ytempire.audit_log, ytempire.deletions"
        )
        rules = RetentionSettings(
            metrics_days=keep, aggregated_metrics_days=keep, channel_performance_days=keep, revenue_days=keep
        )
        days = sorted(pacific_day(now) - timedelta(days=age) for age in ages)
        for day in days:
            # A figure of the live statistics needs no sum.
            connection.execute(
                "INSERT INTO ytempire.video_metrics (time, video_id, source, day) VALUES (%s, %s, 'live', %s)",
                [pacific_day_start(day), video, day],
            )
            connection.execute("INSERT INTO ytempire.channel_revenue_daily VALUES (%s, %s, 1)", [channel, day])

        execute(connection, rules, run_id="run", now=now)

        oldest = pacific_day(now) - timedelta(days=keep)
        assert kept(connection, "channel_revenue_daily") == [day for day in days if day >= oldest]
        figures = kept(connection, "video_metrics")
        young = [day for day in days if pacific_day_start(day) >= now - timedelta(days=keep)]
        assert set(young) <= set(figures)
        # Whole chunks go: nothing stays that is older by more than a chunk's span.
        assert all(pacific_day_start(day) > now - timedelta(days=keep) - CHUNK for day in figures)
        recorded = connection.execute(
            "SELECT coalesce(sum(done_count), 0) AS gone, count(*) FILTER (WHERE done_at IS NULL) AS open"
            " FROM ytempire.deletions"
        ).fetchone()
        gone = 2 * len(days) - len(figures) - len(kept(connection, "channel_revenue_daily"))
        assert recorded == {"gone": gone, "open": 0}
        assert not any(execute(connection, rules, run_id="again", now=now).rows.values())

    check()


def kept(connection: Connection, table: str) -> list[date]:
    return [row["day"] for row in connection.execute(f"SELECT day FROM ytempire.{table} ORDER BY day")]
