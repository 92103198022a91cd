"""The whole judgement of a finished video: technical checks, policy, score and verdict in one report."""

from __future__ import annotations

from pathlib import Path

from ytempire.content.frames import frame
from ytempire.content.models import Captions, Narration, Script
from ytempire.content.topic import ChannelProfile
from ytempire.quality import policy, rules, technical
from ytempire.quality.classifier import Scorer, load_scorer
from ytempire.quality.encoder import encoder
from ytempire.quality.features import features
from ytempire.quality.memory import Memory, retold
from ytempire.quality.models import PolicyReport, QualityReport, QualityScore
from ytempire.quality.verdict import decide, revisions
from ytempire.settings import Settings


def judge(
    mp4: Path,
    script: Script,
    narration: Narration,
    captions: Captions,
    channel: ChannelProfile,
    settings: Settings,
    *,
    memory: Memory | None = None,
    scorer: Scorer | None = None,
    revised: bool = False,
) -> QualityReport:
    """Inspect ``mp4`` and its words, and reach a verdict.

    ``memory`` knows the channel's earlier videos (none: this is the first), ``scorer`` is the champion or the
    shipped head unless another is given, ``revised`` says that the video was already made again once.
    Raises InvalidInput when the file is not there or no video, MissingProgram without ffmpeg.
    """
    shape = frame(channel.aspect_ratio, settings.content)
    measured = technical.inspect(mp4, script, narration, captions, shape, settings)
    found = policy.check(script, channel, settings.quality)
    seen = features(script, measured, found, settings, encoder())
    alike = memory.most_alike(script.title, seen) if memory else None
    found = PolicyReport(violations=[*found.violations, *retold(alike, settings.quality)])
    by = scorer or load_scorer(settings)
    points = QualityScore(
        value=by.score(seen), parts=rules.parts(script, measured, found), scorer=by.name, decisions=by.decisions
    )
    verdict = decide(points, found, measured, settings.quality, revised=revised)
    again = [] if verdict == "approve" else revisions(points, found, measured)
    return QualityReport(technical=measured, policy=found, score=points, verdict=verdict, revisions=again)
