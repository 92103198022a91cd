"""28: the budget of a video or a day would be exceeded. Reserved before spending; the cheaper chain, or a stop.

Eight workers at once, each with a connection of its own, spend for the videos of several channels until nobody gets
anything any more; what they were allowed to spend is counted by themselves, and compared with every budget.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from paid_scene import changed

from ytempire.clock import next_pacific_midnight
from ytempire.database.connection import Connection, connect
from ytempire.errors import BudgetExceeded, DailyBudgetExceeded
from ytempire.jobs import costs, production
from ytempire.jobs.costs import CostLedger, job_cost_usd
from ytempire.jobs.queue import enqueue_due_jobs, start_job
from ytempire.settings import BudgetSettings, Settings

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
WORKERS = 8
CALLS_A_WORKER = 12
PAID = ("openai.chat", "elevenlabs.tts", "stability.image")
BUDGET = BudgetSettings(video_usd=1.0, channel_daily_usd=1.7, network_daily_usd=4.3)


@dataclass(frozen=True)
class Attempt:
    """A call that a worker asked for: its price, and whether it was allowed."""

    job_id: UUID
    channel: int
    usd: Decimal
    allowed: bool


@pytest.fixture
def jobs(connection: Connection, make_channel, make_topic) -> dict[UUID, int]:
    """Two videos for each of three channels."""
    for channel in range(3):
        make_channel(f"Channel {channel}", f"niche{channel}", videos_per_day=2)
        for story in range(2):
            make_topic(f"story{channel}{story}", f"niche{channel}")
    enqueue_due_jobs(connection, lambda: NOW)
    rows = connection.execute(
        "SELECT job_id, right(channel_name, 1)::int AS channel FROM ytempire.generation_jobs JOIN ytempire.channels "
        "USING (channel_id)"
    )
    return {row["job_id"]: row["channel"] for row in rows}


@pytest.mark.parametrize("seed", range(6))
def test_eight_workers_at_once_never_overspend(
    connection: Connection, database_url: str, jobs: dict[UUID, int], tmp_path: Path, monkeypatch, seed: int
) -> None:
    monkeypatch.setattr(costs, "ANSWER_ROOM_BYTES", 4_096)
    together = threading.Barrier(WORKERS)

    def work(worker: int) -> list[Attempt]:
        draw = random.Random(f"{seed}/{worker}")
        found = []
        with connect(database_url) as own:
            together.wait()
            for number in range(CALLS_A_WORKER):
                job_id = draw.choice(sorted(jobs))
                usd = Decimal(draw.randint(1, 400_000)) / 1_000_000
                ledger = CostLedger(own, job_id, "visuals", BUDGET, tmp_path, clock=lambda: NOW)
                try:
                    with ledger.call("stability", f"{worker}-{number}", float(usd)) as call:
                        call.settle(float(usd), {"images": 1}, "a picture")
                    found.append(Attempt(job_id, jobs[job_id], usd, True))
                except (BudgetExceeded, DailyBudgetExceeded):
                    found.append(Attempt(job_id, jobs[job_id], usd, False))
        return found

    with ThreadPoolExecutor(WORKERS) as pool:
        attempts = [attempt for found in pool.map(work, range(WORKERS)) for attempt in found]
    videos: Counter[UUID] = Counter()
    channels: Counter[int] = Counter()
    for attempt in attempts:
        if attempt.allowed:
            videos[attempt.job_id] += attempt.usd
            channels[attempt.channel] += attempt.usd
    spent = sum(videos.values())
    assert max(videos.values()) <= BUDGET.video_usd
    assert max(channels.values()) <= BUDGET.channel_daily_usd
    assert spent <= BUDGET.network_daily_usd
    assert sum(job_cost_usd(connection, job_id) for job_id in jobs) == pytest.approx(float(spent))
    for attempt in attempts:
        left = [
            Decimal(str(BUDGET.video_usd)) - videos[attempt.job_id],
            Decimal(str(BUDGET.channel_daily_usd)) - channels[attempt.channel],
            Decimal(str(BUDGET.network_daily_usd)) - spent,
        ]
        assert attempt.allowed or attempt.usd > min(left), "nothing was refused for which there was money"
    assert 0 < sum(attempt.allowed for attempt in attempts) < len(attempts)


def within(settings: Settings, **budget: float) -> Settings:
    return settings.model_copy(update={"budget": BudgetSettings(**budget)})


def asked(sandbox_url: str) -> list[str]:
    """What the paid providers did, by the sandbox's journal."""
    entries = httpx.get(f"{sandbox_url}/control/journal").json()["entries"]
    return [entry["kind"] for entry in entries if entry["kind"] in PAID]


