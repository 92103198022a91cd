"""A small client of Airflow's REST API, as an operator uses it."""

from __future__ import annotations

from typing import Any

import httpx

from stack.config import StackSettings
from ytempire.errors import Permanent


class AirflowClient:
    """Talks to the API server as one of our users; logs in again when its token has expired."""

    def __init__(self, settings: StackSettings, user: str = "admin") -> None:
        self._login = {"username": user, "password": settings.secrets[f"{user}_password"]}
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{settings.airflow_port}", timeout=30)

    def _authorize(self) -> None:
        answer = self._http.post("/auth/token", json=self._login)
        answer.raise_for_status()
        self._http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def call(self, method: str, path: str, **arguments: Any) -> Any:
        """Call ``/api/v2`` + ``path``; return the JSON answer. Raises Permanent with Airflow's own words."""
        if "Authorization" not in self._http.headers:
            self._authorize()
        answer = self._http.request(method, f"/api/v2{path}", **arguments)
        if answer.status_code == 401:
            self._authorize()
            answer = self._http.request(method, f"/api/v2{path}", **arguments)
        if answer.is_error:
            raise Permanent(f"Airflow refused {method} {path}: {answer.status_code} {answer.text[:500]}")
        return answer.json() if answer.content else None

    def put_connection(self, connection_id: str, extra: str) -> None:
        """Create a connection of type ``generic`` with ``extra`` (JSON text), or replace the one of this name."""
        body = {"connection_id": connection_id, "conn_type": "generic", "extra": extra}
        known = self.call("GET", "/connections", params={"connection_id_pattern": connection_id, "limit": 100})
        if any(item["connection_id"] == connection_id for item in known["connections"]):
            self.call("PATCH", f"/connections/{connection_id}", json=body)
        else:
            self.call("POST", "/connections", json=body)

    def trigger(self, dag_id: str, **conf: Any) -> str:
        """Start a run and return its id."""
        body = {"logical_date": None, "conf": conf}
        return str(self.call("POST", f"/dags/{dag_id}/dagRuns", json=body)["dag_run_id"])

    def run(self, dag_id: str, run_id: str) -> dict[str, Any]:
        """One run as the API describes it."""
        found: dict[str, Any] = self.call("GET", f"/dags/{dag_id}/dagRuns/{run_id}")
        return found

    def runs(self, dag_id: str, **filters: Any) -> list[dict[str, Any]]:
        """The newest runs of a DAG, at most 100."""
        parameters = {"order_by": "-run_after", "limit": 100} | filters
        found: list[dict[str, Any]] = self.call("GET", f"/dags/{dag_id}/dagRuns", params=parameters)["dag_runs"]
        return found

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """The task instances of a run."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances"
        found: list[dict[str, Any]] = self.call("GET", path, params={"limit": 100})["task_instances"]
        return found

    def approve(self, dag_id: str, run_id: str, task_id: str) -> None:
        """Answer a pending decision with Approve."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/-1/hitlDetails"
        self.call("PATCH", path, json={"chosen_options": ["Approve"], "params_input": {}})

    def log_tail(self, dag_id: str, run_id: str, task_id: str, try_number: int, lines: int = 15) -> str:
        """The last lines of a task's log, as plain text."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/logs/{max(try_number, 1)}"
        content = self.call("GET", path, params={"full_content": "true"}).get("content", [])
        told = [_told(item) for item in content if not str(item.get("event", "")).startswith("::")]
        return "\n".join(told[-lines:])


def _told(item: dict[str, Any]) -> str:
    """One log line with the exceptions that hang on it."""
    errors = [f"{error.get('exc_type')}: {error.get('exc_value')}" for error in item.get("error_detail") or []]
    return "\n  ".join([str(item.get("event", "")), *errors])
