"""Bring the schema up or down with Alembic.

The migrations are plain SQL, one ``.up.sql`` and one ``.down.sql`` each, under
``migrations/sql``; Alembic keeps their order and what was applied.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"


def _configuration(database_url: str) -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS))
    configuration.attributes["database_url"] = database_url
    return configuration


def upgrade(database_url: str, revision: str = "head") -> None:
    """Apply the migrations up to ``revision``; those already applied are left alone."""
    command.upgrade(_configuration(database_url), revision)


def downgrade(database_url: str, revision: str = "base") -> None:
    """Take the migrations back down to ``revision``. Data in dropped tables is lost."""
    command.downgrade(_configuration(database_url), revision)
