"""Without the owner's recorded consent nothing is uploaded; a lost one pauses its channel, and only for itself."""

from __future__ import annotations

from uuid import UUID

import psycopg
import pytest
from upload_scene import Stage

from ytempire.alerts import list_alerts
from ytempire.channels.consents import (
    ALERT,
    AUTHORISATION_LOST,
    NOT_CONNECTED,
    ConsentEvent,
    current_consent,
    pausing_when_revoked,
    record_consent,
    require_consent,
)
from ytempire.channels.models import ChannelSpec
from ytempire.channels.store import create_channel, get_channel, pause_channel, resume_channel
from ytempire.database.connection import Connection
from ytempire.errors import ConsentMissing, CredentialsRevoked
from ytempire.publishing.store import load_upload
from ytempire.youtube.scopes import ANALYTICS, MANAGE


@pytest.fixture
def channel_id(connection: Connection) -> UUID:
    return new_channel(connection, "UCabcdefghijklmnopqrstuv")


def new_channel(connection: Connection, youtube_channel_id: str) -> UUID:
    values = {"youtube_channel_id": youtube_channel_id, "name": "Charts", "niche": "music", "credentials_id": "c"}
    return create_channel(connection, ChannelSpec.of(values))


def give(connection: Connection, channel_id: UUID, *scopes: str) -> ConsentEvent:
    return record_consent(
        connection, channel_id, client_id="a client", scopes=scopes or (MANAGE, ANALYTICS), actor="a person"
    )


def lose(connection: Connection, channel_id: UUID) -> None:
    with pytest.raises(CredentialsRevoked), pausing_when_revoked(connection, channel_id):
        raise CredentialsRevoked("invalid_grant")


def state(connection: Connection, channel_id: UUID) -> tuple[str, str | None]:
    channel = get_channel(connection, channel_id)
    return channel.status, channel.status_reason


def test_a_consent_is_recorded_with_time_scopes_and_person(connection: Connection, channel_id: UUID) -> None:
    given = give(connection, channel_id)
    assert current_consent(connection, channel_id) == given == require_consent(connection, channel_id)
    assert (given.scopes, given.recorded_by, given.client_id) == (sorted([MANAGE, ANALYTICS]), "a person", "a client")
    (now,) = connection.execute("SELECT clock_timestamp() AS now").fetchall()
    assert 0 <= (now["now"] - given.at).total_seconds() < 60
    audited = connection.execute("SELECT * FROM ytempire.audit_log WHERE action = 'channel.consent_given'").fetchone()
    assert audited is not None
    assert (audited["actor"], audited["entity_id"]) == ("a person", str(channel_id))
    assert audited["details"]["scopes"] == ["yt-analytics.readonly", "youtube.force-ssl"][::-1]


@pytest.mark.parametrize(
    "change", ["UPDATE ytempire.channel_consents SET recorded_by = 'nobody'", "DELETE FROM ytempire.channel_consents"]
)
def test_a_recorded_consent_is_never_changed(connection: Connection, channel_id: UUID, change: str) -> None:
    give(connection, channel_id)
    with pytest.raises(psycopg.errors.RestrictViolation):
        connection.execute(change)
    assert current_consent(connection, channel_id) is not None


def test_a_channel_that_is_erased_takes_its_consents_along(connection: Connection, channel_id: UUID) -> None:
    give(connection, channel_id)
    other = new_channel(connection, "UCother")
    kept = give(connection, other)
    connection.execute("DELETE FROM ytempire.channels WHERE channel_id = %s", (channel_id,))
    left = connection.execute("SELECT consent_id FROM ytempire.channel_consents").fetchall()
    assert [row["consent_id"] for row in left] == [kept.consent_id]


def test_a_lost_consent_pauses_that_channel_with_an_alert_and_no_other(
    connection: Connection, channel_id: UUID
) -> None:
    other = new_channel(connection, "UCother")
    give(connection, channel_id)
    give(connection, other)
    lose(connection, channel_id)
    assert state(connection, channel_id) == ("paused", AUTHORISATION_LOST)
    assert state(connection, other) == ("active", None)
    assert current_consent(connection, channel_id) is None
    (alert,) = list_alerts(connection)
    assert (alert.kind, alert.subject, alert.severity) == (ALERT, str(channel_id), "critical")
    assert "invalid_grant" in alert.message and "make channel-connect" in alert.message


