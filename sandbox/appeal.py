"""What a viewer sees of a video before watching: how hot its subject is, its title, its thumbnail.

Three measures with which the audience model works. None of them knows who made the video.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, UnidentifiedImageError

from sandbox import words

_WORD = re.compile(r"\w+", re.UNICODE)


@dataclass(frozen=True)
class ThumbnailMeasure:
    """A thumbnail's looks, each 0–1: contrast, mean brightness, colourfulness."""

    contrast: float
    brightness: float
    colourfulness: float


def subject_words(text: str) -> set[str]:
    """The words of a text that can name a subject: lower case, no common words, no bare small numbers."""
    found = {word.lower() for word in _WORD.findall(text)}
    return {
        word
        for word in found
        if word not in words.COMMON and (len(word) > 2 or not word.isascii()) and not (word.isdigit() and len(word) < 4)
    }


def chart_words(titles: Iterable[str]) -> dict[str, float]:
    """Words of a chart's titles (best rank first) with their weight: the sum of (51 - rank) / 50."""
    weights: dict[str, float] = {}
    for place, title in enumerate(titles):
        for word in subject_words(title):
            weights[word] = weights.get(word, 0.0) + max(0.02, (50 - place) / 50)
    return weights


def topic_heat(title: str, description: str, tags: Iterable[str], charting: Mapping[str, float]) -> float:
    """How hot a video's subject is, 0–1: `1 - exp(-x / 2)`.

    `x` sums the chart weights of the five heaviest words that the video shares with the charts; a word of the
    title counts whole, one only in the first 600 characters of the description or in the tags counts 0.35.
    """
    in_title = subject_words(title)
    beside = subject_words(description[:600] + " " + " ".join(tags)) - in_title
    shared = [charting.get(word, 0.0) for word in in_title]
    shared += [0.35 * charting.get(word, 0.0) for word in beside]
    return float(1 - np.exp(-sum(sorted(shared, reverse=True)[:5]) / 2))


def title_factor(title: str) -> float:
    """How a title changes the share of those who click; 1 is a plain title of good length.

    `exp(-0.25 min(2, ((characters - 48) / 40)^2) + 0.07 (a number) + 0.06 (a question)
    - 0.18 (mostly capitals) - 0.1 (more than two exclamation marks or emoji))`
    """
    letters = [c for c in title if c.isalpha()]
    capitals = sum(c.isupper() for c in letters) / len(letters) if letters else 0.0
    loud = sum(c == "!" or ord(c) > 0x1F000 for c in title)
    exponent = -0.25 * min(2.0, ((len(title) - 48) / 40) ** 2)
    exponent += 0.07 * any(c.isdigit() for c in title)
    exponent += 0.06 * any(c in "?？؟¿" for c in title)
    exponent -= 0.18 * (capitals > 0.5) + 0.1 * (loud > 2)
    return float(np.exp(exponent))


@lru_cache(maxsize=512)
def measure_thumbnail(content: bytes) -> ThumbnailMeasure | None:
    """Measure an image; None where the bytes are no image.

    Contrast is the standard deviation of the luminance over 70, colourfulness the measure of Hasler and
    Süsstrunk (2003) over 60, both cut at 1.
    """
    try:
        with Image.open(io.BytesIO(content)) as image:
            pixels = np.asarray(image.convert("RGB").resize((160, 90)), dtype=float)
    except (UnidentifiedImageError, OSError, ValueError):
        return None
    red, green, blue = pixels[..., 0], pixels[..., 1], pixels[..., 2]
    luminance = 0.299 * red + 0.587 * green + 0.114 * blue
    red_green, yellow_blue = red - green, 0.5 * (red + green) - blue
    spread = float(np.hypot(red_green.std(), yellow_blue.std()))
    mean = float(np.hypot(red_green.mean(), yellow_blue.mean()))
    return ThumbnailMeasure(
        contrast=min(1.0, float(luminance.std()) / 70),
        brightness=float(luminance.mean()) / 255,
        colourfulness=min(1.0, (spread + 0.3 * mean) / 60),
    )


def thumbnail_factor(measure: ThumbnailMeasure | None) -> float:
    """How a thumbnail changes the share of those who click; 0.7 where none was set.

    `0.8 + 0.28 contrast + 0.2 colourfulness - 0.5 |brightness - 0.5|`
    """
    if measure is None:
        return 0.7
    return 0.8 + 0.28 * measure.contrast + 0.2 * measure.colourfulness - 0.5 * abs(measure.brightness - 0.5)
