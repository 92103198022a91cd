"""What an operator wants to see of the jobs: a day's costs by channel, and where every job stands."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from ytempire.database.connection import Connection, load_sql
from ytempire.settings import BudgetSettings


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class ChannelCosts(_Model):
    """What a channel's videos took of its budget of a day, in US dollars.

    ``spent_usd`` holds what is reserved for open calls and what lost calls may have cost.
    """

    channel_id: UUID
    channel: str
    budget_usd: Decimal
    spent_usd: Decimal
    reserved_usd: Decimal
    lost_usd: Decimal
    videos: int
    providers: dict[str, Decimal]


class DayCosts(_Model):
    """The costs of a Pacific day; the network's figures are those of all channels."""

    day: date
    budget_usd: Decimal
    spent_usd: Decimal
    channels: list[ChannelCosts]


class JobLine(_Model):
    """One job as it stands: ``stage`` is the one begun last, ``work_seconds`` the time that its stages took.

    ``score_basis`` says whose labels the score was learned from.
    """

    job_id: UUID
    day: date
    channel: str
    title: str
    status: str
    revision: int
    stage: str | None
    stage_status: str | None
    verdict: str | None
    score: float | None
    score_basis: str | None
    cost_usd: Decimal
    work_seconds: float
    problem: str | None


def costs_of_day(connection: Connection, budget: BudgetSettings, day: date, channel: str | None = None) -> DayCosts:
    """Return what was spent on a Pacific ``day``, by all channels or by the one of this name or id."""
    parameters = {"day": day, "channel_daily_usd": budget.channel_daily_usd}
    rows = connection.execute(load_sql(__package__, "costs_of_day"), parameters).fetchall()
    channels = [ChannelCosts.model_validate(row) for row in rows]
    return DayCosts(
        day=day,
        budget_usd=Decimal(str(budget.network_daily_usd)),
        spent_usd=sum((one.spent_usd for one in channels), Decimal(0)),
        channels=[one for one in channels if channel in (None, one.channel, str(one.channel_id))],
    )


def list_jobs(
    connection: Connection, *, status: str | None = None, channel: str | None = None, limit: int = 50
) -> list[JobLine]:
    """Return the newest jobs, of one status or channel (name or id) if these are given."""
    parameters = {"status": status, "channel": channel, "limit": limit}
    return [JobLine.model_validate(row) for row in connection.execute(load_sql(__package__, "list_jobs"), parameters)]
