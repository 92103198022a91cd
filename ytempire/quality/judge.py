"""The whole judgement of a finished video: technical checks, policy, score and verdict in one report."""

from __future__ import annotations

from pathlib import Path

from ytempire.content.frames import frame
from ytempire.content.models import Captions, Narration, Script
from ytempire.content.topic import ChannelProfile
from ytempire.quality import policy, technical
from ytempire.quality.models import QualityReport
from ytempire.quality.score import score
from ytempire.quality.verdict import decide
from ytempire.settings import Settings


def judge(
    mp4: Path,
    script: Script,
    narration: Narration,
    captions: Captions,
    channel: ChannelProfile,
    settings: Settings,
) -> QualityReport:
    """Inspect ``mp4`` and its words, and reach a verdict.

    Raises InvalidInput when the file is not there or no video, MissingProgram without ffmpeg.
    """
    measured = technical.inspect(
        mp4, narration, captions, frame(channel.aspect_ratio, settings.content), settings.content
    )
    rules = policy.check(script, channel)
    points = score(script, measured, rules)
    verdict = decide(points, rules, measured, settings.quality)
    return QualityReport(technical=measured, policy=rules, score=points, verdict=verdict)
