"""A retraining learns, is registered and judged; the champion ranks what charts now."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from chart_history import LAST_DAY, REGIONS, chart_history

from etl.trends.history import import_history
from ml.registry import ModelRegistry
from ml.trend.model import trend_kind
from ml.trend.predict import ChampionRanker
from ml.trend.train import retrain
from ytempire.content.topic import TopicVideo
from ytempire.database.connection import Connection
from ytempire.errors import Retriable
from ytempire.settings import Settings, TrainingSettings, TreesSettings


@dataclass(frozen=True)
class Seen:
    """A candidate as the trend watch hands it over."""

    observed_at: datetime
    video: TopicVideo


def seen(youtube_video_id: str, velocity: float | None = None, at: datetime = LAST_DAY) -> Seen:
    known: dict[str, Any] = {"title": "t", "channel_title": "c", "category_id": 10, "published_at": None}
    known |= {"duration_seconds": 9, "views": 9, "likes": None, "comments": None, "best_rank": None}
    return Seen(
        at,
        TopicVideo(youtube_video_id=youtube_video_id, velocity_views_per_hour=velocity, regions=["US"], **known),
    )


@pytest.fixture
def settings(database_url: str, mlflow_url: str, tmp_path: Path) -> Settings:
    """Settings with a model name of its own, so that tests share the server without meeting."""
    return Settings(
        database_url=database_url,
        mlflow_tracking_uri=mlflow_url,
        data_root=tmp_path,
        training=TrainingSettings(
            model_name=f"trend-{secrets.token_hex(3)}",
            trials=2,
            max_epochs=4,
            test_days=6,
            batch_charts=4,
            trees=TreesSettings(rounds=40, leaves=15, leaf_rows=20, threads=1),
        ),
    )


def test_the_way_of_a_model_from_rows_to_ranking(
    settings: Settings, connection: Connection, feature_set: Path, tmp_path: Path
) -> None:
    assert ChampionRanker.load(connection, settings) is None

    first = retrain(settings, feature_set)

    assert (first.name, first.version, first.alias) == (settings.training.model_name, "1", "champion")
    assert first.metrics["n"] == first.baselines["lookup"]["n"] == 6 * len(REGIONS) * 20
    assert first.candidates.keys() == {"network", "lightgbm", "stack"}
    assert first.candidates[first.kind] == first.metrics
    assert first.metrics["accuracy"] > first.baselines["majority"]["accuracy"]
    assert first.metrics["auc"] > first.baselines["lookup"]["auc"]
    assert first.metrics["brier"] < first.baselines["lookup"]["brier"]
    _the_registry_holds(settings, first.data_hash)

    again = retrain(settings, feature_set)

    assert (again.version, again.alias, again.metrics) == ("1", "champion", first.metrics)
    assert not {"selection", "search", "evaluation"} & again.seconds.keys()

    other = settings.training.model_copy(update={"seed": 8, "max_epochs": 1})
    second = retrain(settings.model_copy(update={"training": other}), feature_set)

    assert (second.version, second.alias) == ("2", "refused")
    assert second.champion_metrics == pytest.approx(first.metrics)
    log = connection.execute("SELECT * FROM ytempire.model_promotions ORDER BY promotion_id").fetchall()
    assert [(row["version"], row["alias"], row["champion_before"]) for row in log] == [
        ("1", "champion", None),
        ("2", "refused", "1"),
    ]
    assert log[1]["champion_metrics"]["brier"] == pytest.approx(first.metrics["brier"])

    import_history(connection, chart_history(days=30).write(tmp_path / "history"), last_days=30)
    ranker = ChampionRanker.load(connection, settings)
    assert ranker is not None
    assert ranker.name == f"{settings.training.model_name} v1"
    _it_ranks(ranker, connection)


def _the_registry_holds(settings: Settings, data_hash: str) -> None:
    import mlflow

    client = mlflow.MlflowClient(settings.mlflow_tracking_uri)
    version = client.get_model_version_by_alias(settings.training.model_name, "champion")
    run = client.get_run(version.run_id)
    assert run.data.tags["data_hash"] == data_hash
    assert {"all.lookup.auc", "first_seen.majority.accuracy"} <= run.data.metrics.keys()
    assert run.data.params["trials"] == "2"
    assert {"features.json", "inputs.json", "report.json", "by_day.json", "model_card.md"} <= {
        file.path for file in client.list_artifacts(version.run_id)
    }
    assert {"data_hash", "contract", "kind", "train", "test", "training", "judgement"} <= version.tags.keys()
    assert {"## Data", "## Measured", "## Limits", data_hash} <= set(
        version.description.replace(": ", "\n").split("\n")
    )
    assert {"candidates.network.brier", "candidates.stack.brier"} <= run.data.metrics.keys()
    signature = mlflow.models.get_model_info(f"models:/{version.name}/{version.version}").signature
    assert "near_stay" in signature.inputs.input_names()


def _it_ranks(ranker: ChampionRanker, connection: Connection) -> None:
    rows = connection.execute(
        "SELECT youtube_video_id, count(*) AS charts, max(rank) AS worst FROM ytempire.trend_snapshots"
        " WHERE fetched_at > %s GROUP BY 1 ORDER BY 2 DESC, 3",
        (LAST_DAY - timedelta(hours=1),),
    ).fetchall()
    everywhere, barely = rows[0]["youtube_video_id"], rows[-1]["youtube_video_id"]
    scores = ranker.rank([seen(barely), seen(everywhere), seen("unheard", 90_000.0), seen("silent")])
    assert scores[1] > scores[0] > scores[2] > scores[3] == 0
    assert 1 < scores[1] <= len(REGIONS) + 0.01
    assert ranker.rank([]) == []
    # A month before, nothing was charting: only the speed is left.
    assert ranker.rank([seen(everywhere, at=LAST_DAY - timedelta(days=60))]) == [0.0]


def test_a_registry_that_is_away_can_be_retried(settings: Settings, silent_port: int) -> None:
    away = settings.model_copy(update={"mlflow_tracking_uri": f"http://127.0.0.1:{silent_port}"})
    with pytest.raises(Retriable, match="MLflow"):
        ModelRegistry(away, trend_kind(away)).champion_model()
