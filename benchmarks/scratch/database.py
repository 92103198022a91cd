"""A migrated database of its own for a benchmark."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg

from ytempire.database.migrate import upgrade
from ytempire.settings import get_settings


@contextmanager
def scratch_database() -> Iterator[str]:
    """A migrated database beside the configured one, removed afterwards. `make bench` names who may create it."""
    configured = get_settings().database_url
    owner = urlsplit(configured).username
    name = f"ytempire_bench_{secrets.token_hex(4)}"
    url = urlsplit(configured)._replace(path=f"/{name}").geturl()
    with psycopg.connect(os.environ.get("YTEMPIRE_ADMIN_DATABASE_URL", configured), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} OWNER {owner}")
        try:
            upgrade(url)
            yield url
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
