"""The knobs of what is kept and how long: the specification's retention table (3.2), storage tiers, YouTube's rules."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, Field, PositiveInt, model_validator


class RetentionSettings(BaseModel):
    """How many days each kind of record is kept. A year is 365 days, and a leap day more is kept for each four."""

    metrics_days: PositiveInt = Field(
        default=90, description="operational.metrics: single figures. Whole chunks of a week go at a time."
    )
    live_thinned_after_hours: Annotated[int, Field(ge=48)] = Field(
        default=48, description="Live figures, one a minute, are thinned from this age on. While young they are whole."
    )
    live_step_minutes: Annotated[int, Field(ge=1, le=1_440)] = Field(
        default=60, description="Of older live figures one is kept in so many minutes, the last one."
    )
    logs_days: PositiveInt = Field(
        default=30, description="operational.logs: log files, and what is written down of single calls and bad rows."
    )
    aggregated_metrics_days: PositiveInt = Field(
        default=366, description="analytics.aggregated_metrics: sums by video and by niche, and the ledger of reports."
    )
    channel_performance_days: PositiveInt = Field(
        default=366, description="analytics.channel_performance: sums by channel."
    )
    revenue_days: PositiveInt = Field(default=1_096, description="analytics.revenue_data: what a channel earned.")
    audit_log_days: PositiveInt = Field(default=1_096, description="compliance.audit_logs, and what was deleted when.")
    financial_record_days: PositiveInt = Field(
        default=2_557, description="compliance.financial_records: what was paid to providers."
    )
    trend_snapshot_days: PositiveInt = Field(
        default=1_096,
        description="Views and places in charts, which the trend model learns from (3.3: three years of history).",
    )
    logs_root: Path | None = Field(default=None, description="Folder whose old log files are removed. None: none are.")
    lock_wait_seconds: PositiveInt = Field(
        default=10, description="How long a deletion waits for a table that is in use before it is left to a retry."
    )

    @model_validator(mode="after")
    def _sums_outlive_their_parts(self) -> Self:
        shortest = min(self.aggregated_metrics_days, self.channel_performance_days)
        if shortest < self.metrics_days:
            raise ValueError("sums must be kept at least as long as metrics_days")
        return self


class TierSettings(BaseModel):
    """Where the files of finished jobs lie as they grow old: three roots, each a folder or an address (s3://bucket/x).

    The hot root is the media root. Without a warm or a cold root files stay in the tier before it.
    """

    hot_hours: PositiveInt = Field(default=24, description="Then a finished job's files become warm.")
    warm_days: PositiveInt = Field(default=30, description="Then they become cold (operational.videos).")
    cold_days: Annotated[int, Field(ge=90)] | None = Field(
        default=None, description="Then they are deleted; the specification says 90 or more. None: never."
    )
    warm_root: str | None = None
    cold_root: str | None = None


class ComplianceSettings(BaseModel):
    """What YouTube's developer policies ask of stored data."""

    refresh_or_delete_days: Annotated[int, Field(ge=2, le=30)] = Field(
        default=30, description="Data without its owner's authorisation is never older than this."
    )
    refresh_after_days: PositiveInt = Field(
        default=20, description="From this age it is asked for again, so that some days are left when YouTube is down."
    )
    refresh_units: Annotated[int, Field(ge=0)] = Field(
        default=400, description="Units of quota that one run may spend on it; a unit is 50 videos."
    )
    hours_between_runs: PositiveInt = Field(
        default=26, description="What would pass its deadline before the next run is deleted in this one."
    )

    @model_validator(mode="after")
    def _refresh_comes_first(self) -> Self:
        if self.refresh_after_days >= self.refresh_or_delete_days:
            raise ValueError("refresh_after_days must be less than refresh_or_delete_days")
        return self
