"""A feed is a stranger's file: what it tells is read, what it tries is refused."""

from __future__ import annotations

import codecs
import time
from contextlib import suppress
from datetime import UTC, datetime

import httpx
import pytest

from etl.trends.feed_reading import LONGEST_TITLE, read_feed
from etl.trends.sources import FeedStory
from ytempire.errors import MalformedAnswer

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ADDRESS = "https://news.example/feed"


def read(text: str | bytes, *, content_type: str = "application/rss+xml; charset=utf-8", most: int = 100):
    content = text.encode() if isinstance(text, str) else text
    return read_feed(content, address=ADDRESS, content_type=content_type, at=NOW, most=most)


def rss(*items: str) -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{"".join(items)}</channel></rss>'


def item(title: str = "A story", link: str = "https://news.example/1", body: str = "", date: str = "") -> str:
    moment = f"<pubDate>{date}</pubDate>" if date else ""
    return f"<item><title>{title}</title><link>{link}</link><description>{body}</description>{moment}</item>"


def titles(stories: list[FeedStory]) -> list[str]:
    return [story.title for story in stories]


def test_a_story_has_its_words_its_link_and_its_time() -> None:
    stories, found, skipped = read(
        rss(item("Fish &amp; <![CDATA[<b>chips</b>]]>", date="Fri, 20 Nov 2026 08:00:00 GMT"))
    )
    assert (titles(stories), found, skipped) == (["Fish & chips"], [], ())
    assert stories[0].link == "https://news.example/1"
    assert stories[0].published_at == datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.mark.parametrize("date", ["", "yesterday", "Fri, 20 Nov 2099 08:00:00 GMT", "Fri, 20 Nov 99999 08:00:00 GMT"])
def test_a_date_that_is_missing_nonsense_or_to_come_is_now(date: str) -> None:
    stories, _, _ = read(rss(item(date=date)))
    assert stories[0].published_at == NOW


@pytest.mark.parametrize(
    "address",
    [
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        "https://m.youtube.com/watch?list=PL1&amp;v=dQw4w9WgXcQ&amp;t=3",
        "https://youtu.be/dQw4w9WgXcQ?si=x",
        "https://www.youtube.com/shorts/dQw4w9WgXcQ",
        "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?rel=0",
    ],
)
def test_a_video_that_a_story_shows_is_found(address: str) -> None:
    body = f"&lt;p&gt;See&lt;/p&gt;&lt;iframe src=&quot;{address}&quot;&gt;&lt;/iframe&gt;"
    stories, found, _ = read(rss(item(body=body)))
    assert titles(stories) == ["A story"]
    assert [(one.youtube_video_id, one.source, one.told_by) for one in found] == [("dQw4w9WgXcQ", "feed", ADDRESS)]
    stories, found, _ = read(rss(item(link=address)))
    assert (stories, [one.youtube_video_id for one in found]) == ([], ["dQw4w9WgXcQ"])


@pytest.mark.parametrize(
    "address",
    [
        "https://notyoutube.com/watch?v=dQw4w9WgXcQ",
        "https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ",
        "https://www.youtube.com/watch?v=dQw4w9WgXcQtoolong",
        "https://www.youtube.com/@dQw4w9WgXcQ",
        "javascript:alert(1)",
    ],
)
def test_what_only_looks_like_a_video_is_none(address: str) -> None:
    stories, found, _ = read(rss(item(link=address)))
    assert (titles(stories), found) == (["A story"], [])
    assert stories[0].link in (None, address)
    assert stories[0].link is None or stories[0].link.startswith("http")


def test_the_atom_feed_of_a_channel() -> None:
    entry = (
        "<entry><id>yt:video:dQw4w9WgXcQ</id><yt:videoId>dQw4w9WgXcQ</yt:videoId><title>T</title>"
        '<link rel="alternate" href="https://www.youtube.com/watch?v=dQw4w9WgXcQ"/>'
        "<published>2026-11-19T10:00:00+00:00</published></entry>"
    )
    space = 'xmlns="http://www.w3.org/2005/Atom" xmlns:yt="http://www.youtube.com/xml/schemas/2015"'
    stories, found, _ = read(f'<?xml version="1.0" encoding="UTF-8"?><feed {space}><title>C</title>{entry}</feed>')
    assert stories == []
    assert [(one.youtube_video_id, one.published_at) for one in found] == [
        ("dQw4w9WgXcQ", datetime(2026, 11, 19, 10, tzinfo=UTC))
    ]


def test_the_same_entry_twice_is_one_story_and_no_more_than_asked_for_are_read() -> None:
    assert titles(read(rss(item(), item(), item(link="https://news.example/2")))[0]) == ["A story", "A story"]
    many = [item(f"Story {n}", f"https://news.example/{n}") for n in range(50)]
    assert len(read(rss(*many), most=7)[0]) == 7


def test_a_feed_that_breaks_off_gives_what_came_and_says_so() -> None:
    stories, _, skipped = read(rss(item("First"), item("Second", "https://news.example/2"))[:-40])
    assert titles(stories)[0] == "First"
    assert "not well-formed" in skipped[0]


def test_strange_text_becomes_a_title_that_the_database_holds() -> None:
    stories, _, _ = read(
        rss(item("日本 &#x1F38C; \u202eedirrevo \n two  lines"), item("x" * 5000, "https://x.example"))
    )
    assert stories[0].title == "日本 🎌 \u202eedirrevo two lines"
    assert len(stories[1].title) == LONGEST_TITLE


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "ha">{LAUGHS}]>{rss(item("&l9;"))[21:]}'
THEFT = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]>{rss(item("&f;"))[21:]}'


@pytest.mark.parametrize("text", [BOMB, THEFT, BOMB.replace("<!ENTITY", "<!entity")])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_entities_are_refused_before_anything_is_expanded(text: str, encoding: str) -> None:
    started = time.monotonic()
    with pytest.raises(MalformedAnswer, match="entities"):
        read(text.encode(encoding), content_type="application/xml")
    assert time.monotonic() - started < 1


def test_an_encoding_in_which_entities_could_hide_is_refused() -> None:
    hidden = BOMB.replace('"1.0"', '"1.0" encoding="utf-7"', 1).encode().replace(b"<!", b"+ADwAIQ-")
    with pytest.raises(MalformedAnswer, match="encoding"):
        read(hidden, content_type="application/xml")
    with pytest.raises(MalformedAnswer, match="encoding"):
        read(rss(item()), content_type="application/xml; charset=utf-7")


def test_an_external_document_type_is_not_fetched(sandbox_url: str) -> None:
    outside = f'<?xml version="1.0"?><!DOCTYPE rss SYSTEM "{sandbox_url}/feeds/stories.xml">{rss(item())[21:]}'
    assert titles(read(outside)[0]) == ["A story"]
    assert httpx.get(f"{sandbox_url}/control/journal", params={"kind": "feed.read"}).json()["entries"] == []


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00" * 100, b"<html><body>Log in</body></html>", b'{"items": []}', codecs.BOM_UTF16_LE, b"\x1f\x8b" * 50],
)
def test_what_is_no_feed_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(MalformedAnswer, match="no feed"):
        read(content)


def test_a_feed_without_entries_is_one() -> None:
    assert read(rss()) == ([], [], ())


def test_nesting_and_repetition_take_no_long_time() -> None:
    started = time.monotonic()
    deep = "<a>" * 20_000 + "</a>" * 20_000
    endless = "https://www.youtube.com/watch?" * 20_000
    with suppress(MalformedAnswer):
        read(rss(item(body=deep), item(body=endless, link="https://news.example/2")))
    assert time.monotonic() - started < 10
