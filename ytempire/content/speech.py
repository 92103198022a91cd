"""Speech as samples: what a voice returns, and how sentences become one even track."""

from __future__ import annotations

import re
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SENTENCE_PAUSE_SECONDS = 0.15
CLAUSE_PAUSE_SECONDS = 0.08
SCENE_PAUSE_SECONDS = 0.4
LEAD_IN_SECONDS = 1.2
LEAD_OUT_SECONDS = 1.8
SPEECH_LEVEL_DBFS = -20.0
PEAK_DBFS = -1.5
_BLOCK_SECONDS = 0.05
_GATE_DB = 12.0
_AUDIBLE = 120
_SHORTEST_WORD_SECONDS = 0.03

Samples = NDArray[np.int16]


@dataclass(frozen=True)
class SpokenWord:
    """A word and its time within its speech, in seconds."""

    text: str
    start_seconds: float
    end_seconds: float


@dataclass(frozen=True)
class Speech:
    """Samples (16 bit, mono) and the times of the words in them."""

    samples: Samples
    rate_hz: int
    words: list[SpokenWord]

    @property
    def seconds(self) -> float:
        """Its length."""
        return len(self.samples) / self.rate_hz


def silence(seconds: float, rate_hz: int) -> Samples:
    """Return that much silence."""
    return np.zeros(round(seconds * rate_hz), dtype=np.int16)


def fitted(said: Speech) -> Speech:
    """Cut the silence before the first and after the last sound, and end every word where its sound ends.

    The starts of the words stay where the provider heard them. A pause at a comma belongs to no word.
    """
    rate = said.rate_hz
    loud = np.flatnonzero(np.abs(said.samples.astype(np.int32)) > _AUDIBLE)
    if not loud.size:
        return said
    first, last = int(loud[0]), int(loud[-1]) + 1
    seconds = (last - first) / rate
    loud = loud - first
    words = []
    for word in said.words:
        start = min(max(word.start_seconds - first / rate, 0.0), seconds)
        end = min(max(word.end_seconds - first / rate, start), seconds)
        before = np.searchsorted(loud, round(end * rate))
        sound_ends = (int(loud[before - 1]) + 1) / rate if before else 0.0
        words.append(SpokenWord(word.text, start, min(end, max(sound_ends, start + _SHORTEST_WORD_SECONDS))))
    return Speech(said.samples[first:last], rate, words)


def sentences(text: str) -> list[str]:
    """Split ``text`` at the ends of sentences; what has neither letter nor digit is left out."""
    ends = r"(?<![ (](?:Mr|Ms|Dr|St|No|vs|Jr)\.)(?<![ (]Mrs\.)(?<=[.!?…])[\"”’)]*\s+(?=\S)"
    parts = re.split(ends, " ".join(text.split()))
    return [part for part in parts if any(character.isalnum() for character in part)]


def pieces(sentence: str, fits: Callable[[str], bool]) -> list[str]:
    """Split a sentence that a voice cannot speak at once: at clauses, and only where that is too long at words."""
    if fits(sentence):
        return [sentence]
    for split in (r"(?<=[,;:–—])\s+", r"\s+"):
        taken: list[str] = []
        for part in re.split(split, sentence):
            joined = f"{taken[-1]} {part}" if taken else part
            if taken and fits(joined):
                taken[-1] = joined
            else:
                taken.append(part)
        if all(fits(part) for part in taken):
            return taken
    return taken


def level_dbfs(samples: Samples, rate_hz: int) -> float:
    """Return the level of what is spoken: the mean power of the blocks within 12 dB of the loudest."""
    block = max(1, round(_BLOCK_SECONDS * rate_hz))
    whole = samples[: len(samples) // block * block].astype(np.float64).reshape(-1, block) / 32768
    if not whole.size:
        return -120.0
    power = np.mean(whole**2, axis=1)
    spoken = power[power >= power.max() / 10 ** (_GATE_DB / 10)]
    return float(10 * np.log10(max(float(np.mean(spoken)), 1e-12)))


def even(samples: Samples, rate_hz: int) -> Samples:
    """Bring the samples to the common speech level, by at most 12 dB and without clipping."""
    gain = float(np.clip(SPEECH_LEVEL_DBFS - level_dbfs(samples, rate_hz), -12, 12))
    scaled = samples.astype(np.float64) * 10 ** (gain / 20)
    ceiling = 32768 * 10 ** (PEAK_DBFS / 20)
    peak = float(np.abs(scaled).max(initial=0))
    if peak > ceiling:
        scaled *= ceiling / peak
    return np.round(scaled).astype(np.int16)


def write_wav(path: Path, samples: Samples, rate_hz: int) -> None:
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
