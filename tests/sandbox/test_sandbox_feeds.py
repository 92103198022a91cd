"""The sandbox's feeds: true RSS and Atom, and conditional requests as HTTP has them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import feedparser
import httpx
import pytest
from sandbox_support import Control

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def feeds(sandbox_url: str, control: Control) -> httpx.Client:
    control.post("clock", now=NOON.isoformat())
    return httpx.Client(base_url=f"{sandbox_url}/feeds", timeout=30)


def chart(reader: object, **more: object) -> list[dict]:
    asked = {"part": "snippet", "chart": "mostPopular", "regionCode": "US", "maxResults": 20}
    return reader.videos().list(**asked, **more).execute()["items"]


def test_a_newsroom_writes_about_what_charts(feeds: httpx.Client, reader: object) -> None:
    answer = feeds.get("/stories.xml", params={"region": "US"})
    assert answer.headers["content-type"].startswith("application/rss+xml")
    parsed = feedparser.parse(answer.content)
    assert (parsed.bozo, parsed.version, len(parsed.entries)) == (False, "rss20", 20)
    charting = chart(reader)
    for entry, video in zip(parsed.entries, charting, strict=True):
        assert video["snippet"]["title"] in entry.title
        assert entry.published_parsed[:4] == (2026, 11, 20, 7)
    shown = [entry for entry in parsed.entries if "/embed/" in str(entry.summary) or "watch?v=" in entry.link]
    assert len(shown) == 2
    assert feeds.get("/stories.xml", params={"region": "XX"}).status_code == 404


def test_the_atom_feed_of_a_channel_is_youtubes(feeds: httpx.Client, reader: object) -> None:
    channel = chart(reader)[0]["snippet"]["channelId"]
    answer = feeds.get("/videos.xml", params={"channel_id": channel})
    parsed = feedparser.parse(answer.content)
    assert (parsed.bozo, parsed.version) == (False, "atom10")
    uploads = reader.playlistItems().list(part="contentDetails", playlistId=f"UU{channel[2:]}", maxResults=15).execute()
    expected = [item["contentDetails"]["videoId"] for item in uploads["items"]]
    assert [entry.yt_videoid for entry in parsed.entries] == expected
    assert parsed.entries[0].media_statistics["views"].isdigit()
    assert feeds.get("/videos.xml", params={"channel_id": "UC" + "x" * 22}).status_code == 404


def test_what_has_not_changed_is_not_sent_again(feeds: httpx.Client, control: Control) -> None:
    first = feeds.get("/stories.xml")
    etag, modified = first.headers["etag"], first.headers["last-modified"]
    for headers in ({"if-none-match": etag}, {"if-none-match": f'"x", W/{etag}'}, {"if-modified-since": modified}):
        again = feeds.get("/stories.xml", headers=headers)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag
    # The entity tag goes before the date (RFC 9110, 13.2.2).
    assert feeds.get("/stories.xml", headers={"if-none-match": '"x"', "if-modified-since": modified}).status_code == 200
    assert feeds.get("/stories.xml", headers={"if-modified-since": "nonsense"}).status_code == 200
    control.post("clock", now=(NOON + timedelta(days=1)).isoformat())
    for headers in ({"if-none-match": etag}, {"if-modified-since": modified}):
        assert feeds.get("/stories.xml", headers=headers).status_code == 200
    assert [entry["details"]["status"] for entry in control.journal("feed.read")] == [200, *[304] * 3, *[200] * 4]
