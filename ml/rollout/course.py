"""The course of a rollout: begun when there is a challenger, moved by a step a day, ended by the champion's alias.

What cannot be undone is recorded before it is done: the log says who is the
champion, then the registry's alias moves; a run that was killed in between is
finished by the next.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ml.gate import CHALLENGER, CHAMPION
from ml.registry import ModelRegistry
from ml.rollout import book
from ml.rollout.decide import Decision, decide
from ml.rollout.evidence import gather
from ml.trend.model import TrendModel, trend_kind
from ytempire.database.connection import Connection
from ytempire.errors import InvalidInput
from ytempire.rollouts import Rollout, running_rollout
from ytempire.settings import Settings

log = logging.getLogger(__name__)

BY_RULE = "model_rollout"


@dataclass(frozen=True)
class Step:
    """What a day's look at the rollout did, or with ``dry_run`` would do."""

    action: str
    version: str | None
    champion_version: str | None
    percentage: int
    reason: str
    figures: dict[str, Any]


class Course:
    """The rollouts of the trend model."""

    def __init__(self, connection: Connection, settings: Settings, *, who: str = BY_RULE) -> None:
        self._connection = connection
        self._settings = settings
        self._name = settings.training.model_name
        self._who = who
        self._registry: ModelRegistry[TrendModel] = ModelRegistry(settings, trend_kind(settings))

    def step(self, today: date, *, dry_run: bool = False) -> Step:
        """Do what the evidence of the day says: begin a rollout, move it by a step, end it. Raises Retriable.

        Repeating it on the same day moves nothing more, except back.
        """
        if not dry_run:
            self._finish()
        rollout = running_rollout(self._connection, self._name)
        if rollout is None:
            return self._begin(today, dry_run=dry_run)
        evidence = gather(self._connection, rollout, self._settings.rollout, today)
        champion = self._registry.version_of(CHAMPION)
        if champion == rollout.champion_version:
            decision = decide(rollout, evidence, self._settings.rollout, today)
        else:
            decision = Decision("return", 0, f"v{champion} became the champion otherwise: the comparison is void")
        if not dry_run:
            self._carry_out(rollout, decision, evidence.figures(), today)
        return _step(rollout, decision, evidence.figures())

    def start(self, version: str | None, today: date) -> Step:
        """Begin the rollout of ``version``, by default the challenger's. Raises InvalidInput or Conflict."""
        champion, version = self._registry.version_of(CHAMPION), version or self._registry.version_of(CHALLENGER)
        if version is None:
            raise InvalidInput("version", f"{self._name} has no challenger", "Run model_retraining, or name one.")
        if champion is None or champion == version:
            raise InvalidInput("version", f"there is no other champion to try v{version} against", "Name another.")
        self._registry.load(version)
        return self._started(version, champion, today)

    def back(self, reason: str, today: date) -> Step:
        """Give the champion its channels back at once; with no rollout under way, undo the last promotion.

        Raises InvalidInput where there is nothing to go back from, or where the former champion cannot be read.
        """
        self._finish()
        rollout = running_rollout(self._connection, self._name)
        if rollout is not None:
            decision = Decision("return", 0, reason)
            self._carry_out(rollout, decision, {}, today)
            return _step(rollout, decision, {})
        last = book.last_promoted(self._connection, self._name)
        if last is None or self._registry.version_of(CHAMPION) != last.version:
            raise InvalidInput("rollout", "none is under way, and the champion came by none", "See `status`.")
        self._registry.load(last.champion_version)
        book.promotion(self._connection, last, reason, {}, back=True)
        self._registry.move_alias(CHAMPION, last.champion_version)
        return Step("return", last.version, last.champion_version, 0, reason, {})

    def _begin(self, today: date, *, dry_run: bool) -> Step:
        champion, challenger = (self._registry.version_of(alias) for alias in (CHAMPION, CHALLENGER))
        if champion is None or challenger is None or champion == challenger:
            return Step("none", challenger, champion, 0, "there is no challenger to try", {})
        if book.was_tried(self._connection, self._name, challenger, champion):
            return Step("none", challenger, champion, 0, f"v{challenger} had its rollout against v{champion}", {})
        if dry_run:
            reason = f"v{challenger} would be tried against v{champion}"
            return Step("start", challenger, champion, self._settings.rollout.steps[0], reason, {})
        return self._started(challenger, champion, today)

    def _started(self, version: str, champion: str, today: date) -> Step:
        first = self._settings.rollout.steps[0]
        rollout = book.begin(self._connection, (self._name, version, champion), first, today, self._who)
        return _step(rollout, Decision("start", first, f"v{version} is tried against v{champion}"), {})

    def _carry_out(self, rollout: Rollout, decision: Decision, figures: dict[str, Any], today: date) -> None:
        log.info("rollout of v%s: %s, %s", rollout.version, decision.action, decision.reason)
        book.record(self._connection, rollout, decision, figures, today, self._who)
        if decision.action == "promote":
            self._finish()
        elif decision.action == "return":
            self._registry.drop_alias(CHALLENGER, rollout.version)

    def _finish(self) -> None:
        """Tell the registry of a promotion that is in the log."""
        rollout = book.promoting(self._connection, self._name)
        if rollout is None:
            return
        self._registry.move_alias(CHAMPION, rollout.version)
        self._registry.drop_alias(CHALLENGER, rollout.version)
        book.end(self._connection, rollout, "promoted")


def _step(rollout: Rollout, decision: Decision, figures: dict[str, Any]) -> Step:
    after = replace(rollout, percentage=decision.percentage)
    return Step(decision.action, after.version, after.champion_version, after.percentage, decision.reason, figures)
