"""`ytempire videos`: what an operator sees of the videos, and how another title is asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from typer.testing import CliRunner
from upload_scene import Stage

from ytempire.cli import app
from ytempire.database.connection import Connection
from ytempire.errors import InvalidInput
from ytempire.publishing import mark_published, offer_variants, swap_variant, upload_video
from ytempire.publishing.store import load_upload
from ytempire.settings import get_settings

Command = Callable[..., str]


@pytest.fixture
def videos(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    """Run `ytempire videos …` and return what it prints."""
    monkeypatch.setenv("YTEMPIRE_DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "240")
    get_settings.cache_clear()

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(app, ["videos", *arguments])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.output

    yield run
    get_settings.cache_clear()


@pytest.fixture
def youtube_video_id(stage: Stage, connection: Connection) -> str:
    upload = load_upload(connection, stage.new_upload(connection, title="One [bold]song"))
    titles = ["One [bold]song", "Another"]
    offer_variants(connection, stage.settings, upload.job_id, titles=titles, thumbnails={})
    with stage.client(connection) as client:
        identity = upload_video(connection, client, stage.settings, upload.upload_id)
        mark_published(connection, client, upload.upload_id)
    stage.new_upload(connection, title="Not sent")
    return identity


def test_videos_are_listed_and_shown(videos: Command, youtube_video_id: str) -> None:
    table = videos("list")
    assert "One [bold]song" in table and "Not sent" in table and "title a" in table
    (found,) = json.loads(videos("list", "--status", "published", "--channel", "Charts", "--json"))
    assert (found["youtube_video_id"], found["shown_title"], found["privacy_status"]) == (
        youtube_video_id, "a", "unlisted",
    )  # fmt: skip
    assert json.loads(videos("list", "--channel", "Other", "--json")) == []
    for identity in (youtube_video_id, found["video_id"]):
        assert json.loads(videos("show", identity, "--json")) == found
    assert "One [bold]song" in videos("show", youtube_video_id)
    with pytest.raises(InvalidInput, match="there is no video nowhere"):
        videos("show", "nowhere")


def test_another_title_is_asked_for_and_seen_when_it_is_shown(
    videos: Command, stage: Stage, connection: Connection, youtube_video_id: str
) -> None:
    assert "shown with it since" in videos("swap", youtube_video_id, "title", "a")
    assert "title b of " in videos("swap", youtube_video_id, "title", "b")
    first, second = json.loads(videos("variants", youtube_video_id, "--json"))
    assert [period["state"] for period in (*first["periods"], *second["periods"])] == ["shown", "asked"]
    assert "(asked for: title b)" in videos("list")
    video_id = json.loads(videos("show", youtube_video_id, "--json"))["video_id"]
    with stage.client(connection) as client:
        swap_variant(connection, client, stage.settings, video_id, "title", "b", actor="operator")
    assert "Another" in videos("list") and "title b" in videos("list")
    table = videos("variants", youtube_video_id)
    assert "now" in table and "publishing" in table
    with pytest.raises(InvalidInput, match="It has a, b"):
        videos("swap", youtube_video_id, "title", "z")
