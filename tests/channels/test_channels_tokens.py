"""Tokens go where Airflow looks for its connections, and Airflow itself finds them there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from connect_scene import MOUNT, Unconnected

from ytempire.airflow_api import AirflowApi
from ytempire.channels.tokens import (
    BACKEND,
    BACKEND_KWARGS,
    AirflowTokens,
    VaultBackend,
    VaultTokens,
    token_store,
)
from ytempire.database.connection import Connection
from ytempire.errors import InvalidInput, Permanent, Retriable
from ytempire.youtube.credentials import OAuthCredentials

VAULT = "airflow.providers.hashicorp.secrets.vault.VaultBackend"
TOKENS = OAuthCredentials("an id", "GOCSPX-canary-of-the-client", "1//0canary-of-the-refresh-token")
ROOT = Path(__file__).parent.parent.parent

# A task reads the tokens like this, through Airflow's own backend for Vault.
TASK = """
import os, sys
from uuid import UUID
from ytempire.database.connection import connect
from dags.house.resources import channel_youtube
with connect(os.environ["YTEMPIRE_DATABASE_URL"]) as connection:
    with channel_youtube(connection, UUID(sys.argv[1])) as client:
        print(client.my_channel().youtube_channel_id)
"""


def no_airflow() -> AirflowApi:
    raise AssertionError("Airflow is not to be asked")


def test_airflow_reads_from_vault_what_connecting_wrote(
    connection: Connection, database_url: str, unconnected: Unconnected, tmp_path: Path
) -> None:
    unconnected.connect(connection)
    kwargs = {"url": unconnected.vault_url, "mount_point": MOUNT, "connections_path": "connections"}
    environment = {
        BACKEND: VAULT,
        BACKEND_KWARGS: json.dumps(kwargs | {"token": "read-only-for-airflow"}),
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW_CONFIG": str(tmp_path / "airflow.cfg"),
        "YTEMPIRE_DATABASE_URL": database_url,
        "YTEMPIRE_YOUTUBE__ROOT_URL": unconnected.settings.root_url,
        "YTEMPIRE_YOUTUBE__TOKEN_URL": unconnected.settings.token_url,
    }
    result = subprocess.run(
        [sys.executable, "-c", TASK, str(unconnected.channel_id)],
        cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1] == unconnected.youtube_channel_id


def test_the_secrets_backend_decides(sandbox_url: str) -> None:
    api = AirflowApi(sandbox_url, "operator", "a password")
    kwargs = {"url": f"{sandbox_url}/vault", "mount_point": MOUNT, "token": "a-vault-token-that-writes"}
    assert isinstance(token_store(lambda: api, {}), AirflowTokens)
    assert isinstance(token_store(lambda: api, {BACKEND: "some.OtherBackend"}), AirflowTokens)
    vault = {BACKEND: VAULT, BACKEND_KWARGS: json.dumps(kwargs)}
    assert isinstance(token_store(no_airflow, vault), VaultTokens)
    # With connections_path null Airflow does not look for connections in Vault.
    elsewhere = {BACKEND: VAULT, BACKEND_KWARGS: json.dumps(kwargs | {"connections_path": None})}
    assert isinstance(token_store(lambda: api, elsewhere), AirflowTokens)


@pytest.mark.parametrize(
    ("kwargs", "field"),
    [
        ('{"token": "canary-token"', BACKEND_KWARGS),
        ('{"kv_engine_version": 3, "token": "canary-token"}', BACKEND_KWARGS),
        ("{}", "VAULT_TOKEN"),
    ],
)
def test_a_wrong_configuration_is_named_and_not_quoted(kwargs: str, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        token_store(no_airflow, {BACKEND: VAULT, BACKEND_KWARGS: kwargs})
    assert caught.value.field == field
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("token", ["read-only-for-airflow", "revoked-long-ago"])
def test_a_token_that_may_not_write_is_refused(sandbox_url: str, token: str) -> None:
    store = VaultTokens(VaultBackend(url=f"{sandbox_url}/vault", mount_point=MOUNT), token)
    with pytest.raises(Permanent, match="permission denied") as caught:
        store.keep("youtube_charts", TOKENS)
    assert "canary" not in str(caught.value) and token not in str(caught.value)


def test_a_vault_that_is_away_is_tried_again_later() -> None:
    with pytest.raises(Retriable, match="Vault does not answer"):
        VaultTokens(VaultBackend(url="http://127.0.0.1:9"), "a-vault-token").keep("youtube_charts", TOKENS)


class Airflow(BaseHTTPRequestHandler):
    """The part of Airflow's REST API that connections need; ``refusal`` makes it refuse writes like FastAPI does."""

    connections: dict[str, dict[str, Any]]
    refusal: int | None
    logins: int

    def do_GET(self) -> None:
        known = [{"connection_id": name} for name in type(self).connections]
        self._answer(200, {"connections": known, "total_entries": len(known)})

    def do_POST(self) -> None:
        body = self._body()
        if self.path == "/auth/token":
            type(self).logins += 1
            good = body["password"] == "the password"
            self._answer(201 if good else 401, {"access_token": "a-jwt"} if good else {"detail": "Invalid credentials"})
            return
        self._write(body)

    def do_PATCH(self) -> None:
        self._write(self._body())

    def _write(self, body: dict[str, Any]) -> None:
        refusal = type(self).refusal
        if refusal == 422:
            problem = {"loc": ["body", "extra"], "msg": "is no good", "input": body["extra"], "type": "value_error"}
            self._answer(422, {"detail": [problem]})
        elif refusal:
            self._answer(refusal, {"detail": "Forbidden"})
        else:
            type(self).connections[body["connection_id"]] = {"method": self.command, **body}
            self._answer(200, body)

    def _body(self) -> dict[str, Any]:
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def airflow() -> Iterator[tuple[str, type[Airflow]]]:
    handler = type("Handler", (Airflow,), {"connections": {}, "refusal": None, "logins": 0})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", handler
        server.shutdown()


def test_airflows_connection_is_created_and_then_replaced(airflow: tuple[str, type[Airflow]]) -> None:
    url, handler = airflow
    store = AirflowTokens(AirflowApi(url, "operator", "the password"))
    for method in ("POST", "PATCH"):
        assert "youtube_charts" in store.keep("youtube_charts", TOKENS)
        kept = handler.connections["youtube_charts"]
        assert (kept["method"], kept["conn_type"]) == (method, "generic")
        assert json.loads(kept["extra"])["refresh_token"] == TOKENS.refresh_token
    assert handler.logins == 1


@pytest.mark.parametrize(("status", "told"), [(422, "body.extra: is no good"), (403, "Forbidden")])
def test_a_refusal_does_not_quote_the_tokens(airflow: tuple[str, type[Airflow]], status: int, told: str) -> None:
    url, handler = airflow
    handler.refusal = status
    with pytest.raises(Permanent, match=told) as caught:
        AirflowTokens(AirflowApi(url, "operator", "the password")).keep("youtube_charts", TOKENS)
    assert "canary" not in str(caught.value)


def test_a_wrong_password_and_an_absent_server_are_said(airflow: tuple[str, type[Airflow]]) -> None:
    with pytest.raises(Permanent, match="did not let operator in: 401 Invalid credentials"):
        AirflowTokens(AirflowApi(airflow[0], "operator", "a wrong one")).keep("youtube_charts", TOKENS)
    with pytest.raises(Retriable, match="Airflow does not answer"):
        AirflowTokens(AirflowApi("http://127.0.0.1:9", "operator", "the password")).keep("youtube_charts", TOKENS)
