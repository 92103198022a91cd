"""Speech as samples: what a voice returns, and how sentences become one even track."""

from __future__ import annotations

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SENTENCE_PAUSE_SECONDS = 0.15
SCENE_PAUSE_SECONDS = 0.4
LEAD_IN_SECONDS = 0.3
LEAD_OUT_SECONDS = 0.7
SPEECH_LEVEL_DBFS = -20.0
PEAK_DBFS = -1.5
_BLOCK_SECONDS = 0.05
_GATE_DB = 12.0


@dataclass(frozen=True)
class SpokenWord:
    """A word and its time within its speech, in seconds."""

    text: str
    start_seconds: float
    end_seconds: float


@dataclass(frozen=True)
class Speech:
    """Samples (16 bit, mono) and the times of the words in them."""

    samples: NDArray[np.int16]
    rate_hz: int
    words: list[SpokenWord]

    @property
    def seconds(self) -> float:
        """Its length."""
        return len(self.samples) / self.rate_hz


def silence(seconds: float, rate_hz: int) -> NDArray[np.int16]:
    """Return that much silence."""
    return np.zeros(round(seconds * rate_hz), dtype=np.int16)


def level_dbfs(samples: NDArray[np.int16], rate_hz: int) -> float:
    """Return the level of what is spoken: the mean power of the blocks within 12 dB of the loudest."""
    block = max(1, round(_BLOCK_SECONDS * rate_hz))
    whole = samples[: len(samples) // block * block].astype(np.float64).reshape(-1, block) / 32768
    if not whole.size:
        return -120.0
    power = np.mean(whole**2, axis=1)
    spoken = power[power >= power.max() / 10 ** (_GATE_DB / 10)]
    return float(10 * np.log10(max(float(np.mean(spoken)), 1e-12)))


def even(samples: NDArray[np.int16], rate_hz: int) -> NDArray[np.int16]:
    """Bring the samples to the common speech level, by at most 12 dB and without clipping."""
    gain = float(np.clip(SPEECH_LEVEL_DBFS - level_dbfs(samples, rate_hz), -12, 12))
    scaled = samples.astype(np.float64) * 10 ** (gain / 20)
    ceiling = 32768 * 10 ** (PEAK_DBFS / 20)
    peak = float(np.abs(scaled).max(initial=0))
    if peak > ceiling:
        scaled *= ceiling / peak
    return np.round(scaled).astype(np.int16)


def write_wav(path: Path, samples: NDArray[np.int16], rate_hz: int) -> None:
    """Write a WAV file whole or not at all."""
    partial = path.with_name(f"{path.name}.partial")
    try:
        with wave.open(str(partial), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(rate_hz)
            file.writeframes(samples.astype("<i2").tobytes())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
