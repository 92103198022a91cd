"""A stand-in for the package piper-tts: its API of 1.8, a voice whose phonemes are letters and whose sounds are tones.

Like espeak-ng in the real one it joins "of the" into one word, and speaks "a" otherwise in a sentence than alone.
What the voice file says decides how it behaves.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

LETTER_SECONDS, RATE_HZ = 0.06, 16_000


@dataclass
class SynthesisConfig:
    """How to speak."""

    speaker_id: int | None = None
    length_scale: float | None = None


@dataclass
class PhonemeAlignment:
    """A phoneme and how many samples it took."""

    phoneme: str
    num_samples: int


@dataclass
class AudioChunk:
    """A spoken sentence."""

    audio_int16_bytes: bytes
    phoneme_alignments: list[PhonemeAlignment] | None


@dataclass
class _Config:
    sample_rate: int


class PiperVoice:
    """Speaks letters as tones, blanks as silence."""

    def __init__(self, behaviour: str) -> None:
        self.behaviour = behaviour
        self.config = _Config(RATE_HZ)

    @classmethod
    def load(cls, model_path: str, include_alignments: bool = False) -> PiperVoice:
        """Read the voice."""
        behaviour = Path(model_path).read_text()
        if behaviour == "broken":
            raise ValueError("this is no model")
        print("a line about the CPU", file=sys.stderr)
        return cls(behaviour)

    def phonemize(self, text: str) -> list[list[str]]:
        """The phonemes of every sentence."""
        said = text.lower().replace("of the", "ofthe")
        return [list(said.replace(" a ", " ə "))]

    def synthesize(self, text: str, config: SynthesisConfig, include_alignments: bool) -> Iterator[AudioChunk]:
        """Speak."""
        if self.behaviour == "slow":
            time.sleep(30)
        count = round(LETTER_SECONDS * (config.length_scale or 1) * RATE_HZ)
        tone = (8_000 * np.sin(np.arange(count) * 0.2)).astype("<i2")
        phonemes = ["^", *self.phonemize(text)[0], "$"]
        sounds = [tone if phoneme.isalnum() else np.zeros_like(tone) for phoneme in phonemes]
        aligned = [PhonemeAlignment(phoneme, count) for phoneme in phonemes]
        yield AudioChunk(np.concatenate(sounds).tobytes(), None if self.behaviour == "unaligned" else aligned)
