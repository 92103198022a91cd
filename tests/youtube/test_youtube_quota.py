"""The quota ledger: shared by all workers, never overspent, full again at the Pacific midnight."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from ytempire.database.connection import Connection, connect
from ytempire.errors import NotAttempted, QuotaExhausted, RequestRefused, Retriable
from ytempire.settings import YouTubeSettings
from ytempire.youtube.quota import QuotaLedger, bucket_of

WINTER = datetime(2026, 1, 15, 20, tzinfo=UTC)
WINTER_MIDNIGHT = datetime(2026, 1, 16, 8, tzinfo=UTC)


def ledger(connection: Connection, at: datetime = WINTER, **limits: int) -> QuotaLedger:
    return QuotaLedger(connection, YouTubeSettings(**limits), clock=lambda: at)


def used(connection: Connection, bucket: str) -> int:
    row = connection.execute(
        "SELECT sum(used)::int AS used FROM ytempire.quota_buckets WHERE bucket = %s", (bucket,)
    ).fetchone()
    assert row is not None
    return row["used"] or 0


def states(connection: Connection) -> list[str]:
    rows = connection.execute("SELECT state FROM ytempire.quota_ledger ORDER BY entry_id")
    return [row["state"] for row in rows]


@pytest.mark.parametrize(
    ("method", "bucket"),
    [
        ("videos.insert", "videos.insert"),
        ("search.list", "search.list"),
        ("videos.batchGetStats", "videos.batchGetStats"),
        ("videos.list", "default"),
        ("captions.insert", "default"),
        ("reports.query", None),
    ],
)
def test_each_method_has_its_bucket(method: str, bucket: str | None) -> None:
    assert bucket_of(method) == bucket


def test_a_call_costs_its_units(connection: Connection) -> None:
    quota = ledger(connection)
    for method in ("videos.list", "thumbnails.set", "captions.insert", "videos.insert"):
        quota.settle(quota.reserve(method))
    assert (used(connection, "default"), used(connection, "videos.insert")) == (451, 1)
    assert states(connection) == ["settled"] * 4


def test_an_exhausted_bucket_waits_for_the_pacific_midnight_and_the_others_go_on(
    connection: Connection,
) -> None:
    quota = ledger(connection, daily_uploads=1)
    quota.reserve("videos.insert")
    with pytest.raises(QuotaExhausted) as caught:
        quota.reserve("videos.insert")
    assert caught.value.until == WINTER_MIDNIGHT
    quota.reserve("videos.list")
    ledger(connection, at=WINTER_MIDNIGHT, daily_uploads=1).reserve("videos.insert")


def test_a_call_that_does_not_fit_leaves_room_for_a_smaller_one(connection: Connection) -> None:
    quota = ledger(connection, daily_units=100)
    quota.reserve("thumbnails.set")
    with pytest.raises(QuotaExhausted):
        quota.reserve("captions.insert")
    quota.reserve("thumbnails.set")
    assert used(connection, "default") == 100


def test_units_come_back_only_when_the_call_surely_was_not_made(connection: Connection) -> None:
    quota = ledger(connection)
    for error in (
        NotAttempted("no connection"),
        Retriable("answer lost"),
        RequestRefused("no", status=400, reason=""),
    ):
        with pytest.raises(type(error)), quota.spending("videos.list"):
            raise error
    assert states(connection) == ["released", "settled", "settled"]
    assert used(connection, "default") == 2


def test_when_youtube_says_empty_nothing_more_is_taken_that_day(connection: Connection) -> None:
    quota = ledger(connection)
    with pytest.raises(QuotaExhausted), quota.spending("videos.insert"):
        raise QuotaExhausted("videos.insert", until=WINTER_MIDNIGHT)
    with pytest.raises(QuotaExhausted):
        quota.reserve("videos.insert")
    quota.reserve("search.list")


def test_a_lower_limit_of_the_same_day_holds_and_a_higher_one_too(connection: Connection) -> None:
    for _ in range(3):
        ledger(connection, daily_uploads=3).reserve("videos.insert")
    with pytest.raises(QuotaExhausted):
        ledger(connection, daily_uploads=2).reserve("videos.insert")
    ledger(connection, daily_uploads=4).reserve("videos.insert")
    assert used(connection, "videos.insert") == 4


def test_eight_workers_at_once_spend_exactly_the_limit(database_url: str) -> None:
    def worker(_: int) -> int:
        taken = 0
        with connect(database_url) as own:
            quota = ledger(own, daily_uploads=50)
            for turn in range(12):
                try:
                    entry = quota.reserve("videos.insert")
                except QuotaExhausted:
                    continue
                if turn % 4 == 3:
                    quota.release(entry)
                else:
                    quota.settle(entry)
                    taken += 1
        return taken

    with ThreadPoolExecutor(8) as pool:
        taken = sum(pool.map(worker, range(8)))
    with connect(database_url) as connection:
        assert used(connection, "videos.insert") == taken <= 50
        rows = connection.execute("SELECT units FROM ytempire.quota_ledger WHERE state = 'settled'").fetchall()
    assert sum(row["units"] for row in rows) == taken
    assert taken >= 42
