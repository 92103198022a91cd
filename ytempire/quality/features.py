"""What the score is made from: the embeddings of metadata and transcript, and numbers of which 0 is faultless.

Each number says how far something falls short, from 0 (nothing to say against it) to 1 (as bad as it gets),
so that a weight of the model reads as what a fault costs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ytempire.content.models import Script
from ytempire.quality.encoder import NAME, SIZE, Encoder, Floats, unit
from ytempire.quality.models import PolicyReport, TechnicalReport
from ytempire.settings import Settings

NUMBERS = (
    "streams", "short", "black", "freeze", "silence", "loudness", "true_peak", "duration_off", "drift",
    "caption_missing", "caption_speed", "transcript", "banned", "violations", "title_length", "title_shouted",
    "title_marks", "title_apart", "few_titles", "few_tags", "no_chapters", "thin_description", "hook",
    "few_scenes", "no_figures", "same_scenes", "same_phrases", "unfinished", "odd_words", "few_pictures",
)  # fmt: skip
_METADATA_LETTERS = 1_200
_LINK = re.compile(r"https?://\S+")
_HOOK_LETTERS = 180
_DESCRIPTION_LETTERS = 120
_USUAL_PIECES_A_WORD = 1.6
_THERE = 0.02
_USUALLY_REPEATED = 0.08
_SAME = 0.96
"""Cosine from which two scenes say the same."""
WIDTH = 2 * SIZE + 2 * len(NUMBERS)
"""Of a row of features."""


@dataclass(frozen=True)
class Features:
    """One video as the score sees it; ``story`` is the embedding by which retellings are found."""

    metadata: Floats
    transcript: Floats
    story: Floats
    numbers: dict[str, float]
    encoder: str = NAME

    def vector(self) -> Floats:
        """Return one row: metadata, transcript, the numbers, and for each number whether it is there at all."""
        values = np.array([self.numbers[name] for name in NUMBERS], dtype=np.float32)
        return np.concatenate([self.metadata, self.transcript, values, values > _THERE])


def features(
    script: Script, technical: TechnicalReport, policy: PolicyReport, settings: Settings, encoder: Encoder
) -> Features:
    """Read a finished video's words and measurements."""
    title, metadata, *scenes = encoder.embed(texts(script))
    lengths = np.array([[len(scene.narration)] for scene in script.scenes], dtype=np.float32)
    transcript = unit((np.array(scenes) * lengths).sum(axis=0))
    numbers = _technical(technical, settings) | _words(script, policy, encoder) | _likeness(title, transcript, scenes)
    return Features(
        metadata=metadata,
        transcript=transcript,
        story=unit(title * len(script.title) + (np.array(scenes) * lengths).sum(axis=0)),
        numbers={name: round(min(1.0, max(0.0, float(numbers[name]))), 4) for name in NUMBERS},
    )


def texts(script: Script) -> list[str]:
    """Return what is embedded of a script: its title, its metadata, and each scene's narration."""
    described = _LINK.sub("", script.description)
    metadata = f"{script.title}\n{', '.join(script.tags)}\n{described}"[:_METADATA_LETTERS]
    return [script.title, metadata, *(scene.narration for scene in script.scenes)]


def _technical(report: TechnicalReport, settings: Settings) -> dict[str, float]:
    content, limits = settings.content, settings.quality
    failed = {check.name for check in report.failed}
    duration = max(report.duration_seconds, 1.0)
    drift = report.drift_seconds
    return {
        "streams": len(failed & {"video stream", "audio stream", "frame rate"}) / 2,
        "short": 1 - report.duration_seconds / content.minimum_duration_seconds,
        "black": report.black_seconds / min(5.0, duration),
        "freeze": (report.longest_freeze_seconds - limits.longest_freeze_seconds) / 10,
        "silence": (report.longest_silence_seconds - limits.longest_silence_seconds) / 10,
        "loudness": (abs(report.integrated_lufs - content.loudness_lufs) - limits.loudness_tolerance_lu) / 10,
        "true_peak": (report.true_peak_dbtp - content.true_peak_dbtp) / 4,
        "duration_off": (report.duration_off_seconds - limits.duration_tolerance_seconds) / 5,
        "drift": 1.0 if drift is None else (drift - limits.drift_tolerance_seconds) / 0.4,
        "caption_missing": 1 - report.caption_coverage,
        "caption_speed": report.caption_letters_per_second / limits.caption_letters_per_second - 1,
        "transcript": 2 * report.transcript_error,
    }


def _words(script: Script, policy: PolicyReport, encoder: Encoder) -> dict[str, float]:
    narrations = [scene.narration for scene in script.scenes]
    rules = Counter(violation.rule for violation in policy.violations)
    banned = rules["banned word"] + rules["banned claim"]
    letters = [letter for letter in script.title if letter.isalpha()]
    shouted = sum(letter.isupper() for letter in letters) / max(len(letters), 1)
    figures = sum(any(letter.isdigit() for letter in text) for text in narrations) / len(narrations)
    spoken = " ".join(narrations)
    pieces = encoder.count_pieces(spoken) / max(len(spoken.split()), 1)
    return {
        "banned": banned,
        "violations": (policy.count - banned) / 3,
        "title_length": max(20 - len(script.title), len(script.title) - 95, 0) / 20,
        "title_shouted": 2 * (shouted - 0.5),
        "title_marks": (len(re.findall(r"[!?]", script.title)) - 1) / 4,
        "few_titles": 1 - len(set(script.title_candidates)) / 3,
        "few_tags": 1 - len(set(script.tags)) / 5,
        "thin_description": 1 - len(script.description) / _DESCRIPTION_LETTERS,
        "no_chapters": 0.0 if "\n0:00 " in script.description else 1.0,
        "hook": 1.0 if not script.hook.strip() else (len(script.hook) - _HOOK_LETTERS) / _HOOK_LETTERS,
        "few_scenes": (5 - len(narrations)) / 3,
        "no_figures": 1 - 2 * figures,
        "same_phrases": _repeated(spoken) - _USUALLY_REPEATED,
        "unfinished": sum(not _is_finished(text) for text in narrations) / len(narrations),
        "odd_words": (pieces - _USUAL_PIECES_A_WORD) / 2,
        "few_pictures": 1 - len({scene.visual.kind for scene in script.scenes}) / 3,
    }


def _likeness(title: Floats, transcript: Floats, scenes: Sequence[Floats]) -> dict[str, float]:
    among = np.array(scenes) @ np.array(scenes).T
    np.fill_diagonal(among, -1.0)
    return {
        "title_apart": 1 - max(0.0, float(title @ transcript)) / 0.6,
        # A share, not the closest pair: of many scenes of one story, two are always close.
        "same_scenes": float((among.max(axis=1) >= _SAME).mean()) - _USUALLY_REPEATED,
    }


def _repeated(text: str) -> float:
    """Return the share of runs of five words that were said before."""
    words = text.lower().split()
    runs = Counter(zip(*(words[start:] for start in range(5)), strict=False))
    return sum(count - 1 for count in runs.values()) / max(sum(runs.values()), 1)


def _is_finished(text: str) -> bool:
    return text.rstrip().rstrip("\"'”’)").endswith((".", "?", "!", "…", "。", "?", "!", "।", "؟"))
