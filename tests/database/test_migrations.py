from __future__ import annotations

import psycopg
import pytest

from ytempire.database.migrate import downgrade, upgrade

OBJECTS = """
SELECT c.relname, c.relkind::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'ytempire' ORDER BY 1
"""


def objects(url: str) -> list[tuple[str, str]]:
    with psycopg.connect(url) as connection:
        return connection.execute(OBJECTS).fetchall()


@pytest.fixture
def database(admin_database_url: str, empty_database_url: str):
    name = empty_database_url.rsplit("/", 1)[1] + "_migrations"
    owner = empty_database_url.split("//")[1].split(":")[0]
    with psycopg.connect(admin_database_url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} OWNER {owner}")
        yield empty_database_url.rsplit("/", 1)[0] + "/" + name
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_up_down_up_gives_the_same_schema(database: str) -> None:
    upgrade(database)
    first = objects(database)
    assert ("video_metrics", "r") in first
    downgrade(database)
    assert objects(database) == []
    upgrade(database)
    assert objects(database) == first


def test_each_step_goes_back_to_what_was_before(database: str) -> None:
    revisions = ["0001_core", "0002_trends", "0003_production", "0004_warehouse"]
    seen = []
    for revision in revisions:
        upgrade(database, revision)
        seen.append(objects(database))
    for revision, expected in reversed(list(zip(revisions[:-1], seen[:-1], strict=True))):
        downgrade(database, revision)
        assert objects(database) == expected


def test_upgrade_is_repeatable(database: str) -> None:
    upgrade(database)
    upgrade(database)
    assert ("channels", "r") in objects(database)


def test_metrics_and_snapshots_are_hypertables(migrated_database_url: str) -> None:
    with psycopg.connect(migrated_database_url) as connection:
        names = connection.execute("SELECT hypertable_name FROM timescaledb_information.hypertables").fetchall()
    assert {name for (name,) in names} == {"video_metrics", "trend_snapshots"}
