"""Looks for secrets where none may be: files, texts, every row of every table. Also written in other ways."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

_TABLES = """
SELECT schemaname, tablename FROM pg_tables
WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND schemaname NOT LIKE '\\_timescaledb%'
"""


@cache
def forms(secret: str) -> frozenset[bytes]:
    """A secret as it may stand somewhere: plain, in a URL, in JSON, as a dump of bytes shows it, in base64."""
    plain = secret.encode()
    texts = {secret, quote(secret, safe=""), json.dumps(secret)[1:-1], plain.hex()}
    # In base64 the middle of it looks the same, whatever stands before it, for each of three offsets.
    middles = {base64.b64encode(b"\0" * offset + plain)[4:-4] for offset in range(3)}
    return frozenset([*(text.encode() for text in texts), *(middle for middle in middles if len(middle) >= 12)])


def hits(content: bytes | str, secrets: Iterable[str]) -> list[str]:
    """The secrets that stand in ``content``."""
    raw = content.encode() if isinstance(content, str) else content
    return [secret for secret in secrets if any(form in raw for form in forms(secret))]


def folder_hits(folder: Path, secrets: Iterable[str], *, without: Iterable[Path] = ()) -> list[tuple[str, str]]:
    """(file, secret) of every file below ``folder`` that holds one; those below ``without`` are not looked at."""
    wanted, left_out = list(secrets), list(without)
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink() and not any(path.is_relative_to(one) for one in left_out):
            found += [(str(path), secret) for secret in hits(path.read_bytes(), wanted)]
    return found


def database_hits(url: str, secrets: Iterable[str]) -> list[tuple[str, str]]:
    """(table, secret) of every table of a database that holds one in any of its columns."""
    wanted = list(secrets)
    found = []
    with psycopg.connect(url, autocommit=True) as connection:
        tables = connection.execute(_TABLES).fetchall()
        assert tables, f"{connection.info.dbname} has no tables to look at"
        for table in tables:
            # As a query: the rows of a hypertable are in its chunks.
            statement = sql.SQL("COPY (SELECT * FROM {}) TO STDOUT").format(sql.Identifier(*table))
            with connection.cursor().copy(statement) as copy:
                content = b"".join(bytes(part) for part in copy)
            found += [(".".join(table), secret) for secret in hits(content, wanted)]
    return found
