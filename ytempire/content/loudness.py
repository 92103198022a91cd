"""Brings the narration to the loudness of YouTube: a measured gain, and a limiter for the true peaks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg

from ytempire.content.programs import RenderFailed, run
from ytempire.settings import ContentSettings

RATE_HZ = 48_000
_OVERSAMPLED_HZ = 4 * RATE_HZ
_ENCODER_HEADROOM_DB = 0.8
_CLOSE_ENOUGH_LU = 0.2
_ROUNDS = 4
_SUMMARY = re.compile(r"I:\s+(-?[\d.]+|-inf) LUFS.*?Peak:\s+(-?[\d.]+|-inf) dBFS", re.DOTALL)


@dataclass(frozen=True)
class Loudness:
    """Integrated loudness (LUFS) and true peak (dBTP), EBU R 128."""

    integrated_lufs: float
    true_peak_dbtp: float


def measure(stream: Any, *, timeout_seconds: float) -> Loudness:
    """Measure an ffmpeg-python audio stream."""
    metered = stream.filter("ebur128", peak="true", framelog="verbose")
    output = ffmpeg.output(metered, "-", format="null").global_args("-hide_banner", "-nostats", "-nostdin")
    return parse(run(output.compile(), timeout_seconds=timeout_seconds).stderr)


def parse(said: str) -> Loudness:
    """Read the summary that ebur128 writes at the end."""
    found = _SUMMARY.search(said[said.rfind("Summary:") :])
    if not found:
        raise RenderFailed("ebur128 gave no summary")
    return Loudness(float(found[1]), float(found[2]))


def levelled(wav: Path, settings: ContentSettings) -> Any:
    """Return the narration as a stereo stream of 48 kHz at the loudness of the settings.

    The limiter takes away a little loudness, so the gain is corrected by what was measured behind it.
    """
    gain = 0.0
    for step in range(_ROUNDS):
        found = measure(_chain(wav, gain, settings, limited=step > 0), timeout_seconds=settings.render_timeout_seconds)
        missing = settings.loudness_lufs - found.integrated_lufs
        if missing == float("inf"):
            raise RenderFailed(f"{wav.name} is silent")
        if step and abs(missing) <= _CLOSE_ENOUGH_LU:
            break
        gain += missing
    return _chain(wav, gain, settings, limited=True)


def _chain(wav: Path, gain: float, settings: ContentSettings, *, limited: bool) -> Any:
    stream = ffmpeg.input(str(wav)).audio
    stream = stream.filter("aresample", _OVERSAMPLED_HZ if limited else RATE_HZ)
    stream = stream.filter("aformat", channel_layouts="stereo")
    if limited:
        ceiling = 10 ** ((settings.true_peak_dbtp - _ENCODER_HEADROOM_DB) / 20)
        stream = stream.filter("volume", f"{gain:.3f}dB")
        stream = stream.filter("alimiter", limit=f"{ceiling:.5f}", attack=3, release=60, level="disabled")
        stream = stream.filter("aresample", RATE_HZ)
    return stream
