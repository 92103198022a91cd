"""Of a trouble there is one open alert, however often and by however many it is raised."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from ytempire.alerts import list_alerts, raise_alert, resolve_alert
from ytempire.database.connection import Connection, connect


def test_a_trouble_that_goes_on_is_one_alert_that_counts(connection: Connection) -> None:
    assert raise_alert(connection, "disk", "media", "90 % full", severity="warning")
    assert not raise_alert(connection, "disk", "media", "95 % full")
    (alert,) = list_alerts(connection)
    assert (alert.message, alert.severity, alert.times) == ("95 % full", "critical", 2)
    assert alert.last_raised_at > alert.raised_at


def test_another_subject_or_kind_is_another_alert(connection: Connection) -> None:
    for kind, subject in (("disk", "media"), ("disk", "database"), ("quota", "media")):
        assert raise_alert(connection, kind, subject, "trouble")
    assert len(list_alerts(connection)) == 3


def test_what_is_over_may_come_back_as_a_new_alert(connection: Connection) -> None:
    raise_alert(connection, "disk", "media", "full")
    assert resolve_alert(connection, "disk", "media")
    assert not resolve_alert(connection, "disk", "media")
    assert list_alerts(connection) == []
    assert raise_alert(connection, "disk", "media", "full again")
    assert [alert.resolved_at is None for alert in list_alerts(connection, resolved=True)] == [True, False]


def test_the_most_pressing_stand_first(connection: Connection) -> None:
    raise_alert(connection, "later", "a", "soon full", severity="warning")
    raise_alert(connection, "now", "b", "full")
    raise_alert(connection, "newest", "c", "soon full", severity="warning")
    assert [alert.kind for alert in list_alerts(connection)] == ["now", "newest", "later"]


def test_eight_workers_at_once_raise_one(connection: Connection, database_url: str) -> None:
    def work(_: int) -> bool:
        with connect(database_url) as own:
            return raise_alert(own, "disk", "media", "full")

    with ThreadPoolExecutor(8) as workers:
        news = list(workers.map(work, range(8)))
    assert news.count(True) == 1
    assert [alert.times for alert in list_alerts(connection)] == [8]


def test_it_is_gone_with_the_transaction_of_what_it_is_about(connection: Connection) -> None:
    with connection.transaction(force_rollback=True):
        raise_alert(connection, "disk", "media", "full")
    assert list_alerts(connection) == []


def test_the_command_lists_them_as_a_table_and_for_programs(connection: Connection, database_url: str) -> None:
    raise_alert(connection, "disk", "[bold]media[/bold]", "95 % full")
    raise_alert(connection, "over", "long ago", "empty")
    resolve_alert(connection, "over", "long ago")

    def alerts(*arguments: str) -> str:
        environment = {**os.environ, "COLUMNS": "200", "YTEMPIRE_DATABASE_URL": database_url}
        command = [sys.executable, "-m", "ytempire", "alerts", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout

    shown = alerts()
    assert "95 % full" in shown and "[bold]media[/bold]" in shown and "long ago" not in shown
    assert "long ago" in alerts("--all")
    (first, *_) = json.loads(alerts("--json"))
    assert (first["kind"], first["times"], first["resolved_at"]) == ("disk", 1, None)
