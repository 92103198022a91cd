"""What Quality Assurance says of a video: measurements, violations, a score, a verdict."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Verdict = Literal["approve", "review", "revise", "reject"]
Stage = Literal["script", "narration", "visuals", "captions", "soundtrack", "assembly"]


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
    duration_off_seconds: float = Field(description="Between the file and the narration.")
    drift_seconds: float | None = Field(
        description="The furthest that sound and picture are apart anywhere; None where nothing could be compared."
    )
    caption_coverage: float
    caption_letters_per_second: float = Field(description="Of the captions, all but the fastest tenth are slower.")
    caption_words_per_minute: float
    transcript_error: float = Field(description="Words that differ, by words written.")
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

    @property
    def count(self) -> int:
        """How many violations were found."""
        return len(self.violations)


class ScorePart(_Model):
    """One part of the rules' sum: points reached of the points possible."""

    name: str
    points: float
    possible: float
    detail: str


class QualityScore(_Model):
    """The score (0 … 100), who gave it and from whose labels it was learned; the rules' parts explain it."""

    value: float
    parts: list[ScorePart]
    scorer: str
    decisions: int = Field(default=0, description="Decisions of people among the labels; the others are weak.")

    @property
    def basis(self) -> str:
        """What the score rests on, to be shown wherever it is shown."""
        if not self.decisions:
            return "weak labels: no person has decided yet"
        return f"weak labels and {self.decisions} decision{'s' if self.decisions > 1 else ''} of people"


class Revision(_Model):
    """A stage to be done again, and what was wrong with its work."""

    stage: Stage
    what: str
    detail: str


class QualityReport(_Model):
    """Everything that is known of a video's quality, with the verdict and what to do again."""

    technical: TechnicalReport
    policy: PolicyReport
    score: QualityScore
    verdict: Verdict
    revisions: list[Revision] = Field(default=[], description="In the order of the stages; none for a good video.")

    def summary(self) -> str:
        """Say in a few words why the verdict is what it is, for the person who decides."""
        lost = [
            f"{part.name} {part.points:g} of {part.possible:g} ({part.detail})"
            for part in self.score.parts
            if part.points < part.possible
        ]
        problems = [f"{check.name}: {check.detail}" for check in self.technical.failed]
        problems += [f"{found.rule} in {found.where}: {found.detail}" for found in self.policy.violations]
        return "; ".join([f"score {self.score.value:.0f} ({self.score.basis})", *lost, *problems])
