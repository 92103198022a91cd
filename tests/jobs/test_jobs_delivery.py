"""A job from its topic to the published video, over the real sandbox; and the ways on which it ends elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from psycopg.types.json import Jsonb

from ytempire.clock import next_pacific_midnight
from ytempire.database.connection import Connection
from ytempire.errors import Permanent, QuotaExhausted
from ytempire.jobs import delivery, production, verdicts
from ytempire.jobs.costs import CostLedger
from ytempire.jobs.queue import start_job
from ytempire.settings import ContentSettings, Settings, YouTubeSettings
from ytempire.youtube.client import YouTubeClient
from ytempire.youtube.credentials import OAuthCredentials
from ytempire.youtube.quota import QuotaLedger


@pytest.fixture
def settings(database_url: str, sandbox_url: str, tmp_path: Path) -> Settings:
    small = {"short_side_px": 180, "frames_per_second": 10, "x264_preset": "ultrafast"}
    return Settings(
        database_url=database_url,
        media_root=tmp_path,
        content=ContentSettings(**small),
        youtube=YouTubeSettings(root_url=f"{sandbox_url}/", token_url=f"{sandbox_url}/token"),
    )


@pytest.fixture
def client_for(connection: Connection, sandbox_url: str, settings: Settings) -> Callable:
    created = httpx.post(f"{sandbox_url}/control/channels", json={"title": "Music Now"}).json()
    tokens = {name: created[name] for name in ("client_id", "client_secret", "refresh_token")}

    def make(own: Connection, channel_id: UUID, limits: YouTubeSettings = settings.youtube) -> YouTubeClient:
        own.execute(
            "UPDATE ytempire.channels SET youtube_channel_id = %s WHERE channel_id = %s",
            (created["channel_id"], channel_id),
        )
        quota = QuotaLedger(own, limits)
        return YouTubeClient(limits, credentials=OAuthCredentials(**tokens), quota=quota, channel_id=channel_id)

    return make


@pytest.fixture
def made(connection: Connection, settings: Settings, job_id: UUID) -> UUID:
    """The job with all its stages made."""
    start_job(connection, job_id, f"job_{job_id}")
    for stage in production.STAGES:
        production.make(stage, connection, settings, job_id)
    return job_id


def row(connection: Connection, job_id: UUID) -> dict:
    return connection.execute(
        "SELECT j.status AS job, v.status AS video, v.youtube_video_id, v.description, j.completed_at "
        "FROM ytempire.generation_jobs j LEFT JOIN ytempire.videos v USING (job_id) WHERE job_id = %s",
        (job_id,),
    ).fetchone()


def side_effects(sandbox_url: str) -> list[str]:
    wanted = ("video.inserted", "thumbnail.set", "captions.inserted", "playlist.inserted", "playlistItem.inserted")
    entries = httpx.get(f"{sandbox_url}/control/journal").json()["entries"]
    return [entry["kind"] for entry in entries if entry["kind"] in wanted]


def test_every_step_twice_is_one_video(connection, settings, sandbox_url, made, client_for) -> None:
    connection.execute("UPDATE ytempire.channel_configurations SET playlist_title = 'All of it'")
    assert verdicts.next_step(connection, made) == "upload"
    for _ in range(2):
        for step in delivery.STEPS:
            delivery.deliver(step, connection, settings, made, client_for)
    assert side_effects(sandbox_url) == [
        "video.inserted", "thumbnail.set", "captions.inserted", "playlist.inserted", "playlistItem.inserted",
    ]  # fmt: skip
    found = row(connection, made)
    assert (found["job"], found["video"]) == ("published", "published")
    assert "00:00" in found["description"] or "0:00" in found["description"]
    variants = connection.execute("SELECT kind, string_agg(name, '') AS names FROM ytempire.video_variants GROUP BY 1")
    names = {one["kind"]: "".join(sorted(one["names"])) for one in variants}
    assert names["thumbnail"] == "abc" and names["title"].startswith("ab")


def test_another_machine_with_the_same_files_publishes_what_was_made_here(
    connection, settings, sandbox_url, made, client_for, tmp_path
) -> None:
    assert verdicts.next_step(connection, made) == "upload"
    delivery.deliver("upload", connection, settings, made, client_for)
    moved = settings.model_copy(update={"media_root": tmp_path.rename(tmp_path.with_name(f"{tmp_path.name}_moved"))})
    for step in delivery.STEPS:
        delivery.deliver(step, connection, moved, made, client_for)
    assert side_effects(sandbox_url) == ["video.inserted", "thumbnail.set", "captions.inserted"]
    assert row(connection, made)["job"] == "published"


def test_a_video_costs_what_all_its_calls_cost_those_of_its_first_version_too(
    connection, settings, sandbox_url, made, client_for, tmp_path
) -> None:
    def buy(stage: str, key: str, usd: float) -> None:
        with CostLedger(connection, made, stage, settings.budget, tmp_path / "answers").call("paid", key, 1) as call:
            call.settle(usd, {}, "answer")

    buy("script", "first", 0.0312)
    verdict_is(connection, made, "revise")
    assert verdicts.next_step(connection, made) == "revision"
    for stage in production.STAGES:
        production.make(stage, connection, settings, made)
    buy("script", "second", 0.0288)
    verdict_is(connection, made, "approve")
    assert verdicts.next_step(connection, made) == "upload"
    delivery.deliver("upload", connection, settings, made, client_for)
    buy("narration", "late", 0.25)
    delivery.deliver("record", connection, settings, made, client_for)
    cost = connection.execute("SELECT generation_cost::float AS usd FROM ytempire.videos").fetchone()["usd"]
    ledger = connection.execute("SELECT sum(counted_usd)::float AS usd FROM ytempire.cost_ledger").fetchone()["usd"]
    assert cost == ledger == pytest.approx(0.31)


def verdict_is(connection: Connection, job_id: UUID, verdict: str) -> None:
    connection.execute(
        "UPDATE ytempire.job_stages SET details = details || jsonb_build_object('verdict', %s::text) "
        "WHERE job_id = %s AND stage = 'quality'",
        (verdict, job_id),
    )


def test_a_doubtful_video_waits_for_a_person_and_a_no_ends_it(connection, settings, sandbox_url, made, client_for):
    verdict_is(connection, made, "review")
    assert verdicts.next_step(connection, made) == "decision"
    assert row(connection, made)["job"] == "awaiting_decision"
    decision = {"approved": False, "decided_by": "operator", "decided_at": datetime(2026, 11, 20, 20, tzinfo=UTC)}
    assert verdicts.record_decision(connection, made, **decision) == "record"
    assert delivery.deliver("record", connection, settings, made, client_for) == {"status": "rejected"}
    assert row(connection, made)["job"] == "rejected"
    assert side_effects(sandbox_url) == []


def test_a_bad_video_never_reaches_a_person(connection, settings, sandbox_url, made, client_for) -> None:
    verdict_is(connection, made, "reject")
    assert verdicts.next_step(connection, made) == "record"
    delivery.deliver("record", connection, settings, made, client_for)
    found = row(connection, made)
    assert found["job"] == "rejected" and found["completed_at"] is not None
    assert side_effects(sandbox_url) == []


def test_without_quota_it_waits_and_is_published_later(connection, settings, sandbox_url, made, client_for) -> None:
    verdicts.next_step(connection, made)
    spent = settings.youtube.model_copy(update={"daily_uploads": 1})
    ledger = QuotaLedger(connection, spent)
    ledger.settle(ledger.reserve("videos.insert"))

    def poor(own: Connection, channel_id: UUID) -> YouTubeClient:
        return client_for(own, channel_id, spent)

    with pytest.raises(QuotaExhausted) as raised:
        delivery.deliver("upload", connection, settings, made, poor)
    assert raised.value.until == next_pacific_midnight(datetime.now(UTC))
    assert delivery.deliver("record", connection, settings, made, poor) == {"status": "deferred"}
    assert row(connection, made)["job"] == "deferred"
    connection.execute("UPDATE ytempire.quota_buckets SET used = 0, quota_limit = 50, exhausted_at = NULL")
    assert delivery.finish(connection, settings, made, client_for)["status"] == "published"
    assert row(connection, made)["job"] == "published"


def test_with_a_slot_it_waits_for_it_and_the_queue_records_what_youtube_did(
    connection, settings, sandbox_url, made, client_for
) -> None:
    hourly = {"times": [f"{hour:02}:00" for hour in range(24)], "time_zone": "UTC"}
    connection.execute("UPDATE ytempire.channel_configurations SET slots = %s", (Jsonb([hourly]),))
    verdicts.next_step(connection, made)
    for step in delivery.STEPS:
        done = delivery.deliver(step, connection, settings, made, client_for)
    found = row(connection, made)
    assert (done["status"], found["job"], found["video"], found["completed_at"]) == (
        "scheduled",
        "scheduled",
        "scheduled",
        None,
    )
    delivery.deliver("upload", connection, settings, made, client_for)
    assert row(connection, made)["job"] == "scheduled", "a task that is cleared does not put it back"
    slot = datetime.fromisoformat(done["publish_at"])
    assert slot.minute == 0 and slot - datetime.now(UTC) < timedelta(minutes=91)

    # Nothing but the record is left to do: the files may be gone.
    for path in settings.media_root.rglob("*.mp4"):
        path.unlink()
    httpx.post(f"{sandbox_url}/control/clock", json={"now": (slot + timedelta(seconds=5)).isoformat()})
    assert delivery.finish(connection, settings, made, client_for) == {
        "status": "published", "published_at": slot.isoformat(),
    }  # fmt: skip
    found = row(connection, made)
    assert (found["job"], found["video"]) == ("published", "published") and found["completed_at"] is not None
    assert side_effects(sandbox_url) == ["video.inserted", "thumbnail.set", "captions.inserted"]


def test_a_stage_out_of_order_names_what_is_missing(connection, settings, job_id) -> None:
    with pytest.raises(Permanent, match=r"stage script .* has not been made"):
        production.make("narration", connection, settings, job_id)