@pytest.mark.parametrize(
    ("budget", "whose"),
    [
        ({"video_usd": 0}, "the budget of the video"),
        ({"channel_daily_usd": 0.00001}, "the channel's budget of the day"),
        ({"network_daily_usd": 0}, "the network's budget of the day"),
    ],
)
def test_over_a_budget_the_video_is_made_by_what_costs_nothing(
    connection: Connection, paid_settings: Settings, sandbox_url: str, job_id: UUID, budget: dict, whose: str
) -> None:
    for stage, free in (("script", "offline"), ("narration", "espeak"), ("visuals", "drawn")):
        made = production.make(stage, connection, within(paid_settings, **budget), job_id)
        assert made["provider"] == free and made["cost_usd"] == 0
        row = connection.execute(
            "SELECT provider, details FROM ytempire.job_stages WHERE stage = %s", (stage,)
        ).fetchone()
        assert row["provider"] == free
        (reason,) = row["details"]["passed_over"]
        assert whose in reason
    assert asked(sandbox_url) == []


def test_money_that_is_used_up_on_the_way_leaves_the_rest_to_the_free_voice(
    connection: Connection, paid_settings: Settings, sandbox_url: str, job_id: UUID
) -> None:
    production.make("script", connection, changed(paid_settings, script_chain=["offline"]), job_id)
    few_sentences = 0.03
    made = production.make("narration", connection, within(paid_settings, video_usd=few_sentences), job_id)
    assert made["provider"] == "espeak"
    bought = len(asked(sandbox_url))
    assert bought > 0 and 0 < made["cost_usd"] <= few_sentences
    assert connection.execute("SELECT count(*) AS n FROM ytempire.cost_ledger").fetchone()["n"] == bought


def test_without_a_cheaper_provider_the_video_stops(connection, paid_settings, sandbox_url, job_id) -> None:
    paid = changed(paid_settings, script_chain=["gpt-4"])
    with pytest.raises(BudgetExceeded, match=r"no writer answered: gpt-4: .*the budget of the video leaves"):
        production.make("script", connection, within(paid, video_usd=0), job_id)
    assert asked(sandbox_url) == []


def test_over_a_days_budget_the_video_waits_for_the_next_day(connection, paid_settings, sandbox_url, job_id) -> None:
    start_job(connection, job_id, "job_1")
    paid = changed(paid_settings, script_chain=["gpt-4"])
    before = datetime.now(UTC)
    with pytest.raises(DailyBudgetExceeded) as raised:
        production.make("script", connection, within(paid, network_daily_usd=0), job_id)
    assert raised.value.until in (next_pacific_midnight(before), next_pacific_midnight(datetime.now(UTC)))
    status = "SELECT status, result ->> 'until' AS until FROM ytempire.generation_jobs"
    assert connection.execute(status).fetchone() == {"status": "deferred", "until": raised.value.until.isoformat()}
    assert asked(sandbox_url) == []
    # Then it goes on: here, with the money of another day.
    production.make("script", connection, paid_settings, job_id)
    assert connection.execute(status).fetchone()["status"] == "running"
    assert asked(sandbox_url) != []
