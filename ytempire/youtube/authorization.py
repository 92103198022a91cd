"""How a channel's owner lets us work for it: OAuth 2.0 for installed applications, with PKCE and a state.

RFC 8252 and https://developers.google.com/youtube/v3/guides/auth/installed-apps. Two requests, written out here:
the usual helper (google-auth-oauthlib) answers one request of the browser and no other, raises a warning where an
owner ticked less than was asked for, and speaks to a stand-in only after a process-wide switch in the environment.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from ytempire.errors import ConsentRefused, InvalidInput, MalformedAnswer, Permanent, Retriable
from ytempire.redaction import keep_secret
from ytempire.settings import YouTubeSettings
from ytempire.youtube.credentials import OAuthClient, OAuthCredentials


@dataclass(frozen=True)
class ConsentRequest:
    """A question to the owner that is under way. ``address`` is where the browser goes."""

    address: str = field(repr=False)
    redirect_uri: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True)
class Grant:
    """What came of it."""

    credentials: OAuthCredentials
    scopes: frozenset[str]


def ask_for_consent(
    settings: YouTubeSettings, client: OAuthClient, scopes: Sequence[str], redirect_uri: str
) -> ConsentRequest:
    """Return the request for ``scopes``; the answer comes to ``redirect_uri`` (a loopback address)."""
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
    keep_secret(state, verifier)
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    query = {
        "client_id": client.client_id,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": " ".join(scopes),
        "state": state,
        "code_challenge": base64.urlsafe_b64encode(digest).decode("ascii").rstrip("="),
        "code_challenge_method": "S256",
        # A refresh token, also of an owner who has agreed before; and the choice between several accounts.
        "access_type": "offline",
        "prompt": "consent select_account",
    }
    return ConsentRequest(f"{settings.authorization_url}?{urlencode(query)}", redirect_uri, state, verifier)


def code_of(request: ConsentRequest, answer: str) -> str:
    """Return the authorisation code in ``answer``: the address that the browser was sent to, or the code alone.

    Raises ConsentRefused when the owner said no, InvalidInput when the answer belongs to another request.
    """
    answer = answer.strip()
    if "://" not in answer and "=" not in answer:
        if not answer:
            raise InvalidInput("code", "it is empty", "Copy the whole address from the browser.")
        return answer
    found = {name: values[0] for name, values in parse_qs(urlsplit(answer).query).items()}
    if not secrets.compare_digest(found.get("state", "").encode(), request.state.encode()):
        raise InvalidInput("state", "the answer belongs to another request", "Start again with the new address.")
    if "error" in found:
        raise ConsentRefused(f"the owner has not agreed: {found['error']}")
    if not found.get("code"):
        raise InvalidInput("code", "the address has none", "Copy the whole address from the browser.")
    return found["code"]


def fetch_grant(settings: YouTubeSettings, client: OAuthClient, request: ConsentRequest, code: str) -> Grant:
    """Exchange the code for tokens. Raises Permanent with Google's words when it is refused, else Retriable."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": request.redirect_uri,
        "code_verifier": request.verifier,
        "client_id": client.client_id,
        "client_secret": client.client_secret,
    }
    keep_secret(code)
    try:
        answer = httpx.post(settings.token_url, data=form, timeout=settings.timeout_seconds)
    except httpx.HTTPError as error:
        raise Retriable(f"the token service cannot be reached: {type(error).__name__}") from None
    tokens = _json(answer)
    if answer.status_code >= 500:
        raise Retriable(f"the token service failed: {answer.status_code}")
    if answer.is_error:
        told = f"{tokens.get('error', '')} {tokens.get('error_description', '')}".strip()
        raise Permanent(f"the token service refused the consent: {answer.status_code} {told}")
    refresh_token, scopes = tokens.get("refresh_token"), tokens.get("scope")
    if not isinstance(refresh_token, str) or not isinstance(scopes, str):
        raise MalformedAnswer("the token service gave no refresh token, or does not say for which scopes")
    credentials = OAuthCredentials(client.client_id, client.client_secret, refresh_token)
    return Grant(credentials, frozenset(scopes.split()))


def _json(answer: httpx.Response) -> dict[str, object]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
