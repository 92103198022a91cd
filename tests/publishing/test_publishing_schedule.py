"""A video with a slot is private until its slot; whatever misses its slot gets the next one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from slot_scene import DAILY, EVENING, MONDAY, Scene
from upload_scene import Stage, agree

from ytempire.channels.consents import pausing_when_revoked
from ytempire.channels.store import pause_channel, resume_channel
from ytempire.database.connection import Connection
from ytempire.errors import ChannelPaused, CredentialsRevoked, Retriable
from ytempire.publishing import mark_published, set_thumbnail
from ytempire.publishing.store import load_upload


@pytest.fixture
def scene(stage: Stage, connection: Connection) -> Scene:
    return Scene(stage, connection, DAILY, MONDAY)


def test_a_video_is_private_until_its_slot_and_published_at_it(
    scene: Scene, finishing_files: tuple[Path, Path]
) -> None:
    upload_id = scene.new_upload()
    video_id = scene.upload(upload_id)
    (session,) = scene.stage.sandbox.journal("upload.session_created")
    assert session, "the moment was sent with the upload itself"
    assert scene.stage.sandbox.journal("video.updated") == []
    video = scene.seen(video_id)
    assert (video.privacy_status, video.publish_at) == ("private", EVENING)
    with scene.client() as client:
        set_thumbnail(scene.connection, client, upload_id, finishing_files[0])
    assert scene.record(upload_id) == EVENING
    assert scene.statuses() == [("scheduled",) * 3]
    assert scene.due() == []
    assert scene.record(upload_id) == EVENING, "a run that is cleared changes nothing"
    assert scene.statuses() == [("scheduled",) * 3]

    scene.set_clock(EVENING)
    assert scene.due() == [upload_id]
    assert scene.record(upload_id) == EVENING
    assert scene.statuses() == [("published",) * 3]
    assert scene.due() == []
    assert scene.seen(video_id).privacy_status == "public"
    audited = scene.connection.execute(
        "SELECT action, details ->> 'publish_at' AS moment FROM ytempire.audit_log WHERE entity = 'video' ORDER BY at"
    ).fetchall()
    assert [row["action"] for row in audited] == ["video.scheduled", "video.published"]
    assert audited[0]["moment"] == EVENING.isoformat()


def test_without_slots_a_video_is_public_at_once(stage: Stage, connection: Connection) -> None:
    scene = Scene(stage, connection, [], MONDAY)
    upload_id = scene.new_upload()
    video = scene.seen(scene.upload(upload_id))
    assert (video.privacy_status, video.publish_at) == ("public", None)
    assert scene.record(upload_id) < MONDAY + timedelta(minutes=1)
    assert scene.statuses() == [("published",) * 3]


def test_each_video_gets_the_next_free_slot(scene: Scene) -> None:
    moments = [scene.seen(scene.upload(scene.new_upload())).publish_at for _ in range(3)]
    assert moments == [EVENING + timedelta(days=number) for number in range(3)]


def test_the_flags_of_a_published_video_are_corrected_without_hiding_it_again(scene: Scene) -> None:
    upload_id = scene.new_upload()
    video_id = scene.upload(upload_id)
    scene.set_clock(EVENING + timedelta(minutes=1))
    with scene.client() as client:
        snippet = {"title": "Changed by hand", "categoryId": "10"}
        client.update_video(video_id, snippet, {"privacyStatus": "public", "containsSyntheticMedia": False})
        mark_published(scene.connection, client, upload_id)
    video = scene.seen(video_id)
    assert (video.privacy_status, video.synthetic_media) == ("public", True)
    assert scene.statuses() == [("published",) * 3]


def test_a_slot_that_passes_while_the_video_is_on_its_way_is_given_up_for_the_next(scene: Scene) -> None:
    upload_id = scene.new_upload()

    def late(chunk: int) -> None:
        if chunk == 3:
            scene.set_clock(EVENING + timedelta(minutes=1))

    video_id = scene.upload(upload_id, before_chunk=late)
    video = scene.seen(video_id)
    assert (video.privacy_status, video.publish_at) == ("private", EVENING + timedelta(days=1))
    assert load_upload(scene.connection, upload_id).publish_at == EVENING + timedelta(days=1)
    assert len(scene.stage.sandbox.journal("video.inserted")) == 1
    assert len(scene.stage.sandbox.journal("upload.session_created")) == 2
    assert scene.went_public() == []


def test_an_upload_that_takes_longer_than_a_slot_is_ahead_takes_a_later_one(scene: Scene) -> None:
    """Slots every hour and an upload of two hours: it must not chase one slot after the other."""
    scene = Scene(
        scene.stage, scene.connection, [{"times": [f"{h:02}:00" for h in range(24)], "time_zone": "UTC"}], MONDAY
    )
    upload_id, steps = scene.new_upload(), []

    def slow(chunk: int) -> None:
        steps.append(chunk)
        scene.set_clock(MONDAY + timedelta(minutes=20 * len(steps)))

    video = scene.seen(scene.upload(upload_id, before_chunk=slow))
    assert len(scene.stage.sandbox.journal("upload.session_created")) <= 3
    assert video.privacy_status == "private"
    assert video.publish_at is not None and video.publish_at > scene.clock()


def test_a_slot_that_youtube_ignored_is_sent_again_before_it_and_exchanged_after_it(scene: Scene) -> None:
    upload_id = scene.new_upload()
    video_id = scene.upload(upload_id)
    scene.record(upload_id)
    hidden = {"privacyStatus": "private", "selfDeclaredMadeForKids": False, "containsSyntheticMedia": True}
    snippet = {"title": "Five songs that climbed today", "categoryId": "10"}
    with scene.client() as client:
        client.update_video(video_id, snippet, hidden)
    scene.record(upload_id)
    assert scene.seen(video_id).publish_at == EVENING, "there was still time"

    with scene.client() as client:
        client.update_video(video_id, snippet, hidden)
    scene.set_clock(EVENING + timedelta(minutes=1))
    assert scene.due() == [upload_id]
    assert scene.record(upload_id) == EVENING + timedelta(days=1)
    assert scene.statuses() == [("scheduled",) * 3]
    video = scene.seen(video_id)
    assert (video.privacy_status, video.publish_at) == ("private", EVENING + timedelta(days=1))
    assert scene.due() == []
    scene.set_clock(EVENING + timedelta(days=1))
    scene.record(upload_id)
    assert scene.went_public() == [pytest.approx(EVENING + timedelta(days=1), abs=timedelta(seconds=30))]
    assert scene.statuses() == [("published",) * 3]


def test_youtube_may_be_a_little_late(scene: Scene) -> None:
    upload_id = scene.new_upload()
    video_id = scene.upload(upload_id)
    scene.record(upload_id)
    item = {
        "id": video_id,
        "snippet": {"title": "t", "categoryId": "10", "publishedAt": "2026-11-23T12:00:00Z"},
        "status": {"privacyStatus": "private", "publishAt": "2026-11-23T17:00:00Z", "containsSyntheticMedia": True},
    }
    scene.set_clock(EVENING + timedelta(minutes=10))
    scene.stage.sandbox.fault("/youtube/v3/videos", method="GET", status=200, body={"items": [item]})
    assert scene.record(upload_id) == EVENING
    assert scene.statuses() == [("scheduled",) * 3]
    assert scene.due() == [upload_id], "it is looked at again"
    assert scene.stage.sandbox.journal("video.updated") == []
    scene.record(upload_id)
    assert scene.statuses() == [("published",) * 3]


def test_what_its_owner_makes_public_before_the_slot_stays_public(scene: Scene) -> None:
    upload_id = scene.new_upload()
    video_id = scene.upload(upload_id)
    scene.record(upload_id)
    with scene.client() as client:
        client.update_video(
            video_id,
            {"title": "Five songs that climbed today", "categoryId": "10"},
            {"privacyStatus": "public", "selfDeclaredMadeForKids": False, "containsSyntheticMedia": True},
        )
    assert scene.record(upload_id) < MONDAY + timedelta(minutes=1)
    assert scene.statuses() == [("published",) * 3]
    assert len(scene.stage.sandbox.journal("video.updated")) == 1


def test_a_video_that_youtube_made_public_at_once_is_hidden_until_its_slot(scene: Scene) -> None:
    """As if YouTube had ignored what the upload said: the video is read back before anything else is done."""
    upload_id = scene.new_upload()
    scene.stage.sandbox.fault("/youtube/v3/videos", method="GET", status=503, times=-1)
    with pytest.raises(Retriable):
        scene.upload(upload_id)
    scene.stage.sandbox.clear_faults()
    video_id = load_upload(scene.connection, upload_id).youtube_video_id
    assert video_id is not None
    with scene.client() as client:
        snippet = {"title": "Five songs that climbed today", "categoryId": "10"}
        client.update_video(video_id, snippet, {"privacyStatus": "public"})
    scene.upload(upload_id)
    video = scene.seen(video_id)
    assert (video.privacy_status, video.publish_at, video.synthetic_media) == ("private", EVENING, True)


def test_what_youtube_makes_public_of_a_paused_channel_is_recorded(scene: Scene) -> None:
    upload_id = scene.new_upload()
    scene.upload(upload_id)
    scene.record(upload_id)
    pause_channel(scene.connection, scene.stage.channel_id, "holidays")
    assert scene.due() == []
    with pytest.raises(ChannelPaused):
        scene.record(upload_id)
    assert scene.due() == [], "its slot is still ahead"
    scene.set_clock(EVENING)
    assert scene.due() == [upload_id]
    assert scene.record(upload_id) == EVENING
    assert scene.statuses() == [("published",) * 3]


def test_a_paused_channel_takes_no_other_slot_for_what_youtube_did_not_make_public(scene: Scene) -> None:
    upload_id = scene.new_upload()
    video_id = scene.upload(upload_id)
    scene.record(upload_id)
    with scene.client() as client:
        client.update_video(video_id, {"title": "Hidden", "categoryId": "10"}, {"privacyStatus": "private"})
    pause_channel(scene.connection, scene.stage.channel_id, "holidays")
    scene.set_clock(EVENING + timedelta(hours=2))
    with pytest.raises(ChannelPaused, match="not public yet"):
        scene.record(upload_id)
    assert scene.statuses() == [("scheduled",) * 3]
    assert (scene.due(), scene.seen(video_id).publish_at) == ([], None)
    scene.set_clock(EVENING + timedelta(hours=2, minutes=20))
    assert scene.due() == [upload_id], "it is looked at again"
    resume_channel(scene.connection, scene.stage.channel_id)
    assert scene.record(upload_id) == EVENING + timedelta(days=1)


def test_without_its_owners_consent_nothing_of_a_channel_is_looked_at(scene: Scene) -> None:
    upload_id = scene.new_upload()
    scene.upload(upload_id)
    scene.record(upload_id)
    with pytest.raises(CredentialsRevoked), pausing_when_revoked(scene.connection, scene.stage.channel_id):
        raise CredentialsRevoked("invalid_grant")
    scene.set_clock(EVENING)
    assert scene.due() == []
    agree(scene.connection, scene.stage.channel_id)
    assert scene.due() == [upload_id]
