"""OAuth 2.0 of Google: consent at once (or as the owner was told to answer), codes, tokens, refresh, revocation.

https://developers.google.com/identity/protocols/oauth2/web-server
"""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import APIRouter, Request
from starlette.datastructures import QueryParams
from starlette.responses import JSONResponse, RedirectResponse, Response

from sandbox import channels
from sandbox.core import World, WorldDep, from_iso, new_id, to_iso

router = APIRouter()

ACCESS_TOKEN_SECONDS = 3_599
CODE_SECONDS = 600
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class _Refused(Exception):
    def __init__(self, error: str, description: str, status: int = 400) -> None:
        self.response = JSONResponse({"error": error, "error_description": description}, status_code=status)
        super().__init__(error)


@router.get("/o/oauth2/v2/auth")
async def authorize(world: WorldDep, request: Request) -> Response:
    """Consent in the name of the channel in `login_hint`, else of the client's own.

    An answer that was put into the owner's mouth (`/control/consent`) is given instead, once.
    """
    query = request.query_params
    redirect_uri = query.get("redirect_uri", "")
    if query.get("response_type") != "code":
        return Response("Error 400: invalid_request", status_code=400)
    # A desktop application may only be answered on the machine of its user.
    if urlsplit(redirect_uri).scheme != "http" or urlsplit(redirect_uri).hostname not in _LOOPBACK:
        return Response("Error 400: redirect_uri_mismatch", status_code=400)
    client_id = query.get("client_id", "")
    if world.row("SELECT 1 FROM channels WHERE client_id = ?", client_id) is None:
        return Response("Error 401: invalid_client", status_code=401)
    scopes = query.get("scope", "").split()
    if not scopes or not set(scopes) <= set(channels.ALL_SCOPES):
        return Response("Error 400: invalid_scope", status_code=400)
    told: dict[str, Any] = world.fact("owner_answer", {})
    world.keep_fact("owner_answer", {})
    channel = world.row(
        "SELECT * FROM channels ORDER BY id = ? DESC, client_id = ? DESC, rowid DESC LIMIT 1",
        told.get("channel_id") or query.get("login_hint", ""),
        client_id,
    )
    assert channel is not None  # noqa: S101  the client belongs to one
    state = {"state": query["state"]} if "state" in query else {}
    if told.get("deny"):
        world.record("consent.denied", channel_id=channel["id"])
        return _back(redirect_uri, {"error": "access_denied", **state})
    if told.get("scopes") is not None:
        scopes = [scope for scope in scopes if scope in told["scopes"]]
    code = f"4/0{new_id(70)}"
    world.execute(
        "INSERT INTO authorization_codes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        code,
        channel["id"],
        client_id,
        redirect_uri,
        json.dumps(scopes),
        query.get("code_challenge"),
        query.get("code_challenge_method", "plain"),
        to_iso(world.now() + timedelta(seconds=CODE_SECONDS)),
        int(_wants_refresh_token(world, query, channel["id"], client_id)),
    )
    world.record("consent.given", channel_id=channel["id"], scopes=scopes)
    return _back(redirect_uri, {"code": code, "scope": " ".join(scopes), **state})


def _wants_refresh_token(world: World, query: QueryParams, channel_id: str, client_id: str) -> bool:
    """Offline access gets one at the first consent, later only where consent is asked for anew."""
    if query.get("access_type") != "offline":
        return False
    known = world.row(
        "SELECT 1 FROM grants WHERE channel_id = ? AND client_id = ? AND revoked = 0", channel_id, client_id
    )
    return known is None or "consent" in query.get("prompt", "").split()


def _back(redirect_uri: str, answer: dict[str, str]) -> Response:
    separator = "&" if "?" in redirect_uri else "?"
    return RedirectResponse(f"{redirect_uri}{separator}{urlencode(answer)}", status_code=302)


@router.post("/token")
async def token(world: WorldDep, request: Request) -> Response:
    """Exchange a code or a refresh token for an access token."""
    form = await _form(request)
    try:
        client_id = _client(world, request, form)
        grant_type = form.get("grant_type")
        if grant_type == "refresh_token":
            return _refresh(world, client_id, form)
        if grant_type == "authorization_code":
            return _exchange(world, client_id, form)
        raise _Refused("unsupported_grant_type", f"Invalid grant_type: {grant_type or ''}")
    except _Refused as refused:
        return refused.response


