"""Start the feature job as a process of its own, so that no JVM lives inside a task."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

from etl.features.job import FeatureSet
from ytempire.errors import InvalidInput, Retriable
from ytempire.settings import Settings

log = logging.getLogger(__name__)

_BAD_INPUT = 2


def build_features(settings: Settings, *, target: Path | None = None, until: date | None = None) -> FeatureSet:
    """Compute the feature set of the settings (``data_root``/features/trend) and return what is in it.

    The database URL goes to the job through its environment, never through its
    arguments. Raises InvalidInput if there is nothing to compute from, Retriable
    if the job fails otherwise.
    """
    target = target or settings.data_root / "features" / "trend"
    training = settings.training
    command = [sys.executable, "-m", "etl.features", f"--target={target}"]
    command += [f"--history-days={training.history_days}"]
    command += [f"--region-limit={training.region_limit}"] if training.region_limit else []
    command += [f"--until={until}"] if until else []
    environment = os.environ | {
        "YTEMPIRE_DATABASE_URL": settings.database_url,
        "YTEMPIRE_TRAINING__SPARK_MASTER": training.spark_master,
        "YTEMPIRE_TRAINING__SPARK_MEMORY": training.spark_memory,
        "YTEMPIRE_TRAINING__SPARK_JDBC_JAR": str(training.spark_jdbc_jar),
    }
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        problem = ""
        for line in process.stderr or []:
            problem = line.strip() or problem
            log.info("%s", line.rstrip())
        answer = process.stdout.read() if process.stdout else ""
    if process.returncode == _BAD_INPUT:
        raise InvalidInput("features", problem, "See the log of the feature job.")
    if process.returncode != 0:
        raise Retriable(f"the feature job ended with {process.returncode}: {problem}")
    return FeatureSet.model_validate_json(answer.strip().splitlines()[-1])
