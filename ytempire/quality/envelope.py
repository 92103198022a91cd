"""Is the sound where the pictures are? The speech in the finished file, laid over the narration that was cut to.

Timestamps say when a packet plays, not what is in it. Pictures and captions follow the narration's clock, so
the file's sound is compared with the narration itself, at several places: an offset that is the same everywhere
is a late start, one that grows is a drift.
"""

from __future__ import annotations

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

BLOCK_RATE_HZ = 200
WINDOW_SECONDS = 12.0
FURTHEST_SECONDS = 0.6
ENOUGH_LIKENESS = 0.5
_PLACES = 4

Envelope = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Offset:
    """At ``at_seconds`` the sound comes this much too late (negative: too early); ``likeness`` is −1 … 1."""

    at_seconds: float
    late_seconds: float
    likeness: float


def envelope(samples: npt.NDArray[np.int16], block: int) -> Envelope:
    """Return the mean level of each ``block`` samples, compressed as the ear does."""
    whole = samples[: len(samples) // block * block].astype(np.float32).reshape(-1, block)
    return np.asarray(np.sqrt(np.abs(whole).mean(axis=1)), dtype=np.float32)


def narration_envelope(wav: Path) -> Envelope | None:
    """Return the envelope of a 16 bit mono WAV file, or None when it is not there."""
    if not wav.is_file():
        return None
    with wave.open(str(wav), "rb") as file:
        rate, samples = file.getframerate(), np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16)
        channels = file.getnchannels()
    mono = samples[::channels]
    # A rate that the blocks do not divide is read at the nearest sample.
    count = int(len(mono) * BLOCK_RATE_HZ / rate)
    edges = (np.arange(count + 1) * rate / BLOCK_RATE_HZ).astype(np.int64)
    sums = np.concatenate([[0.0], np.cumsum(np.abs(mono.astype(np.float64)))])
    means = (sums[edges[1:]] - sums[edges[:-1]]) / np.diff(edges) if count else np.zeros(0)
    return np.asarray(np.sqrt(means), dtype=np.float32)


def offsets(heard: Envelope, wanted: Envelope) -> list[Offset]:
    """Compare the file's sound with the narration at evenly spread places; what is too short gives none."""
    window, furthest = int(WINDOW_SECONDS * BLOCK_RATE_HZ), int(FURTHEST_SECONDS * BLOCK_RATE_HZ)
    window = min(window, min(len(heard), len(wanted)) - 2 * furthest)
    if window < BLOCK_RATE_HZ:
        return []
    places = np.linspace(furthest, min(len(heard), len(wanted)) - window - furthest, _PLACES).astype(int)
    return [_offset(heard, wanted, int(place), window, furthest) for place in dict.fromkeys(places)]


def _offset(heard: Envelope, wanted: Envelope, place: int, window: int, furthest: int) -> Offset:
    piece = wanted[place : place + window]
    piece = piece - piece.mean()
    around = np.lib.stride_tricks.sliding_window_view(heard[place - furthest : place + window + furthest], window)
    spread = around.std(axis=1) * np.sqrt(window) * max(float(np.linalg.norm(piece)), 1e-6)
    likeness = (around @ piece) / np.maximum(spread, 1e-6)
    best = int(likeness.argmax())
    late = float(best - furthest)
    if 0 < best < len(likeness) - 1:
        before, at, after = (float(one) for one in likeness[best - 1 : best + 2])
        bend = before - 2 * at + after
        late += 0.5 * (before - after) / bend if bend < 0 else 0.0
    return Offset((place + window / 2) / BLOCK_RATE_HZ, late / BLOCK_RATE_HZ, float(likeness[best]))
