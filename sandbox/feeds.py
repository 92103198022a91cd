"""Feeds below /feeds: a newsroom's RSS 2.0 about what charts, and the Atom feed that YouTube has for each channel.

https://www.rssboard.org/rss-specification and RFC 4287. Both answer a conditional request with 304 when nothing
has changed since (RFC 9110, 13.1): If-None-Match goes before If-Modified-Since.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import UTC, datetime, time
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b

from fastapi import APIRouter, Request
from starlette.responses import Response

from sandbox import charts
from sandbox.charts import VideoFact
from sandbox.core import World, WorldDep
from sandbox.history import CHART_HOUR
from sandbox.youtube_resources import seconds_iso

router = APIRouter(prefix="/feeds")

_ENTRIES_OF_A_CHANNEL = 15
_STORIES = 20
_HEADLINES = (
    "{title}",
    "{title} – the video everyone shares",
    "Why millions watch: {title}",
    "Trending now: {title}",
    "{channel} is back: {title}",
)
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NAMESPACES = (
    'xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns:media="http://search.yahoo.com/mrss/"'
    ' xmlns="http://www.w3.org/2005/Atom"'
)


@router.get("/stories.xml")
async def stories(request: Request, world: WorldDep, region: str = "US") -> Response:
    """What a newsroom writes about the chart of a country; every other story shows its video."""
    if region not in charts.regions(world):
        return Response("no such newsroom", status_code=404, media_type="text/plain")
    since = _chart_began(world)
    items = "".join(_item(fact, place, since) for place, fact in enumerate(charts.chart(world, region, _STORIES)))
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>'
        f"<title>Watched in {region}</title><link>https://news.example/{region}</link>"
        f"<description>What people watch.</description><lastBuildDate>{_rfc_822(since)}</lastBuildDate>"
        f"{items}</channel></rss>"
    )
    return _conditional(request, world, body, "application/rss+xml; charset=utf-8", since)


@router.get("/videos.xml")
async def videos(request: Request, world: WorldDep, channel_id: str) -> Response:
    """The newest videos of a channel, as https://www.youtube.com/feeds/videos.xml gives them."""
    uploads = charts.outside_uploads(world, channel_id)[:_ENTRIES_OF_A_CHANNEL]
    if not uploads:
        return Response("Error 404 (Not Found)", status_code=404, media_type="text/html")
    title = _text(uploads[0].channel_title)
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<feed {_NAMESPACES}>'
        f'<link rel="self" href="{_text(str(request.url))}"/><id>yt:channel:{channel_id[2:]}</id>'
        f"<yt:channelId>{channel_id[2:]}</yt:channelId><title>{title}</title>"
        f'<link rel="alternate" href="https://www.youtube.com/channel/{channel_id}"/>'
        f"<author><name>{title}</name><uri>https://www.youtube.com/channel/{channel_id}</uri></author>"
        f"<published>{seconds_iso(uploads[-1].published_at)}</published>"
        f"{''.join(map(_entry, uploads))}</feed>"
    )
    return _conditional(request, world, body, "text/xml; charset=UTF-8", uploads[0].published_at)


def _item(fact: VideoFact, place: int, since: datetime) -> str:
    headline = _HEADLINES[blake2b(fact.video_id.encode(), digest_size=1).digest()[0] % len(_HEADLINES)]
    title = headline.format(title=fact.title, channel=fact.channel_title)
    address = f"https://news.example/{fact.video_id.lower()}"
    shown = ""
    if place % 2 == 0:
        player = f'<iframe src="https://www.youtube.com/embed/{fact.video_id}?rel=0"></iframe>'
        shown = f"<p>Watch it here.</p>{player}"
    if place % 10 == 9:
        address = f"https://www.youtube.com/watch?v={fact.video_id}"
    return (
        f"<item><title>{_text(title)}</title><link>{_text(address)}</link>"
        f'<guid isPermaLink="false">{fact.video_id}-story</guid><pubDate>{_rfc_822(since)}</pubDate>'
        f"<description>{_text(f'<p>{fact.channel_title}</p>{shown}')}</description></item>"
    )


def _entry(fact: VideoFact) -> str:
    address = f"https://www.youtube.com/watch?v={fact.video_id}"
    moment = seconds_iso(fact.published_at)
    return (
        f"<entry><id>yt:video:{fact.video_id}</id><yt:videoId>{fact.video_id}</yt:videoId>"
        f"<yt:channelId>{fact.channel_id}</yt:channelId><title>{_text(fact.title)}</title>"
        f'<link rel="alternate" href="{address}"/>'
        f"<author><name>{_text(fact.channel_title)}</name>"
        f"<uri>https://www.youtube.com/channel/{fact.channel_id}</uri></author>"
        f"<published>{moment}</published><updated>{moment}</updated>"
        f"<media:group><media:title>{_text(fact.title)}</media:title>"
        f'<media:content url="https://www.youtube.com/v/{fact.video_id}?version=3"'
        ' type="application/x-shockwave-flash" width="640" height="390"/>'
        f"<media:description>{_text(fact.description)}</media:description>"
        f'<media:community><media:statistics views="{fact.views}"/></media:community></media:group></entry>'
    )


def _text(text: str) -> str:
    return html.escape(_NOT_IN_XML.sub("", text))


def _chart_began(world: World) -> datetime:
    """When the chart of the present day was published."""
    day = (world.now() - CHART_HOUR).date()
    return datetime.combine(day, time.min, UTC) + CHART_HOUR


def _rfc_822(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _conditional(request: Request, world: World, body: str, media_type: str, changed: datetime) -> Response:
    """The whole feed, or 304 without a body."""
    content = body.encode()
    etag = f'"{blake2b(content, digest_size=12).hexdigest()}"'
    headers = {"etag": etag, "last-modified": _rfc_822(changed), "cache-control": "max-age=300"}
    asked = request.headers.get("if-none-match")
    since = request.headers.get("if-modified-since")
    if asked is not None:
        fresh = etag in _etags(asked) or asked.strip() == "*"
    else:
        fresh = since is not None and _not_after(changed, since)
    status = 304 if fresh else 200
    world.record("feed.read", path=request.url.path, query=request.url.query, status=status, etag=asked, since=since)
    if fresh:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)


def _etags(header: str) -> Sequence[str]:
    return [part.strip().removeprefix("W/") for part in header.split(",")]


def _not_after(changed: datetime, since: str) -> bool:
    try:
        return changed.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False
