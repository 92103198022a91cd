"""Fault 1, after the bytes: SIGKILL on both sides of every effect of thumbnail, captions, playlist and record."""

from __future__ import annotations

from pathlib import Path

from upload_scene import KILLED, PLAYLIST, Stage, open_stage
from upload_truth import Youtube, assert_ledger_covers, assert_published_once, assert_truth
from upload_watch import kill_points, watched, watched_requests

from ytempire.database.connection import Connection

REQUESTS = ("thumbnails/set", "captions", "playlists", "playlistItems", "videos")


def generous_stage(database_url: str, connection: Connection, sandbox_url: str, media: Path) -> Stage:
    stage = open_stage(database_url, connection, sandbox_url, media, daily_units=1_000_000, daily_uploads=10_000)
    stage.sandbox.post("quota", limits={"videos.insert": 10_000, "default": 1_000_000, "uploads_per_channel": 10_000})
    return stage


def test_killed_anywhere_while_finishing_each_part_is_there_once(
    database_url: str,
    connection: Connection,
    sandbox_url: str,
    one_chunk_video: Path,
    finishing_files: tuple[Path, Path],
) -> None:
    stage = generous_stage(database_url, connection, sandbox_url, one_chunk_video)
    stage.collect_in_playlist(connection, "The first of all")
    events: list[str] = []
    upload_id = stage.new_upload(connection)
    stage.upload(connection, upload_id)
    with watched(database_url, events.append) as own, watched_requests(events.append):
        stage.finish(own, upload_id, finishing_files)
    for request in REQUESTS:
        assert any(event.startswith("after ") and request in event for event in events), request
    places = kill_points(events)
    assert sum("COMMIT" in place for place in places.values()) >= 2

    before = 0
    for number, place in places.items():
        # A playlist of its own each time, so that its creation is killed as well.
        stage.collect_in_playlist(connection, f"{PLAYLIST} {number}")
        upload_id = stage.new_upload(connection)
        before = stage.sandbox.last_entry(before)
        stage.upload(connection, upload_id)
        assert stage.finish_in_own_process(upload_id, finishing_files, kill_at=number) == KILLED, place
        assert_truth(connection, Youtube.of(stage.sandbox, before), upload_id, where=place)
        stage.finish(connection, upload_id, finishing_files)
        assert_published_once(connection, Youtube.of(stage.sandbox, before), upload_id, where=place)
    assert_ledger_covers(connection, Youtube.of(stage.sandbox))
    audited = connection.execute("SELECT entity_id FROM ytempire.audit_log WHERE action = 'video.published'").fetchall()
    assert len(audited) == len({row["entity_id"] for row in audited}) == len(places) + 1
