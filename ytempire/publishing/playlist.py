"""The playlist that collects a channel's videos: found or created once, each video put into it once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ytempire.database.connection import Connection
from ytempire.errors import NotFound
from ytempire.publishing.reconcile import look_for
from ytempire.publishing.store import Upload
from ytempire.publishing.work import uploaded_id, working_on
from ytempire.youtube.client import YouTubeClient


def add_to_playlist(connection: Connection, client: YouTubeClient, upload_id: UUID | str) -> str | None:
    """Put an uploaded video into its channel's playlist, once, and return the item's id.

    The channel's ``playlist_title`` names the playlist; without one there is nothing to do. A playlist that
    its owner has removed is replaced. Costs 50 units, and 50 more once a channel for a new playlist.
    """
    with working_on(connection, upload_id, wait_seconds=client.settings.upload_lock_wait_seconds) as upload:
        youtube_video_id = uploaded_id(upload)
        if upload.playlist_item_id is not None or upload.playlist_title is None:
            return upload.playlist_item_id
        playlist_id = _playlist(connection, client, upload)
        try:
            item_id = _item(connection, client, upload, playlist_id, youtube_video_id)
        except NotFound as error:
            if error.reason != "playlistNotFound":
                raise
            connection.execute("DELETE FROM ytempire.channel_playlists WHERE playlist_id = %s", (playlist_id,))
            playlist_id = _playlist(connection, client, upload)
            item_id = _item(connection, client, upload, playlist_id, youtube_video_id)
        connection.execute(
            "UPDATE ytempire.uploads SET playlist_item_id = %s WHERE upload_id = %s", (item_id, upload.upload_id)
        )
        return item_id


def _item(
    connection: Connection, client: YouTubeClient, upload: Upload, playlist_id: str, youtube_video_id: str
) -> str:
    """Return the id of the video's item, there already or new."""
    if upload.playlist_started_at is not None and upload.playlist_id == playlist_id:
        found = look_for(client, lambda: client.playlists.find_item(playlist_id, youtube_video_id))
        if found is not None:
            return found
    connection.execute(
        "UPDATE ytempire.uploads SET playlist_id = %s, playlist_started_at = clock_timestamp() WHERE upload_id = %s",
        (playlist_id, upload.upload_id),
    )
    return client.playlists.add(playlist_id, youtube_video_id)


def _playlist(connection: Connection, client: YouTubeClient, upload: Upload) -> str:
    """Return the channel's playlist; only one worker at a time looks for it or creates it."""
    wanted = {"channel_id": upload.channel_id, "title": upload.playlist_title}
    name = f"playlists of {upload.channel_id}"
    connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", (name,))
    try:
        row = connection.execute(
            "SELECT playlist_id FROM ytempire.channel_playlists"
            " WHERE channel_id = %(channel_id)s AND title = %(title)s",
            wanted,
        ).fetchone()
        if row is not None and row["playlist_id"] is not None:
            return str(row["playlist_id"])
        playlist_id = _found_or_created(connection, client, upload, wanted, started=row is not None)
        connection.execute(
            "UPDATE ytempire.channel_playlists SET playlist_id = %(playlist_id)s"
            " WHERE channel_id = %(channel_id)s AND title = %(title)s",
            wanted | {"playlist_id": playlist_id},
        )
        return playlist_id
    finally:
        if not connection.closed:
            connection.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", (name,))


def _found_or_created(
    connection: Connection, client: YouTubeClient, upload: Upload, wanted: dict[str, Any], *, started: bool
) -> str:
    """``started``: an earlier try may have created it, and YouTube's list may lag behind."""
    title = upload.playlist_title or ""
    if started:
        found = look_for(client, lambda: client.playlists.find(title))
    else:
        found = client.playlists.find(title)
        connection.execute(
            "INSERT INTO ytempire.channel_playlists (channel_id, title) VALUES (%(channel_id)s, %(title)s)", wanted
        )
    return found or client.playlists.create(title, upload.channel_privacy_status)
