"""Fault 2 beyond the upload: the answer to thumbnail, captions, playlist or item is lost; nothing is done twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from upload_scene import Stage
from upload_truth import Youtube, assert_published_once, assert_truth, sha256_of

from ytempire.database.connection import Connection
from ytempire.errors import Retriable

EMPTY_PLAYLISTS = {"kind": "youtube#playlistListResponse", "items": []}
EMPTY_ITEMS = {"kind": "youtube#playlistItemListResponse", "items": []}


@pytest.fixture
def uploaded(stage: Stage, connection: Connection):
    stage.collect_in_playlist(connection)
    upload_id = stage.new_upload(connection)
    stage.upload(connection, upload_id)
    return upload_id


@pytest.mark.parametrize("path", ["thumbnails", "captions", "/v3/playlists", "/v3/playlistItems"])
def test_what_must_not_be_repeated_is_looked_for_first(
    stage: Stage, connection: Connection, finishing_files: tuple[Path, Path], uploaded, path: str
) -> None:
    stage.sandbox.fault(path, method="POST", cut="after")
    with pytest.raises(Retriable, match="lost"):
        stage.finish(connection, uploaded, finishing_files)
    assert_truth(connection, Youtube.of(stage.sandbox), uploaded)
    stage.finish(connection, uploaded, finishing_files)
    assert_published_once(connection, Youtube.of(stage.sandbox), uploaded)


@pytest.mark.parametrize(("path", "empty"), [("/v3/playlists", EMPTY_PLAYLISTS), ("/v3/playlistItems", EMPTY_ITEMS)])
def test_a_list_that_lags_behind_is_looked_at_again(
    stage: Stage, connection: Connection, finishing_files: tuple[Path, Path], uploaded, path: str, empty: dict
) -> None:
    stage.sandbox.fault(path, method="POST", cut="after")
    with pytest.raises(Retriable, match="lost"):
        stage.finish(connection, uploaded, finishing_files)
    stage.sandbox.fault(path, method="GET", status=200, body=empty, times=2)
    stage.finish(connection, uploaded, finishing_files)
    assert_published_once(connection, Youtube.of(stage.sandbox), uploaded)


def test_another_picture_than_the_one_on_its_way_is_set_again(
    stage: Stage, connection: Connection, finishing_files: tuple[Path, Path], uploaded, tmp_path: Path
) -> None:
    stage.sandbox.fault("thumbnails", method="POST", cut="after")
    with pytest.raises(Retriable, match="lost"):
        stage.finish(connection, uploaded, finishing_files)
    other = tmp_path / "other.png"
    Image.new("RGB", (1280, 720), "#aa4030").save(other)
    stage.finish(connection, uploaded, (other, finishing_files[1]))
    pictures = [entry["details"]["sha256"] for entry in stage.sandbox.journal("thumbnail.set")]
    assert pictures == [sha256_of(finishing_files[0]), sha256_of(other)]
