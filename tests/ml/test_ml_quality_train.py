"""The quality model learns from weak labels and from people, beats its baselines, and becomes the judge."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from ml.quality import spoil
from ml.quality.data import decided, split
from ml.quality.evaluate import calibration, calibration_error, text
from ml.quality.spoil import FAULTS, weak_label
from ml.quality.topics import topics
from ml.quality.train import Trained, fetch, retrain, train
from ytempire.database.connection import Connection
from ytempire.quality.classifier import champion_path, load_scorer
from ytempire.quality.memory import keep
from ytempire.settings import QualitySettings, Settings


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of this module: what one training has read, the next one knows."""
    return tmp_path_factory.mktemp("data")


def small(data_root: Path, **more) -> Settings:
    return Settings(data_root=data_root, quality=QualitySettings(training_topics=12), **more)


@pytest.fixture(scope="module")
def trained(kept: Path) -> Trained:
    return train(small(kept), [])


def test_no_topic_is_both_learned_from_and_tested_on(trained: Trained) -> None:
    learned, test = {one.group for one in trained.train}, {one.group for one in trained.test}
    assert learned and test and not learned & test
    assert split([*trained.train, *trained.test]) == (trained.train, trained.test)


def test_it_beats_the_majority_and_the_rules_on_unseen_topics(trained: Trained) -> None:
    ours, rules, majority = (trained.said["metrics"][name] for name in ("quality", "rules", "majority"))
    assert ours["brier"] < rules["brier"] and ours["brier"] < majority["brier"]
    assert ours["auc"] > max(rules["auc"], 0.85)
    faultless = trained.said["verdicts"]["faultless"]
    assert faultless["approve"] + faultless["review"] == sum(faultless.values())


def test_calibration_is_a_table_of_scores_and_of_what_came_true(trained: Trained) -> None:
    table = trained.said["calibration"]
    assert sum(row["n"] for row in table) == len(trained.test)
    for row in table:
        assert row["from"] <= row["mean_score"] <= row["to"] and 0 <= row["published_percent"] <= 100
    assert table[0]["published_percent"] < 40 < 60 < table[-1]["published_percent"]
    assert "calibration, error" in text(trained.said)
    always = np.array([float(one.published) for one in trained.test])
    assert calibration_error(trained.test, always) == 0
    assert {row["published_percent"] for row in calibration(trained.test, always)} == {0.0, 100.0}


def test_the_same_recipe_gives_the_same_head(trained: Trained, kept: Path) -> None:
    again = train(small(kept), [])
    assert again.head.weights == pytest.approx(trained.head.weights, abs=1e-3)


def test_weak_labels_follow_their_rule() -> None:
    assert weak_label([]) == spoil.FAULTLESS
    assert weak_label([FAULTS[-1], FAULTS[0]]) == spoil.LEAST
    assert all(weak_label([fault]) < spoil.FAULTLESS for fault in FAULTS)
    assert len({topic.evidence.lead.title for topic, _ in topics(60, 7)}) > 40


def test_peoples_decisions_outweigh_weak_labels(trained: Trained, kept: Path) -> None:
    """People who refuse what the rule calls faultless are believed."""
    faultless = [one.features for one in [*trained.train, *trained.test] if not one.faults]
    people = decided([(features, False) for features in faultless * 4])
    assert sum(one.test for one in people) == len(people) // 5
    other = train(small(kept), people).head
    assert other.decisions == len(people) - len(people) // 5
    assert other.score(faultless[0]) < 60 < trained.head.score(faultless[0])


DECIDED = """
INSERT INTO ytempire.quality_decisions
    (job_id, decided_at, decided_by, approved, score, scorer, reasons, artefact_key, report_path)
VALUES (%s, %s, 'operator', %s, 70, 'test', '', 'key', 'report.json')
"""


def test_the_way_of_a_head_from_decisions_to_the_judge(
    connection: Connection, database_url: str, mlflow_url: str, job_id: UUID, trained: Trained, kept: Path
) -> None:
    settings = small(kept, database_url=database_url, mlflow_tracking_uri=mlflow_url)
    named = settings.quality.model_copy(update={"model_name": f"quality-{secrets.token_hex(3)}"})
    settings = settings.model_copy(update={"quality": named})
    reuse: Callable[[str], Path] = lambda name: kept / "models" / name / "embeddings.npz"  # noqa: E731
    reuse(named.model_name).parent.mkdir(parents=True)
    reuse(named.model_name).write_bytes(reuse("quality").read_bytes())
    assert fetch(settings) is None
    keep(connection, job_id, "A title", trained.train[0].features)
    # What was decided last counts.
    connection.execute(DECIDED, (job_id, "2026-11-20T10:00Z", False))
    connection.execute(DECIDED, (job_id, "2026-11-21T10:00Z", True))

    first = retrain(settings)

    assert (first.version, first.alias, first.decisions) == ("1", "champion", 1)
    assert first.metrics["brier"] < first.baselines["rules"]["brier"]
    judge = load_scorer(settings)
    assert (judge.name, judge.decisions) == (f"{named.model_name} v1", 1)

    assert retrain(settings).version == "1"
    stricter = settings.quality.model_copy(update={"auto_approve": 86})
    second = retrain(settings.model_copy(update={"quality": stricter}))

    assert (second.version, second.alias) == ("2", "refused")
    assert load_scorer(settings).name == f"{named.model_name} v1"
    champion_path(settings).unlink()
    fetched = fetch(settings)
    assert fetched is not None and load_scorer(settings) == fetched
    _mlflow_serves_the_same(mlflow_url, named.model_name, fetched, trained)


def _mlflow_serves_the_same(mlflow_url: str, name: str, head, trained: Trained) -> None:
    import mlflow

    from ml.quality.data import matrix
    from ml.quality.model import table

    mlflow.set_tracking_uri(mlflow_url)
    card = mlflow.MlflowClient().get_model_version_by_alias(name, "champion").description
    assert "Weak ones by the rule" in card and "1 decisions" in card
    served = mlflow.pyfunc.load_model(f"models:/{name}@champion").predict(table(trained.test[:3]))
    assert served == pytest.approx(head.chances(matrix(trained.test[:3])), abs=1e-6)
