"""A channel's playlist: found or created once, each video in it once, and its owner may remove it."""

from __future__ import annotations

from uuid import UUID

import pytest
from upload_scene import PLAYLIST, Stage
from upload_truth import rows

from ytempire.database.connection import Connection
from ytempire.errors import InvalidInput, RequestRefused
from ytempire.publishing import add_to_playlist


def collect(stage: Stage, connection: Connection, upload_id: UUID) -> str | None:
    with stage.client(connection) as client:
        return add_to_playlist(connection, client, upload_id)


def uploaded(stage: Stage, connection: Connection, **changes: object) -> UUID:
    upload_id = stage.new_upload(connection, **changes)
    stage.upload(connection, upload_id)
    return upload_id


def playlists(stage: Stage) -> list[dict]:
    return stage.sandbox.journal("playlist.inserted")


def test_without_a_title_nothing_is_asked(stage: Stage, connection: Connection) -> None:
    upload_id = uploaded(stage, connection)
    before = stage.sandbox.last_entry()
    assert collect(stage, connection, upload_id) is None
    assert stage.sandbox.journal(after=before) == []


def test_two_videos_share_the_playlist_that_the_first_created(stage: Stage, connection: Connection) -> None:
    stage.collect_in_playlist(connection)
    first, second = uploaded(stage, connection), uploaded(stage, connection, privacy_status="private")
    items = [collect(stage, connection, upload_id) for upload_id in (first, first, second)]
    assert items[0] == items[1] != items[2]
    assert [entry["details"]["title"] for entry in playlists(stage)] == [PLAYLIST]
    ids = {row["playlist_id"] for row in rows(connection, [first, second])}
    with stage.client(connection) as client:
        assert client.playlists.find(PLAYLIST) in ids and len(ids) == 1
        assert len(client.uploads(ids.pop()).value) == 2


def test_a_playlist_that_is_there_already_is_used_the_oldest_of_its_title(stage: Stage, connection: Connection) -> None:
    with stage.client(connection) as client:
        client.playlists.create("Another", "public")
        oldest = client.playlists.create(PLAYLIST, "public")
        stage.sandbox.post("clock", advance_seconds=10)
        client.playlists.create(PLAYLIST, "public")
    stage.collect_in_playlist(connection)
    upload_id = uploaded(stage, connection)
    collect(stage, connection, upload_id)
    assert [row["playlist_id"] for row in rows(connection, [upload_id])] == [oldest]
    assert len(playlists(stage)) == 3


def test_a_playlist_beyond_the_first_page_is_found(stage: Stage, connection: Connection) -> None:
    with stage.client(connection) as client, pytest.MonkeyPatch.context() as patch:
        patch.setattr("ytempire.youtube.playlists._PAGE", 2)
        wanted = client.playlists.create(PLAYLIST, "public")
        for number in range(4):
            client.playlists.create(f"Other {number}", "public")
        assert client.playlists.find(PLAYLIST) == wanted
        assert client.playlists.find("Absent") is None


def test_a_playlist_that_its_owner_removed_is_replaced(stage: Stage, connection: Connection) -> None:
    stage.collect_in_playlist(connection)
    collect(stage, connection, uploaded(stage, connection))
    connection.execute("UPDATE ytempire.channel_playlists SET playlist_id = 'PLremoved'")
    stage.collect_in_playlist(connection, "Under another name now")
    connection.execute("UPDATE ytempire.channel_playlists SET title = 'Under another name now'")
    upload_id = uploaded(stage, connection)
    assert collect(stage, connection, upload_id)
    assert [entry["details"]["title"] for entry in playlists(stage)] == [PLAYLIST, "Under another name now"]
    kept = connection.execute("SELECT playlist_id FROM ytempire.channel_playlists").fetchall()
    assert [row["playlist_id"] for row in kept] == [row["playlist_id"] for row in rows(connection, [upload_id])]


def test_a_new_title_is_a_new_playlist(stage: Stage, connection: Connection) -> None:
    for title in ("Summer", "Winter"):
        stage.collect_in_playlist(connection, title)
        collect(stage, connection, uploaded(stage, connection))
    assert [entry["details"]["title"] for entry in playlists(stage)] == ["Summer", "Winter"]


def test_what_is_not_uploaded_cannot_be_collected(stage: Stage, connection: Connection) -> None:
    stage.collect_in_playlist(connection)
    with pytest.raises(InvalidInput, match="Upload it first"):
        collect(stage, connection, stage.new_upload(connection))


def test_a_title_that_youtube_refuses_fails_the_job_and_leaves_the_video(stage: Stage, connection: Connection) -> None:
    upload_id = uploaded(stage, connection)
    stage.collect_in_playlist(connection, "<b>")
    with pytest.raises(RequestRefused):
        collect(stage, connection, upload_id)
    (row,) = rows(connection, [upload_id])
    assert (row["status"], row["video"], row["job"]) == ("uploaded", "uploaded", "failed")
    stage.collect_in_playlist(connection)
    assert collect(stage, connection, upload_id)
    (row,) = rows(connection, [upload_id])
    assert (row["job"], row["job_error"], row["completed_at"]) == ("approved", None, None)
