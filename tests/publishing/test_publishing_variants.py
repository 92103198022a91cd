"""Titles and thumbnails are swapped once, recorded before, and it is known what was shown from when to when."""

from __future__ import annotations

import signal
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from PIL import Image
from upload_scene import Stage, run_in_process
from upload_watch import Notice, dying, kill_points, watched, watched_requests

from ytempire.clock import next_pacific_midnight, system_clock
from ytempire.database.connection import Connection, connect
from ytempire.errors import CredentialsRevoked, InvalidInput, QuotaExhausted, RequestRefused, Retriable
from ytempire.publishing import ask_swap, mark_published, offer_variants, set_thumbnail, swap_variant, upload_video
from ytempire.publishing.store import load_upload
from ytempire.publishing.swap import Swap, carry_out
from ytempire.publishing.variants import asked_swaps
from ytempire.publishing.videos import get_video, variants_of
from ytempire.youtube.quota import QuotaLedger

TITLES = ["Five songs that climbed today", "What climbed today: five songs", "Up, up, up: five songs <today>"]


@pytest.fixture
def pictures(tmp_path: Path) -> dict[str, Path]:
    """Thumbnails a, b and c."""
    made = {name: tmp_path / f"thumbnail-{name}.jpg" for name in "abc"}
    for name, path in made.items():
        Image.new("RGB", (1280, 720), {"a": "red", "b": "green", "c": "blue"}[name]).save(path)
    return made


@pytest.fixture
def video_id(stage: Stage, connection: Connection, pictures: dict[str, Path]) -> UUID:
    """A published video that has three titles and three thumbnails."""
    upload_id = stage.new_upload(connection)
    upload = load_upload(connection, upload_id)
    offer_variants(connection, stage.settings, upload.job_id, titles=TITLES, thumbnails=pictures)
    with stage.client(connection) as client:
        upload_video(connection, client, stage.settings, upload_id)
        set_thumbnail(connection, client, upload_id, pictures["a"])
        mark_published(connection, client, upload_id)
    return upload.video_id


def swap(stage: Stage, connection: Connection, video_id: UUID, kind: Any, name: str) -> Swap:
    with stage.client(connection) as client:
        return swap_variant(connection, client, stage.settings, video_id, kind, name, actor="operator")


def periods(connection: Connection, video_id: UUID, kind: str) -> list[tuple[str, str]]:
    """Name and state of all periods, in the order in which they were asked for."""
    found = [(one.showing_id, variant.name, one.state if one.shown_until is None else "over")
             for variant in variants_of(connection, video_id) if variant.kind == kind
             for one in variant.periods]  # fmt: skip
    return [(name, state) for _, name, state in sorted(found)]


def on_youtube(stage: Stage) -> dict[str, Any]:

    (video,) = httpx.get(f"{stage.sandbox.url}/control/videos").json()["videos"]
    return video


def test_what_a_video_is_published_with_is_shown_since_then(connection: Connection, video_id: UUID) -> None:
    video = get_video(connection, str(video_id))
    for variant in variants_of(connection, video_id):
        assert [(one.state, one.shown_from, one.shown_until) for one in variant.periods] == (
            [("shown", video.published_at, None)] if variant.name == "a" else []
        )
    assert (video.shown_title, video.shown_thumbnail, video.asked) == ("a", "a", None)


def test_a_title_is_swapped_and_all_else_stays(stage: Stage, connection: Connection, video_id: UUID) -> None:
    before = on_youtube(stage)
    shown = swap(stage, connection, video_id, "title", "c")
    after = on_youtube(stage)
    assert after["title"] == "Up, up, up: five songs ‹today›" == get_video(connection, str(video_id)).title
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"title"}
    assert (shown.state, shown.asked_by) == ("shown", "operator")
    (first,) = variants_of(connection, video_id)[0].periods
    assert first.shown_until == shown.started_at and shown.started_at <= (shown.shown_from or shown.asked_at)


def test_a_thumbnail_is_swapped_and_swapped_back(
    stage: Stage, connection: Connection, video_id: UUID, pictures: dict[str, Path]
) -> None:
    for name in ("b", "a"):
        swap(stage, connection, video_id, "thumbnail", name)
    sizes = [entry["details"]["bytes"] for entry in stage.sandbox.journal("thumbnail.set")]
    assert sizes == [pictures[name].stat().st_size for name in "aba"]
    assert periods(connection, video_id, "thumbnail") == [("a", "over"), ("b", "over"), ("a", "shown")]
    assert get_video(connection, str(video_id)).title == TITLES[0]


def test_what_is_shown_already_costs_nothing(stage: Stage, connection: Connection, video_id: UUID) -> None:
    last = stage.sandbox.last_entry()
    for kind in ("title", "thumbnail"):
        assert swap(stage, connection, video_id, kind, "a").state == "shown"
        first, second = (ask_swap(connection, video_id, kind, "b", actor="operator") for _ in range(2))
        assert first == second
    assert stage.sandbox.journal(after=last) == []
    assert [len(asked_swaps(connection)), get_video(connection, str(video_id)).asked] == [2, "thumbnail b, title b"]


