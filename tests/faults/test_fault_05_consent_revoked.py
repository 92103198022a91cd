"""Fault 5: `invalid_grant` pauses that channel with an alert, without a retry; the others finish."""

from __future__ import annotations

from pathlib import Path

import pytest
from upload_scene import CHUNK, Stage, agree, open_stage, put
from upload_watch import watched_requests

from ytempire.alerts import list_alerts
from ytempire.channels.consents import ALERT, AUTHORISATION_LOST
from ytempire.channels.store import get_channel
from ytempire.database.connection import Connection
from ytempire.errors import CredentialsRevoked
from ytempire.publishing import due_uploads
from ytempire.publishing.store import load_upload


def test_a_revoked_channel_pauses_with_an_alert_and_the_others_finish(
    stage: Stage, connection: Connection, sandbox_url: str, small_video: Path
) -> None:
    other = open_stage(stage.database_url, connection, sandbox_url, small_video, name="News")
    lost, good = stage.new_upload(connection), other.new_upload(connection)
    stage.sandbox.post("revoke", channel_id=stage.youtube_channel_id)
    with pytest.raises(CredentialsRevoked, match="invalid_grant"):
        stage.upload(connection, lost)
    assert other.upload(connection, good)

    paused, active = get_channel(connection, stage.channel_id), get_channel(connection, other.channel_id)
    assert (paused.status, paused.status_reason) == ("paused", AUTHORISATION_LOST)
    assert (active.status, active.status_reason) == ("active", None)
    (alert,) = list_alerts(connection)
    assert (alert.kind, alert.subject, alert.severity) == (ALERT, str(stage.channel_id), "critical")
    assert "Charts" in alert.message and "invalid_grant" in alert.message
    assert load_upload(connection, lost).status == "deferred", "it waits for the consent to be given again"
    assert due_uploads(connection, stage.settings.youtube) == []
    audited = connection.execute("SELECT entity_id FROM ytempire.audit_log WHERE action = 'channel.paused'")
    assert [row["entity_id"] for row in audited] == [str(stage.channel_id)]
    used = connection.execute("SELECT used FROM ytempire.quota_buckets WHERE bucket = 'videos.insert'")
    assert [row["used"] for row in used] == [1]


def test_nothing_is_tried_again(stage: Stage, connection: Connection) -> None:
    stage.sandbox.post("revoke", channel_id=stage.youtube_channel_id)
    stage.sandbox.fault("/token", headers={"x-seen": "1"}, times=-1)
    with pytest.raises(CredentialsRevoked):
        stage.upload(connection, stage.new_upload(connection))
    asked = [entry["details"]["path"] for entry in stage.sandbox.journal("fault.injected")]
    assert asked == ["/token"]


def test_a_consent_lost_in_the_middle_of_an_upload_is_one_too(stage: Stage, connection: Connection) -> None:
    def revoke(event: str) -> None:
        if event.startswith(f"before {put(3 * CHUNK)}"):
            stage.sandbox.post("revoke", channel_id=stage.youtube_channel_id)

    upload_id = stage.new_upload(connection)
    with watched_requests(revoke), pytest.raises(CredentialsRevoked):
        stage.upload(connection, upload_id)
    assert get_channel(connection, stage.channel_id).status == "paused"
    assert [alert.subject for alert in list_alerts(connection)] == [str(stage.channel_id)]
    upload = load_upload(connection, upload_id)
    assert (upload.status, upload.sent_bytes) == ("deferred", 3 * CHUNK)
    assert upload.session_uri is not None


def test_a_token_service_that_is_ill_pauses_nobody(stage: Stage, connection: Connection) -> None:
    upload_id = stage.new_upload(connection)
    stage.sandbox.fault("/token", status=503, times=2)
    stage.upload(connection, upload_id)
    assert get_channel(connection, stage.channel_id).status == "active"
    assert list_alerts(connection) == []
    assert len(stage.sandbox.journal("token.issued")) == 1


def test_consent_given_again_resumes_where_it_stood(stage: Stage, connection: Connection) -> None:
    upload_id = stage.new_upload(connection)
    stage.sandbox.fault("/token", status=400, reason="invalid_grant")
    with pytest.raises(CredentialsRevoked):
        stage.upload(connection, upload_id)
    agree(connection, stage.channel_id)
    assert get_channel(connection, stage.channel_id).status == "active"
    assert list_alerts(connection) == []
    assert [due.upload_id for due in due_uploads(connection, stage.settings.youtube)] == [upload_id]
    stage.upload(connection, upload_id)
    assert len(stage.sandbox.journal("video.inserted")) == 1
