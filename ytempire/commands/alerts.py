"""``ytempire alerts``: what needs a person."""

from __future__ import annotations

from typing import Annotated

import typer

from ytempire.commands.shared import AsJson, cell, database, print_json, print_table


def alerts(
    resolved: Annotated[bool, typer.Option("--all", help="Those that are over, too")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many at most")] = 100,
    as_json: AsJson = False,
) -> None:
    """List what needs a person, the most pressing first."""
    from rich.table import Table

    from ytempire.alerts import list_alerts

    with database() as connection:
        found = list_alerts(connection, resolved=resolved, limit=limit)
    if as_json:
        print_json([alert.model_dump(mode="json") for alert in found])
        return
    table = Table("since", "severity", "kind", "subject", "message", "times", "over since")
    for alert in found:
        over = f"{alert.resolved_at:%Y-%m-%d %H:%M}" if alert.resolved_at else ""
        texts = (alert.severity, alert.kind, alert.subject, alert.message)
        table.add_row(f"{alert.raised_at:%Y-%m-%d %H:%M}", *map(cell, texts), str(alert.times), over)
    print_table(table)
