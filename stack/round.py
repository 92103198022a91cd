"""A first round, stage by stage: topics, three videos, their numbers, and a model that learned.

The sandbox's clock is set some days back, the videos are published there, and the clock then comes to the present:
so the analytics are loaded by a backfill over days that are really past.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from rich.console import Console

from stack.airflow_client import AirflowClient
from stack.config import StackSettings
from stack.world import CHANNELS, Sandbox, ensure_channels, follow_charting_channels
from ytempire.clock import PACIFIC, pacific_day, system_clock
from ytempire.database.connection import Connection, connect
from ytempire.errors import Permanent

DAYS_BACK = 6
BACKFILL_DAYS = 3
POLL_SECONDS = 1.0
ANSWER_AFTER_SECONDS = 6.0
STEP_TIMEOUT_SECONDS = 900
# A retraining that fits into the round: six weeks of twenty countries, two trials, few trees, no titles.
TRAINING: dict[str, Any] = {
    "history_days": 45,
    "region_limit": 20,
    "trials": 2,
    "time_budget_seconds": 40,
    "trees": {"rounds": 150},
    "titles": 0,
}
ENDED = ("success", "failed")


class Round:
    """One round of the main job over the running stack."""

    def __init__(self, settings: StackSettings, console: Console) -> None:
        self.settings = settings
        self.console = console
        self.airflow = AirflowClient(settings)
        self.operator = AirflowClient(settings, "operator")
        self.sandbox = Sandbox(settings)
        self.jobs: list[str] = []
        self._retraining = ""

    def play(self) -> None:
        """Go through all stages. Raises Permanent with the failing task's own words when one fails."""
        with connect(self.settings.database_url("ytempire")) as connection:
            published_on = self._publish(connection)
            with self._step("Audience", "the clock comes to the present"):
                self.sandbox.real_clock()
            self._backfill(published_on)
            self._wait_run("Learning", "model_retraining", self._retraining)
            with self._step("Trends", "charts and watch lists, topics ranked by the champion"):
                self._finish_run("trend_refresh", self.airflow.trigger("trend_refresh"))

    def _publish(self, connection: Connection) -> date:
        start = system_clock() - timedelta(days=DAYS_BACK)
        self.sandbox.set_clock(start)
        with self._step("Channels", f"{len(CHANNELS)} demonstration channels of different niches"):
            channels = ensure_channels(self.settings, connection, self.airflow, self.sandbox)
        since = datetime.now(UTC)
        with self._step("Trends", "charts, topics ranked, watch lists chosen"):
            self._finish_run("trend_refresh", self.airflow.trigger("trend_refresh"))
            follow_charting_channels(connection, channels)
        self._retraining = self.airflow.trigger("model_retraining", **self._training(start))
        self._wait_jobs(connection, channels, since)
        for job_id in self.jobs:
            self._finish_run("video_production", f"job_{job_id}")
        return pacific_day(start)

    def _training(self, start: datetime) -> dict[str, Any]:
        """A small retraining: the countries most like ours, and the history as the sandbox replays it."""
        shift = self.sandbox.history_shift_weeks()
        history = {"history_shift_weeks": shift, "history_until": start.isoformat()}
        return history | {"training": TRAINING}

    @contextmanager
    def _step(self, name: str, what: str) -> Iterator[Callable[[str], None]]:
        started = time.monotonic()
        with self.console.status(f"{name}: {what}") as status:
            yield lambda text: status.update(f"{name}: {text}")
        self.console.print(f"[green]done[/] {name}: {what} ({time.monotonic() - started:.0f} s)")

    def _wait_jobs(self, connection: Connection, channels: list[str], since: datetime) -> None:
        """Wait until every channel's job is queued, then show its tasks until all videos are through."""
        query = """
            SELECT job_id, channel_id FROM ytempire.generation_jobs
            WHERE channel_id = ANY(%s) AND created_at >= %s ORDER BY created_at
        """
        with self._step("Jobs", "one job for each channel, each a run of video_production") as say:
            for _ in self._patience():
                rows = connection.execute(query, (channels, since)).fetchall()
                self.jobs = [str(row["job_id"]) for row in rows]
                started = {run["dag_run_id"] for run in self.airflow.runs("video_production")}
                if len(rows) == len(channels) and {f"job_{job}" for job in self.jobs} <= started:
                    break
                say(f"{len(rows)} of {len(channels)} queued")
        with self._step("Videos", "made, judged, published") as say:
            for _ in self._patience():
                states = {job: self._video_state(job) for job in self.jobs}
                say("   ".join(f"{number}. {state}" for number, state in enumerate(states.values(), start=1)))
                if all(state in ENDED for state in states.values()):
                    break

    def _video_state(self, job_id: str) -> str:
        run = self.airflow.run("video_production", f"job_{job_id}")
        if run["state"] in ENDED:
            return str(run["state"])
        tasks = self.airflow.tasks("video_production", f"job_{job_id}")
        for task in tasks:
            if task["task_id"] == "decision" and task["state"] in ("deferred", "awaiting_input"):
                self.console.print(f"A person decides about job {job_id}: approved, as the operator.")
                # An answer that comes before the scheduler has heard that the task waits is asked for again.
                time.sleep(ANSWER_AFTER_SECONDS)
                self.operator.approve("video_production", f"job_{job_id}", "decision")
        busy = [task["task_id"] for task in tasks if task["state"] in ("running", "up_for_retry", "queued")]
        done = sum(task["state"] in ("success", "skipped") for task in tasks)
        return f"{', '.join(busy) or 'waiting'} ({done}/{len(tasks)})"

    def _backfill(self, first: date) -> None:
        last = first + timedelta(days=BACKFILL_DAYS - 1)
        body = {
            "dag_id": "analytics_etl",
            "from_date": datetime(first.year, first.month, first.day, tzinfo=PACIFIC).isoformat(),
            "to_date": datetime(last.year, last.month, last.day, tzinfo=PACIFIC).isoformat(),
            "run_backwards": False,
            "dag_run_conf": {},
            "max_active_runs": 2,
            "reprocess_behavior": "completed",
        }
        with self._step("Analytics", f"backfill of {first} to {last}") as say:
            backfill = self.airflow.call("POST", "/backfills", json=body)
            for _ in self._patience():
                runs = [run for run in self.airflow.runs("analytics_etl") if run["run_type"] == "backfill"]
                say(f"{sum(run['state'] in ENDED for run in runs)} of {len(runs)} days")
                if self.airflow.call("GET", f"/backfills/{backfill['id']}")["completed_at"]:
                    break
            for run in runs:
                if run["state"] == "failed":
                    self._explain("analytics_etl", run["dag_run_id"])

    def _wait_run(self, name: str, dag_id: str, run_id: str) -> None:
        with self._step(name, dag_id) as say:
            for _ in self._patience():
                if self.airflow.run(dag_id, run_id)["state"] in ENDED:
                    break
                tasks = self.airflow.tasks(dag_id, run_id)
                say(", ".join(task["task_id"] for task in tasks if task["state"] == "running") or "waiting")
        self._finish_run(dag_id, run_id)

    def _finish_run(self, dag_id: str, run_id: str) -> None:
        for _ in self._patience():
            state = self.airflow.run(dag_id, run_id)["state"]
            if state in ENDED:
                break
        if state == "failed":
            self._explain(dag_id, run_id)

    def _explain(self, dag_id: str, run_id: str) -> None:
        for task in self.airflow.tasks(dag_id, run_id):
            if task["state"] == "failed":
                tail = self.airflow.log_tail(dag_id, run_id, task["task_id"], task["try_number"])
                raise Permanent(f"{dag_id}, run {run_id}: task {task['task_id']} failed.\n{tail}")
        raise Permanent(f"{dag_id}, run {run_id} failed. See it in the Airflow UI.")

    def _patience(self) -> Iterator[None]:
        deadline = time.monotonic() + STEP_TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            yield
            time.sleep(POLL_SECONDS)
        raise Permanent(f"Nothing more has happened for {STEP_TIMEOUT_SECONDS} s. See the Airflow UI.")
