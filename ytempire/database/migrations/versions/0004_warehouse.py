"""Slices, staging, quarantine and rollups of the analytics."""

from ytempire.database.migrations.sql_files import run

revision = "0004_warehouse"
down_revision = "0003_production"


def upgrade() -> None:
    run(revision, "up")


def downgrade() -> None:
    run(revision, "down")
