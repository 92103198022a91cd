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
SPEECH_LUFS = -20.0
PEAK_DBFS = -1.0
_HIGHEST_GAIN_DB = 24.0
_BLOCK_SECONDS = 0.4
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
    no_title = r"(?<!\b(?:Mr|Ms|Dr|St|No|vs|Jr)\.)(?<!\bMrs\.)"
    ends = no_title + r"(?:(?<=[.!?…])|(?<=[.!?…][\"”’)]))\s+(?=\S)"
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


def levelled(scenes: list[Samples], rate_hz: int) -> list[Samples]:
    """Bring every scene to the same loudness, and all by the same amount lower where a peak would clip."""
    gains = [min(SPEECH_LUFS - loudness_lufs(samples, rate_hz), _HIGHEST_GAIN_DB) for samples in scenes]
    peaks = [int(np.abs(samples.astype(np.int32)).max(initial=1)) for samples in scenes]
    highest = max(20 * np.log10(peak / 32768) + gain for peak, gain in zip(peaks, gains, strict=True))
    lower = max(0.0, highest - PEAK_DBFS)
    return [
        np.round(samples * 10 ** ((gain - lower) / 20)).astype(np.int16)
        for samples, gain in zip(scenes, gains, strict=True)
    ]


def loudness_lufs(samples: Samples, rate_hz: int) -> float:
    """Return the loudness of speech from two loudspeakers: gated blocks of 400 ms by ITU-R BS.1770-5."""
    length = 1 << len(samples).bit_length()  # padded: quick, and the end does not ring into the beginning
    response = _k_weighting(np.fft.rfftfreq(length, 1 / rate_hz))
    weighted = np.fft.irfft(np.fft.rfft(samples / 32768, length) * response, length)[: len(samples)]
    size = min(round(_BLOCK_SECONDS * rate_hz), len(samples))
    summed = np.concatenate([[0.0], np.cumsum(weighted**2)])
    starts = np.arange(0, len(samples) - size + 1, max(1, size // 4))
    power = 2 * np.maximum(summed[starts + size] - summed[starts], 0) / size
    heard = power[power > 10 ** ((-70 + 0.691) / 10)]
    if not heard.size:
        return -70.0
    gated = heard[heard > np.mean(heard) / 10]
    return float(-0.691 + 10 * np.log10(np.mean(gated)))


def _k_weighting(frequencies_hz: NDArray[np.floating]) -> NDArray[np.complex128]:
    """The response of BS.1770's two filters; their coefficients are the ones it gives for 48 kHz."""
    delay = np.exp(-2j * np.pi * frequencies_hz / 48_000)
    shelf = (1.53512485958697 - 2.69169618940638 * delay + 1.19839281085285 * delay**2) / (
        1 - 1.69065929318241 * delay + 0.73248077421585 * delay**2
    )
    high_pass = (1 - 2 * delay + delay**2) / (1 - 1.99004745483398 * delay + 0.99007225036621 * delay**2)
    response: NDArray[np.complex128] = shelf * high_pass
    return response


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
