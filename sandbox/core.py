"""The sandbox's world: its state in SQLite, its clock, its journal of side effects.

Every router of the sandbox works on one `World`. All state lies under one folder, so that a sandbox that is
killed and started again over the same folder goes on where it stood.
"""

from __future__ import annotations

import json
import secrets
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Request

_TABLES = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS journal (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    channel_id TEXT,
    video_id TEXT,
    details TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS journal_kind ON journal (kind, id);
"""


def to_iso(moment: datetime) -> str:
    """A moment as RFC 3339 in UTC with the precision of a microsecond; sorts like the time it names."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_iso(text: str) -> datetime:
    """A moment in UTC from RFC 3339; a text without an offset is taken as UTC.

    Raises:
        ValueError: the text is no time.
    """
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class World:
    """What exists behind the sandbox's interfaces. Safe to use from several threads.

    Args:
        state: folder of the database and of uploaded files; created when absent.
        seed: seed of everything random about the world (not of ids and tokens).
        history: folder with the Parquet files of a real trending history, None for a synthetic one.
    """

    def __init__(self, state: Path, *, seed: int = 0, history: Path | None = None) -> None:
        self.state = state
        self.seed = seed
        self.history = history
        self.files = state / "files"
        self.files.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._depth = 0
        self._database = sqlite3.connect(
            state / "world.sqlite", isolation_level=None, check_same_thread=False, cached_statements=256
        )
        self._database.row_factory = sqlite3.Row
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = OFF")
        self.create_tables(_TABLES)
        self._offset = timedelta(seconds=float(self.fact("clock_offset_seconds", 0.0)))

    def create_tables(self, script: str) -> None:
        """Run the CREATE … IF NOT EXISTS statements of one room of the sandbox."""
        with self._lock:
            self._database.executescript(script)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing around the statements inside; nested use joins the outer transaction."""
        with self._lock:
            if self._depth == 0:
                self._database.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._database.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._database.execute("COMMIT")

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """All rows of a query or statement."""
        with self._lock:
            return self._database.execute(sql, values).fetchall()

    def row(self, sql: str, *values: Any) -> sqlite3.Row | None:
        """The first row of a query, None if there is none."""
        found = self.rows(sql, *values)
        return found[0] if found else None

    def execute(self, sql: str, *values: Any) -> int:
        """Run one statement and return how many rows it touched."""
        with self._lock:
            return self._database.execute(sql, values).rowcount

    def fact(self, name: str, default: Any = None) -> Any:
        """A single kept value (JSON), or the default."""
        found = self.row("SELECT value FROM facts WHERE name = ?", name)
        return default if found is None else json.loads(found["value"])

    def keep_fact(self, name: str, value: Any) -> None:
        """Keep a single value (JSON) under a name, in place of an older one."""
        self.execute("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)", name, json.dumps(value))

    def now(self) -> datetime:
        """The present of the sandbox, in UTC."""
        return datetime.now(UTC) + self._offset

    def set_clock(self, now: datetime | None) -> None:
        """Let the clock go on from `now`; None puts it back to the real time."""
        self._offset = timedelta() if now is None else now - datetime.now(UTC)
        self.keep_fact("clock_offset_seconds", self._offset.total_seconds())

    def record(self, kind: str, *, channel_id: str | None = None, video_id: str | None = None, **details: Any) -> None:
        """Write a side effect into the journal, under the sandbox's present time."""
        self.execute(
            "INSERT INTO journal (at, kind, channel_id, video_id, details) VALUES (?, ?, ?, ?, ?)",
            to_iso(self.now()),
            kind,
            channel_id,
            video_id,
            json.dumps(details, ensure_ascii=False),
        )

    def journal(self, kind: str | None = None, after: int = 0) -> list[dict[str, Any]]:
        """The journal's entries in order, those of one kind if it is given, after an id."""
        found = self.rows(
            "SELECT * FROM journal WHERE id > ? AND (? IS NULL OR kind = ?) ORDER BY id", after, kind, kind
        )
        return [{**dict(entry), "details": json.loads(entry["details"])} for entry in found]

    def reset(self) -> None:
        """Empty every table and the folder of files, and put the clock back to the real time."""
        with self.transaction():
            tables = self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
            for table in tables:
                self.execute(f'DELETE FROM "{table["name"]}"')  # noqa: S608  names come from the schema
        shutil.rmtree(self.files, ignore_errors=True)
        self.files.mkdir(parents=True)
        self._offset = timedelta()

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._database.close()


def new_id(length: int) -> str:
    """A random id of characters that YouTube uses in its own ids."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return "".join(secrets.choice(alphabet) for _ in range(length))


def world_of(request: Request) -> World:
    """The world that the running application serves."""
    world: World = request.app.state.world
    return world


WorldDep = Annotated[World, Depends(world_of)]
