"""Examples for the quality model: scripts of the offline writer, whole and spoiled, and people's decisions.

Every topic's examples are either all for training or all for the test, so that no story is in both.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ml.quality.spoil import FAULTS, Fault, weak_label
from ml.quality.topics import topics
from ytempire.content.assignments import Assignment
from ytempire.content.models import Earlier, Script
from ytempire.content.providers import offline
from ytempire.content.topic import ChannelProfile, Topic
from ytempire.quality import policy, rules
from ytempire.quality.encoder import Encoder, Floats
from ytempire.quality.features import Features, features, texts
from ytempire.quality.models import Check, TechnicalReport
from ytempire.quality.technical import limit_checks
from ytempire.settings import Settings

TEST_SHARE = 5
"""Every so-manyth topic, and decision, is for the test."""
LENGTHS_SECONDS = (60, 40, 90, 50, 75, 180)
SPOILED_A_TOPIC = 8
FAULTLESS_A_TOPIC = 3
_FAULTS_OF_ONE = (1, 1, 1, 2, 2, 3)


@dataclass(frozen=True)
class Example:
    """One video as the score sees it. ``chance`` is its weak label, ``published`` one draw of it."""

    group: str
    faults: tuple[str, ...]
    features: Features
    rules: float
    chance: float
    published: bool
    by_person: bool = False
    test: bool = False


class RememberingEncoder(Encoder):
    """An encoder that reads every text once; with a file it also remembers from one training to the next."""

    def __init__(self, folder: Path, kept: Path | None = None) -> None:
        super().__init__(folder)
        self._kept = kept
        self._seen: dict[str, Floats] = {}
        if kept and kept.is_file():
            with np.load(kept) as stored:
                self._seen = dict(zip(stored["keys"].tolist(), stored["embeddings"], strict=True))

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return the embeddings, of which only new texts are computed."""
        keys = [hashlib.sha256(text.encode("utf-8", "replace")).hexdigest() for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._seen}
        if new:
            self._seen |= dict(zip(new, super().embed(list(new.values())), strict=True))
        return np.array([self._seen[key] for key in keys])

    def keep(self) -> None:
        """Write what was read, for the next training."""
        if self._kept:
            self._kept.parent.mkdir(parents=True, exist_ok=True)
            partial = self._kept.with_name(f"partial-{self._kept.name}")
            np.savez(partial, keys=np.array(list(self._seen)), embeddings=np.array(list(self._seen.values())))
            partial.replace(self._kept)


@dataclass(frozen=True)
class _Draft:
    group: str
    channel: ChannelProfile
    script: Script
    measured: TechnicalReport
    faults: list[Fault]
    published: bool
    test: bool


def invented(settings: Settings, encoder: RememberingEncoder) -> list[Example]:
    """Return the examples of invented topics, always the same for the same settings and writer."""
    quality = settings.quality
    drafts = [
        draft
        for number, (topic, channel) in enumerate(topics(quality.training_topics, quality.training_seed))
        for draft in _drafts(f"{quality.training_seed}/{number}", written(number, topic, channel), channel, settings)
    ]
    # All at once: texts of like length are read together.
    encoder.embed([text for draft in drafts for text in texts(draft.script)])
    return [_example(draft, settings, encoder) for draft in drafts]


def written(number: int, topic: Topic, channel: ChannelProfile) -> Script:
    """Return the offline writer's script of the ``number``-th topic: of several lengths, in wordings by turns."""
    return offline.write(
        Assignment(topic, channel, LENGTHS_SECONDS[number % len(LENGTHS_SECONDS)], Earlier(made=number))
    )


def decided(decisions: Sequence[tuple[Features, bool]]) -> list[Example]:
    """Return people's decisions as examples; every fifth is for the test."""
    return [
        Example(
            group=f"decision {number}",
            faults=(),
            features=seen,
            rules=float("nan"),
            chance=float(approved),
            published=approved,
            by_person=True,
            test=number % TEST_SHARE == TEST_SHARE - 1,
        )
        for number, (seen, approved) in enumerate(decisions)
    ]


