"""What happened to a channel, from the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from ytempire.channels.changes import Difference
from ytempire.channels.models import ChannelSpec
from ytempire.database.connection import Connection


class Event(BaseModel):
    """One entry of the audit log about a channel; ``details`` holds what the action left there."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    actor: str
    action: str
    details: dict[str, Any]

    @property
    def differences(self) -> list[Difference]:
        """The fields that an update changed, in the model's order; those of fields that are gone come last."""
        changes = self.details.get("changes", {})
        known = [field for field in ChannelSpec.model_fields if field in changes]
        gone = sorted(set(changes) - set(known))
        return [Difference(field, changes[field]["before"], changes[field]["after"]) for field in known + gone]


def history(connection: Connection, channel_id: UUID, *, limit: int = 100) -> list[Event]:
    """Return what happened to a channel, the newest first."""
    rows = connection.execute(
        """
        SELECT at, actor, action, details FROM ytempire.audit_log
        WHERE entity = 'channel' AND entity_id = %s ORDER BY audit_id DESC LIMIT %s
        """,
        (str(channel_id), limit),
    )
    return [Event.model_validate(row) for row in rows]
