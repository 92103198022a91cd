"""The client over HTTP: typed values, the service's own time, errors by recovery, bad items left out."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from upload_scene import Sandbox, Stage, sandbox_settings

from ytempire.database.connection import Connection
from ytempire.errors import (
    MalformedAnswer,
    NotAttempted,
    NotFound,
    RequestRefused,
    Retriable,
)
from ytempire.youtube.client import YouTubeClient
from ytempire.youtube.credentials import OAuthCredentials
from ytempire.youtube.models import ReportTable


@pytest.fixture
def anyone(sandbox_url: str) -> Iterator[YouTubeClient]:
    """A client without consent of any channel."""
    with YouTubeClient(sandbox_settings(sandbox_url), api_key="a key") as client:
        yield client


@pytest.fixture
def owner(stage: Stage, connection: Connection) -> Iterator[YouTubeClient]:
    """A client that acts for the stage's channel."""
    with stage.client(connection) as client:
        yield client


def test_a_chart_comes_with_the_services_own_time(sandbox_url: str, anyone: YouTubeClient) -> None:
    moment = datetime(2026, 7, 1, 12, tzinfo=UTC)
    Sandbox(sandbox_url).post("clock", now=moment.isoformat())
    chart = anyone.most_popular("US", 60)
    assert abs((chart.at - moment).total_seconds()) < 30
    assert chart.skipped == ()
    assert len({video.youtube_video_id for video in chart.value}) == len(chart.value) > 0
    assert all(video.views >= 0 and video.title and video.published_at <= chart.at for video in chart.value)


