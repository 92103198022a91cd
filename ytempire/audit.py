"""The audit log: who changed what, and why."""

from __future__ import annotations

from typing import Any

from psycopg.types.json import Jsonb

from ytempire.database.connection import Connection


def record(
    connection: Connection,
    *,
    actor: str,
    action: str,
    entity: str,
    entity_id: object,
    details: dict[str, Any] | None = None,
) -> None:
    """Write one row of ``audit_log``; call it inside the transaction of the change itself."""
    connection.execute(
        "INSERT INTO ytempire.audit_log (actor, action, entity, entity_id, details) VALUES (%s, %s, %s, %s, %s)",
        (actor, action, entity, str(entity_id), Jsonb(details or {})),
    )
