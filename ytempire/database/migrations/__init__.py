"""Alembic revisions; the SQL of each lies under sql/."""
