"""``ytempire alerts``: what needs a person."""

from __future__ import annotations

from typing import Annotated

import typer


def alerts(
    resolved: Annotated[bool, typer.Option("--all", help="Those that are over, too")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many at most")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable")] = False,
) -> None:
    """List what needs a person, the most pressing first."""
    import json

    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from ytempire.alerts import list_alerts
    from ytempire.database.connection import connect
    from ytempire.settings import get_settings

    with connect(get_settings().database_url) as connection:
        found = list_alerts(connection, resolved=resolved, limit=limit)
    if as_json:
        print(json.dumps([alert.model_dump(mode="json") for alert in found], indent=1, ensure_ascii=False))
        return
    table = Table("since", "severity", "kind", "subject", "message", "times", "over since")
    for alert in found:
        table.add_row(
            f"{alert.raised_at:%Y-%m-%d %H:%M}",
            alert.severity,
            alert.kind,
            escape(alert.subject),
            escape(alert.message),
            str(alert.times),
            f"{alert.resolved_at:%Y-%m-%d %H:%M}" if alert.resolved_at else "",
        )
    Console().print(table)
