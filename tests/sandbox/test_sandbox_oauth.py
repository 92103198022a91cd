"""OAuth 2.0: consent, tokens, refresh, expiry, revocation, scopes."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from google.auth.exceptions import RefreshError
from googleapiclient.errors import HttpError
from sandbox_support import Control, access_token, reason, youtube_client

READONLY = "https://www.googleapis.com/auth/youtube.readonly"
MINE = {"part": "id", "mine": "true"}


def token(control: Control, **form: str) -> httpx.Response:
    return control.http.post(f"{control.url}/token", data=form)


def client_of(channel: dict[str, str]) -> dict[str, str]:
    return {name: channel[name] for name in ("client_id", "client_secret")}


def consent(control: Control, channel: dict[str, str], **more: str) -> dict[str, str]:
    query = {
        "client_id": channel["client_id"],
        "redirect_uri": "http://127.0.0.1:9/back",
        "response_type": "code",
        "scope": READONLY,
        "state": "a state",
        **more,
    }
    answer = control.http.get(f"{control.url}/o/oauth2/v2/auth", params=query)
    assert answer.status_code == 302, answer.text
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def test_a_consent_becomes_a_code_and_the_code_tokens_once(
    control: Control, channel: dict[str, str], sandbox_url: str
) -> None:
    back = consent(
        control, channel, login_hint=channel["channel_id"], access_type="offline", prompt="consent select_account"
    )
    assert back["state"] == "a state"
    form = {
        "grant_type": "authorization_code",
        "code": back["code"],
        "redirect_uri": "http://127.0.0.1:9/back",
        **client_of(channel),
    }
    first = token(control, **form).json()
    assert first["token_type"] == "Bearer"
    assert first["scope"] == READONLY
    granted = youtube_client(sandbox_url, channel | {"refresh_token": first["refresh_token"]})
    mine = granted.channels().list(part="id", mine=True).execute()
    assert mine["items"][0]["id"] == channel["channel_id"]
    again = token(control, **form)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def exchange(control: Control, channel: dict[str, str], back: dict[str, str]) -> dict[str, str]:
    form = {"grant_type": "authorization_code", "code": back["code"], "redirect_uri": "http://127.0.0.1:9/back"}
    answer = token(control, **form, **client_of(channel))
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_refresh_token_comes_at_the_first_consent_or_when_consent_is_asked_for_anew(
    control: Control, channel: dict[str, str]
) -> None:
    offline = {"access_type": "offline"}
    assert "refresh_token" not in exchange(control, channel, consent(control, channel))
    assert "refresh_token" not in exchange(control, channel, consent(control, channel, **offline))
    assert "refresh_token" in exchange(control, channel, consent(control, channel, **offline, prompt="consent"))
    control.post("revoke", channel_id=channel["channel_id"])
    assert "refresh_token" in exchange(control, channel, consent(control, channel, **offline))


def test_an_owner_may_say_no_or_tick_less_or_be_somebody_else(control: Control, channel: dict[str, str]) -> None:
    control.post("consent", deny=True)
    assert consent(control, channel) == {"error": "access_denied", "state": "a state"}
    analytics = "https://www.googleapis.com/auth/yt-analytics.readonly"
    control.post("consent", scopes=[READONLY])
    assert consent(control, channel, scope=f"{READONLY} {analytics}")["scope"] == READONLY
    other = control.post("channels", title="Another")
    control.post("consent", channel_id=other["channel_id"])
    issued = exchange(control, channel, consent(control, channel))
    headers = {"Authorization": f"Bearer {issued['access_token']}"}
    mine = control.http.get(f"{control.url}/youtube/v3/channels", params=MINE, headers=headers).json()
    assert mine["items"][0]["id"] == other["channel_id"]
    assert consent(control, channel)["code"], "an answer is given once"


def test_only_the_users_own_machine_is_answered(control: Control, channel: dict[str, str]) -> None:
    query = {"client_id": channel["client_id"], "redirect_uri": "https://evil.example/", "response_type": "code"}
    answer = control.http.get(f"{control.url}/o/oauth2/v2/auth", params=query | {"scope": READONLY})
    assert (answer.status_code, "redirect_uri_mismatch" in answer.text) == (400, True)


def test_a_code_with_a_challenge_wants_its_verifier(control: Control, channel: dict[str, str]) -> None:
    verifier = "v" * 64
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    for given, status in (("wrong", 400), (verifier, 200)):
        back = consent(control, channel, code_challenge=challenge, code_challenge_method="S256")
        answer = token(
            control,
            grant_type="authorization_code",
            code=back["code"],
            redirect_uri="http://127.0.0.1:9/back",
            code_verifier=given,
            **client_of(channel),
        )
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"refresh_token": "1//nonsense"}, 400, "invalid_grant"),
        ({"refresh_token": ""}, 400, "invalid_request"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"client_id": ""}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"scope": "https://www.googleapis.com/auth/drive"}, 400, "invalid_scope"),
    ],
)
def test_a_wrong_token_request_is_refused(
    control: Control, channel: dict[str, str], change: dict[str, str], status: int, error: str
) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": channel["refresh_token"], **client_of(channel)}
    answer = token(control, **(form | change))
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_a_token_expires_by_the_sandbox_clock(raw: httpx.Client, control: Control) -> None:
    assert raw.get("/youtube/v3/channels", params=MINE).status_code == 200
    control.post("clock", advance_seconds=3_600)
    answer = raw.get("/youtube/v3/channels", params=MINE)
    assert reason(answer) == (401, "authError")
    assert answer.json()["error"]["status"] == "UNAUTHENTICATED"
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_the_real_client_refreshes_an_expired_token_once(youtube: Any, control: Control) -> None:
    youtube.channels().list(**MINE).execute()
    control.post("tokens/expire")
    youtube.channels().list(**MINE).execute()
    assert len(control.journal("token.issued")) == 2


def test_a_revoked_consent_is_an_invalid_grant(youtube: Any, control: Control, channel: dict[str, str]) -> None:
    youtube.channels().list(**MINE).execute()
    control.post("revoke", channel_id=channel["channel_id"])
    with pytest.raises(RefreshError, match="invalid_grant"):
        youtube.channels().list(**MINE).execute()


def test_a_consent_can_be_revoked_by_its_token(control: Control, channel: dict[str, str]) -> None:
    bearer = access_token(control.url, channel)
    answer = control.http.post(f"{control.url}/revoke", data={"token": bearer})
    assert answer.status_code == 200
    assert control.get("channels")["channels"][0]["revoked"] is True
    assert control.http.post(f"{control.url}/revoke", data={"token": bearer}).status_code == 400


def test_a_scope_that_was_not_granted_is_missing(control: Control) -> None:
    channel = control.post("channels", title="Read only", scopes=[READONLY])
    youtube = youtube_client(control.url, channel)
    assert youtube.channels().list(**MINE).execute()["items"]
    with pytest.raises(HttpError) as refused:
        youtube.playlists().insert(part="snippet", body={"snippet": {"title": "A list"}}).execute()
    assert reason(refused.value) == (403, "insufficientPermissions")


@pytest.mark.parametrize(
    ("headers", "query", "expected"),
    [
        ({}, {}, (403, "forbidden")),
        ({}, {"key": "k"}, (401, "required")),
        ({"Authorization": "Bearer nonsense"}, {}, (401, "authError")),
        ({"Authorization": "Basic abc"}, {}, (401, "authError")),
    ],
)
def test_a_call_without_a_good_identity_is_refused(
    control: Control, headers: dict[str, str], query: dict[str, str], expected: tuple[int, str]
) -> None:
    answer = control.http.get(f"{control.url}/youtube/v3/channels", params=MINE | query, headers=headers)
    assert reason(answer) == expected
