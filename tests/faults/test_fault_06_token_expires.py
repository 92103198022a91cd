"""Fault 6: the access token expires in the middle of an upload: one refresh, resumed."""

from __future__ import annotations

from upload_scene import CHUNK, Stage

from ytempire.database.connection import Connection


def test_one_refresh_and_the_upload_goes_on(stage: Stage, connection: Connection) -> None:
    def expire(place: str) -> None:
        if place == f"chunk committed {2 * CHUNK}":
            stage.sandbox.post("tokens/expire")

    stage.upload(connection, stage.new_upload(connection), checkpoint=expire)
    assert len(stage.sandbox.journal("token.issued")) == 2
    assert len(stage.sandbox.journal("video.inserted")) == 1
    assert len(stage.sandbox.journal("upload.session_created")) == 1
    starts = [entry["details"]["first_byte"] for entry in stage.sandbox.journal("upload.chunk_received")]
    assert starts == [n * CHUNK for n in range(6)]
