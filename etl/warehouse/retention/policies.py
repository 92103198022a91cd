"""Which table is kept for how long: the specification's retention table (3.2) over our tables.

``user_data: per_gdpr_requirements`` has no line: no table holds data of viewers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ytempire.clock import pacific_day, pacific_day_start
from ytempire.settings import RetentionSettings

# YouTube lists a report for 60 days: what is forgotten sooner would be loaded again.
_LISTED_DAYS = 90


@dataclass(frozen=True)
class Policy:
    """A table is kept ``days`` days by its ``column``; ``chunks``: whole chunks of the hypertable are dropped."""

    name: str
    table: str
    column: str
    days: int
    chunks: bool = False
    by_day: bool = False

    def cutoff(self, now: datetime) -> datetime:
        """The moment (UTC) before which rows go; where rows are days, the start of a Pacific day."""
        if not self.by_day:
            return now - timedelta(days=self.days)
        return pacific_day_start(pacific_day(now) - timedelta(days=self.days))


def policies(settings: RetentionSettings) -> tuple[Policy, ...]:
    """Return the policies in the order in which they are executed: what refers to others goes before them."""
    aggregated, performance = settings.aggregated_metrics_days, settings.channel_performance_days
    return (
        Policy("operational.metrics", "video_metrics", "time", settings.metrics_days, chunks=True),
        Policy("trend_snapshots", "trend_snapshots", "fetched_at", settings.trend_snapshot_days, chunks=True),
        Policy("operational.logs", "quarantined_rows", "quarantined_at", settings.logs_days),
        Policy("operational.logs", "validation_results", "checked_at", settings.logs_days),
        Policy("operational.logs", "quota_ledger", "day", settings.logs_days, by_day=True),
        Policy("operational.logs", "quota_buckets", "day", settings.logs_days, by_day=True),
        Policy("analytics.aggregated_metrics", "video_metrics_weekly", "week", aggregated, by_day=True),
        Policy("analytics.aggregated_metrics", "video_metrics_daily", "day", aggregated, by_day=True),
        Policy("analytics.aggregated_metrics", "niche_metrics_weekly", "week", aggregated, by_day=True),
        Policy("analytics.aggregated_metrics", "niche_metrics_daily", "day", aggregated, by_day=True),
        Policy("analytics.aggregated_metrics", "analytics_slices", "day", aggregated, by_day=True),
        Policy("analytics.aggregated_metrics", "analytics_reconciliations", "day", aggregated, by_day=True),
        Policy("operational.logs", "bulk_reports", "updated_at", max(settings.logs_days, _LISTED_DAYS)),
        Policy("analytics.channel_performance", "channel_metrics_weekly", "week", performance, by_day=True),
        Policy("analytics.channel_performance", "channel_metrics_daily", "day", performance, by_day=True),
        Policy("analytics.revenue_data", "channel_revenue_daily", "day", settings.revenue_days, by_day=True),
        Policy("compliance.audit_logs", "audit_log", "at", settings.audit_log_days),
        Policy("compliance.audit_logs", "deletions", "done_at", settings.audit_log_days),
        Policy("compliance.financial_records", "cost_ledger", "day", settings.financial_record_days, by_day=True),
    )
