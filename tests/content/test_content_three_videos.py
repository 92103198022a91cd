"""Three finished videos of three forms in the three shapes, looked at frame by frame as they will be seen."""

from __future__ import annotations

import subprocess
from typing import NamedTuple

import numpy as np
import pytest
from content_samples import SMALL, channel, topic
from made_video import Made, made, written

from ytempire.content.palettes import PALETTES
from ytempire.quality.judge import judge
from ytempire.settings import Settings

SHAPES = (("16:9", "ink"), ("9:16", "paper"), ("1:1", "ink"))


class Seen(NamedTuple):
    video: Made
    palette: str
    frames: np.ndarray
    verdict: str


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> list[Seen]:
    """The first three topics that give three forms; frames as number x height x width x RGB, five a second."""
    seen: list[Seen] = []
    for number in range(40):
        ratio, palette = SHAPES[len(seen)]
        about, profile = topic(f"three-{number}"), channel(aspect_ratio=ratio, palette=palette)
        script = written(about=about, profile=profile)
        if script.form in {one.video.script.form for one in seen}:
            continue
        folder = tmp_path_factory.mktemp(script.form)
        video = made(folder, script, about=about, profile=profile)
        path = video.assembled(folder / "video.mp4")
        report = judge(path, script, video.narration, video.captions, profile, Settings(content=SMALL))
        arguments = ["ffmpeg", "-v", "error", "-i", str(path), "-vf", "select=not(mod(n\\,3)),format=rgb24"]
        arguments += ["-fps_mode", "passthrough", "-f", "rawvideo", "-"]
        raw = subprocess.run(arguments, check=True, capture_output=True).stdout
        frames = np.frombuffer(raw, np.uint8).reshape(-1, video.shape.height_px, video.shape.width_px, 3)
        seen.append(Seen(video, palette, frames, report.verdict))
        if len(seen) == len(SHAPES):
            break
    return seen


def ink(one: Seen) -> np.ndarray:
    """Where a frame shows anything but the ground: number x height x width."""
    ground = np.array(PALETTES[one.palette].ground, np.int16)
    return np.abs(one.frames.astype(np.int16) - ground).max(axis=3) > 40


def test_they_have_three_forms_and_are_approved(videos: list[Seen]) -> None:
    assert len({one.video.script.form for one in videos}) == 3
    assert [one.verdict for one in videos] == ["approve"] * 3
    assert all(one.video.narration.duration_seconds > 30 for one in videos)


def test_nothing_is_cut_off_at_any_edge(videos: list[Seen]) -> None:
    for one in videos:
        seen, unit = ink(one), one.video.shape.pixels_per_unit
        side, top = round(0.04 * one.video.shape.width_px), round(40 * unit)
        assert not seen[:, :, :side].any() and not seen[:, :top].any(), one.video.shape.aspect_ratio
        assert not seen[:, round(one.video.shape.captions_bottom * unit) + 2 :].any()
        assert not seen[:, :, round(one.video.shape.right * unit) + 3 :].any()


def test_between_pictures_and_captions_stays_a_gap(videos: list[Seen]) -> None:
    for one in videos:
        unit = one.video.shape.pixels_per_unit
        gap = ink(one)[:, round(one.video.shape.bottom * unit) + 2 : round(one.video.shape.captions_top * unit) - 1]
        assert gap.shape[1] >= 4 and not gap.any(), one.video.shape.aspect_ratio


def test_while_somebody_speaks_there_are_captions_and_a_picture(videos: list[Seen]) -> None:
    for one in videos:
        seen, unit = ink(one), one.video.shape.pixels_per_unit
        captions = seen[:, round(one.video.shape.captions_top * unit) :].any(axis=(1, 2))
        pictures = seen[:, : round(one.video.shape.bottom * unit)].mean(axis=(1, 2))
        for scene in one.video.narration.scenes:
            for word in scene.words[1:-1]:
                at = round((word.start_seconds + word.end_seconds) / 2 * 5)
                assert captions[min(at, len(captions) - 1)], f"{word.text} at {word.start_seconds}"
        assert (pictures > 0.002).mean() > 0.97, "a picture in all but the first moments"
