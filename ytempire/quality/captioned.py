"""What is written against what is said: captions on screen while their words are spoken, at a speed one can read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ytempire.content.models import Captions, Narration, Script
from ytempire.content.text import graphemes
from ytempire.quality.wordpiece import words

IN_TIME_SECONDS = 0.1
"""How much a word may be heard before or after its caption is on screen."""
_LOOK_AHEAD = 30
_FASTEST_SHARE = 0.1
_CUE = re.compile(r"(\d+):(\d\d):(\d\d)[,.](\d{3}) --> (\d+):(\d\d):(\d\d)[,.](\d{3})")


@dataclass(frozen=True)
class Cue:
    """One caption: its text and when it is on screen (seconds)."""

    text: str
    start_seconds: float
    end_seconds: float

    @property
    def letters_per_second(self) -> float:
        """Characters, as a reader sees them, by the time there is to read them."""
        return len(graphemes(" ".join(self.text.split()))) / max(self.end_seconds - self.start_seconds, 0.001)


@dataclass(frozen=True)
class Captioned:
    """How well the captions follow the speech."""

    coverage: float
    letters_per_second: float
    words_per_minute: float


def captioned(narration: Narration, captions: Captions) -> Captioned:
    """Compare the published captions (SRT) with the spoken words; a missing file covers nothing."""
    cues = read_cues(captions.srt_path)
    speeds = sorted(cue.letters_per_second for cue in cues)
    shown = sum(cue.end_seconds - cue.start_seconds for cue in cues)
    count = sum(len(cue.text.split()) for cue in cues)
    return Captioned(
        coverage=_coverage(narration, cues),
        letters_per_second=speeds[int(len(speeds) * (1 - _FASTEST_SHARE) - 1e-9)] if speeds else 0.0,
        words_per_minute=60 * count / shown if shown else 0.0,
    )


def read_cues(srt: Path) -> list[Cue]:
    """Read an SRT file; what is no cue in it is left out, and a file that is not there has none."""
    if not srt.is_file():
        return []
    cues = []
    for block in re.split(r"\n\s*\n", srt.read_text(encoding="utf-8").replace("\r\n", "\n")):
        times = _CUE.search(block)
        if times:
            numbers = [int(number) for number in times.groups()]
            start, end = (h * 3600 + m * 60 + s + ms / 1000 for h, m, s, ms in (numbers[:4], numbers[4:]))
            cues.append(Cue(block[times.end() :].strip(), start, end))
    return cues


def _coverage(narration: Narration, cues: list[Cue]) -> float:
    """Return the share of the spoken words that are on screen while they are said."""
    written = [(word, cue) for cue in cues for word in cue.text.split()]
    spoken = [word for scene in narration.scenes for word in scene.words]
    found = position = 0
    for word in spoken:
        for place in range(position, min(position + _LOOK_AHEAD, len(written))):
            text, cue = written[place]
            if text == word.text:
                position = place + 1
                early, late = cue.start_seconds - word.start_seconds, word.start_seconds - cue.end_seconds
                found += early <= IN_TIME_SECONDS and late <= IN_TIME_SECONDS
                break
    return found / len(spoken) if spoken else 0.0


def transcript_error(script: Script, narration: Narration) -> float:
    """Return the words that must be changed to come from what is written to what is said, by words written.

    Compared scene by scene without case, accents and punctuation (word error rate).
    """
    said = {scene.index: " ".join(word.text for word in scene.words) for scene in narration.scenes}
    wrong = total = 0
    for scene in script.scenes:
        wanted, heard = _plain(scene.narration), _plain(said.pop(scene.index, ""))
        wrong += _distance(wanted, heard)
        total += len(wanted)
    wrong += sum(len(_plain(text)) for text in said.values())
    return wrong / total if total else 1.0


def _plain(text: str) -> list[str]:
    return [word for word in words(text) if any(character.isalnum() for character in word)]


def _distance(one: list[str], other: list[str]) -> int:
    """Return the Levenshtein distance in words."""
    row = list(range(len(other) + 1))
    for number, word in enumerate(one, start=1):
        corner, row[0] = row[0], number
        for place, candidate in enumerate(other, start=1):
            least = min(row[place] + 1, row[place - 1] + 1, corner + (word != candidate))
            corner, row[place] = row[place], least
    return row[-1]
