"""The learned score: a shipped head, a champion in its place, and never a judge without one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ytempire.content.providers import offline
from ytempire.errors import InvalidInput
from ytempire.quality.classifier import SHIPPED, Head, champion_path, load_scorer
from ytempire.settings import QualitySettings, Settings

SCORE = """
import sys, time
began = time.monotonic()
from pathlib import Path
from content_samples import channel, topic
from test_quality_memory import FILE
from ytempire.content.assignments import Assignment
from ytempire.content.providers import offline
from ytempire.quality import policy
from ytempire.quality.classifier import load_scorer
from ytempire.quality.encoder import encoder
from ytempire.quality.features import features
from ytempire.settings import Settings
script, settings = offline.write(Assignment(topic(), channel(), 60)), Settings(data_root=Path(sys.argv[1]))
rules = policy.check(script, channel(), settings.quality)
began = time.monotonic()
points = load_scorer(settings).score(features(script, FILE, rules, settings, encoder()))
print(points, time.monotonic() - began)
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_root=tmp_path)


def champion(settings: Settings, **changes) -> None:
    stored = json.loads(SHIPPED.read_text()) | {"name": "quality v3", "decisions": 4} | changes
    path = champion_path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(stored))


def test_the_shipped_head_is_of_this_code_and_tells_how_it_was_made() -> None:
    head, defaults = Head.load(SHIPPED), QualitySettings()
    assert head.decisions == 0 and head.recipe["labels"].startswith("weak")
    assert (head.recipe["topics"], head.recipe["seed"]) == (defaults.training_topics, defaults.training_seed)
    assert head.recipe["writer"] == offline.PROMPT_VERSION, "the writer has changed: python -m ml.quality ship"
    measured = head.figures["metrics"]
    assert measured["quality"]["brier"] < measured["rules"]["brier"] < measured["majority"]["brier"]
    assert measured["quality"]["auc"] > measured["rules"]["auc"]
    faultless = head.figures["verdicts"]["faultless"]
    assert faultless["approve"] >= 0.9 * sum(faultless.values())
    assert head.figures["verdicts"]["gibberish"]["approve"] == 0


def test_a_champion_takes_its_place(settings: Settings) -> None:
    assert load_scorer(settings).name == Head.load(SHIPPED).name
    champion(settings)
    assert (load_scorer(settings).name, load_scorer(settings).decisions) == ("quality v3", 4)


@pytest.mark.parametrize("changes", [{"weights": [0.0]}, {"encoder": "another"}, {"numbers": ["x"]}, {"bias": "NaN"}])
def test_a_champion_that_cannot_be_used_does_not_judge(settings: Settings, changes: dict) -> None:
    champion(settings, **changes)
    with pytest.raises(InvalidInput):
        Head.load(champion_path(settings))
    assert load_scorer(settings).name == Head.load(SHIPPED).name


def test_a_head_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    head = Head.load(SHIPPED)
    head.save(tmp_path / "folder" / "head.json")
    assert Head.load(tmp_path / "folder" / "head.json") == head
    assert [file.name for file in (tmp_path / "folder").iterdir()] == ["head.json"]
    (tmp_path / "cut.json").write_text(SHIPPED.read_text()[:500])
    with pytest.raises(InvalidInput, match=r"cut\.json cannot be read"):
        Head.load(tmp_path / "cut.json")


def test_a_score_takes_less_than_two_seconds_with_everything_that_has_to_be_loaded(tmp_path: Path) -> None:
    here = Path(__file__).parent
    code = f"import sys; sys.path[:0] = [{str(here)!r}, {str(here.parent)!r}]\n{SCORE}"
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    points, seconds = map(float, done.stdout.split())
    assert points >= 85
    assert seconds < 2
