"""Channels, videos, jobs and metrics of the specification."""

from ytempire.database.migrations.sql_files import run

revision = "0001_core"
down_revision = None


def upgrade() -> None:
    run(revision, "up")


def downgrade() -> None:
    run(revision, "down")
