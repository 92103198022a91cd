"""What Quality Assurance says of a video: measurements, violations, a score, a verdict."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Verdict = Literal["approve", "review", "revise", "reject"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Check(_Model):
    """One technical check. A video that fails a hard one is never approved."""

    name: str
    passed: bool
    hard: bool
    detail: str


class TechnicalReport(_Model):
    """What was measured in the finished file."""

    duration_seconds: float
    width: int
    height: int
    frames_per_second: float
    black_seconds: float
    longest_freeze_seconds: float
    longest_silence_seconds: float
    integrated_lufs: float
    true_peak_dbtp: float
    caption_coverage: float
    checks: list[Check]

    @property
    def failed(self) -> list[Check]:
        """The checks that failed."""
        return [check for check in self.checks if not check.passed]

    @property
    def hard_failures(self) -> list[Check]:
        """The failed checks that forbid approval."""
        return [check for check in self.failed if check.hard]


class Violation(_Model):
    """A rule that the script breaks, and where."""

    rule: str
    where: str
    detail: str


class PolicyReport(_Model):
    """What the policy checks found."""

    violations: list[Violation]

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not self.violations


class ScorePart(_Model):
    """One part of the score: points reached of the points possible."""

    name: str
    points: float
    possible: float
    detail: str


class QualityScore(_Model):
    """The score (0 … 100), the parts it is the sum of, and who gave it."""

    value: float
    parts: list[ScorePart]
    scorer: str


class QualityReport(_Model):
    """Everything that is known of a video's quality, with the verdict."""

    technical: TechnicalReport
    policy: PolicyReport
    score: QualityScore
    verdict: Verdict

    def summary(self) -> str:
        """Say in a few words why the verdict is what it is, for the person who decides."""
        lost = [
            f"{part.name} {part.points:g} of {part.possible:g} ({part.detail})"
            for part in self.score.parts
            if part.points < part.possible
        ]
        problems = [f"{check.name}: {check.detail}" for check in self.technical.failed]
        problems += [f"{found.rule} in {found.where}: {found.detail}" for found in self.policy.violations]
        return "; ".join([f"score {self.score.value:g}", *lost, *problems])
