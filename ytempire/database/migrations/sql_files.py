"""Runs the SQL file of a revision."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

SQL = Path(__file__).parent / "sql"


def run(revision: str, direction: str) -> None:
    """Execute ``sql/<revision>.<direction>.sql`` as it is, in Alembic's transaction."""
    text = (SQL / f"{revision}.{direction}.sql").read_text(encoding="utf-8")
    connection: Any = op.get_bind().connection.driver_connection
    connection.execute(text)
