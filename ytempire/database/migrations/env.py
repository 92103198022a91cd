"""Alembic's entry: connects with psycopg and runs each revision in one transaction."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine, pool

database_url = context.config.attributes["database_url"]
engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=pool.NullPool)

with engine.connect() as connection:
    context.configure(connection=connection, version_table="ytempire_migrations")
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
