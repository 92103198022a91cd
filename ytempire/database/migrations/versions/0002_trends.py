"""Snapshots of charts and watch lists, and the topics ranked from them."""

from ytempire.database.migrations.sql_files import run

revision = "0002_trends"
down_revision = "0001_core"


def upgrade() -> None:
    run(revision, "up")


def downgrade() -> None:
    run(revision, "down")
