"""The judgement as a whole: score, verdict by the thresholds of the specification, and what to do again."""

from __future__ import annotations

from pathlib import Path

import pytest
from content_samples import channel
from finished_video import SETTINGS, Finished, synthetic

from ytempire.quality.judge import judge
from ytempire.quality.models import (
    Check,
    PolicyReport,
    QualityReport,
    QualityScore,
    TechnicalReport,
    Violation,
)
from ytempire.quality.verdict import decide
from ytempire.settings import QualitySettings, Settings

FINE = TechnicalReport.model_construct(checks=[])
CLEAN = PolicyReport(violations=[])


def given(value: float, decisions: int = 0) -> QualityScore:
    return QualityScore(value=value, parts=[], scorer="test", decisions=decisions)


def judged(finished: Finished, settings: Settings = SETTINGS, **parts) -> QualityReport:
    taken = {"mp4": finished.path, "script": finished.script, "narration": finished.narration}
    return judge(**(taken | {"captions": finished.captions} | parts), channel=channel(), settings=settings)


def test_a_good_video_is_approved(finished: Finished) -> None:
    report = judged(finished)
    assert report.verdict == "approve" and report.score.value >= 85
    assert report.revisions == []
    assert sum(part.possible for part in report.score.parts) == 100


def test_whose_labels_the_score_rests_on_is_said_where_it_is_shown(finished: Finished) -> None:
    shown = judged(finished).summary()
    assert shown.startswith("score 9") and "(weak labels: no person has decided yet)" in shown
    assert given(80, decisions=1).basis == "weak labels and 1 decision of people"
    assert given(80, decisions=12).basis == "weak labels and 12 decisions of people"


def test_a_worse_video_scores_less(finished: Finished, tmp_path: Path) -> None:
    good = judged(finished).score.value
    gone = finished.captions.model_copy(update={"srt_path": tmp_path / "none.srt"})
    bare = finished.script.model_copy(update={"description": finished.script.source, "tags": []})
    black = synthetic(tmp_path / "black.mp4", "color=black:s=640x360:r=15", "anullsrc=r=48000:cl=stereo", 5)
    assert judged(finished, captions=gone).score.value < 85 <= good
    assert judged(finished, script=bare).score.value < 85
    worst = judged(finished, mp4=black)
    assert worst.score.value < 40 and worst.verdict == "reject"


def test_the_thresholds_are_settings(finished: Finished) -> None:
    strict = Settings(content=SETTINGS.content, quality=QualitySettings(auto_approve=100, manual_review=0))
    assert judged(finished, strict).verdict == "review"
    lenient = QualitySettings(longest_silence_seconds=0.05)
    found = judged(finished, Settings(content=SETTINGS.content, quality=lenient))
    assert [check.name for check in found.technical.failed] == ["silence"]


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (100, "approve"),
        (85, "approve"),
        (84.99, "review"),
        (60, "review"),
        (59.9, "revise"),
        (40, "revise"),
        (39.9, "reject"),
    ],
)
def test_the_thresholds_of_the_specification(value: float, verdict: str) -> None:
    assert decide(given(value), CLEAN, FINE, QualitySettings()) == verdict


def test_a_violation_is_for_a_person_whatever_the_score() -> None:
    rules = PolicyReport(violations=[Violation(rule="banned claim", where="title", detail="income")])
    assert decide(given(100), rules, FINE, QualitySettings()) == "review"


def test_a_failed_hard_check_is_made_again_once_and_then_for_a_person() -> None:
    broken = TechnicalReport.model_construct(checks=[Check(name="black", passed=False, hard=True, detail="9 s")])
    assert decide(given(100), CLEAN, broken, QualitySettings()) == "revise"
    assert decide(given(100), CLEAN, broken, QualitySettings(), revised=True) == "review"
    assert decide(given(50), CLEAN, FINE, QualitySettings(), revised=True) == "review"
    assert decide(given(39), CLEAN, FINE, QualitySettings(), revised=True) == "reject"


def test_what_to_do_again_names_the_stages_in_their_order(finished: Finished, tmp_path: Path) -> None:
    gone = finished.captions.model_copy(update={"srt_path": tmp_path / "none.srt"})
    claim = finished.script.model_copy(update={"title": "Guaranteed income for every viewer of this video"})
    report = judged(finished, captions=gone, script=claim)
    assert report.verdict in ("review", "revise", "reject")
    assert [(one.stage, one.what) for one in report.revisions] == [
        ("script", "banned claim"),
        ("captions", "captions"),
    ]
