"""Airflow's records of old runs are removed by Airflow's own command."""

from __future__ import annotations

from datetime import UTC, datetime

from stack.housekeeping import commands
from ytempire.settings import RetentionSettings

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_frequent_runs_go_after_two_days_and_all_others_with_the_logs() -> None:
    from airflow.cli.cli_parser import get_parser

    frequent, others = (
        get_parser().parse_args(command[1:]) for command in commands(NOW, RetentionSettings(logs_days=20))
    )
    assert (frequent.dag_ids, frequent.clean_before_timestamp) == (
        ["freshness"],
        datetime(2026, 11, 20, 12, tzinfo=UTC),
    )
    assert (others.dag_ids, others.clean_before_timestamp) == (None, datetime(2026, 11, 2, 12, tzinfo=UTC))
    assert frequent.yes and others.yes and others.error_on_cleanup_failure
