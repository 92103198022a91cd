"""A history that nothing should be learned from is refused before features are computed of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from chart_history import LAST_DAY, REGIONS, chart_history

from etl.features.charts_inspection import inspect_charts
from etl.trends.history import import_history
from ytempire.database.connection import Connection
from ytempire.errors import ValidationFailed
from ytempire.settings import ROOT

SUITES = ROOT / "expectations"
DAYS = 6


@pytest.fixture
def charts(connection: Connection, tmp_path: Path) -> Connection:
    """A database with some days of charts."""
    import_history(connection, chart_history(days=DAYS).write(tmp_path / "history"), last_days=DAYS)
    return connection


def look(connection: Connection) -> int:
    last = LAST_DAY.date()
    return inspect_charts(
        connection, SUITES, last - timedelta(days=DAYS - 1), last, sorted(REGIONS), clock=lambda: LAST_DAY
    )


def test_sound_charts_pass_and_the_verdict_is_kept(charts: Connection) -> None:
    assert look(charts) == DAYS * len(REGIONS)
    kept = charts.execute("SELECT suite, state, row_count FROM ytempire.validation_results").fetchall()
    assert kept == [{"suite": "chart_days", "state": "passed", "row_count": DAYS * len(REGIONS)}]


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        ("UPDATE ytempire.trend_snapshots SET views = NULL WHERE rank > 2", "lack views"),
        ("DELETE FROM ytempire.trend_snapshots WHERE rank IN (2, 4, 6, 8)", "have holes"),
        ("DELETE FROM ytempire.trend_snapshots WHERE rank = 1", "first place"),
    ],
)
def test_a_history_with_holes_is_refused_as_a_whole(charts: Connection, damage: str, reason: str) -> None:
    charts.execute(damage)
    with pytest.raises(ValidationFailed, match=reason):
        look(charts)
    kept = charts.execute("SELECT state, error_message FROM ytempire.validation_results").fetchone()
    assert kept is not None and kept["state"] == "refused" and reason in kept["error_message"]


def test_charts_from_the_future_are_refused(charts: Connection) -> None:
    last = LAST_DAY.date()
    with pytest.raises(ValidationFailed, match="in the future"):
        inspect_charts(
            charts, SUITES, last - timedelta(days=3), last, ["US"], clock=lambda: LAST_DAY - timedelta(days=2)
        )
