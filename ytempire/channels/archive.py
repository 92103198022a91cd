"""The end of a channel's work: nothing new is begun, what is under way is stopped, what was done is kept."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from ytempire import audit
from ytempire.channels.store import get_channel, locked
from ytempire.database.connection import Connection, load_sql


class UnderWay(BaseModel):
    """What a channel has under way, and what archiving it does with each.

    ``queued_jobs`` and ``begun_jobs`` are cancelled, a begun one at its next stage. ``begun_uploads`` are finished,
    as what is at YouTube cannot be half there, and ``scheduled_videos`` become public at their slots.
    ``published_videos`` stay, with all their records.
    """

    model_config = ConfigDict(frozen=True)

    queued_jobs: int
    begun_jobs: int
    begun_uploads: int
    scheduled_videos: int
    published_videos: int


def under_way(connection: Connection, channel_id: UUID) -> UnderWay:
    """Return what archiving the channel would meet, without changing anything. Raises InvalidInput for no channel."""
    get_channel(connection, channel_id)
    row = connection.execute(load_sql(__package__, "under_way"), {"channel_id": channel_id}).fetchone()
    return UnderWay.model_validate(row)


def archive_channel(connection: Connection, channel_id: UUID, reason: str, *, actor: str = "system") -> int:
    """Archive a channel for good and return how many jobs were cancelled; a second time nothing happens.

    Its configuration, videos, figures and audit log stay. Raises InvalidInput when there is no such channel.
    """
    with locked(connection, channel_id, archived_too=True) as channel:
        if channel.status == "archived":
            return 0
        connection.execute(
            "UPDATE ytempire.channels SET status = 'archived', status_reason = %s WHERE channel_id = %s",
            (reason, channel_id),
        )
        parameters = {"channel_id": channel_id, "message": f"the channel was archived: {reason}"}
        row = connection.execute(load_sql(__package__, "cancel_jobs"), parameters).fetchone()
        cancelled: int = row["cancelled"] if row else 0
        audit.record(
            connection,
            actor=actor,
            action="channel.archived",
            entity="channel",
            entity_id=channel_id,
            details={"before": channel.status, "after": "archived", "reason": reason, "jobs_cancelled": cancelled},
        )
    return cancelled