def split(examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """Return the training's and the test's examples."""
    return [one for one in examples if not one.test], [one for one in examples if one.test]


def matrix(examples: Sequence[Example]) -> Floats:
    """Return the features of the examples, a row each."""
    return np.stack([one.features.vector() for one in examples])


def labels(examples: Sequence[Example]) -> npt.NDArray[np.float64]:
    """Return 1 for what was published, 0 for what was not."""
    return np.array([one.published for one in examples], dtype=np.float64)


def data_hash(examples: Sequence[Example]) -> str:
    """Return a hash of features and labels: the same examples give the same hash on any machine."""
    digest = hashlib.sha256()
    for one in examples:
        # Embeddings differ in the last digits between processors.
        digest.update(np.round(one.features.vector(), 2).tobytes() + f"{one.chance:.4f}{one.published}".encode())
    return digest.hexdigest()[:16]


def _drafts(seed: str, script: Script, channel: ChannelProfile, settings: Settings) -> list[_Draft]:
    chance = random.Random(seed)  # noqa: S311 -- no secret
    number = int(seed.rsplit("/", 1)[1])
    drafts = []
    for place in range(FAULTLESS_A_TOPIC + SPOILED_A_TOPIC):
        faults = [] if place < FAULTLESS_A_TOPIC else chance.sample(FAULTS, chance.choice(_FAULTS_OF_ONE))
        spoiled = script
        for fault in faults:
            spoiled = fault.words(spoiled, chance) if fault.words else spoiled
        drafts.append(
            _Draft(
                group=f"topic {number}",
                channel=channel,
                script=spoiled,
                measured=measured(faults, chance, settings),
                faults=faults,
                published=chance.random() < weak_label(faults),
                test=number % TEST_SHARE == TEST_SHARE - 1,
            )
        )
    return drafts


def measured(faults: Sequence[Fault], chance: random.Random, settings: Settings) -> TechnicalReport:
    """Invent the measurements of a good file with ``faults``."""
    content = settings.content
    found = {
        "duration_seconds": chance.uniform(45, 200),
        "black_seconds": 0.0,
        "longest_freeze_seconds": chance.choice((0.0, chance.uniform(0, 3.5))),
        "longest_silence_seconds": chance.uniform(0.3, 1.6),
        "integrated_lufs": content.loudness_lufs + chance.uniform(-0.8, 0.6),
        "true_peak_dbtp": content.true_peak_dbtp - chance.uniform(0.05, 2),
        "duration_off_seconds": chance.uniform(0, 0.3),
        "drift_seconds": chance.uniform(0, 0.03),
        "caption_coverage": chance.uniform(0.985, 1.0),
        "caption_letters_per_second": chance.uniform(12, 19.5),
        "caption_words_per_minute": chance.uniform(130, 200),
        "transcript_error": 0.0,
        "streams": True,
    }
    for fault in faults:
        found |= fault.measured(chance) if fault.measured else {}
    whole = bool(found.pop("streams"))
    report = TechnicalReport(width=1920, height=1080, frames_per_second=content.frames_per_second, checks=[], **found)
    streams = [
        Check(name=name, passed=whole, hard=True, detail="as invented") for name in ("video stream", "audio stream")
    ]
    return report.model_copy(update={"checks": [*streams, *limit_checks(report, settings)]})


def _example(draft: _Draft, settings: Settings, encoder: Encoder) -> Example:
    found = policy.check(draft.script, draft.channel, settings.quality)
    parts = rules.parts(draft.script, draft.measured, found)
    return Example(
        group=draft.group,
        faults=tuple(fault.name for fault in draft.faults),
        features=features(draft.script, draft.measured, found, settings, encoder),
        rules=sum(part.points for part in parts),
        chance=weak_label(draft.faults),
        published=draft.published,
        test=draft.test,
    )
