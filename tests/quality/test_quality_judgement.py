"""Quality: measured on real files, scored by documented parts, judged by the thresholds."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from content_samples import SMALL, channel, topic

from ytempire.content.assembly import assemble
from ytempire.content.captions import write_captions
from ytempire.content.frames import frame
from ytempire.content.narration import narrate
from ytempire.content.script import write_script
from ytempire.content.soundtrack import make_soundtrack
from ytempire.content.spending import Unlimited
from ytempire.content.visuals import draw_scenes
from ytempire.errors import InvalidInput
from ytempire.quality import policy, technical
from ytempire.quality.banned import banned_words
from ytempire.quality.judge import judge
from ytempire.quality.models import PolicyReport, QualityScore, TechnicalReport
from ytempire.quality.score import score
from ytempire.quality.verdict import decide
from ytempire.settings import QualitySettings, Settings

SHAPE = frame("16:9", SMALL)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("made")
    script = write_script(topic(), channel(), SMALL, secrets={}, spending=Unlimited()).script
    narration = narrate(script, channel(), folder, SMALL, secrets={}, spending=Unlimited())
    visuals = draw_scenes(script, narration, topic(), channel(), folder, SMALL)
    captions = write_captions(script, narration, channel(), folder, SMALL)
    return (
        script,
        narration,
        captions,
        assemble(visuals, make_soundtrack(narration, folder, SMALL), captions, folder / "video.mp4", SHAPE, SMALL),
    )


def synthetic(path: Path, picture: str, sound: str, seconds: float) -> Path:
    """A file from ffmpeg's own sources, of the right size and codecs."""
    arguments = ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound]
    arguments += ["-t", str(seconds), "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]
    subprocess.run([*arguments, "-c:a", "aac", "-ar", "48000", "-ac", "2", str(path)], check=True)
    return path


def failed(report: TechnicalReport) -> set[str]:
    return {check.name for check in report.failed}


def test_a_good_video_is_approved(made) -> None:
    script, narration, captions, path = made
    report = judge(path, script, narration, captions, channel(), Settings(content=SMALL))
    assert report.verdict == "approve" and report.score.value >= 85
    assert failed(report.technical) == set()
    assert sum(part.possible for part in report.score.parts) == 100
    assert report.summary().startswith("score ")


def test_black_silent_and_short_is_found(made, tmp_path: Path) -> None:
    script, narration, captions, _ = made
    path = synthetic(tmp_path / "black.mp4", "color=black:s=640x360:r=15", "anullsrc=r=48000:cl=stereo", 5)
    report = technical.inspect(path, narration, captions, SHAPE, SMALL)
    assert {"duration", "in step", "black", "silence", "loudness", "freeze"} <= failed(report)
    assert report.black_seconds == pytest.approx(5, abs=0.5)
    rules = policy.check(script, channel())
    verdict = decide(score(script, report, rules), rules, report, QualitySettings())
    assert verdict in ("revise", "reject")


def test_a_frozen_picture_and_a_loud_tone_are_found(made, tmp_path: Path) -> None:
    _, narration, captions, _ = made
    path = synthetic(
        tmp_path / "frozen.mp4", "color=gray:s=640x360:r=15", "sine=frequency=997:sample_rate=48000,volume=8", 8
    )
    report = technical.inspect(path, narration, captions, SHAPE, SMALL)
    assert {"freeze", "loudness"} <= failed(report) and "black" not in failed(report)


def test_a_missing_stream_and_another_size_are_found(made, tmp_path: Path) -> None:
    _, narration, captions, path = made
    silent = tmp_path / "silent.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-i", str(path), "-an", "-c", "copy", str(silent)], check=True)
    report = technical.inspect(silent, narration, captions, SHAPE, SMALL)
    assert {"audio stream", "silence", "loudness", "faststart"} <= failed(report)
    larger = technical.inspect(path, narration, captions, frame("9:16", SMALL), SMALL)
    assert failed(larger) == {"video stream"}


def test_what_is_no_video_is_named(made, tmp_path: Path) -> None:
    _, narration, captions, _ = made
    with pytest.raises(InvalidInput, match="does not exist"):
        technical.inspect(tmp_path / "none.mp4", narration, captions, SHAPE, SMALL)
    (tmp_path / "text.mp4").write_text("no video")
    with pytest.raises(InvalidInput, match="is no video"):
        technical.inspect(tmp_path / "text.mp4", narration, captions, SHAPE, SMALL)


def test_missing_captions_cost_points(made, tmp_path: Path) -> None:
    script, narration, captions, path = made
    gone = captions.model_copy(update={"srt_path": tmp_path / "none.srt"})
    report = judge(path, script, narration, gone, channel(), Settings(content=SMALL))
    assert "captions" in failed(report.technical)
    assert report.score.value <= 90


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"title": "x" * 101}, "title length"),
        ({"title": "a <b> c"}, "angle brackets"),
        ({"description": "é" * 2_501}, "description length"),
        ({"tags": ["tag number one"] * 40}, "tags length"),
        ({"title": "What the FUCK happened"}, "banned word"),
        ({"made_for_kids": True}, "made for kids"),
        ({"contains_synthetic_media": False}, "synthetic media"),
        ({"description": "no source"}, "source"),
    ],
)
def test_a_violation_is_named_and_never_approved(made, changes: dict, rule: str) -> None:
    script, narration, captions, path = made
    broken = script.model_copy(update=changes)
    report = policy.check(broken, channel())
    assert rule in {violation.rule for violation in report.violations}
    measured = technical.inspect(path, narration, captions, SHAPE, SMALL)
    best = QualityScore(value=100, parts=[], scorer="test")
    assert decide(best, report, measured, QualitySettings()) == "review"


def test_words_are_banned_whole_and_in_any_case() -> None:
    assert banned_words("Shit happens in Scunthorpe, essex") == ["shit"]


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (100, "approve"),
        (85, "approve"),
        (84.99, "review"),
        (60, "review"),
        (59, "revise"),
        (40, "revise"),
        (39.9, "reject"),
    ],
)
def test_the_thresholds_of_the_specification(made, value: float, verdict: str) -> None:
    _, _narration, _captions, _path = made
    fine = TechnicalReport.model_construct(checks=[])
    given = QualityScore(value=value, parts=[], scorer="test")
    assert decide(given, PolicyReport(violations=[]), fine, QualitySettings()) == verdict
