"""Who works on an upload: one worker at a time, and how its work ends is written down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg.errors

from ytempire.channels.consents import pausing_when_revoked
from ytempire.database.connection import Connection, load_sql, lost_connection_is_retriable
from ytempire.errors import CredentialsRevoked, Deferred, InvalidInput, JobCancelled, Permanent, Retriable
from ytempire.publishing.store import Upload, load_upload

_PACKAGE = "ytempire.publishing"


@contextmanager
def working_on(connection: Connection, upload_id: UUID | str, *, wait_seconds: float) -> Iterator[Upload]:
    """Keep one worker at a time on an upload, and record how it ends.

    A zombie beside its retry is waited for, at most ``wait_seconds``; then Retriable, as when the
    database goes away. What was put off or had failed is under way again; what is put off gets its
    moment, a lost consent pauses the channel and puts the upload off until it works again, any other
    error is written down. Raises JobCancelled for what was cancelled while it was waited for.
    """
    wanted = UUID(str(upload_id))
    with lost_connection_is_retriable(), alone_with(connection, wanted, wait_seconds=wait_seconds):
        connection.execute(load_sql(_PACKAGE, "take_up"), {"upload_id": wanted})
        upload = load_upload(connection, wanted)
        if upload.cancelled:
            raise JobCancelled(f"upload {wanted} was cancelled: its channel is archived")
        with _recording(connection, upload), pausing_when_revoked(connection, upload.channel_id):
            yield upload


def uploaded_id(upload: Upload) -> str:
    """Return the YouTube id of an upload's video. Raises InvalidInput when there is none yet."""
    if upload.youtube_video_id is None:
        raise InvalidInput("upload_id", f"upload {upload.upload_id} has no video yet", "Upload it first.")
    return upload.youtube_video_id


@contextmanager
def alone_with(connection: Connection, upload_id: UUID, *, wait_seconds: float) -> Iterator[None]:
    """Hold the lock of an upload. Raises Retriable when another worker keeps it longer than ``wait_seconds``."""
    name = f"upload {upload_id}"
    _lock(connection, name, wait_seconds)
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", (name,))


def _lock(connection: Connection, name: str, wait_seconds: float) -> None:
    row = connection.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0)) AS mine", (name,)).fetchone()
    if row is not None and row["mine"]:
        return
    try:
        with connection.transaction():
            connection.execute("SELECT set_config('lock_timeout', %s, true)", (f"{int(wait_seconds * 1000)}ms",))
            connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", (name,))
    except psycopg.errors.LockNotAvailable as error:
        raise Retriable(f"another worker is still busy with {name}") from error


@contextmanager
def _recording(connection: Connection, upload: Upload) -> Iterator[None]:
    try:
        yield
    except Deferred as error:
        _put_down(connection, "defer", upload, error, until=error.until)
        raise
    except CredentialsRevoked as error:
        _put_down(connection, "defer", upload, error, until=None)
        raise
    except Permanent as error:
        _put_down(connection, "fail", upload, error)
        raise
    except Retriable as error:
        connection.execute(
            "UPDATE ytempire.uploads SET error_message = %s WHERE upload_id = %s", (_text(error), upload.upload_id)
        )
        raise


def _put_down(connection: Connection, statement: str, upload: Upload, error: Exception, **more: object) -> None:
    values = {"upload_id": upload.upload_id, "message": _text(error)} | more
    connection.execute(load_sql(_PACKAGE, statement), values)


def _text(error: Exception) -> str:
    return str(error).replace("\x00", "")
