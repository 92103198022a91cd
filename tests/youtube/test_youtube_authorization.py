"""The owner's consent over HTTP: state and PKCE, an answer that is ours, a page that takes nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from upload_scene import Sandbox, sandbox_settings

from ytempire.errors import ConsentRefused, InvalidInput, MalformedAnswer, Permanent, Retriable
from ytempire.settings import YouTubeSettings
from ytempire.youtube.authorization import ConsentRequest, ask_for_consent, code_of, fetch_grant
from ytempire.youtube.credentials import OAuthClient
from ytempire.youtube.loopback import LoopbackPage
from ytempire.youtube.scopes import wanted_scopes

SCOPES = wanted_scopes(monetized=False)
BACK = "http://127.0.0.1:1/"


@pytest.fixture
def settings(sandbox_url: str) -> YouTubeSettings:
    return sandbox_settings(sandbox_url)


@pytest.fixture
def client(sandbox_url: str) -> OAuthClient:
    opened = Sandbox(sandbox_url).post("channels", title="Charts")
    return OAuthClient(opened["client_id"], opened["client_secret"])


def agreed(request: ConsentRequest) -> str:
    """Where the owner's browser ends."""
    answer = httpx.get(request.address)
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


def test_a_consent_becomes_credentials_that_refresh(settings: YouTubeSettings, client: OAuthClient) -> None:
    request = ask_for_consent(settings, client, SCOPES, BACK)
    grant = fetch_grant(settings, client, request, code_of(request, agreed(request)))
    assert grant.scopes == set(SCOPES)
    form = {"grant_type": "refresh_token", "refresh_token": grant.credentials.refresh_token}
    form |= {"client_id": client.client_id, "client_secret": client.client_secret}
    assert httpx.post(settings.token_url, data=form).status_code == 200
    assert grant.credentials.refresh_token not in repr(grant)


def test_the_request_says_all_that_google_wants(settings: YouTubeSettings, client: OAuthClient) -> None:
    first, second = (ask_for_consent(settings, client, SCOPES, BACK) for _ in range(2))
    query = {name: values[0] for name, values in parse_qs(urlsplit(first.address).query).items()}
    assert (query["response_type"], query["access_type"]) == ("code", "offline")
    assert "consent" in query["prompt"].split()
    assert query["scope"].split() == list(SCOPES)
    assert (query["code_challenge_method"], len(query["code_challenge"])) == ("S256", 43)
    assert 43 <= len(first.verifier) <= 128
    assert first.verifier not in first.address
    assert {first.state, first.verifier}.isdisjoint({second.state, second.verifier})
    assert first.state not in repr(first) and first.verifier not in repr(first)


def test_a_stolen_code_is_worth_nothing_without_the_verifier(settings: YouTubeSettings, client: OAuthClient) -> None:
    request, thief = (ask_for_consent(settings, client, SCOPES, BACK) for _ in range(2))
    code = code_of(request, agreed(request))
    with pytest.raises(Permanent, match="invalid_grant"):
        fetch_grant(settings, client, thief, code)


@pytest.mark.parametrize(
    ("answer", "error", "told"),
    [
        (lambda request: BACK + "?" + urlencode({"code": "4/0abc", "state": "other"}), InvalidInput, "state"),
        (lambda request: BACK + "?" + urlencode({"code": "4/0abc"}), InvalidInput, "state"),
        (lambda request: BACK + "?" + urlencode({"state": request.state}), InvalidInput, "code"),
        (lambda request: "  ", InvalidInput, "code"),
        (
            lambda request: BACK + "?" + urlencode({"error": "access_denied", "state": request.state}),
            ConsentRefused,
            "access_denied",
        ),
    ],
)
def test_an_answer_that_is_none_is_refused(
    settings: YouTubeSettings,
    client: OAuthClient,
    answer: Callable[[ConsentRequest], str],
    error: type[Exception],
    told: str,
) -> None:
    request = ask_for_consent(settings, client, SCOPES, BACK)
    with pytest.raises(error, match=told):
        code_of(request, answer(request))


def test_the_code_alone_is_taken_too(settings: YouTubeSettings, client: OAuthClient) -> None:
    request = ask_for_consent(settings, client, SCOPES, BACK)
    assert code_of(request, " 4/0abc-def_ghi\n") == "4/0abc-def_ghi"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 503}, Retriable),
        ({"cut": "before"}, Retriable),
        ({"status": 400, "reason": "invalid_grant"}, Permanent),
        ({"status": 200, "body": {"access_token": "ya29.x"}}, MalformedAnswer),
        ({"status": 200, "body": "<html>"}, MalformedAnswer),
        ({"status": 200, "body": []}, MalformedAnswer),
    ],
)
def test_a_token_service_that_fails_is_an_error_of_ours(
    settings: YouTubeSettings, client: OAuthClient, sandbox_url: str, fault: dict[str, Any], error: type[Exception]
) -> None:
    request = ask_for_consent(settings, client, SCOPES, BACK)
    code = code_of(request, agreed(request))
    Sandbox(sandbox_url).fault("/token", **fault)
    with pytest.raises(error) as caught:
        fetch_grant(settings, client, request, code)
    assert code not in str(caught.value)


def test_the_page_takes_the_one_answer_that_is_awaited() -> None:
    with LoopbackPage() as page:
        page.await_state("mine")
        for other in ("favicon.ico", "", "?code=x", "?code=x&state=theirs", "other?code=x&state=mine"):
            assert httpx.get(page.redirect_uri + other).status_code == 404
        answer = httpx.get(page.redirect_uri, params={"code": "4/0abc", "state": "mine"})
        assert answer.status_code == 200 and "4/0abc" not in answer.text
        assert parse_qs(urlsplit(page.answer(1)).query) == {"code": ["4/0abc"], "state": ["mine"]}
    with pytest.raises(httpx.ConnectError):
        httpx.get(page.redirect_uri)


def test_the_page_is_for_this_machine_only_and_gives_up() -> None:
    with LoopbackPage() as page:
        assert urlsplit(page.redirect_uri).hostname == "127.0.0.1"
        with pytest.raises(Retriable, match="nobody has answered"):
            page.answer(0.05)
        with pytest.raises(InvalidInput, match="port"):
            LoopbackPage(urlsplit(page.redirect_uri).port or 0)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"web": {}}', '{"installed": {"client_id": "x"}}'])
def test_a_file_that_is_no_client_is_named_and_not_quoted(tmp_path: Path, text: str) -> None:
    path = tmp_path / "client.json"
    path.write_text(text)
    with pytest.raises(InvalidInput, match=r"client\.json is no client file"):
        OAuthClient.of_file(path)
    with pytest.raises(InvalidInput, match=r"absent\.json cannot be read"):
        OAuthClient.of_file(tmp_path / "absent.json")


def test_the_file_of_the_console_is_read(tmp_path: Path) -> None:
    path = tmp_path / "client.json"
    path.write_text(json.dumps({"installed": {"client_id": "an id", "client_secret": "GOCSPX-secret"}}))
    client = OAuthClient.of_file(path)
    assert (client.client_id, client.client_secret) == ("an id", "GOCSPX-secret")
    assert "GOCSPX" not in repr(client)
