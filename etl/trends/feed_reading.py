"""From the bytes of an RSS or Atom feed to the stories and videos it tells of.

A feed is a stranger's file. It was fetched within bounds before; here nothing
is loaded from elsewhere, and entities of its own are refused: repeated, they
make gigabytes of a kilobyte (https://en.wikipedia.org/wiki/Billion_laughs_attack).
"""

from __future__ import annotations

import calendar
import html
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from etl.trends.sources import FeedStory, Found
from ytempire.errors import MalformedAnswer
from ytempire.youtube.models import clean

LONGEST_TITLE = 300
# Encodings in which a declaration of entities can be seen; in UTF-16 and UTF-32 once the zero bytes are gone.
_READABLE = re.compile(
    r"utf-?(8|16|32)(-?(le|be))?|(us-)?ascii|iso-8859-\d+|latin-?1|windows-125\d|cp125\d"
    r"|gb(2312|k|18030)|big5|shift_jis|euc-(jp|kr)|koi8-[ru]",
    re.IGNORECASE,
)
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([^"']{1,60})["']""")
_VIDEO = re.compile(
    r"(?<![\w.-])(?:(?:www\.|m\.|music\.)?youtube(?:-nocookie)?\.com/"
    r"(?:watch\?(?:[^\s\"'<>]{0,200}?&(?:amp;)?)?v=|shorts/|embed/|live/)|youtu\.be/)([\w-]{11})(?![\w-])",
    re.ASCII,
)
_TAG = re.compile(r"<[^>]{0,1000}>")


def read_feed(
    content: bytes, *, address: str, content_type: str, at: datetime, most: int
) -> tuple[list[FeedStory], list[Found], tuple[str, ...]]:
    """Return stories, videos and what could not be read, of the first ``most`` entries.

    An entry that is a video itself is told as a video only. ``at`` is when the
    feed was answered: it stands in for a date that is missing or to come.
    Raises MalformedAnswer when it is no feed.
    """
    import feedparser

    _refuse_hostile(content, content_type)
    try:
        parsed = feedparser.parse(
            io.BytesIO(content),
            response_headers={"content-type": content_type, "content-location": address},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except Exception as error:  # whatever a stranger's file breaks in the parser
        raise MalformedAnswer(f"the feed cannot be read: {type(error).__name__}") from error
    if not parsed.entries and not parsed.get("version"):
        raise MalformedAnswer("what was answered is no feed")
    stories, found, skipped = [], [], []
    if parsed.bozo and parsed.entries:
        skipped.append(f"a part that is not well-formed ({type(parsed.get('bozo_exception')).__name__})")
    for entry in parsed.entries[:most]:
        story = _story(entry, address, at)
        videos, is_video = _videos(entry)
        if story is None and not videos:
            skipped.append("an entry without a title")
            continue
        moment = story.published_at if story else _moment(entry, at)
        found += [Found(video, "feed", address, moment) for video in videos]
        if story is not None and not is_video:
            stories.append(story)
    return list({one.entry_id: one for one in stories}.values()), found, tuple(skipped)


def _refuse_hostile(content: bytes, content_type: str) -> None:
    declared = [match.decode("ascii", "replace") for match in _DECLARED.findall(content[:1000])]
    declared += re.findall(r"charset\s*=\s*[\"']?([^\s;\"']+)", content_type, re.IGNORECASE)
    strange = [name for name in declared if not _READABLE.fullmatch(name)]
    if strange:
        raise MalformedAnswer(f"the feed is written in an encoding that is not read: {strange[0][:40]!r}")
    if b"<!entity" in content.replace(b"\0", b"").lower():
        raise MalformedAnswer("the feed declares entities of its own, which are not read")


def _story(entry: Any, address: str, at: datetime) -> FeedStory | None:
    title = plain(str(entry.get("title") or ""))
    if not title:
        return None
    link = clean(str(entry.get("link") or ""))[:2000]
    identity = str(entry.get("id") or link or title)
    name = sha256(identity.encode("utf-8", "replace")).hexdigest()
    return FeedStory(
        address, name, title, link if link.startswith(("http://", "https://")) else None, _moment(entry, at)
    )


def plain(text: str) -> str:
    """Return ``text`` without tags, entities, NUL characters and line breaks, cut to a title's length."""
    return " ".join(str(clean(_TAG.sub(" ", html.unescape(text)))).split())[:LONGEST_TITLE]


def _videos(entry: Any) -> tuple[list[str], bool]:
    """The YouTube videos of an entry, each once, and whether the entry is nothing but one."""
    own = str(entry.get("yt_videoid") or "") or next(iter(_ids(str(entry.get("link") or ""))), "")
    if own and re.fullmatch(r"[\w-]{11}", own, re.ASCII):
        return [own], True
    return list(dict.fromkeys(video for text in _texts(entry) for video in _ids(text))), False


def _texts(entry: Any) -> Iterator[str]:
    for link in entry.get("links") or ():
        yield str(link.get("href") or "")
    for medium in entry.get("media_content") or ():
        yield str(medium.get("url") or "")
    yield str(entry.get("summary") or "")
    for part in entry.get("content") or ():
        yield str(part.get("value") or "")


def _ids(text: str) -> list[str]:
    return _VIDEO.findall(text)


def _moment(entry: Any, at: datetime) -> datetime:
    name = "updated_parsed" if "published_parsed" not in entry and "updated_parsed" in entry else "published_parsed"
    parsed = entry.get(name)
    try:
        moment = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return at
    return min(moment, at)