@router.post("/revoke")
async def revoke(world: WorldDep, request: Request) -> Response:
    """Withdraw a consent by one of its tokens."""
    given = (await _form(request)).get("token") or request.query_params.get("token", "")
    row = world.row(
        "SELECT channel_id FROM grants WHERE refresh_token = ? AND revoked = 0"
        " UNION SELECT channel_id FROM access_tokens WHERE token = ?",
        given,
        given,
    )
    if row is None:
        return _Refused("invalid_token", "Token expired or revoked").response
    channels.revoke(world, row["channel_id"])
    return JSONResponse({})


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))


def _client(world: World, request: Request, form: dict[str, str]) -> str:
    client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
    scheme, _, basic = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic" and not client_id:
        try:
            client_id, _, secret = base64.b64decode(basic).decode().partition(":")
        except ValueError as error:
            raise _Refused("invalid_client", "The OAuth client was not found.", 401) from error
    if not client_id:
        raise _Refused("invalid_request", "Could not determine client ID from request.")
    row = world.row("SELECT client_secret FROM channels WHERE client_id = ?", client_id)
    if row is None:
        raise _Refused("invalid_client", "The OAuth client was not found.", 401)
    if row["client_secret"] != secret:
        raise _Refused("invalid_client", "The provided client secret is invalid.", 401)
    return client_id


def _refresh(world: World, client_id: str, form: dict[str, str]) -> Response:
    if not form.get("refresh_token"):
        raise _Refused("invalid_request", "Missing required parameter: refresh_token")
    grant = world.row(
        "SELECT * FROM grants WHERE refresh_token = ? AND client_id = ? AND revoked = 0",
        form["refresh_token"],
        client_id,
    )
    if grant is None:
        raise _Refused("invalid_grant", "Token has been expired or revoked.")
    granted: list[str] = json.loads(grant["scopes"])
    scopes = form["scope"].split() if form.get("scope") else granted
    if not set(scopes) <= set(granted):
        raise _Refused("invalid_scope", "Some requested scopes were not granted.")
    return JSONResponse(_issue(world, grant, scopes))


def _exchange(world: World, client_id: str, form: dict[str, str]) -> Response:
    row = world.row("SELECT * FROM authorization_codes WHERE code = ?", form.get("code", ""))
    world.execute("DELETE FROM authorization_codes WHERE code = ?", form.get("code", ""))
    if row is None or row["client_id"] != client_id or from_iso(row["expires_at"]) <= world.now():
        raise _Refused("invalid_grant", "Malformed auth code.")
    if row["redirect_uri"] != form.get("redirect_uri"):
        raise _Refused("redirect_uri_mismatch", "Bad Request")
    if row["challenge"] and not _proves(row, form.get("code_verifier", "")):
        raise _Refused("invalid_grant", "Invalid code verifier.")
    refresh_token = f"1//0{new_id(60)}"
    scopes: list[str] = json.loads(row["scopes"])
    world.execute(
        "INSERT INTO grants (refresh_token, channel_id, client_id, scopes) VALUES (?, ?, ?, ?)",
        refresh_token,
        row["channel_id"],
        client_id,
        json.dumps(scopes),
    )
    grant = world.row("SELECT * FROM grants WHERE refresh_token = ?", refresh_token)
    assert grant is not None  # noqa: S101  just inserted
    issued = _issue(world, grant, scopes)
    return JSONResponse({**issued, "refresh_token": refresh_token} if row["offline"] else issued)


def _proves(row: sqlite3.Row, verifier: str) -> bool:
    if row["challenge_method"] != "S256":
        return bool(row["challenge"] == verifier)
    digest = hashlib.sha256(verifier.encode()).digest()
    return bool(row["challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("="))


def _issue(world: World, grant: sqlite3.Row, scopes: list[str]) -> dict[str, Any]:
    access_token = f"ya29.{new_id(120)}"
    world.execute(
        "INSERT INTO access_tokens VALUES (?, ?, ?, ?, ?)",
        access_token,
        grant["refresh_token"],
        grant["channel_id"],
        json.dumps(scopes),
        to_iso(world.now() + timedelta(seconds=ACCESS_TOKEN_SECONDS)),
    )
    world.record("token.issued", channel_id=grant["channel_id"], scopes=scopes)
    return {
        "access_token": access_token,
        "expires_in": ACCESS_TOKEN_SECONDS,
        "scope": " ".join(scopes),
        "token_type": "Bearer",
    }
