"""What is good about a video by rule: a documented sum of parts, 0 … 100.

It explains the learned score to the person who decides, and is the baseline that the score has to beat.

| part | points | what earns them |
| --- | --- | --- |
| technical | 35 | the share of technical checks that pass, hard ones counting three times |
| story | 20 | a hook that can be said in ten seconds, 5 scenes or more, none twice, a figure in most scenes |
| pictures | 15 | at least three kinds of picture, none twice |
| captions | 10 | the share of the speech that is captioned |
| metadata | 15 | title of 20-100 characters, three candidates, chapters, source, five tags |
| policy | 5 | no violation |
"""

from __future__ import annotations

from collections.abc import Sequence

from ytempire.content.models import Script
from ytempire.quality.models import PolicyReport, ScorePart, TechnicalReport

_HOOK_LETTERS = 180


def parts(script: Script, technical: TechnicalReport, policy: PolicyReport) -> list[ScorePart]:
    """Return the parts of a finished video's sum."""
    return [
        _technical(technical),
        _story(script),
        _pictures(script),
        _part("captions", 10, [technical.caption_coverage], f"{technical.caption_coverage:.0%} of the speech"),
        _metadata(script),
        _part("policy", 5, [1.0 if policy.passed else 0.0], f"{len(policy.violations)} violations"),
    ]


def _part(name: str, possible: float, shares: Sequence[float], detail: str) -> ScorePart:
    reached = possible * sum(shares) / len(shares)
    return ScorePart(name=name, points=round(reached, 2), possible=possible, detail=detail)


def _technical(report: TechnicalReport) -> ScorePart:
    shares = [float(check.passed) for check in report.checks for _ in range(3 if check.hard else 1)]
    failed = ", ".join(check.name for check in report.failed) or "all checks pass"
    return _part("technical", 35, shares, failed)


def _story(script: Script) -> ScorePart:
    narrations = [scene.narration for scene in script.scenes]
    with_figures = sum(any(letter.isdigit() for letter in text) for text in narrations)
    shares = [
        min(1.0, _HOOK_LETTERS / max(len(script.hook), 1)) if script.hook.strip() else 0.0,
        1.0 if len(narrations) >= 5 else 0.5,
        len(set(narrations)) / len(narrations),
        min(1.0, with_figures / (0.5 * len(narrations))),
        1.0 if script.call_to_action.strip() else 0.0,
    ]
    return _part("story", 20, shares, f"{len(narrations)} scenes, {with_figures} with figures")


def _pictures(script: Script) -> ScorePart:
    briefs = [scene.visual.model_dump_json() for scene in script.scenes]
    kinds = {scene.visual.kind for scene in script.scenes}
    shares = [min(1.0, len(kinds) / 3), len(set(briefs)) / len(briefs)]
    return _part("pictures", 15, shares, f"{len(kinds)} kinds in {len(briefs)} pictures")


def _metadata(script: Script) -> ScorePart:
    shares = [
        1.0 if 20 <= len(script.title) <= 100 else 0.3,
        min(1.0, len(set(script.title_candidates)) / 3),
        1.0 if "\n0:00 " in script.description else 0.0,
        1.0 if script.source in script.description else 0.0,
        min(1.0, len(set(script.tags)) / 5),
    ]
    return _part("metadata", 15, shares, f"title of {len(script.title)} characters, {len(script.tags)} tags")
