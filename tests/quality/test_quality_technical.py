"""Technical checks, measured on real files: what is wrong with a file is found, and only that."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest
from content_samples import SMALL
from finished_video import Finished, changed, failed, synthetic

from ytempire.content.frames import frame
from ytempire.errors import InvalidInput


def test_nothing_is_wrong_with_a_good_video_and_that_is_known_in_a_tenth_of_its_length(
    finished: Finished, tmp_path
) -> None:
    began = time.monotonic()
    report = finished.inspected(shutil.copy(finished.path, tmp_path / "not_yet_measured.mp4"))
    assert time.monotonic() - began < report.duration_seconds / 10
    assert failed(report) == set()
    assert report.drift_seconds is not None and report.drift_seconds <= 0.03
    assert report.caption_coverage == 1.0 and report.transcript_error == 0.0
    assert 10 < report.caption_letters_per_second <= 20


def test_black_silent_and_short_is_found(finished: Finished, tmp_path: Path) -> None:
    path = synthetic(tmp_path / "black.mp4", "color=black:s=640x360:r=15", "anullsrc=r=48000:cl=stereo", 5)
    report = finished.inspected(path)
    assert {"duration", "in step", "black", "silence", "loudness", "freeze", "drift"} <= failed(report)
    assert report.black_seconds == pytest.approx(5, abs=0.5)
    assert report.drift_seconds is None


def test_a_black_moment_between_pictures_is_measured(finished: Finished, tmp_path: Path) -> None:
    dark = "drawbox=w=iw:h=ih:color=black:t=fill:enable='between(t,6,7.2)'"
    path = changed(finished.path, tmp_path / "dark.mp4", "-vf", dark, "-c:a", "copy", "-preset", "ultrafast")
    report = finished.inspected(path)
    assert "black" in failed(report)
    assert report.black_seconds == pytest.approx(1.2, abs=0.3)


def test_a_frozen_picture_and_a_loud_tone_are_found(finished: Finished, tmp_path: Path) -> None:
    tone = "sine=frequency=997:sample_rate=48000,volume=8"
    path = synthetic(tmp_path / "frozen.mp4", "color=gray:s=640x360:r=15", tone, 8)
    report = finished.inspected(path)
    assert {"freeze", "loudness"} <= failed(report) and "black" not in failed(report)


def test_a_missing_stream_and_another_shape_are_found(finished: Finished, tmp_path: Path) -> None:
    silent = changed(finished.path, tmp_path / "silent.mp4", "-an", "-c", "copy")
    assert {"audio stream", "silence", "loudness", "faststart", "drift"} <= failed(finished.inspected(silent))
    assert failed(finished.inspected(shape=frame("9:16", SMALL))) == {"video stream"}


def test_sound_that_comes_late_is_measured(finished: Finished, tmp_path: Path) -> None:
    late = ["-af", "adelay=150:all=1", "-c:v", "copy", "-ar", "48000", "-movflags", "+faststart"]
    report = finished.inspected(changed(finished.path, tmp_path / "late.mp4", *late))
    # Encoding the sound once more may move its peaks; the picture is as it was.
    assert {"drift"} <= failed(report) <= {"drift", "true peak"}
    assert report.drift_seconds == pytest.approx(0.15, abs=0.02)


def test_sound_that_runs_away_from_the_picture_is_measured_where_it_is_furthest(finished: Finished, tmp_path) -> None:
    slow = ["-af", "atempo=0.994", "-c:v", "copy", "-ar", "48000", "-movflags", "+faststart"]
    report = finished.inspected(changed(finished.path, tmp_path / "slow.mp4", *slow))
    assert "drift" in failed(report)
    # Measured in the middle of the last window.
    end = report.duration_seconds - 7
    assert report.drift_seconds == pytest.approx(0.006 * end, abs=0.04)


def test_other_speech_than_the_narration_does_not_count_as_in_step(finished: Finished, tmp_path: Path) -> None:
    other = ["-af", "areverse", "-c:v", "copy", "-ar", "48000", "-movflags", "+faststart"]
    report = finished.inspected(changed(finished.path, tmp_path / "other.mp4", *other))
    assert report.drift_seconds is None and "drift" in failed(report)


def test_a_narration_that_cannot_be_compared_does_not_pass(finished: Finished, tmp_path: Path) -> None:
    gone = finished.narration.model_copy(update={"wav_path": tmp_path / "none.wav"})
    assert failed(finished.inspected(narration=gone)) == {"drift"}


def shifted(finished: Finished, folder: Path, edit) -> set[str]:
    text = finished.captions.srt_path.read_text(encoding="utf-8")
    (folder / "edited.srt").write_text(edit(text), encoding="utf-8")
    edited = finished.captions.model_copy(update={"srt_path": folder / "edited.srt"})
    return failed(finished.inspected(captions=edited))


def test_captions_that_are_missing_late_or_too_fast_are_found(finished: Finished, tmp_path: Path) -> None:
    def late(text: str) -> str:
        return text.replace("00:00:", "00:01:")

    def fast(text: str) -> str:
        blocks = text.split("\n\n")
        return "\n\n".join(f"{block} and yet more words that nobody has the time to read" for block in blocks)

    assert shifted(finished, tmp_path, lambda text: "") == {"captions"}
    assert shifted(finished, tmp_path, late) == {"captions"}
    assert shifted(finished, tmp_path, fast) == {"caption speed"}


def test_what_is_said_is_what_was_written(finished: Finished) -> None:
    scenes = [finished.script.scenes[0].model_copy(update={"narration": "Something else altogether."})]
    other = finished.script.model_copy(update={"scenes": [*scenes, *finished.script.scenes[1:]]})
    report = finished.inspected(script=other)
    assert failed(report) == {"transcript"}
    assert 0.02 < report.transcript_error < 0.5


def test_chapters_that_youtube_would_not_show_are_found(finished: Finished) -> None:
    bare = finished.script.model_copy(update={"description": finished.script.source})
    assert failed(finished.inspected(script=bare)) == {"chapters"}


def test_what_is_no_video_is_named(finished: Finished, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="does not exist"):
        finished.inspected(tmp_path / "none.mp4")
    (tmp_path / "text.mp4").write_text("no video")
    with pytest.raises(InvalidInput, match="is no video"):
        finished.inspected(tmp_path / "text.mp4")