def test_connecting_again_resolves_the_alert_and_resumes(connection: Connection, channel_id: UUID) -> None:
    give(connection, channel_id)
    lose(connection, channel_id)
    give(connection, channel_id)
    assert state(connection, channel_id) == ("active", None)
    assert list_alerts(connection) == []
    (over,) = list_alerts(connection, resolved=True)
    assert over.resolved_at is not None
    events = connection.execute("SELECT event FROM ytempire.channel_consents ORDER BY consent_id")
    assert [row["event"] for row in events] == ["given", "lost", "given"]


def test_a_channel_that_a_person_paused_stays_paused(connection: Connection, channel_id: UUID) -> None:
    give(connection, channel_id)
    pause_channel(connection, channel_id, "holidays")
    lose(connection, channel_id)
    assert state(connection, channel_id) == ("paused", "holidays")
    give(connection, channel_id)
    assert state(connection, channel_id) == ("paused", "holidays")
    assert list_alerts(connection) == []


def test_a_channel_that_waits_for_its_first_consent_raises_no_alert_and_works_from_then_on(
    connection: Connection, channel_id: UUID
) -> None:
    pause_channel(connection, channel_id, NOT_CONNECTED)
    lose(connection, channel_id)
    assert state(connection, channel_id) == ("paused", NOT_CONNECTED)
    give(connection, channel_id)
    assert state(connection, channel_id) == ("active", None)
    assert list_alerts(connection, resolved=True) == []


def test_a_pause_by_a_person_outlasts_the_wait_for_a_consent(connection: Connection, channel_id: UUID) -> None:
    pause_channel(connection, channel_id, NOT_CONNECTED)
    pause_channel(connection, channel_id, "holidays", actor="a person")
    give(connection, channel_id)
    assert state(connection, channel_id) == ("paused", "holidays")


def test_what_an_older_worker_finds_out_does_not_undo_a_new_consent(connection: Connection, channel_id: UUID) -> None:
    give(connection, channel_id)
    with pytest.raises(CredentialsRevoked), pausing_when_revoked(connection, channel_id):
        give(connection, channel_id)
        raise CredentialsRevoked("invalid_grant, with the older tokens")
    assert state(connection, channel_id) == ("active", None)
    assert current_consent(connection, channel_id) is not None
    assert list_alerts(connection) == []


def test_losing_it_every_night_is_one_loss_and_one_alert(connection: Connection, channel_id: UUID) -> None:
    give(connection, channel_id)
    for _ in range(3):
        lose(connection, channel_id)
    (alert,) = list_alerts(connection)
    assert alert.times == 3
    counted = connection.execute("SELECT count(*) AS lost FROM ytempire.channel_consents WHERE event = 'lost'")
    assert next(counted)["lost"] == 1


def test_an_upload_without_a_recorded_consent_is_refused(stage: Stage, connection: Connection) -> None:
    connection.execute("TRUNCATE ytempire.channel_consents")
    upload_id = stage.new_upload(connection)
    with pytest.raises(ConsentMissing, match="no consent of the owner"):
        stage.upload(connection, upload_id)
    assert stage.sandbox.journal("upload.session_created") == []
    assert stage.sandbox.journal("token.issued") == []
    assert load_upload(connection, upload_id).youtube_video_id is None
    assert state(connection, stage.channel_id)[0] == "paused"
    (alert,) = list_alerts(connection)
    assert alert.subject == str(stage.channel_id)
    give(connection, stage.channel_id)
    assert stage.upload(connection, upload_id)


def test_resuming_by_hand_does_not_replace_a_consent(stage: Stage, connection: Connection) -> None:
    lose(connection, stage.channel_id)
    resume_channel(connection, stage.channel_id)
    with pytest.raises(ConsentMissing):
        stage.upload(connection, stage.new_upload(connection))
    assert stage.sandbox.journal("video.inserted") == []


def test_a_consent_to_less_than_publishing_is_none_for_an_upload(connection: Connection, channel_id: UUID) -> None:
    give(connection, channel_id, ANALYTICS)
    with pytest.raises(ConsentMissing, match=r"has not agreed to youtube\.force-ssl"):
        require_consent(connection, channel_id)