def told(stage: Stage, notice: Notice, showing_id: int) -> None:
    """Carry a swap out on a connection and with requests that are watched."""
    with watched(stage.database_url, notice) as own, stage.client(own) as client, watched_requests(notice):
        carry_out(own, client, stage.settings, showing_id)


@pytest.mark.parametrize("kind", ["title", "thumbnail"])
def test_a_swap_that_is_killed_anywhere_is_repaired_by_the_next_worker(
    stage: Stage, connection: Connection, video_id: UUID, kind: str
) -> None:
    events: list[str] = []
    told(stage, events.append, ask_swap(connection, video_id, kind, "b", actor="operator"))
    points = kill_points(events)
    assert len(points) > 10
    names = cycle("cab")
    for point, event in points.items():
        last, name = stage.sandbox.last_entry(), next(names)
        showing_id = ask_swap(connection, video_id, kind, name, actor="operator")
        assert run_in_process(lambda: told(stage, dying(point), showing_id)) == -signal.SIGKILL, event  # noqa: B023
        # A thumbnail cannot be looked at, so it is set again; a title is compared before it is sent again.
        with stage.client(connection) as client:
            for waiting in asked_swaps(connection):
                carry_out(connection, client, stage.settings, waiting.showing_id)
        sent = stage.sandbox.journal("video.updated" if kind == "title" else "thumbnail.set", last)
        assert len(sent) == 1 or (kind == "thumbnail" and len(sent) == 2), event
        assert periods(connection, video_id, kind)[-1] == (name, "shown"), event
        if kind == "title":
            assert on_youtube(stage)["title"] == get_video(connection, str(video_id)).title, event
    states = [state for _, state in periods(connection, video_id, kind)]
    assert states == ["over"] * (len(points) + 1) + ["shown"]


def test_a_lost_answer_leaves_a_gap_in_which_nobody_knows(stage: Stage, connection: Connection, video_id: UUID) -> None:
    stage.sandbox.fault("/youtube/v3/videos", method="PUT", cut="after", times=1)
    stage.sandbox.fault("/youtube/v3/videos", method="GET", status=503, times=-1, skip=1)
    with pytest.raises(Retriable):
        swap(stage, connection, video_id, "title", "b")
    stage.sandbox.clear_faults()
    (asked,) = asked_swaps(connection)
    shown = swap(stage, connection, video_id, "title", "a")
    assert on_youtube(stage)["title"] == TITLES[0]
    assert periods(connection, video_id, "title") == [("a", "over"), ("b", "replaced"), ("a", "shown")]
    variants = {variant.name: variant for variant in variants_of(connection, video_id) if variant.kind == "title"}
    (lost,) = variants["b"].periods
    assert lost.showing_id == asked.showing_id and variants["a"].periods[0].shown_until == lost.started_at
    assert shown.shown_from and lost.started_at and shown.shown_from > lost.started_at


def test_a_swap_without_quota_waits_and_what_is_shown_is_not_in_doubt(
    stage: Stage, connection: Connection, video_id: UUID
) -> None:
    QuotaLedger(connection, stage.settings.youtube).close_bucket("default", next_pacific_midnight(system_clock()))
    with pytest.raises(QuotaExhausted) as caught:
        swap(stage, connection, video_id, "thumbnail", "b")
    assert asked_swaps(connection) == []
    assert len(asked_swaps(connection, clock=lambda: caught.value.until)) == 1
    (period,) = next(v for v in variants_of(connection, video_id) if (v.kind, v.name) == ("thumbnail", "b")).periods
    assert (period.state, period.started_at, period.not_before) == ("asked", None, caught.value.until)
    assert "quota" in (period.error_message or "")
    ask_swap(connection, video_id, "thumbnail", "a", actor="operator")
    assert periods(connection, video_id, "thumbnail") == [("a", "shown"), ("b", "replaced")]


def test_what_youtube_refuses_is_refused_for_good(stage: Stage, connection: Connection, video_id: UUID) -> None:
    stage.sandbox.fault("/youtube/v3/videos", method="PUT", status=400, reason="invalidTitle")
    with pytest.raises(RequestRefused):
        swap(stage, connection, video_id, "title", "b")
    assert asked_swaps(connection) == []
    assert periods(connection, video_id, "title") == [("a", "shown"), ("b", "refused")]
    swap(stage, connection, video_id, "title", "b")
    assert periods(connection, video_id, "title") == [("a", "over"), ("b", "refused"), ("b", "shown")]