def test_videos_are_fetched_in_batches_and_those_that_are_gone_are_absent(
    sandbox_url: str, anyone: YouTubeClient
) -> None:
    known = [video.youtube_video_id for video in anyone.most_popular("US").value]
    before = Sandbox(sandbox_url).last_entry()
    found = anyone.videos([*known, *(f"missing{n:04}" for n in range(60))])
    assert {video.youtube_video_id for video in found.value} == set(known)
    charged = Sandbox(sandbox_url).journal("quota.charged", before)
    assert len(charged) == -(-(len(known) + 60) // 50)


def test_one_bad_item_is_left_out_and_reported(sandbox_url: str, anyone: YouTubeClient) -> None:
    good = {
        "id": "abcdefghijk",
        "snippet": {
            "title": "A\x00 title", "channelId": "UCx", "publishedAt": "2026-07-01T00:00:00Z",
            "categoryId": "10",
        },
        "contentDetails": {"duration": "PT1H2M3S"},
        "statistics": {"viewCount": "12"},
    }  # fmt: skip
    no_views = {**good, "statistics": {}}
    no_time = {**good, "snippet": {**good["snippet"], "publishedAt": "yesterday"}}
    for bad in (no_views, no_time, "text", None, {}):
        Sandbox(sandbox_url).fault("/youtube/v3/videos", status=200, body={"items": [bad, good]})
        answer = anyone.most_popular("US", 2)
        (video,), (skipped,) = answer.value, answer.skipped
        assert (video.title, video.duration_seconds, video.views, video.likes) == ("A title", 3723, 12, None)
        assert str(skipped).startswith("item 0")


@pytest.mark.parametrize("body", ["", "{", '{"items": [', "null", "[]", "<html>", '{"items": 7}', '{"items": null}'])
def test_an_answer_that_is_none_is_asked_for_again_and_then_an_error(
    sandbox_url: str, anyone: YouTubeClient, body: str
) -> None:
    Sandbox(sandbox_url).fault("/youtube/v3/videos", status=200, body=body, times=-1)
    with pytest.raises(MalformedAnswer):
        anyone.most_popular("US")


def test_an_uploads_playlist_lists_the_newest_first_and_may_be_missing(
    stage: Stage, connection: Connection, owner: YouTubeClient
) -> None:
    playlist_id = owner.my_channel().uploads_playlist_id
    assert owner.uploads(playlist_id).value == []
    assert owner.uploads("UUdoesnotexist0000000000").value == []
    ids = [stage.upload(connection, stage.new_upload(connection, privacy_status="public")) for _ in range(2)]
    assert [item.youtube_video_id for item in owner.uploads(playlist_id).value] == ids[::-1]


def test_our_channel_is_known_by_its_consent(stage: Stage, owner: YouTubeClient) -> None:
    channel = owner.my_channel()
    assert (channel.youtube_channel_id, channel.title) == (stage.youtube_channel_id, "Charts")
    (found,) = owner.channels([channel.youtube_channel_id]).value
    assert found == channel


def test_a_refusal_is_not_tried_again(stage: Stage, owner: YouTubeClient, tmp_path: Path) -> None:
    image = tmp_path / "thumbnail.jpg"
    image.write_bytes(b"no image")
    with pytest.raises(NotFound):
        owner.set_thumbnail("nosuchvideo", image)
    assert stage.sandbox.journal("thumbnail.set") == []


def test_captions_whose_answer_was_lost_are_not_sent_again_by_the_client(
    stage: Stage, connection: Connection, owner: YouTubeClient, finishing_files: tuple[Path, Path]
) -> None:
    video_id = stage.upload(connection, stage.new_upload(connection))
    stage.sandbox.fault("captions", method="POST", cut="after")
    with pytest.raises(Retriable, match="lost"):
        owner.insert_caption(video_id, finishing_files[1], "en")
    assert len(stage.sandbox.journal("captions.inserted")) == 1
    assert [track.language for track in owner.list_captions(video_id)] == ["en"]


def test_a_video_joins_a_playlist(stage: Stage, connection: Connection, owner: YouTubeClient) -> None:
    video_id = stage.upload(connection, stage.new_upload(connection))
    playlist_id = owner.playlists.create("Charts", "public")
    owner.playlists.add(playlist_id, video_id)
    assert [item.youtube_video_id for item in owner.uploads(playlist_id).value] == [video_id]


def test_a_report_is_read_by_its_headers(sandbox_url: str, owner: YouTubeClient) -> None:
    body = {
        "kind": "youtubeAnalytics#resultTable",
        "columnHeaders": [
            {"name": "likes", "columnType": "METRIC", "dataType": "INTEGER"},
            {"name": "video", "columnType": "DIMENSION", "dataType": "STRING"},
        ],
        "rows": [[3, "abc"]],
    }
    Sandbox(sandbox_url).fault("/v2/reports", status=200, body=body)
    table = report(owner)
    assert table.records() == [{"likes": 3, "video": "abc"}]
    Sandbox(sandbox_url).fault("/v2/reports", status=200, body={**body, "rows": None})
    assert report(owner).rows == []


@pytest.mark.parametrize("rows", [[[1]], [[1, 2, 3]], "rows", [1, 2], [None]])
def test_a_report_whose_rows_do_not_fit_is_malformed(sandbox_url: str, owner: YouTubeClient, rows: object) -> None:
    headers = [{"name": "views"}, {"name": "video"}]
    body = {"columnHeaders": headers, "rows": rows}
    Sandbox(sandbox_url).fault("/v2/reports", status=200, body=body, times=-1)
    with pytest.raises(MalformedAnswer):
        report(owner)


@pytest.mark.parametrize(("status", "reason"), [(403, "forbidden"), (400, "badRequest")])
def test_a_refused_metric_is_final(sandbox_url: str, owner: YouTubeClient, status: int, reason: str) -> None:
    Sandbox(sandbox_url).fault("/v2/reports", status=status, reason=reason)
    with pytest.raises(RequestRefused) as caught:
        report(owner)
    assert caught.value.status == status


def report(client: YouTubeClient) -> ReportTable:
    return client.analytics_report(
        youtube_channel_id="UCx",
        start_day=date(2026, 7, 1),
        end_day=date(2026, 7, 1),
        metrics=["likes"],
        dimensions=["video"],
    )


def test_without_a_connection_the_call_surely_had_no_effect() -> None:
    with (
        YouTubeClient(sandbox_settings("http://127.0.0.1:9", max_attempts=2), api_key="k") as client,
        pytest.raises(NotAttempted, match="no connection"),
    ):
        client.most_popular("US")


def test_no_error_tells_the_key_or_a_secret(sandbox_url: str) -> None:
    settings = sandbox_settings(sandbox_url, max_attempts=1)
    Sandbox(sandbox_url).fault("/youtube/v3", status=500, times=-1)
    with YouTubeClient(settings, api_key="canary-key") as client, pytest.raises(Retriable) as caught:
        client.most_popular("US")
    assert "canary-key" not in chain(caught.value)
    credentials = OAuthCredentials("canary-client", "canary-secret", "canary-token")
    with YouTubeClient(settings, credentials=credentials) as client, pytest.raises(RequestRefused) as refused:
        client.my_channel()
    assert "canary" not in chain(refused.value)
    assert "canary-secret" not in repr(credentials)


def chain(error: BaseException | None) -> str:
    assert error is not None
    return "".join(traceback.format_exception(error))


def test_httpx_does_not_log_addresses(sandbox_url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    with YouTubeClient(sandbox_settings(sandbox_url), api_key="canary-key") as client:
        client.most_popular("US", 1)
    assert "canary-key" not in caplog.text
