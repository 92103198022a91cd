"""One hash for a table's content, to show that a reload or a restore changed nothing."""

from __future__ import annotations

from collections.abc import Mapping

from psycopg import sql
from psycopg.types.json import Jsonb

from ytempire.database.connection import Connection

# When and by whom it was written is not content.
VOLATILE = [
    "loaded_at", "fetched_at", "validated_at", "quarantined_at", "run_id", "batch_id", "row_id", "updated_at",
]  # fmt: skip

_HASH = sql.SQL(
    """
    SELECT encode(sha256(convert_to(coalesce(string_agg(line, '' ORDER BY line), ''), 'UTF8')), 'hex') AS hash
    FROM (SELECT md5((to_jsonb(rows) - %s::text[])::text) AS line FROM {table} AS rows
          WHERE NOT to_jsonb(rows) @> %s) AS lines
    """
)


def table_hash(connection: Connection, table: str, *, without: Mapping[str, str] | None = None) -> str:
    """Return the SHA-256 (hex) of the rows of ``ytempire.<table>``, whatever their order.

    Columns that say only when or by which run a row was written are left out, and rows that have all the values
    of ``without``, for example ``{"source": "live"}``.
    Keys are part of it, so compare tables of one database or of its copy.
    """
    query = _HASH.format(table=sql.Identifier("ytempire", table))
    row = connection.execute(query, [VOLATILE, Jsonb(without)]).fetchone()
    assert row is not None  # noqa: S101 - an aggregate always answers one row
    return str(row["hash"])
