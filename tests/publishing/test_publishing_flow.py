"""From a finished file to a published video: what YouTube has, and what the database says of it."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from upload_scene import Stage

from ytempire.channels.store import update_channel
from ytempire.database.connection import Connection
from ytempire.errors import InvalidInput, NotAttempted, QuotaExhausted, RequestRefused, Retriable
from ytempire.publishing import due_uploads, mark_published, set_thumbnail, upload_captions, upload_video
from ytempire.publishing.store import load_upload
from ytempire.youtube.client import YouTubeClient
from ytempire.youtube.quota import QuotaLedger


def test_a_video_from_file_to_published(
    stage: Stage, connection: Connection, finishing_files: tuple[Path, Path]
) -> None:
    upload_id = stage.new_upload(connection)
    with stage.client(connection) as client:
        youtube_video_id = upload_video(connection, client, stage.settings, str(upload_id))
        set_thumbnail(connection, client, upload_id, finishing_files[0])
        upload_captions(connection, client, upload_id, finishing_files[1], "en")
        published_at = mark_published(connection, client, upload_id)
        video = client.own_video(youtube_video_id)
    assert video is not None
    assert (video.title, video.tags, video.category_id) == (
        "Five songs that climbed today",
        ["charts", "music"],
        10,
    )
    assert (video.privacy_status, video.made_for_kids, video.synthetic_media) == ("unlisted", False, True)
    assert video.description.splitlines()[-1] == load_upload(connection, upload_id).marker
    row = connection.execute(
        "SELECT video.status, video.youtube_video_id, video.published_at, video.thumbnail_url,"
        " job.status AS job, job.result, job.completed_at >= job.started_at AS ended, upload.status AS upload"
        " FROM ytempire.uploads AS upload JOIN ytempire.videos AS video USING (video_id)"
        " JOIN ytempire.generation_jobs AS job ON job.job_id = upload.job_id"
    ).fetchone()
    assert row is not None
    assert row["thumbnail_url"].startswith("https://")
    assert {name: row[name] for name in ("status", "job", "upload")} == dict.fromkeys(
        ("status", "job", "upload"), "published"
    )
    assert (row["youtube_video_id"], row["published_at"], row["ended"]) == (
        youtube_video_id,
        published_at,
        True,
    )
    assert row["result"] == {"youtube_video_id": youtube_video_id}
    charged = {entry["details"]["method"]: entry for entry in stage.sandbox.journal("quota.charged")}
    spent = connection.execute("SELECT DISTINCT method FROM ytempire.quota_ledger WHERE state = 'settled'")
    assert {row["method"] for row in spent} == {name.removeprefix("youtube.") for name in charged}


def test_youtube_is_told_the_channels_language(stage: Stage, connection: Connection) -> None:
    update_channel(connection, stage.channel_id, {"language": "pt-br"})
    video_id = stage.upload(connection, stage.new_upload(connection))
    with stage.client(connection) as client:
        snippet = client.own_snippet(video_id)
    assert snippet is not None
    assert (snippet["defaultLanguage"], snippet["defaultAudioLanguage"]) == ("pt-BR", "pt-BR")


def test_our_ledger_agrees_with_youtubes(
    stage: Stage, connection: Connection, finishing_files: tuple[Path, Path]
) -> None:
    upload_id = stage.new_upload(connection)
    with stage.client(connection) as client:
        upload_video(connection, client, stage.settings, upload_id)
        set_thumbnail(connection, client, upload_id, finishing_files[0])
        mark_published(connection, client, upload_id)
    theirs: dict[str, int] = {}
    for entry in stage.sandbox.journal("quota.charged"):
        details = entry["details"]
        theirs[details["bucket"]] = theirs.get(details["bucket"], 0) + details["units"]
    ours = {row["bucket"]: row["used"] for row in connection.execute("SELECT * FROM ytempire.quota_buckets")}
    assert ours == theirs


def test_flags_that_youtube_changed_are_corrected(stage: Stage, connection: Connection) -> None:
    upload_id = stage.new_upload(connection, privacy_status="private", made_for_kids=True)
    with stage.client(connection) as client:
        youtube_video_id = upload_video(connection, client, stage.settings, upload_id)
        status = {
            "privacyStatus": "public",
            "selfDeclaredMadeForKids": False,
            "containsSyntheticMedia": False,
        }
        snippet = {"title": "Changed by hand", "categoryId": "10"}
        client.update_video(youtube_video_id, snippet, status)
        mark_published(connection, client, upload_id)
        video = client.own_video(youtube_video_id)
    assert video is not None
    assert (video.privacy_status, video.made_for_kids, video.synthetic_media) == ("private", True, True)
    assert video.title == "Five songs that climbed today"
    assert video.description.splitlines()[-1] == load_upload(connection, upload_id).marker


def test_flags_that_youtube_keeps_are_an_error(stage: Stage, connection: Connection) -> None:
    upload_id = stage.new_upload(connection)
    with stage.client(connection) as client:
        youtube_video_id = upload_video(connection, client, stage.settings, upload_id)
        item = {
            "id": youtube_video_id,
            "snippet": {"title": "t", "categoryId": "10", "publishedAt": "2026-07-01T00:00:00Z"},
            "status": {"privacyStatus": "public"},
        }
        stage.sandbox.fault("/youtube/v3/videos", method="GET", status=200, body={"items": [item]}, times=-1)
        with pytest.raises(RequestRefused, match="privacyStatus is public, not unlisted"):
            mark_published(connection, client, upload_id)
    upload = load_upload(connection, upload_id)
    assert (upload.status, upload.published_at) == ("uploaded", None)


def test_a_file_that_youtube_cannot_process_is_not_published(
    stage: Stage, connection: Connection, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"this is no video" * 1000)
    upload_id = stage.new_upload(connection, media_path=broken)
    with pytest.raises(RequestRefused, match="could not take"):
        stage.upload(connection, upload_id)
    assert load_upload(connection, upload_id).status == "uploaded"


def test_captions_whose_answer_was_lost_are_found_again(
    stage: Stage, connection: Connection, finishing_files: tuple[Path, Path]
) -> None:
    upload_id = stage.new_upload(connection)
    youtube_video_id = stage.upload(connection, upload_id)
    stage.sandbox.fault("captions", method="POST", cut="after")
    with stage.client(connection) as client:
        with pytest.raises(Retriable):
            upload_captions(connection, client, upload_id, finishing_files[1], "en")
        captions_id = upload_captions(connection, client, upload_id, finishing_files[1], "en")
        tracks = client.list_captions(youtube_video_id)
    assert [track.captions_id for track in tracks] == [captions_id]
    assert len(stage.sandbox.journal("captions.inserted")) == 1


def test_a_thumbnail_without_quota_waits_while_the_video_stays_uploaded(
    stage: Stage, connection: Connection, finishing_files: tuple[Path, Path]
) -> None:
    upload_id = stage.new_upload(connection)
    stage.upload(connection, upload_id)
    QuotaLedger(connection, stage.settings.youtube).close_bucket("default")
    with stage.client(connection) as client, pytest.raises(QuotaExhausted) as caught:
        set_thumbnail(connection, client, upload_id, finishing_files[0])
    assert load_upload(connection, upload_id).status == "uploaded"
    assert [due.upload_id for due in due_uploads(connection, stage.settings.youtube, lambda: caught.value.until)] == [
        upload_id
    ]


def test_the_file_must_be_the_one_that_was_prepared(stage: Stage, connection: Connection, tmp_path: Path) -> None:
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(stage.media_path.read_bytes())
    upload_id = stage.new_upload(connection, media_path=copy)
    copy.write_bytes(stage.media_path.read_bytes()[:-1] + b"!")
    with pytest.raises(InvalidInput, match="media_path"):
        stage.upload(connection, upload_id)
    assert stage.sandbox.journal("video.inserted") == []
    copy.write_bytes(stage.media_path.read_bytes()[:-1])
    before = stage.sandbox.last_entry()
    with pytest.raises(InvalidInput, match="media_path"):
        stage.upload(connection, upload_id)
    assert stage.sandbox.journal(after=before) == [], "another size is noticed before anything is sent"


@pytest.mark.parametrize("field", ["media_path", "title", "privacy_status"])
def test_bad_input_is_named(stage: Stage, connection: Connection, field: str, tmp_path: Path) -> None:
    value = {"media_path": tmp_path / "absent.mp4", "title": "\x00 ", "privacy_status": "secret"}[field]
    with pytest.raises(InvalidInput, match=field):
        stage.new_upload(connection, **{field: value})
    assert connection.execute("SELECT count(*) AS rows FROM ytempire.videos").fetchone() == {"rows": 0}


def test_what_is_not_uploaded_cannot_be_finished(stage: Stage, connection: Connection) -> None:
    with stage.client(connection) as client:
        with pytest.raises(InvalidInput, match="Upload it first"):
            mark_published(connection, client, stage.new_upload(connection))
        with pytest.raises(InvalidInput, match="there is no upload"):
            mark_published(connection, client, uuid4())


def test_a_missing_thumbnail_is_named(stage: Stage, connection: Connection, tmp_path: Path) -> None:
    upload_id = stage.new_upload(connection)
    stage.upload(connection, upload_id)
    with stage.client(connection) as client, pytest.raises(InvalidInput, match=r"absent\.jpg"):
        set_thumbnail(connection, client, upload_id, tmp_path / "absent.jpg")


def test_an_unreachable_youtube_leaves_the_upload_as_it_was(stage: Stage, connection: Connection) -> None:
    upload_id = stage.new_upload(connection)
    stage.sandbox.fault("/token", status=503, times=-1)
    once = stage.settings.youtube.model_copy(update={"max_attempts": 1})
    with YouTubeClient(once, credentials=stage.credentials) as client, pytest.raises(NotAttempted):
        upload_video(connection, client, stage.settings, upload_id)
    assert load_upload(connection, upload_id).status == "pending"
