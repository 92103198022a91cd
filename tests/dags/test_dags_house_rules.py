"""One test file holds the house rules over all DAGs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag

from dags.house.rules import Tag

ROOT = Path(__file__).parent.parent.parent
FILES = sorted(path for path in (ROOT / "dags").glob("*.py") if path.name != "__init__.py")
HEAVY = (
    "torch", "pyspark", "mlflow", "great_expectations", "pytorch_lightning", "optuna", "pandas", "matplotlib",
    "googleapiclient", "openai", "elevenlabs", "PIL", "psycopg", "ytempire.settings", "etl", "ml",
)  # fmt: skip
EXPECTED = {
    "trend_refresh", "job_dispatch", "video_production", "upload_queue", "analytics_etl", "model_retraining",
    "retention", "freshness", "model_rollout", "model_drift",
}  # fmt: skip


@pytest.fixture(scope="module")
def bag() -> DagBag:
    return DagBag(dag_folder=str(ROOT / "dags"))


def test_every_dag_file_imports(bag: DagBag) -> None:
    assert bag.import_errors == {}
    assert set(bag.dag_ids) == EXPECTED


@pytest.mark.parametrize("dag_id", sorted(EXPECTED))
def test_a_dag_keeps_the_house_rules(bag: DagBag, dag_id: str) -> None:
    dag = bag.dags[dag_id]
    assert dag.doc_md and len(dag.doc_md) > 80
    assert dag.tags and set(dag.tags) <= {str(tag) for tag in Tag}
    assert dag.catchup is False
    assert dag.max_active_runs >= 1
    assert dag.fileloc.endswith(f"/{dag_id}.py")
    for task in dag.tasks:
        assert task.owner == "ytempire", task.task_id
        assert task.retries >= 1, task.task_id
        assert task.retry_exponential_backoff and task.retry_exponential_backoff >= 2, task.task_id
        timeout = task.execution_timeout or getattr(task, "response_timeout", None)
        assert timeout and timeout <= timedelta(days=3), task.task_id


def test_the_pools_that_tasks_name_are_declared(bag: DagBag) -> None:
    declared = json.loads((ROOT / "dags" / "pools.json").read_text())
    used = {task.pool for dag in bag.dags.values() for task in dag.tasks} - {"default_pool"}
    assert used == set(declared)
    slots = [declared[name]["slots"] for name in ("gpu_inference", "gpu_video", "gpu_thumbnail")]
    assert slots == [6, 3, 1]


def test_dag_files_are_wiring_only() -> None:
    for path in FILES:
        assert len(path.read_text().splitlines()) <= 150, path.name


MEASURE = """
import importlib.util, json, sys, time
import airflow.sdk
from airflow.providers.standard.operators import hitl, trigger_dagrun
before = set(sys.modules)
started = time.perf_counter()
spec = importlib.util.spec_from_file_location("measured", sys.argv[1])
spec.loader.exec_module(importlib.util.module_from_spec(spec))
print(json.dumps({"seconds": time.perf_counter() - started, "new": sorted(set(sys.modules) - before)}))
"""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_dag_file_imports_nothing_heavy_and_fast(path: Path) -> None:
    runs = []
    for _ in range(2):
        answer = subprocess.run(
            [sys.executable, "-c", MEASURE, str(path)],
            env=os.environ | {"PYTHONPATH": str(ROOT)}, cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        runs.append(json.loads(answer.stdout.splitlines()[-1]))
    new = {name for run in runs for name in run["new"]}
    assert not [name for name in new if name in HEAVY or name.startswith(tuple(f"{heavy}." for heavy in HEAVY))]
    assert min(run["seconds"] for run in runs) < 1
