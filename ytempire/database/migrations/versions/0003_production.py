"""Stages, artefacts, money, quota and uploads."""

from ytempire.database.migrations.sql_files import run

revision = "0003_production"
down_revision = "0002_trends"


def upgrade() -> None:
    run(revision, "up")


def downgrade() -> None:
    run(revision, "down")
