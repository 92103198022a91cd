"""The ledger: reserved, settled, released or lost; within the budgets of a video, a channel's day and the network's."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier
from time import sleep
from uuid import UUID

import pytest

from ytempire.database.connection import Connection
from ytempire.errors import BudgetExceeded, DailyBudgetExceeded, DiskFull, ProviderUnavailable
from ytempire.jobs import costs
from ytempire.jobs.costs import CostLedger, job_cost_usd
from ytempire.jobs.queue import enqueue_due_jobs
from ytempire.settings import BudgetSettings

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
ONE_DOLLAR = BudgetSettings(video_usd=1)


@pytest.fixture
def ledger(connection: Connection, job_id: UUID, tmp_path: Path) -> CostLedger:
    return CostLedger(connection, job_id, "script", ONE_DOLLAR, tmp_path, clock=lambda: NOW)


def entries(connection) -> list[tuple]:
    rows = connection.execute("SELECT state, actual_usd::float AS usd FROM ytempire.cost_ledger ORDER BY entry_id")
    return [(row["state"], row["usd"]) for row in rows]


def buy(ledger: CostLedger, key: str, usd: float, actual_usd: float | None = None) -> str | None:
    with ledger.call("openai", key, usd) as call:
        if call.answer is None:
            call.settle(usd if actual_usd is None else actual_usd, {"total_tokens": 900}, f"answer to {key}")
    return call.answer


def test_a_call_is_reserved_before_it_is_made_and_settled_after(connection, job_id, ledger) -> None:
    with ledger.call("openai", "chat", 0.5) as call:
        assert entries(connection) == [("reserved", None)]
        call.settle(0.12, {"total_tokens": 900}, "answer")
    assert entries(connection) == [("settled", 0.12)]
    assert job_cost_usd(connection, job_id) == pytest.approx(0.12)


@pytest.mark.parametrize(
    ("error", "state", "counted"),
    [
        (ProviderUnavailable("connection refused"), "released", 0),
        (ProviderUnavailable("no answer within 60 s", charged=True), "lost", 0.5),
        (TimeoutError(), "lost", 0.5),
    ],
)
def test_a_call_without_an_answer_counts_unless_it_surely_cost_nothing(
    connection, job_id, ledger, error, state, counted
) -> None:
    with pytest.raises(type(error)), ledger.call("openai", "chat", 0.5):
        raise error
    assert entries(connection) == [(state, None)]
    assert job_cost_usd(connection, job_id) == counted


def test_over_the_videos_budget_nothing_is_called(connection, job_id, ledger) -> None:
    buy(ledger, "first", 0.7)
    with pytest.raises(BudgetExceeded, match=r"would cost about \$0.7000, more than the \$0.3000 that the"):
        buy(ledger, "second", 0.7)
    assert job_cost_usd(connection, job_id) == pytest.approx(0.7)


def test_what_costs_nothing_always_passes(connection, job_id, tmp_path) -> None:
    poor = CostLedger(connection, job_id, "script", BudgetSettings(video_usd=0, network_daily_usd=0), tmp_path)
    assert buy(poor, "llama", 0) == "answer to llama"
    with pytest.raises(BudgetExceeded):
        buy(poor, "chat", 0.000001)


def test_a_call_dearer_than_its_estimate_is_told_as_it_was_and_the_next_one_sees_it(connection, job_id, ledger) -> None:
    buy(ledger, "first", 0.2, actual_usd=1.3)
    assert job_cost_usd(connection, job_id) == pytest.approx(1.3)
    with pytest.raises(BudgetExceeded, match=r"more than the \$0.0000"):
        buy(ledger, "second", 0.01)
    assert buy(ledger, "free", 0) is not None


def test_millionths_of_a_dollar_add_up(connection, job_id, ledger) -> None:
    for number in range(40):
        buy(ledger, f"{number}", 0.000025)
    assert job_cost_usd(connection, job_id) == pytest.approx(0.001)


@pytest.fixture
def other_job(connection: Connection, job_id: UUID, make_channel: Callable, make_topic: Callable) -> Callable:
    """A job of another channel."""

    def make(name: str) -> UUID:
        make_channel(name, name)
        make_topic(name, name)
        return enqueue_due_jobs(connection, lambda: NOW)[0]

    return make


def test_a_channels_day_and_the_networks_day_have_budgets(connection, job_id, other_job, tmp_path) -> None:
    budget = BudgetSettings(channel_daily_usd=1, network_daily_usd=1.5)
    now = [NOW]

    def of(job: UUID) -> CostLedger:
        return CostLedger(connection, job, "script", budget, tmp_path, clock=lambda: now[0])

    buy(of(job_id), "first", 0.8)
    with pytest.raises(DailyBudgetExceeded, match="the channel's budget of the day") as raised:
        buy(of(job_id), "second", 0.3)
    assert raised.value.until == datetime(2026, 11, 21, 8, tzinfo=UTC), "midnight in Los Angeles"
    second = other_job("games")
    buy(of(second), "first", 0.6)
    with pytest.raises(DailyBudgetExceeded, match="the network's budget of the day"):
        buy(of(second), "second", 0.2)
    now[0] = raised.value.until - timedelta(seconds=1)
    with pytest.raises(DailyBudgetExceeded):
        buy(of(second), "second", 0.2)
    now[0] = raised.value.until
    buy(of(job_id), "second", 0.3)
    days = connection.execute("SELECT DISTINCT day FROM ytempire.cost_ledger ORDER BY day").fetchall()
    assert [row["day"] for row in days] == [date(2026, 11, 20), date(2026, 11, 21)]


def test_a_channel_may_have_budgets_of_its_own(connection, job_id, ledger) -> None:
    connection.execute("UPDATE ytempire.channel_configurations SET daily_budget_usd = 0.4, video_budget_usd = 0.3")
    with pytest.raises(BudgetExceeded):
        buy(ledger, "first", 0.35)
    buy(ledger, "second", 0.25)
    connection.execute("UPDATE ytempire.channel_configurations SET video_budget_usd = 10")
    with pytest.raises(DailyBudgetExceeded):
        buy(ledger, "third", 0.2)
    buy(ledger, "third", 0.15)


def test_a_reservation_whose_worker_died_counts_and_its_retry_is_an_entry_of_its_own(
    connection, job_id, ledger
) -> None:
    ledger._reserve("openai", f"{job_id}:script:chat", 0.6)
    with pytest.raises(BudgetExceeded):
        buy(ledger, "chat", 0.6)
    assert entries(connection) == [("lost", None)], "its retry knows that nobody is at work on it"
    assert buy(ledger, "chat", 0.3) == "answer to chat"
    assert entries(connection) == [("lost", None), ("settled", 0.3)]
    assert job_cost_usd(connection, job_id) == pytest.approx(0.9)


def test_an_answer_that_was_paid_for_is_not_paid_for_again(connection, ledger) -> None:
    buy(ledger, "chat", 0.5, actual_usd=0.4)
    assert buy(ledger, "chat", 0.9) == "answer to chat"
    assert entries(connection) == [("settled", 0.4)]


def test_a_worker_that_died_before_it_could_settle_is_settled_for(connection, ledger, monkeypatch) -> None:
    monkeypatch.setattr(CostLedger, "_close", lambda *_: None)
    buy(ledger, "chat", 0.5, actual_usd=0.123)
    monkeypatch.undo()
    assert entries(connection) == [("reserved", None)]
    assert buy(ledger, "chat", 0.5) == "answer to chat"
    assert entries(connection) == [("settled", 0.123)]
    usage = connection.execute("SELECT usage FROM ytempire.cost_ledger").fetchone()["usage"]
    assert usage == {"total_tokens": 900}


def test_when_the_time_for_providers_is_up_only_what_is_paid_for_is_given(connection, ledger) -> None:
    buy(ledger, "chat", 0.1)
    ledger.time_limit_seconds = 0
    with pytest.raises(ProviderUnavailable, match="has waited 0 s"):
        buy(ledger, "more", 0.1)
    assert buy(ledger, "chat", 0.1) == "answer to chat"
    assert len(entries(connection)) == 1


def test_nothing_is_bought_whose_answer_could_not_be_kept(connection, ledger, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(costs, "ANSWER_ROOM_BYTES", 1 << 60)
    with pytest.raises(DiskFull):
        buy(ledger, "chat", 0.1)
    assert entries(connection) == [] and list(tmp_path.iterdir()) == []


def test_the_same_call_of_two_threads_is_paid_for_once(connection, ledger) -> None:
    both = Barrier(2, timeout=20)

    def say(_: int) -> str | None:
        both.wait()
        with ledger.call("elevenlabs", "the same sentence", 0.1) as call:
            if call.answer is None:
                sleep(0.2)
                call.settle(0.1, {"characters": 17}, "the words")
        return call.answer

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(say, range(2))) == ["the words"] * 2
    assert entries(connection) == [("settled", 0.1)]


def test_threads_of_a_stage_may_share_its_ledger(connection, ledger, job_id) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: buy(ledger, f"{number}", 0.01), range(64)))
    assert len(set(answers)) == 64
    assert job_cost_usd(connection, job_id) == pytest.approx(0.64)