def test_a_title_that_youtube_does_not_keep_is_an_error(stage: Stage, connection: Connection, video_id: UUID) -> None:
    stage.sandbox.fault("/youtube/v3/videos", method="PUT", status=200, body={"id": "x"})
    with pytest.raises(RequestRefused, match="keeps the title 'Five songs"):
        swap(stage, connection, video_id, "title", "b")
    assert get_video(connection, str(video_id)).title == TITLES[0]


def test_a_title_that_was_taken_and_could_not_be_read_back_is_in_doubt(
    stage: Stage, connection: Connection, video_id: UUID
) -> None:
    stage.sandbox.fault("/youtube/v3/videos", method="GET", status=403, reason="quotaExceeded", skip=1)
    with pytest.raises(QuotaExhausted) as caught:
        swap(stage, connection, video_id, "title", "b")
    (period,) = next(v for v in variants_of(connection, video_id) if (v.kind, v.name) == ("title", "b")).periods
    assert period.state == "asked" and period.started_at is not None
    assert len(asked_swaps(connection, clock=lambda: caught.value.until)) == 1


def test_a_lost_consent_pauses_the_channel_and_keeps_the_swap(
    stage: Stage, connection: Connection, video_id: UUID
) -> None:
    stage.sandbox.post("revoke", channel_id=stage.youtube_channel_id)
    with pytest.raises(CredentialsRevoked):
        swap(stage, connection, video_id, "title", "b")
    assert asked_swaps(connection) == []
    connection.execute("UPDATE ytempire.channels SET status = 'active'")
    assert len(asked_swaps(connection)) == 1


def test_a_picture_that_is_not_the_one_that_was_offered_is_not_shown(
    stage: Stage, connection: Connection, video_id: UUID, pictures: dict[str, Path]
) -> None:
    pictures["b"].write_bytes(pictures["c"].read_bytes())
    with pytest.raises(InvalidInput, match="thumbnail"):
        swap(stage, connection, video_id, "thumbnail", "b")
    assert len(stage.sandbox.journal("thumbnail.set")) == 1


def test_another_machine_finds_the_pictures_below_its_own_media_root(
    stage: Stage, connection: Connection, tmp_path: Path, pictures: dict[str, Path]
) -> None:
    elsewhere = tmp_path / "elsewhere"
    here = replace(stage, settings=stage.settings.model_copy(update={"media_root": tmp_path}))
    upload = load_upload(connection, stage.new_upload(connection))
    offer_variants(connection, here.settings, upload.job_id, titles=TITLES, thumbnails=pictures)
    with stage.client(connection) as client:
        upload_video(connection, client, stage.settings, upload.upload_id)
        mark_published(connection, client, upload.upload_id)
    elsewhere.mkdir()
    pictures["b"].rename(elsewhere / pictures["b"].name)
    there = replace(stage, settings=stage.settings.model_copy(update={"media_root": elsewhere}))
    assert swap(there, connection, upload.video_id, "thumbnail", "b").state == "shown"


@pytest.mark.parametrize(
    ("kind", "name", "field"), [("colour", "a", "kind"), ("title", "d", "name"), ("thumbnail", "", "name")]
)
def test_a_swap_that_makes_no_sense_is_refused(
    connection: Connection, video_id: UUID, kind: str, name: str, field: str
) -> None:
    with pytest.raises(InvalidInput, match=f"^{field}"):
        ask_swap(connection, video_id, kind, name, actor="operator")


def test_only_what_is_published_is_swapped_and_only_what_is_not_sent_is_offered_anew(
    stage: Stage, connection: Connection, pictures: dict[str, Path]
) -> None:
    upload = load_upload(connection, stage.new_upload(connection))
    for titles in (TITLES, TITLES[1:]):
        offer_variants(connection, stage.settings, upload.job_id, titles=titles, thumbnails={})
    with pytest.raises(InvalidInput, match="is approved"):
        ask_swap(connection, upload.video_id, "title", "b", actor="operator")
    assert next(variant.title for variant in variants_of(connection, upload.video_id)) == TITLES[1]
    stage.upload(connection, upload.upload_id)
    offer_variants(connection, stage.settings, upload.job_id, titles=TITLES, thumbnails=pictures)
    assert len(variants_of(connection, upload.video_id)) == 2


def test_two_workers_swap_once(stage: Stage, connection: Connection, video_id: UUID) -> None:
    showing_id = ask_swap(connection, video_id, "thumbnail", "b", actor="operator")
    with connect(stage.database_url) as other, stage.client(connection) as first, stage.client(other) as second:
        carry_out(connection, first, stage.settings, showing_id)
        assert carry_out(other, second, stage.settings, showing_id).state == "shown"
    assert len(stage.sandbox.journal("thumbnail.set")) == 2
    rows = connection.execute("SELECT action, actor FROM ytempire.audit_log WHERE action LIKE '%swapped'").fetchall()
    assert rows == [{"action": "video.thumbnail_swapped", "actor": "operator"}]
