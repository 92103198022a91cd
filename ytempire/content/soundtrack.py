"""The sound of a video: the narration at the loudness of the settings, encoded once."""

from __future__ import annotations

from pathlib import Path

import ffmpeg

from ytempire.content import loudness
from ytempire.content.files import disk_full_is_named
from ytempire.content.models import Narration, Soundtrack
from ytempire.content.programs import run
from ytempire.settings import ContentSettings


def make_soundtrack(narration: Narration, folder: Path, settings: ContentSettings) -> Soundtrack:
    """Encode ``folder``/soundtrack.m4a.

    Raises MissingProgram without ffmpeg, DiskFull with nothing left behind, RenderFailed for silence.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "soundtrack.m4a"
    partial = path.with_name(f"{path.name}.partial")
    try:
        stream = loudness.levelled(narration.wav_path, settings)
        output = ffmpeg.output(
            stream, str(partial), format="mp4", acodec="aac", audio_bitrate="192k", ar=loudness.RATE_HZ,
            fflags="+bitexact",
        )  # fmt: skip
        arguments = output.global_args("-hide_banner", "-nostdin", "-loglevel", "error", "-y").compile()
        run(arguments, timeout_seconds=settings.render_timeout_seconds)
        found = loudness.measure(ffmpeg.input(str(partial)).audio, timeout_seconds=settings.render_timeout_seconds)
        with disk_full_is_named(path):
            partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return Soundtrack(
        path=path,
        duration_seconds=narration.duration_seconds,
        integrated_lufs=found.integrated_lufs,
        true_peak_dbtp=found.true_peak_dbtp,
    )
