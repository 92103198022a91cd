"""Airflow's REST API as the demonstration and the tests use it: runs, tasks, decisions, logs."""

from __future__ import annotations

from typing import Any

from stack.config import StackSettings
from ytempire.airflow_api import AirflowApi


class AirflowClient(AirflowApi):
    """Talks to the API server as one of our users."""

    def __init__(self, settings: StackSettings, user: str = "admin") -> None:
        super().__init__(settings.airflow_url, user, settings.secrets[f"{user}_password"])

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
