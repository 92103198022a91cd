"""A swap of title or thumbnail, carried out: recorded before it is done, repaired when killed in between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from ytempire import audit
from ytempire.channels.consents import pausing_when_revoked, require_consent
from ytempire.database.connection import Connection, load_sql, lost_connection_is_retriable
from ytempire.errors import (
    CredentialsRevoked,
    Deferred,
    InvalidInput,
    NotAttempted,
    NotFound,
    Permanent,
    RequestRefused,
    Retriable,
    YtempireError,
)
from ytempire.hashing import blake3_of
from ytempire.publishing.variants import Showing, VariantKind, ask_swap
from ytempire.publishing.work import alone_with
from ytempire.settings import Settings
from ytempire.youtube.client import YouTubeClient

_PACKAGE = "ytempire.publishing"


class Swap(Showing):
    """A showing with all that it takes to bring it about. Of ``title`` and ``path`` one is given."""

    video_id: UUID
    kind: VariantKind
    name: str
    title: str | None
    path: Path | None
    blake3: str | None
    upload_id: UUID
    channel_id: UUID
    youtube_video_id: str


@dataclass
class _Attempt:
    """One attempt at a swap; ``sent``: YouTube has taken it."""

    sent: bool = False


def swap_variant(
    connection: Connection,
    client: YouTubeClient,
    settings: Settings,
    video_id: UUID,
    kind: VariantKind,
    name: str,
    *,
    actor: str,
) -> Swap:
    """Show a published video with its title or thumbnail ``name``; what is shown already stays. Raises as its parts."""
    return carry_out(connection, client, settings, ask_swap(connection, video_id, kind, name, actor=actor))


def carry_out(connection: Connection, client: YouTubeClient, settings: Settings, showing_id: int) -> Swap:
    """Carry out a swap that was asked for, once, and return it; one that is done or replaced is returned as it is.

    Raises Deferred (noted with its moment) and Retriable (call again); a Permanent error refuses the swap for good.
    Where the owner's consent is missing or gone (ConsentMissing, CredentialsRevoked) the channel is paused, with an
    alert, and the swap waits with it.
    """
    wait, upload_id = settings.youtube.upload_lock_wait_seconds, load_showing(connection, showing_id).upload_id
    with lost_connection_is_retriable(), alone_with(connection, upload_id, wait_seconds=wait):
        showing = load_showing(connection, showing_id)
        if showing.state != "asked":
            return showing
        with _recording(connection, showing) as attempt, pausing_when_revoked(connection, showing.channel_id):
            require_consent(connection, showing.channel_id)
            picture = None if showing.path is None else _picture(showing, settings.media_root)
            connection.execute(
                "UPDATE ytempire.video_variant_showings SET started_at = coalesce(started_at, clock_timestamp())"
                " WHERE showing_id = %s",
                (showing_id,),
            )
            if picture is None:
                changes = _show_title(client, showing, attempt)
            else:
                changes = {"thumbnail_url": client.set_thumbnail(showing.youtube_video_id, picture)}
            _confirm(connection, showing, changes)
        return load_showing(connection, showing_id)


def load_showing(connection: Connection, showing_id: int) -> Swap:
    """Return a showing. Raises InvalidInput when there is none with this id."""
    row = connection.execute(load_sql(_PACKAGE, "load_showing"), {"showing_id": showing_id}).fetchone()
    if row is None:
        raise InvalidInput("showing_id", f"there is no swap {showing_id}", "Ask for it first.")
    return Swap.model_validate(row)


def _picture(showing: Swap, media_root: Path) -> Path:
    path = media_root / (showing.path or "")
    if not path.is_file() or blake3_of(path) != showing.blake3:
        raise InvalidInput("thumbnail", f"{path} is not the file that was offered", "Swap to another one.")
    return path


def _show_title(client: YouTubeClient, showing: Swap, attempt: _Attempt) -> dict[str, Any]:
    """Send the title with the rest of the snippet as YouTube has it now; a person may have changed it there."""
    snippet = _snippet(client, showing)
    if snippet["title"] != showing.title:
        client.update_video(showing.youtube_video_id, snippet | {"title": showing.title})
        attempt.sent = True
        if (kept := _snippet(client, showing)["title"]) != showing.title:
            raise RequestRefused(f"YouTube keeps the title {kept!r}", status=200, reason="titleNotKept")
    return {"title": showing.title}


def _snippet(client: YouTubeClient, showing: Swap) -> dict[str, Any]:
    snippet = client.own_snippet(showing.youtube_video_id)
    if snippet is None:
        raise NotFound(f"YouTube does not show {showing.youtube_video_id}", status=404, reason="videoNotFound")
    return snippet


def _confirm(connection: Connection, showing: Swap, changes: dict[str, Any]) -> None:
    with connection.transaction():
        connection.execute(load_sql(_PACKAGE, "close_showing"), {"video_id": showing.video_id, "kind": showing.kind})
        connection.execute(
            "UPDATE ytempire.video_variant_showings SET state = 'shown', shown_from = clock_timestamp(),"
            " not_before = NULL, error_message = NULL WHERE showing_id = %s",
            (showing.showing_id,),
        )
        connection.execute(
            "UPDATE ytempire.videos SET title = coalesce(%s, title), thumbnail_url = coalesce(%s, thumbnail_url)"
            " WHERE video_id = %s",
            (changes.get("title"), changes.get("thumbnail_url"), showing.video_id),
        )
        audit.record(
            connection,
            actor=showing.asked_by,
            action=f"video.{showing.kind}_swapped",
            entity="video",
            entity_id=showing.video_id,
            details={"name": showing.name, "youtube_video_id": showing.youtube_video_id, "title": showing.title},
        )


@contextmanager
def _recording(connection: Connection, showing: Swap) -> Iterator[_Attempt]:
    """Write down how an attempt failed; one that surely had no effect leaves no doubt about what is shown."""
    attempt = _Attempt()
    try:
        yield attempt
    except (Deferred, Permanent, Retriable) as error:
        connection.execute(
            load_sql(_PACKAGE, "failed_showing"),
            {
                "showing_id": showing.showing_id,
                "refused": isinstance(error, Permanent) and not isinstance(error, CredentialsRevoked),
                "certain": showing.started_at is None and not attempt.sent and _without_effect(error),
                "not_before": error.until if isinstance(error, Deferred) else None,
                "message": str(error),
            },
        )
        raise


def _without_effect(error: YtempireError) -> bool:
    return isinstance(error, Deferred | Permanent | NotAttempted)
