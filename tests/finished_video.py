"""A small finished video with everything it was made from, and files made from ffmpeg's own sources."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from content_samples import SMALL
from made_video import made, written

from ytempire.content.frames import frame
from ytempire.content.models import Captions, Narration, Script
from ytempire.quality import technical
from ytempire.quality.measure import measure
from ytempire.quality.models import TechnicalReport
from ytempire.settings import Settings

SHAPE = frame("16:9", SMALL)
SETTINGS = Settings(content=SMALL)


@dataclass(frozen=True)
class Finished:
    """A video and what it was made from."""

    script: Script
    narration: Narration
    captions: Captions
    path: Path

    def inspected(self, path: Path | None = None, **parts) -> TechnicalReport:
        """What the technical checks say of ``path`` (its own file), with some of its parts replaced."""
        given = {"script": self.script, "narration": self.narration, "captions": self.captions, "shape": SHAPE} | parts
        return technical.inspect(path or self.path, settings=SETTINGS, **given)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finished]:
    """The video; while it is there, each file is measured once."""
    folder = tmp_path_factory.mktemp("finished")
    video = made(folder, written())
    path = video.assembled(folder / "video.mp4")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(technical, "measure", cache(measure))
        yield Finished(video.script, video.narration, video.captions, path)


def synthetic(path: Path, picture: str, sound: str, seconds: float) -> Path:
    """A file from ffmpeg's own sources, of the right size and codecs."""
    arguments = ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound]
    arguments += ["-t", str(seconds), "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]
    subprocess.run([*arguments, "-c:a", "aac", "-ar", "48000", "-ac", "2", str(path)], check=True)
    return path


def changed(source: Path, path: Path, *arguments: str) -> Path:
    """``source`` through ffmpeg once more."""
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", str(source), *arguments, str(path)], check=True)
    return path


def failed(report: TechnicalReport) -> set[str]:
    return {check.name for check in report.failed}
