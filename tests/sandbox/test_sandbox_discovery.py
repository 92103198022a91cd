"""The sandbox against the discovery documents, by its own judge and by an independent one (jsonschema)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from googleapiclient.http import MediaFileUpload
from sandbox_support import UPLOAD_PATH, body_of, discovery_document, movie

from sandbox import youtube_captions, youtube_playlists, youtube_reads, youtube_search, youtube_writes
from sandbox.discovery import AnswerError
from sandbox.discovery import youtube as youtube_description
from sandbox.google_errors import GoogleError


def strict(document: dict[str, Any]) -> dict[str, Any]:
    """The schemas of a discovery document as JSON Schemas that allow no unknown property."""

    def translate(schema: dict[str, Any]) -> dict[str, Any]:
        if "$ref" in schema:
            return {"$ref": f"#/definitions/{schema['$ref']}"}
        kept = {name: schema[name] for name in ("type", "enum") if name in schema}
        if schema.get("format") in ("int64", "uint64"):
            kept["pattern"] = "^-?[0-9]+$"
        if schema.get("type") == "object":
            kept["properties"] = {n: translate(s) for n, s in schema.get("properties", {}).items()}
            others = schema.get("additionalProperties")
            kept["additionalProperties"] = translate(others) if others else False
        if schema.get("type") == "array":
            kept["items"] = translate(schema["items"])
        return kept

    return {name: translate(schema) for name, schema in document["schemas"].items()}


def test_every_answer_fits_its_schema(
    raw: httpx.Client,
    youtube: Any,
    channel: dict[str, str],
    publish: Callable[..., str],
    thumbnail: str,
    file: Callable[[str, bytes], str],
) -> None:
    definitions = strict(discovery_document("youtube.v3", ""))
    video_id = publish()
    youtube.thumbnails().set(videoId=video_id, media_body=MediaFileUpload(thumbnail)).execute()
    youtube.videos().update(
        part="snippet", body={"id": video_id, "snippet": {"title": "New", "categoryId": "10"}}
    ).execute()

    def check(schema: str, answer: httpx.Response) -> dict[str, Any]:
        assert answer.status_code == 200, answer.text
        judge = jsonschema.Draft7Validator({**definitions[schema], "definitions": definitions})
        assert [error.message for error in judge.iter_errors(answer.json())] == []
        return answer.json()

    def get(path: str, schema: str, **query: str) -> dict[str, Any]:
        return check(schema, raw.get(f"/youtube/v3/{path}", params=query))

    video_parts = "id,snippet,contentDetails,status,statistics,player,processingDetails"
    get("videos", "VideoListResponse", part=video_parts, id=video_id)
    get("videos", "VideoListResponse", part=video_parts, chart="mostPopular", maxResults="50")
    get(
        "videos:batchGetStats",
        "BatchGetStatsResponse",
        part="id,snippet,contentDetails,statistics",
        id=video_id,
    )
    get("search", "SearchListResponse", part="snippet", maxResults="50")
    channel_parts = "id,snippet,contentDetails,statistics,status,brandingSettings"
    get("channels", "ChannelListResponse", part=channel_parts, mine="true")
    body = {"snippet": {"title": "A list"}}
    playlist_parts = {"part": "snippet,status,contentDetails"}
    playlist = check("Playlist", raw.post("/youtube/v3/playlists", params=playlist_parts, json=body))
    get("playlists", "PlaylistListResponse", mine="true", **playlist_parts)
    resource = {"kind": "youtube#video", "videoId": video_id}
    body = {"snippet": {"playlistId": playlist["id"], "resourceId": resource}}
    check("PlaylistItem", raw.post("/youtube/v3/playlistItems", params=playlist_parts, json=body))
    for playlist_id in (playlist["id"], channel["uploads_playlist_id"]):
        get("playlistItems", "PlaylistItemListResponse", playlistId=playlist_id, **playlist_parts)
    caption = {"snippet": {"videoId": video_id, "language": "en", "name": ""}}
    begun = raw.post("/upload/youtube/v3/captions", params={"uploadType": "resumable", "part": "snippet"}, json=caption)
    cue = b"WEBVTT\n\n00:00.000 --> 00:02.000\nHello\n"
    check("Caption", raw.put(begun.headers["location"], content=cue))
    get("captions", "CaptionListResponse", part="id,snippet", videoId=video_id)
    parts = {"uploadType": "resumable", "part": "snippet,status,contentDetails,statistics"}
    begun = raw.post(UPLOAD_PATH, params=parts, json=body_of())
    check("Video", raw.put(begun.headers["location"], content=movie()))
    parts = {"uploadType": "resumable", "videoId": video_id}
    begun = raw.post("/upload/youtube/v3/thumbnails/set", params=parts)
    check("ThumbnailSetResponse", raw.put(begun.headers["location"], content=Path(thumbnail).read_bytes()))


def test_every_error_has_the_shape_of_googles(raw: httpx.Client) -> None:
    for query in ({}, {"part": "mood", "id": "x"}, {"part": "id", "x": "y"}, {"part": "id"}):
        error = raw.get("/youtube/v3/videos", params=query).json()["error"]
        assert error["code"] == 400
        assert error["message"]
        assert {"message", "domain", "reason"} <= set(error["errors"][0])


def test_every_route_of_the_data_api_stands_in_the_discovery_document(sandbox_url: str) -> None:
    document = discovery_document("youtube.v3", sandbox_url)
    described = set()
    for resource in document["resources"].values():
        for method in resource.get("methods", {}).values():
            described.add((method["httpMethod"], f"/{method['path']}"))
            for prefix in ("/upload", "/resumable/upload"):
                if "mediaUpload" in method:
                    described |= {(verb, f"{prefix}/{method['path']}") for verb in ("POST", "PUT", "DELETE")}
    rooms = (youtube_captions, youtube_playlists, youtube_reads, youtube_search, youtube_writes)
    routes = {(verb, route.path) for room in rooms for route in room.router.routes for verb in route.methods - {"HEAD"}}
    assert routes <= described
    assert len(routes) >= 20


@pytest.mark.parametrize(
    ("method", "answer"),
    [
        ("youtube.videos.list", {"items": [{"mood": "good"}]}),
        ("youtube.videos.list", {"items": [{"statistics": {"viewCount": 5.5}}]}),
        ("youtube.videos.list", {"items": {}}),
        ("youtube.videos.list", {"items": [{"status": {"privacyStatus": "secret"}}]}),
        ("youtube.videos.list", {"items": [{"snippet": {"publishedAt": "today"}}]}),
        ("youtube.channels.list", {"pageInfo": {"totalResults": "five"}}),
        ("youtube.playlistItems.list", {"items": [{"snippet": {"position": -1}}]}),
    ],
)
def test_an_answer_that_the_document_does_not_know_is_an_error_of_the_sandbox(
    method: str, answer: dict[str, Any]
) -> None:
    with pytest.raises(AnswerError):
        youtube_description().check_answer(method, answer)


@pytest.mark.parametrize("body", [{"snippet": []}, {"status": {"embeddable": "yes"}}, {"id": 5}, []])
def test_a_body_that_the_document_does_not_know_is_refused(body: Any) -> None:
    with pytest.raises(GoogleError) as refused:
        youtube_description().check_body("youtube.videos.insert", body)
    assert refused.value.body()["error"]["status"] == "INVALID_ARGUMENT"
