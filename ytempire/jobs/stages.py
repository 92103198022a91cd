"""A job's stages: each is done once, and once only, for the same inputs.

A stage's key is the hash of its inputs. A stage whose key has succeeded and
whose artefact is still there is not done again and not paid for again; so a run
that was killed anywhere goes on where it stood. While a stage is worked on its
lock is held, so that a zombie beside its retry makes nothing twice.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from ytempire.content.files import disk_full_is_named
from ytempire.database.connection import Connection
from ytempire.hashing import blake3_of
from ytempire.redaction import redacted


@dataclass(frozen=True)
class Product:
    """What a stage made: its main file, who made it, and figures worth keeping."""

    path: Path
    provider: str | None = None
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Artefact:
    """A finished stage as the database knows it."""

    stage: str
    key: str
    path: Path
    blake3: str
    provider: str | None
    details: dict[str, Any]
    made_now: bool


def artefact_key(stage: str, inputs: Mapping[str, Any]) -> str:
    """Hash a stage's inputs (anything JSON can say, paths and dates as text) into its key: 64 hex digits."""
    text = json.dumps({"stage": stage, "inputs": inputs}, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def run_stage(
    connection: Connection,
    media_root: Path,
    job_id: UUID,
    stage: str,
    inputs: Mapping[str, Any],
    produce: Callable[[Path], Product],
) -> Artefact:
    """Return the stage's artefact, making it with ``produce(folder)`` unless it is there already.

    ``produce`` writes into the empty folder it is given; what it raises is recorded and raised again, and
    nothing of the folder is left. Raises DiskFull, whichever of its writes found no room.
    """
    key = artefact_key(stage, inputs)
    with _lock(connection, job_id, stage):
        if done := _finished(connection, media_root, job_id, stage, key):
            return done
        _begin(connection, job_id, stage, key)
        folder = media_root / "jobs" / str(job_id) / f"{stage}-{key[:12]}"
        try:
            with disk_full_is_named(folder):
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir(parents=True)
                product = produce(folder)
        except Exception as error:
            shutil.rmtree(folder, ignore_errors=True)
            _fail(connection, job_id, stage, str(error))
            raise
        return _succeed(connection, job_id, stage, key, product)


@contextmanager
def _lock(connection: Connection, job_id: UUID, stage: str) -> Iterator[None]:
    """Hold the advisory lock of a job's stage on this connection; it is freed when the process dies."""
    name = f"stage:{job_id}:{stage}"
    connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", (name,))
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", (name,))


def finished_stage(connection: Connection, job_id: UUID, stage: str) -> Artefact | None:
    """Return a stage that has succeeded, whatever its key, or None."""
    row = connection.execute(
        "SELECT * FROM ytempire.job_stages WHERE job_id = %s AND stage = %s AND status = 'succeeded'", (job_id, stage)
    ).fetchone()
    return None if row is None else _artefact(row, made_now=False)


def _finished(connection: Connection, media_root: Path, job_id: UUID, stage: str, key: str) -> Artefact | None:
    done = finished_stage(connection, job_id, stage)
    if done is None or done.key != key:
        return None
    path = on_this_machine(done.path, media_root, job_id)
    if not path.exists() or blake3_of(path) != done.blake3:
        return None
    return replace(done, path=path)


def on_this_machine(path: Path, media_root: Path, job_id: UUID) -> Path:
    """Where a file of a job lies here.

    As recorded, where it is (also in another tier); else below this machine's media root, as roots differ from
    machine to machine and what is below them does not.
    """
    job = str(job_id)
    if path.exists() or job not in path.parts:
        return path
    return media_root.joinpath("jobs", *path.parts[path.parts.index(job) :])


def _begin(connection: Connection, job_id: UUID, stage: str, key: str) -> None:
    connection.execute(
        """
        INSERT INTO ytempire.job_stages AS s (job_id, stage, status, artefact_key) VALUES (%s, %s, 'running', %s)
        ON CONFLICT (job_id, stage) DO UPDATE
        SET status = 'running', artefact_key = excluded.artefact_key, attempts = s.attempts + 1,
            started_at = clock_timestamp(), finished_at = NULL, error_message = NULL
        """,
        (job_id, stage, key),
    )


def _fail(connection: Connection, job_id: UUID, stage: str, message: str) -> None:
    if connection.closed or connection.broken:
        return
    connection.execute(
        """
        UPDATE ytempire.job_stages SET status = 'failed', error_message = %s, finished_at = clock_timestamp()
        WHERE job_id = %s AND stage = %s
        """,
        (redacted(message).replace("\x00", "")[:4000], job_id, stage),
    )


def _succeed(connection: Connection, job_id: UUID, stage: str, key: str, product: Product) -> Artefact:
    row = connection.execute(
        """
        UPDATE ytempire.job_stages
        SET status = 'succeeded', artefact_path = %s, artefact_blake3 = %s, provider = %s, details = %s,
            finished_at = clock_timestamp()
        WHERE job_id = %s AND stage = %s AND artefact_key = %s RETURNING *
        """,
        (str(product.path), blake3_of(product.path), product.provider, Jsonb(product.details), job_id, stage, key),
    ).fetchone()
    assert row is not None  # noqa: S101 -- the row was written under our lock
    return _artefact(row, made_now=True)


def _artefact(row: dict[str, Any], *, made_now: bool) -> Artefact:
    return Artefact(
        stage=row["stage"],
        key=row["artefact_key"],
        path=Path(row["artefact_path"]),
        blake3=row["artefact_blake3"],
        provider=row["provider"],
        details=row["details"],
        made_now=made_now,
    )
