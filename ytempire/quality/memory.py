"""What is kept of every judged video: to tell a retelling from a new story, and to learn from people's decisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import numpy as np
from psycopg.types.json import Jsonb

from ytempire.database.connection import Connection, load_sql
from ytempire.quality.encoder import Floats
from ytempire.quality.features import Features
from ytempire.quality.models import Violation
from ytempire.settings import QualitySettings

NEAR_DUPLICATE = "near-duplicate"


@dataclass(frozen=True)
class Alike:
    """An earlier video of the channel, and the cosine between its story and the one in question."""

    title: str
    similarity: float


class Memory(Protocol):
    """Remembers stories."""

    def most_alike(self, title: str, features: Features) -> Alike | None:
        """Remember this video, and return the most alike of those before it."""


@dataclass(frozen=True)
class ChannelMemory:
    """The earlier videos of a job's channel, in the database. Asking again changes nothing."""

    connection: Connection
    job_id: UUID
    settings: QualitySettings

    def most_alike(self, title: str, features: Features) -> Alike | None:
        """Keep the job's features, and return the most alike of the channel's earlier videos."""
        keep(self.connection, self.job_id, title, features)
        parameters = {"job_id": self.job_id, "most": self.settings.duplicate_look_back}
        rows = self.connection.execute(load_sql(__package__, "earlier_stories"), parameters).fetchall()
        if not rows:
            return None
        alike = np.array([_floats(row["story"]) for row in rows]) @ features.story
        best = int(alike.argmax())
        return Alike(rows[best]["title"], float(alike[best]))


def keep(connection: Connection, job_id: UUID, title: str, features: Features) -> None:
    """Write what the score sees of a job's video, or write it anew."""
    parameters = {
        "job_id": job_id,
        "title": title[:500],
        "encoder": features.encoder,
        "story": features.story.astype("<f4").tobytes(),
        "metadata": features.metadata.astype("<f4").tobytes(),
        "transcript": features.transcript.astype("<f4").tobytes(),
        "numbers": Jsonb(features.numbers),
    }
    connection.execute(load_sql(__package__, "example_keep"), parameters)


def retold(alike: Alike | None, settings: QualitySettings) -> list[Violation]:
    """Return the violation of telling again what an earlier video told, if it is one."""
    if alike is None or alike.similarity < settings.duplicate_similarity:
        return []
    detail = f"{alike.similarity:.3f} like “{alike.title}”, {settings.duplicate_similarity:g} allowed"
    return [Violation(rule=NEAR_DUPLICATE, where="title and narration", detail=detail)]


def decided_examples(connection: Connection, encoder: str) -> list[tuple[Features, bool]]:
    """Return what was seen of every video that a person decided about, and whether it was approved; oldest first."""
    rows = connection.execute(load_sql(__package__, "decided_examples"), {"encoder": encoder}).fetchall()
    return [
        (
            Features(
                metadata=_floats(row["metadata"]),
                transcript=_floats(row["transcript"]),
                story=_floats(row["story"]),
                numbers=row["numbers"],
                encoder=row["encoder"],
            ),
            row["approved"],
        )
        for row in rows
    ]


def _floats(stored: bytes) -> Floats:
    return np.frombuffer(stored, dtype="<f4")
