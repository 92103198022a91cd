"""``ytempire jobs`` and ``ytempire costs``: where every job stands, and what a day's calls cost."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from ytempire.commands.channel_argument import OfChannel
from ytempire.commands.shared import AsJson, database, print_json, print_table


def costs(
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Pacific day; today if not given")] = None,
    channel: OfChannel = None,
    as_json: AsJson = False,
) -> None:
    """Show what was spent on providers on a day, by channel, and what of it is reserved or lost."""
    from ytempire.clock import pacific_day, system_clock
    from ytempire.jobs.overview import costs_of_day
    from ytempire.settings import get_settings

    with database() as connection:
        wanted = day.date() if day else pacific_day(system_clock())
        found = costs_of_day(connection, get_settings().budget, wanted, channel)
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    table = Table("channel", "videos", "spent $", "reserved $", "lost $", "budget $", "providers", title=str(found.day))
    for one in found.channels:
        providers = ", ".join(f"{name} {usd:.4f}" for name, usd in one.providers.items())
        figures = (one.spent_usd, one.reserved_usd, one.lost_usd)
        table.add_row(
            escape(one.channel),
            str(one.videos),
            *(f"{usd:.4f}" for usd in figures),
            f"{one.budget_usd:.2f}",
            escape(providers),
        )
    table.add_section()
    table.add_row("the network", "", f"{found.spent_usd:.4f}", "", "", f"{found.budget_usd:.2f}", "")
    print_table(table)


def jobs(
    status: Annotated[str | None, typer.Option(help="queued, running, awaiting_decision, published, …")] = None,
    channel: OfChannel = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first")] = 50,
    as_json: AsJson = False,
) -> None:
    """List the jobs: where each stands, its verdict, its cost and how long its stages took."""
    from ytempire.jobs.overview import list_jobs

    with database() as connection:
        found = list_jobs(connection, status=status, channel=channel, limit=limit)
    if as_json:
        print_json([job.model_dump(mode="json") for job in found])
        return
    whole = Column("job", min_width=36, no_wrap=True)
    table = Table(whole, "day", "channel", "video", "status", "stage", "verdict", "cost $", "seconds", "problem")
    for job in found:
        revised = f" (revision {job.revision})" if job.revision else ""
        judged = f"{job.verdict} {job.score:g}" if job.verdict and job.score is not None else ""
        table.add_row(
            str(job.job_id),
            str(job.day),
            escape(job.channel),
            escape(job.title),
            job.status + revised,
            f"{job.stage} {job.stage_status}" if job.stage else "",
            judged,
            f"{job.cost_usd:.4f}",
            f"{job.work_seconds:.0f}",
            escape(job.problem or ""),
        )
    print_table(table)
    for basis in sorted({job.score_basis for job in found if job.score_basis}):
        Console().print(f"Scores rest on {basis}.")
