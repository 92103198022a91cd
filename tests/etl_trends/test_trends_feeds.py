"""A feed over HTTP: only what is new is sent again, and no server holds up the watch or fills the memory."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from etl_rows import add_channel
from trend_scene import charged, fault, journal, mend, set_clock, trend_settings

from etl.trends.clients import public_clients
from etl.trends.crew import OpenClient
from etl.trends.feeds import FeedSource
from etl.trends.refresh import RefreshSummary, refresh_trends
from etl.trends.sources import Marks, Sightings
from ytempire.database.connection import Connection
from ytempire.errors import MalformedAnswer, NotAttempted, NotFound, RequestRefused, Retriable
from ytempire.settings import Settings

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ALL_CATEGORIES = [1, 2, 10, 15, 17, 19, 20, 22, 23, 24, 25, 26, 27, 28]


@pytest.fixture
def settings(sandbox_url: str) -> Settings:
    return trend_settings(sandbox_url, regions=["US"], feeds=[f"{sandbox_url}/feeds/stories.xml?region=US"])


@pytest.fixture
def client(settings: Settings, database_url: str) -> OpenClient:
    return public_clients(settings, database_url, "key")


@pytest.fixture
def refresh(connection: Connection, client: OpenClient, settings: Settings) -> Callable[[], RefreshSummary]:
    add_channel(connection, "UCa", category_ids=ALL_CATEGORIES)
    return lambda: refresh_trends(connection, client, settings)


def rows(connection: Connection, query: str) -> list[dict[str, object]]:
    return connection.execute(query).fetchall()


def look(address: str, marks: Marks | None = None, *, most: int = 100_000, seconds: float = 5) -> Sightings:
    return FeedSource(address, marks or Marks(), most, 100, seconds).fetch(None)


def test_a_feed_brings_stories_and_videos_that_are_observed(
    connection: Connection, refresh: Callable[[], RefreshSummary], sandbox_url: str
) -> None:
    set_clock(sandbox_url, NOON)
    summary = refresh()
    assert (len(summary.feeds_ok), summary.feeds_failed) == (1, {})
    stories = rows(connection, "SELECT title, link, length(embedding) AS bytes FROM ytempire.trend_stories")
    assert len(stories) == 18
    assert {row["bytes"] for row in stories} == {4 * 384}
    seen = rows(
        connection,
        "SELECT count(*) AS videos, min(fetched_at) AS at, count(views) AS views, max(region_code) AS region"
        " FROM ytempire.trend_snapshots WHERE source = 'feed'",
    )[0]
    assert (seen["videos"], seen["views"], seen["region"]) == (12, 12, "")
    assert seen["at"] >= NOON
    assert charged(sandbox_url) == {"youtube.videos.list": 2}


def test_what_a_feed_and_a_chart_tell_is_one_topic(
    connection: Connection, refresh: Callable[[], RefreshSummary], sandbox_url: str
) -> None:
    set_clock(sandbox_url, NOON)
    refresh()
    joined = rows(connection, "SELECT reason, sources FROM ytempire.topics WHERE reason LIKE '%1 feed%'")
    assert joined
    assert {tuple(row["sources"]) for row in joined} == {("chart", "feed")}


def test_an_unchanged_feed_is_not_sent_again_and_its_videos_are_observed_further(
    connection: Connection, refresh: Callable[[], RefreshSummary], sandbox_url: str
) -> None:
    set_clock(sandbox_url, NOON)
    refresh()
    set_clock(sandbox_url, NOON.replace(minute=15))
    refresh()
    first, second = journal(sandbox_url, "feed.read")
    assert (first["status"], first["etag"], first["since"]) == (200, None, None)
    assert second["status"] == 304
    assert second["etag"] and second["since"]
    observed = rows(connection, "SELECT count(DISTINCT fetched_at) AS times FROM ytempire.trend_snapshots"
                                " WHERE source = 'feed'")  # fmt: skip
    assert observed == [{"times": 2}]
    assert rows(connection, "SELECT count(*) AS n FROM ytempire.trend_stories") == [{"n": 18}]


def test_a_feed_that_fails_leaves_the_others_working_and_is_visible(
    connection: Connection, refresh: Callable[[], RefreshSummary], settings: Settings, sandbox_url: str
) -> None:
    fault(sandbox_url, path="/feeds/", status=502)
    summary = refresh()
    assert summary.regions_ok == ["US"]
    assert "502" in summary.feeds_failed[settings.trends.feeds[0]]
    state = rows(connection, "SELECT state, message FROM ytempire.trend_source_runs WHERE source = 'feed'")[0]
    assert state["state"] == "failed" and "502" in str(state["message"])
    mend(sandbox_url)
    assert refresh().feeds_failed == {}
    assert journal(sandbox_url, "feed.read")[-1]["etag"] is None


def test_a_hostile_feed_changes_nothing(
    connection: Connection, refresh: Callable[[], RefreshSummary], sandbox_url: str
) -> None:
    bomb = '<!DOCTYPE r [<!ENTITY a "ha">]><rss version="2.0"><channel><item><title>&a;</title></item></channel></rss>'
    fault(sandbox_url, path="/feeds/", status=200, body=bomb, headers={"content-type": "text/xml"})
    (message,) = refresh().feeds_failed.values()
    assert "entities" in message
    assert rows(connection, "SELECT count(*) AS n FROM ytempire.trend_stories") == [{"n": 0}]


@pytest.mark.parametrize(
    ("status", "error"),
    [(404, NotFound), (410, NotFound), (403, RequestRefused), (429, NotAttempted), (500, Retriable), (503, Retriable)],
)
def test_a_refusal_is_told_apart_from_a_failure(sandbox_url: str, status: int, error: type[Exception]) -> None:
    fault(sandbox_url, path="/feeds/", status=status)
    with pytest.raises(error, match=str(status)):
        look(f"{sandbox_url}/feeds/stories.xml")


def test_nobody_there_and_an_answer_cut_off(sandbox_url: str) -> None:
    with pytest.raises(NotAttempted):
        look("http://127.0.0.1:9/feed")
    fault(sandbox_url, path="/feeds/", cut="after")
    with pytest.raises(Retriable):
        look(f"{sandbox_url}/feeds/stories.xml")


class Adversary(BaseHTTPRequestHandler):
    """A server that means no good."""

    def do_GET(self) -> None:
        getattr(self, self.path.strip("/"))()

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _begin(self, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def circle(self) -> None:
        self._begin(302, location="/circle")

    def elsewhere(self) -> None:
        self._begin(302, location="file:///etc/passwd")

    def squeezed(self) -> None:
        self._begin(content_encoding="gzip")
        self.wfile.write(gzip.compress(b"\0" * 10_000_000))

    def endless(self) -> None:
        self._begin()
        for _ in range(10_000):
            self.wfile.write(b"<rss>" * 10_000)

    def drop_by_drop(self) -> None:
        self._begin()
        for _ in range(100):
            self.wfile.write(b"<")
            self.wfile.flush()
            time.sleep(0.1)


@pytest.fixture
def adversary() -> Iterator[str]:
    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """The client hangs up: that is what is wanted."""

    server = Quiet(("127.0.0.1", 0), Adversary)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("way", "error", "words"),
    [
        ("circle", RequestRefused, "redirect"),
        ("elsewhere", RequestRefused, "protocol|UnsupportedProtocol|scheme"),
        ("squeezed", MalformedAnswer, "compressed"),
        ("endless", MalformedAnswer, "longer than 100,000 bytes"),
        ("drop_by_drop", Retriable, "longer than 0.5 s"),
    ],
)
def test_a_server_that_means_no_good_is_left_soon(adversary: str, way: str, error: type[Exception], words: str) -> None:
    started = time.monotonic()
    with pytest.raises(error, match=words):
        look(f"{adversary}/{way}", seconds=0.5)
    assert time.monotonic() - started < 3
