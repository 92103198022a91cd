"""Connections to the YTEMPIRE database, and SQL kept in files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import Any

import psycopg
from psycopg.rows import dict_row

from ytempire.errors import InvalidInput, Retriable

Connection = psycopg.Connection[dict[str, Any]]


def connect(database_url: str) -> Connection:
    """Open an autocommit connection whose rows are dictionaries, in UTC.

    Writes that belong together go into ``with connection.transaction():``.
    Raises Retriable when the server cannot be reached, InvalidInput when the URL is none.
    """
    try:
        return psycopg.connect(
            database_url,
            autocommit=True,
            row_factory=dict_row,
            options="-c timezone=UTC",
            connect_timeout=10,
        )
    except psycopg.OperationalError as error:
        raise Retriable(f"the database cannot be reached: {error}") from error
    except psycopg.ProgrammingError:
        # Without the driver's words: they quote the URL.
        raise InvalidInput("database_url", "it is no URL of PostgreSQL", "Correct YTEMPIRE_DATABASE_URL.") from None


@contextmanager
def lost_connection_is_retriable() -> Iterator[None]:
    """Turn a server that goes away in the middle of the work into Retriable: a new connection may find it again."""
    try:
        yield
    except psycopg.OperationalError as error:
        raise Retriable(f"the database went away: {error}") from error


@contextmanager
def without_nested_loops(connection: Connection) -> Iterator[None]:
    """Have the statements of a part of a transaction planned without nested loops.

    For joins of what was written just now or is materialized: PostgreSQL has no statistics of it and takes it for a
    single row; by nested loops a night's rows would take minutes and, ten times as many, hours. Where there is no
    other way it still loops, and the penalty that is put on that would have the statement compiled: a second each.
    """
    connection.execute("SET LOCAL enable_nestloop = off; SET LOCAL jit = off")
    yield
    connection.execute("SET LOCAL enable_nestloop TO DEFAULT; SET LOCAL jit TO DEFAULT")


def load_sql(package: str, name: str) -> str:
    """Return the text of ``name``.sql that lies beside the modules of ``package``."""
    return files(package).joinpath(f"{name}.sql").read_text(encoding="utf-8")
