"""${message}"""

from ytempire.database.migrations.sql_files import run

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    run(revision, "up")


def downgrade() -> None:
    run(revision, "down")
