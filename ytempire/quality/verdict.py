"""The verdict on a finished video, by the thresholds of the specification (3.3), and what to do again."""

from __future__ import annotations

from ytempire.quality.models import PolicyReport, QualityScore, Revision, Stage, TechnicalReport, Verdict
from ytempire.settings import QualitySettings

# Whose work a failed check is.
_STAGE_OF_CHECK: dict[str, Stage] = {
    "video stream": "assembly",
    "audio stream": "assembly",
    "frame rate": "assembly",
    "faststart": "assembly",
    "in step": "assembly",
    "drift": "assembly",
    "black": "visuals",
    "freeze": "visuals",
    "duration": "script",
    "chapters": "script",
    "transcript": "narration",
    "silence": "narration",
    "loudness": "soundtrack",
    "true peak": "soundtrack",
    "captions": "captions",
    "caption speed": "captions",
}
_ORDER: tuple[Stage, ...] = ("script", "narration", "visuals", "captions", "soundtrack", "assembly")


def decide(
    score: QualityScore,
    policy: PolicyReport,
    technical: TechnicalReport,
    settings: QualitySettings,
    *,
    revised: bool = False,
) -> Verdict:
    """Return approve (published), review (a person decides), revise (made again) or reject.

    A failed hard check cannot be healed by looking at it: the video is made again. A policy violation is
    for a person to see, whatever the score. A video that was ``revised`` once is not revised again: a
    person decides.
    """
    if score.value < settings.auto_reject:
        return "reject"
    if score.value < settings.manual_review or technical.hard_failures:
        return "review" if revised else "revise"
    if score.value < settings.auto_approve or not policy.passed:
        return "review"
    return "approve"


def revisions(score: QualityScore, policy: PolicyReport, technical: TechnicalReport) -> list[Revision]:
    """Return what to do again, in the order of the stages: the stage whose work fell short, and why.

    A script that breaks a rule or that scores low without any failed check is written anew.
    """
    found = [
        Revision(stage=_STAGE_OF_CHECK[check.name], what=check.name, detail=check.detail) for check in technical.failed
    ]
    found += [
        Revision(stage="script", what=violation.rule, detail=f"{violation.where}: {violation.detail}")
        for violation in policy.violations
    ]
    told = ("story", "pictures", "metadata")
    found += [
        Revision(stage="script", what=part.name, detail=part.detail)
        for part in score.parts
        if part.name in told and part.points < part.possible
    ]
    if not found:
        found = [Revision(stage="script", what="score", detail=f"{score.value:.0f} without any failed check")]
    return sorted(found, key=lambda revision: _ORDER.index(revision.stage))
