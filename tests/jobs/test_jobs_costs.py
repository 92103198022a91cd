from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from ytempire.database.connection import connect
from ytempire.errors import BudgetExceeded
from ytempire.jobs.costs import CostLedger, job_cost_usd


def entries(connection) -> list[tuple]:
    rows = connection.execute("SELECT state, actual_usd::float AS usd FROM ytempire.cost_ledger ORDER BY entry_id")
    return [(row["state"], row["usd"]) for row in rows]


def test_a_call_is_reserved_before_it_is_made_and_settled_after(connection, job_id, tmp_path) -> None:
    ledger = CostLedger(connection, job_id, "script", budget_usd=1, answers=tmp_path)
    with ledger.call("openai", "chat", 0.5) as call:
        assert entries(connection) == [("reserved", None)]
        call.settle(0.12, {"total_tokens": 900}, "answer")
    assert entries(connection) == [("settled", 0.12)]
    assert job_cost_usd(connection, job_id) == pytest.approx(0.12)


def test_a_call_that_failed_is_released(connection, job_id, tmp_path) -> None:
    ledger = CostLedger(connection, job_id, "script", budget_usd=1, answers=tmp_path)
    with pytest.raises(TimeoutError), ledger.call("openai", "chat", 0.5):
        raise TimeoutError
    assert entries(connection) == [("released", None)]
    assert job_cost_usd(connection, job_id) == 0


def test_over_the_budget_nothing_is_called(connection, job_id, tmp_path) -> None:
    ledger = CostLedger(connection, job_id, "narration", budget_usd=1, answers=tmp_path)
    with ledger.call("elevenlabs", "scene 1", 0.7) as call:
        call.settle(0.7, {}, "answer")
    with pytest.raises(BudgetExceeded, match="elevenlabs would cost"), ledger.call("elevenlabs", "scene 2", 0.7):
        pytest.fail("must not be called")
    assert job_cost_usd(connection, job_id) == pytest.approx(0.7)


def test_a_reservation_whose_process_died_still_counts(connection, database_url, job_id, tmp_path) -> None:
    ledger = CostLedger(connection, job_id, "script", budget_usd=1, answers=tmp_path)
    ledger._reserve("openai", f"{job_id}:script:chat", 0.6)
    with pytest.raises(BudgetExceeded), ledger.call("openai", "chat", 0.6):
        pytest.fail("must not be called")
    with ledger.call("openai", "chat", 0.3) as call:
        call.settle(0.3, {}, "answer")
    assert job_cost_usd(connection, job_id) == pytest.approx(0.9)


def test_workers_at_once_never_overspend(connection, database_url, job_id, tmp_path) -> None:
    def spend(number: int) -> bool:
        with connect(database_url) as own:
            try:
                with CostLedger(own, job_id, "visuals", budget_usd=1, answers=tmp_path).call(
                    "stability", f"{number}", 0.3
                ) as call:
                    call.settle(0.3, {}, "answer")
                return True
            except BudgetExceeded:
                return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(spend, range(16))) == 3
    assert job_cost_usd(connection, job_id) == pytest.approx(0.9)


def test_an_answer_that_was_paid_for_is_not_paid_for_again(connection, job_id, tmp_path) -> None:
    ledger = CostLedger(connection, job_id, "script", budget_usd=1, answers=tmp_path)
    with ledger.call("openai", "chat", 0.5) as call:
        call.settle(0.4, {}, "the answer")
    with ledger.call("openai", "chat", 0.9) as again:
        assert again.answer == "the answer"
    assert entries(connection) == [("settled", 0.4)]
