"""Airflow's REST API, as an operator uses it: for commands that run beside Airflow and not inside it.

https://airflow.apache.org/docs/apache-airflow/stable/stable-rest-api-ref.html
"""

from __future__ import annotations

from typing import Any

import httpx

from ytempire.errors import Permanent, Retriable
from ytempire.redaction import keep_secret


class AirflowApi:
    """Talks to the API server as one of its users; logs in again when its token has expired."""

    def __init__(self, url: str, user: str, password: str) -> None:
        keep_secret(password)
        self._login = {"username": user, "password": password}
        self._http = httpx.Client(base_url=url, timeout=30)

    def call(self, method: str, path: str, **arguments: Any) -> Any:
        """Call ``/api/v2`` + ``path`` and return the JSON answer.

        Raises Permanent with Airflow's own words, and Retriable when the server cannot be reached.
        """
        try:
            answer = self._answer(method, path, arguments)
        except httpx.HTTPError as error:
            raise Retriable(f"Airflow does not answer at {self._http.base_url}: {error}") from None
        if answer.is_error:
            raise Permanent(f"Airflow refused {method} {path}: {answer.status_code} {_words(answer)}")
        return answer.json() if answer.content else None

    def _answer(self, method: str, path: str, arguments: dict[str, Any]) -> httpx.Response:
        if "Authorization" not in self._http.headers:
            self._authorize()
        answer = self._http.request(method, f"/api/v2{path}", **arguments)
        if answer.status_code == 401:
            self._authorize()
            answer = self._http.request(method, f"/api/v2{path}", **arguments)
        return answer

    def _authorize(self) -> None:
        answer = self._http.post("/auth/token", json=self._login)
        if answer.is_error:
            user = self._login["username"]
            raise Permanent(f"Airflow did not let {user} in: {answer.status_code} {_words(answer)}")
        token = answer.json()["access_token"]
        keep_secret(token)
        self._http.headers["Authorization"] = f"Bearer {token}"

    def put_connection(self, connection_id: str, extra: str) -> None:
        """Create a connection of type ``generic`` with ``extra`` (JSON text), or replace the one of this name."""
        body = {"connection_id": connection_id, "conn_type": "generic", "extra": extra}
        known = self.call("GET", "/connections", params={"connection_id_pattern": connection_id, "limit": 100})
        if any(item["connection_id"] == connection_id for item in known["connections"]):
            self.call("PATCH", f"/connections/{connection_id}", json=body)
        else:
            self.call("POST", "/connections", json=body)


def _words(answer: httpx.Response) -> str:
    """What Airflow says, without the input that a refusal quotes: it may be a token."""
    try:
        detail = answer.json()["detail"]
    except (ValueError, KeyError, TypeError):
        return answer.reason_phrase
    if isinstance(detail, list):
        told = [f"{'.'.join(map(str, one.get('loc', [])))}: {one.get('msg', '')}" for one in detail]
        return "; ".join(told)[:500]
    return str(detail)[:500]
