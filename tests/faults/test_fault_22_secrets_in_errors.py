"""22: secrets as canaries in the environment, in errors and in URLs: no error of ours says one, whoever quotes it.

What is known to be secret is replaced where an error of ours is made, so that it reaches no log and no table.
"""

from __future__ import annotations

import json
import traceback
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from secret_scan import database_hits, folder_hits, forms, hits
from upload_scene import Stage

from ytempire import errors, redaction
from ytempire.alerts import list_alerts
from ytempire.channels.store import get_channel
from ytempire.database.connection import Connection, connect
from ytempire.errors import CredentialsRevoked, InvalidInput, Permanent, Retriable, YtempireError
from ytempire.publishing import set_thumbnail
from ytempire.redaction import MASK, keep_secret, redacted

CANARY = "canary/9f3b+27c1=a8"


@pytest.fixture(autouse=True)
def _nothing_entrusted_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other tests of this process entrusted is part of no text here."""
    monkeypatch.setattr(redaction, "_kept", set())


def all_errors(base: type[YtempireError] = YtempireError) -> list[type[YtempireError]]:
    return [base, *(error for direct in base.__subclasses__() for error in all_errors(direct))]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENAI_API_KEY", CANARY),
        ("VAULT_TOKEN", CANARY),
        ("POSTGRES_PASSWORD", CANARY),
        ("AIRFLOW__API_AUTH__JWT_SECRET", CANARY),
        ("YTEMPIRE_DATABASE_URL", f"postgresql://ytempire:{quote(CANARY, safe='')}@db/ytempire"),
        ("AIRFLOW_CONN_YOUTUBE_API", json.dumps({"conn_type": "generic", "password": CANARY})),
        ("AIRFLOW__SECRETS__BACKEND_KWARGS", json.dumps({"url": "http://vault", "token": CANARY})),
        ("AIRFLOW_CONN_CHANNEL", json.dumps({"conn_type": "generic", "extra": json.dumps({"refresh_token": CANARY})})),
    ],
)
def test_what_the_environment_holds_is_not_said(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    for text in (f"they told us {CANARY}, really", f"GET /?q={quote(CANARY, safe='')} failed"):
        assert hits(redacted(text), [CANARY]) == []
        assert MASK in redacted(text)


@pytest.mark.parametrize(
    "text",
    [
        "refused: ya29.a0AfH6SMBcanarycanarycanary",
        "refused: 1//0canarycanarycanarycanary",
        "refused: 4/0canarycanarycanarycanary",
        "the client GOCSPX-canarycanarycanary is unknown",
        "header Authorization: Bearer canary.canary-canary",
        "connection to postgresql://ytempire:canary@127.0.0.1/x failed",
        "GET https://pixabay.com/api/?q=sea&key=canary-canary failed",
        "POST /upload?upload_id=canary&part=snippet",
        "host=db user=x password=canary dbname=y",
        "host=db user=x password='canary canary' dbname=y",
    ],
)
def test_what_has_the_shape_of_a_secret_is_not_said(text: str) -> None:
    assert "canary" not in redacted(text)


@pytest.mark.parametrize(
    "text",
    [
        "videos.insert: 400 invalidTitle: The title is too long",
        "quota bucket default is exhausted until 2026-11-22T08:00:00+00:00",
        "/var/media/jobs/0b6d7c1e-8d8e-4b52-9e53-2a7a4c3f0f11/assembly-4e6fba/video.mp4 cannot be read",
        "https://www.youtube.com/watch?v=abcdefghijk is gone",
        "a basic principle of authentication",
        "YTEMPIRE_YOUTUBE__TOKEN_URL: Input should be a valid string",
    ],
)
def test_what_is_no_secret_stays_readable(text: str) -> None:
    assert redacted(text) == text


def test_the_address_of_the_token_service_is_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YTEMPIRE_YOUTUBE__TOKEN_URL", "https://oauth2.googleapis.com/token")
    assert redacted("https://oauth2.googleapis.com/token does not answer").startswith("https://oauth2")


def test_every_error_of_ours_is_without_secrets() -> None:
    keep_secret(CANARY)
    plain = [kind for kind in all_errors() if kind.__init__ in (YtempireError.__init__, Retriable.__init__)]
    assert {Permanent, Retriable, CredentialsRevoked} <= set(plain)
    for kind in plain:
        assert hits(str(kind(f"it said {CANARY}")), [CANARY]) == [], kind
    others = [
        InvalidInput("field", f"{CANARY} is wrong", "Correct it."),
        errors.RequestRefused(CANARY, status=400, reason="invalid"),
        errors.ProviderUnavailable(CANARY, charged=True),
        errors.Steered(CANARY, withheld=frozenset()),
    ]
    assert [hits(str(error), [CANARY]) for error in others] == [[]] * len(others)


@pytest.mark.parametrize("url", [f"postgres:/{CANARY}", f"host=x foo={CANARY}", f"postgresql://u:{CANARY}@h:port/d"])
def test_an_address_of_the_database_that_is_none_is_not_quoted(url: str) -> None:
    with pytest.raises(YtempireError) as caught:
        connect(url)
    assert hits("".join(traceback.format_exception(caught.value)), [CANARY]) == []


def test_a_database_that_does_not_let_us_in_does_not_say_with_what(database_url: str) -> None:
    wrong = psycopg.conninfo.make_conninfo(database_url, password=CANARY, host="127.0.0.1", port=9)
    with pytest.raises(Retriable) as caught:
        connect(wrong)
    assert hits("".join(traceback.format_exception(caught.value)), [CANARY]) == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500])
def test_youtube_may_quote_our_tokens_and_we_do_not(
    stage: Stage,
    connection: Connection,
    database_url: str,
    finishing_files: tuple[Path, Path],
    caplog: pytest.LogCaptureFixture,
    status: int,
) -> None:
    caplog.set_level("INFO")
    upload_id = stage.new_upload(connection)
    stage.upload(connection, upload_id)
    ours = {stage.credentials.refresh_token, stage.credentials.client_secret}
    quoted = f"Invalid: {' '.join(ours)} in Authorization: Bearer ya29.canary-canary-canary"
    body = {"error": {"code": status, "message": quoted, "errors": [{"reason": "badRequest", "message": quoted}]}}
    stage.sandbox.fault("thumbnails/set", status=status, body=body, times=-1)
    with stage.client(connection) as client, pytest.raises(YtempireError) as caught:
        set_thumbnail(connection, client, upload_id, finishing_files[0])
    wanted = {*ours, "ya29.canary-canary-canary"}
    said = "".join(traceback.format_exception(caught.value)) + caplog.text
    assert hits(said, wanted) == []
    assert database_hits(database_url, wanted) == []
    row = connection.execute("SELECT error_message FROM ytempire.uploads").fetchone()
    assert row is not None and MASK in row["error_message"]


def test_a_token_service_may_quote_our_tokens_and_the_alert_does_not(
    stage: Stage, connection: Connection, database_url: str
) -> None:
    ours = {stage.credentials.refresh_token, stage.credentials.client_secret}
    body = {"error": "invalid_grant", "error_description": f"Revoked: {' '.join(ours)}"}
    stage.sandbox.fault("/token", status=400, body=body)
    with pytest.raises(CredentialsRevoked) as caught:
        stage.upload(connection, stage.new_upload(connection))
    assert hits(str(caught.value), ours) == []
    assert MASK in list_alerts(connection)[0].message
    assert get_channel(connection, stage.channel_id).status == "paused"
    assert database_hits(database_url, ours) == []


def test_the_scan_itself_finds_what_is_there(
    connection: Connection, database_url: str, tmp_path: Path, stage: Stage
) -> None:
    for number, form in enumerate(sorted(forms(CANARY))):
        (tmp_path / f"{number}.log").write_bytes(b"\x00 before " + form + b" after")
    (tmp_path / "clean.log").write_text("nothing here")
    assert len(folder_hits(tmp_path, [CANARY])) == len(forms(CANARY))
    assert database_hits(database_url, [CANARY]) == []
    connection.execute("UPDATE ytempire.channels SET description = %s", (f"see {CANARY}",))
    connection.execute(
        "INSERT INTO ytempire.audit_log (actor, action, entity, entity_id, details) VALUES ('a', 'b', 'c', 'd', %s)",
        (json.dumps({"deep": {"inside": CANARY}}),),
    )
    assert sorted(database_hits(database_url, [CANARY])) == [
        ("ytempire.audit_log", CANARY),
        ("ytempire.channels", CANARY),
    ]
