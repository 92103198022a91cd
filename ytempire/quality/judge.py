"""Judges a finished video: technical checks, policy checks, score, verdict."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from ytempire.content.models import Captions, Narration, Script
from ytempire.content.topic import ChannelProfile
from ytempire.quality.models import PolicyReport, QualityScore, TechnicalReport, Verdict
from ytempire.quality.policy import check
from ytempire.quality.score import score
from ytempire.quality.technical import inspect
from ytempire.quality.verdict import decide
from ytempire.settings import Settings


class QualityReport(BaseModel):
    """Everything that was found, and what follows from it."""

    model_config = ConfigDict(frozen=True)

    title: str
    technical: TechnicalReport
    policy: PolicyReport
    score: QualityScore
    verdict: Verdict

    def summary(self) -> str:
        """The report for a person who decides, in Markdown."""
        lines = [f"**{self.title}**", "", f"Score {self.score.value:.1f} of 100, by {self.score.scorer}.", ""]
        lines += [
            f"- {part.name}: {part.points:.1f} of {part.possible:.0f} ({part.detail})" for part in self.score.parts
        ]
        lines += [f"- failed: {failed.name} ({failed.detail})" for failed in self.technical.failed]
        lines += [
            f"- against the rules: {found.rule} in {found.where} ({found.detail})" for found in self.policy.violations
        ]
        return "\n".join(lines)


def judge(
    mp4: Path, script: Script, narration: Narration, captions: Captions, channel: ChannelProfile, settings: Settings
) -> QualityReport:
    """Inspect the video and its metadata and reach a verdict. Raises what :func:`inspect` raises."""
    technical = inspect(mp4, narration, captions, settings.content)
    policy = check(script, channel)
    value = score(script, technical, policy)
    return QualityReport(
        title=script.title,
        technical=technical,
        policy=policy,
        score=value,
        verdict=decide(value, policy, technical, settings.quality),
    )
