"""A channel's own playlists: found by their title, created, and filled.

https://developers.google.com/youtube/v3/docs/playlists and …/playlistItems. YouTube lets two playlists
have one title and a playlist hold a video twice: whoever inserts looks first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ytempire.errors import MalformedAnswer
from ytempire.youtube.calls import Answer, Caller

_PAGE = 50


class Playlists:
    """The playlists of the channel whose consent we hold."""

    def __init__(self, caller: Caller, data_service: Any) -> None:
        self._caller = caller
        self._data = data_service

    def find(self, title: str) -> str | None:
        """Return the id of the oldest of our playlists with this title, or None (1 unit a page of 50)."""
        found: list[tuple[str, str]] = []
        for item in self._mine():
            snippet = item.get("snippet", {})
            if snippet.get("title") == title and isinstance(item.get("id"), str):
                found.append((str(snippet.get("publishedAt", "")), item["id"]))
        return min(found)[1] if found else None

    def _mine(self) -> Iterator[dict[str, Any]]:
        token: str | None = None
        while True:
            request = self._data.playlists().list(part="snippet", mine=True, maxResults=_PAGE, pageToken=token)
            body = self._caller.call("playlists.list", request).body
            yield from body.get("items") or []
            token = body.get("nextPageToken")
            if not token:
                return

    def create(self, title: str, privacy_status: str) -> str:
        """Create a playlist (50 units) and return its id. A lost answer raises Retriable: look before trying again."""
        body = {"snippet": {"title": title}, "status": {"privacyStatus": privacy_status}}
        request = self._data.playlists().insert(part="snippet,status", body=body)
        return _identifier(self._caller.call("playlists.insert", request, repeatable=False))

    def find_item(self, playlist_id: str, youtube_video_id: str) -> str | None:
        """Return the id of a video's item in a playlist, or None (1 unit). Raises NotFound without the playlist."""
        request = self._data.playlistItems().list(part="snippet", playlistId=playlist_id, videoId=youtube_video_id)
        items = self._caller.call("playlistItems.list", request).body.get("items") or []
        return next((item["id"] for item in items if isinstance(item.get("id"), str)), None)

    def add(self, playlist_id: str, youtube_video_id: str) -> str:
        """Put a video at the end of a playlist (50 units) and return the item's id. A lost answer raises Retriable."""
        resource = {"kind": "youtube#video", "videoId": youtube_video_id}
        body = {"snippet": {"playlistId": playlist_id, "resourceId": resource}}
        request = self._data.playlistItems().insert(part="snippet", body=body)
        return _identifier(self._caller.call("playlistItems.insert", request, repeatable=False))


def _identifier(answer: Answer) -> str:
    identifier = answer.body.get("id")
    if not isinstance(identifier, str):
        raise MalformedAnswer("the answer has no id")
    return identifier
