"""Which version of a model decides for a channel while a new one is tried.

A rollout gives a growing share of the channels to a challenger. Which ones is
told by a hash of the channel: a channel that is on the challenger's side stays
there while the share grows, and another rollout draws other channels. How the
share grows is decided in ``ml.rollout``; here it is read, where jobs are made.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from ytempire.database.connection import Connection
from ytempire.redaction import redacted

Arm = Literal["champion", "challenger"]
State = Literal["running", "promoting", "promoted", "returned"]

_COLUMNS = (
    "rollout_id, model_name, version, champion_version, percentage, state, started_on, stepped_on, error_count,"
    " last_error, started_at, ended_at"
)
_RUNNING = (
    f"SELECT {_COLUMNS} FROM ytempire.model_rollouts"  # noqa: S608 -- a constant
    " WHERE model_name = %s AND state = 'running'"
)
_NOTE_ERROR = (
    "UPDATE ytempire.model_rollouts SET error_count = error_count + 1, last_error = %s"
    " WHERE rollout_id = %s AND state = 'running' RETURNING error_count"
)


@dataclass(frozen=True)
class Rollout:
    """A trial of ``version`` against ``champion_version``; days are UTC."""

    rollout_id: int
    model_name: str
    version: str
    champion_version: str
    percentage: int
    state: State
    started_on: date
    stepped_on: date
    error_count: int = 0
    last_error: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None

    def arm(self, channel_id: UUID | str) -> Arm:
        """Return the side that a channel is on at the present percentage."""
        return "challenger" if place(self.model_name, self.version, channel_id) < self.percentage else "champion"

    def version_for(self, channel_id: UUID | str) -> str:
        """Return the version that decides for a channel."""
        return self.version if self.arm(channel_id) == "challenger" else self.champion_version


def place(model_name: str, version: str, channel_id: UUID | str) -> float:
    """Return where a channel stands in a version's order of channels: from 0 to below 100, evenly spread."""
    digest = hashlib.sha256(f"{model_name}:{version}:{channel_id}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64 * 100


def running_rollout(connection: Connection, model_name: str) -> Rollout | None:
    """Return the rollout of a model that is under way, None if there is none."""
    row = connection.execute(_RUNNING, (model_name,)).fetchone()
    return None if row is None else Rollout(**row)


def note_error(connection: Connection, rollout_id: int, message: str) -> int:
    """Count a failure of a rollout's challenger; return how many it has had, 0 where the rollout has ended."""
    text = redacted(message).replace("\x00", "")[:2_000]
    row = connection.execute(_NOTE_ERROR, (text, rollout_id)).fetchone()
    return 0 if row is None else int(row["error_count"])
