"""HashiCorp Vault's key/value store, version 2, as its HTTP interface speaks: under /vault, for a token.

https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2. Any token is good except none and one that says
that it is not; one that contains "read-only" may not write.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from sandbox.api_keys import is_good
from sandbox.core import World, WorldDep, to_iso

TABLES = """
CREATE TABLE IF NOT EXISTS vault_secrets (
    mount TEXT NOT NULL,
    path TEXT NOT NULL,
    version INTEGER NOT NULL,
    data TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (mount, path, version)
);
"""

router = APIRouter(prefix="/vault/v1")


class VaultError(Exception):
    """A refusal in Vault's form."""

    def __init__(self, status: int, *errors: str) -> None:
        self.status = status
        self.errors = errors
        super().__init__(*errors)


async def error_answer(_: Request, error: Exception) -> Response:
    """Vault's answer to a refused request."""
    assert isinstance(error, VaultError)  # noqa: S101  registered for this class alone
    return JSONResponse({"errors": list(error.errors)}, status_code=error.status)


def _check_token(request: Request, *, writes: bool = False) -> str:
    token = request.headers.get("x-vault-token", "")
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    token = token or (bearer if scheme.lower() == "bearer" else "")
    if not is_good(token) or (writes and "read-only" in token):
        raise VaultError(403, "1 error occurred:\n\t* permission denied\n\n")
    return token


def _wrapped(data: Any) -> dict[str, Any]:
    return {
        "request_id": str(uuid4()),
        "lease_id": "",
        "renewable": False,
        "lease_duration": 0,
        "data": data,
        "wrap_info": None,
        "warnings": None,
        "auth": None,
        "mount_type": "kv",
    }


def _metadata(version: int, created_at: str) -> dict[str, Any]:
    return {
        "created_time": created_at,
        "custom_metadata": None,
        "deletion_time": "",
        "destroyed": False,
        "version": version,
    }


def _newest(world: World, mount: str, path: str) -> int:
    row = world.row("SELECT max(version) AS newest FROM vault_secrets WHERE mount = ? AND path = ?", mount, path)
    return int(row["newest"] or 0) if row else 0


@router.get("/auth/token/lookup-self")
async def lookup_self(request: Request) -> dict[str, Any]:
    """Who the token is."""
    token = _check_token(request)
    policies = ["default", "read" if "read-only" in token else "write"]
    return _wrapped({"display_name": "token", "path": "auth/token/create", "policies": policies, "type": "service"})


@router.get("/{mount}/data/{path:path}")
async def read(world: WorldDep, request: Request, mount: str, path: str, version: int = 0) -> dict[str, Any]:
    """One version of a secret, the newest by default."""
    _check_token(request)
    row = world.row(
        "SELECT * FROM vault_secrets WHERE mount = ? AND path = ? AND version = ?",
        mount,
        path,
        version or _newest(world, mount, path),
    )
    if row is None:
        raise VaultError(404)
    return _wrapped({"data": json.loads(row["data"]), "metadata": _metadata(row["version"], row["created_at"])})


@router.api_route("/{mount}/data/{path:path}", methods=["POST", "PUT"])
async def write(world: WorldDep, request: Request, mount: str, path: str) -> dict[str, Any]:
    """A new version of a secret."""
    _check_token(request, writes=True)
    try:
        body = json.loads(await request.body())
        data, options = body["data"], body.get("options") or {}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise VaultError(400, "no data provided") from error
    with world.transaction():
        newest = _newest(world, mount, path)
        if options.get("cas") not in (None, newest):
            raise VaultError(400, "check-and-set parameter did not match the current version")
        created_at = to_iso(world.now())
        world.execute(
            "INSERT INTO vault_secrets VALUES (?, ?, ?, ?, ?)", mount, path, newest + 1, json.dumps(data), created_at
        )
        world.record("vault.written", path=f"{mount}/{path}", version=newest + 1)
    return _wrapped(_metadata(newest + 1, created_at))
