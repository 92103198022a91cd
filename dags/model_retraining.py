"""Trains candidates of each model on what has been seen, and judges the best of them against the champion.

Every week, and when `model_drift` says that what the model sees is too far from what it learned.

`collect` brings the named trending history into the snapshots (once). `features` holds the charts against the suite
`chart_days`, computes the feature set with Spark and holds it against the suite `features`. `train` selects features,
searches with Optuna, trains, measures on the last days beside the baselines, and registers the version in MLflow with
its card: `champion` when there is none, `challenger` when it is better than the champion on the same days (then
`model_rollout` tries it), else without an alias. Each of its steps is done once: a retry goes on with the trial, the
epoch or the registration at which the try before was killed. `train_quality` does the same with the score of finished
videos, from weak labels and from what people have decided. Trigger it with other settings of the training in its
configuration, for example `{"training": {"history_days": 30, "trials": 2}}`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable, Param, dag, get_current_context, task

from dags.house.rules import DRIFT, PACIFIC, Tag, default_args

if TYPE_CHECKING:
    from ytempire.settings import Settings


def _settings() -> Settings:
    """The settings, with this run's own values of the training."""
    from ytempire.settings import TrainingSettings, get_settings

    settings = get_settings()
    own = get_current_context()["params"]["training"]
    training = TrainingSettings.model_validate(settings.training.model_dump() | own)
    return settings.model_copy(update={"training": training})


@dag(
    schedule=AssetOrTimeSchedule(timetable=CronTriggerTimetable("0 3 * * 1", timezone=PACIFIC), assets=[DRIFT]),
    catchup=False,
    max_active_runs=1,
    doc_md=__doc__,
    tags=[Tag.LEARNING],
    default_args=default_args(timedelta(hours=1)),
    params={
        "training": Param({}, type="object", description="Settings of the training that differ in this run"),
        "history_shift_weeks": Param(0, type="integer", description="Moves the named history by whole weeks"),
        "history_until": Param(None, type=["null", "string"], description="Leaves out what is later (ISO 8601)"),
    },
)
def model_retraining() -> None:
    """Wire the retraining."""

    @task(pool="warehouse_load")
    def collect() -> dict[str, Any]:
        from datetime import datetime

        from airflow.sdk.exceptions import AirflowSkipException

        from dags.house.resources import database, figures
        from etl.features.contract import LISTING_DAYS
        from etl.trends.history import import_history

        settings, params = _settings(), get_current_context()["params"]
        if settings.trend_history is None:
            raise AirflowSkipException("YTEMPIRE_TREND_HISTORY names no history: what was collected is used.")
        until = params["history_until"] and datetime.fromisoformat(params["history_until"])
        with database() as connection:
            return figures(
                import_history(
                    connection,
                    settings.trend_history,
                    last_days=settings.training.history_days + LISTING_DAYS,
                    shift_weeks=params["history_shift_weeks"],
                    until=until or None,
                )
            )

    @task(pool="spark", trigger_rule="none_failed")
    def features() -> dict[str, Any]:
        from etl.features.build import build_features

        built: dict[str, Any] = build_features(_settings()).model_dump(mode="json")
        return built

    @task(pool="gpu_inference")
    def train(built: dict[str, Any]) -> dict[str, Any]:
        from pathlib import Path

        from ml.trend.train import retrain

        return retrain(_settings(), Path(built["path"])).short()

    @task(pool="gpu_inference")
    def train_quality() -> dict[str, Any]:
        from ml.quality.train import retrain

        return retrain(_settings()).as_dict()

    train_quality()
    built: Any = features()
    collect() >> built
    train(built)


model_retraining()
