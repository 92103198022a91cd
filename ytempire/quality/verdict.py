"""The verdict on a finished video, by the thresholds of the specification (3.3)."""

from __future__ import annotations

from ytempire.quality.models import PolicyReport, QualityScore, TechnicalReport, Verdict
from ytempire.settings import QualitySettings


def decide(score: QualityScore, policy: PolicyReport, technical: TechnicalReport, settings: QualitySettings) -> Verdict:
    """Return approve (published), review (a person decides), revise (made again) or reject.

    A failed hard technical check cannot be healed by a person: it is made again. A policy
    violation is for a person to see, whatever the score.
    """
    if score.value < settings.auto_reject:
        return "reject"
    if score.value < settings.manual_review or technical.hard_failures:
        return "revise"
    if score.value < settings.auto_approve or not policy.passed:
        return "review"
    return "approve"
