"""How loud a sound is, by ITU-R BS.1770 and EBU R 128 as ffmpeg's ebur128 measures it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import ffmpeg

from ytempire.content.programs import RenderFailed, run

RATE_HZ = 48_000
_INTEGRATED = re.compile(r"I:\s+(-?[\d.]+|-inf) LUFS")
_PEAK = re.compile(r"Peak:\s+(-?[\d.]+|-inf) dBFS")


@dataclass(frozen=True)
class Loudness:
    """Integrated loudness (LUFS) and true peak (dBTP); what was not measured is minus infinity."""

    integrated_lufs: float
    true_peak_dbtp: float


def measure(stream: Any, *, timeout_seconds: float, peaks: bool = True) -> Loudness:
    """Measure an ffmpeg-python audio stream; one channel counts as heard from two loudspeakers.

    The true peaks take more than half of the time. Raises MissingProgram, and RenderFailed for what is no sound.
    """
    metered = stream.filter("ebur128", framelog="verbose", dualmono="true", **({"peak": "true"} if peaks else {}))
    output = ffmpeg.output(metered, "-", format="null").global_args("-hide_banner", "-nostats", "-nostdin")
    return parse(run(output.compile(), timeout_seconds=timeout_seconds).stderr)


def parse(said: str) -> Loudness:
    """Read the summary that ebur128 writes at the end."""
    summary = said[said.rfind("Summary:") :] if "Summary:" in said else ""
    integrated, peak = _INTEGRATED.search(summary), _PEAK.search(summary)
    if not integrated:
        raise RenderFailed("ebur128 gave no summary")
    return Loudness(float(integrated[1]), float(peak[1]) if peak else float("-inf"))
