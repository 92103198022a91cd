"""Which music plays under a video: pieces of a folder whose licence lies beside them, or none.

A piece is a sound file with a sidecar of the same name, NAME.yaml or NAME.json:

    title: Slow Rivers
    author: A Composer
    licence: CC-BY-4.0
    url: https://example.org/slow-rivers
    attribution: what the licence asks us to say (made of the rest when it is left out)

Without a sidecar that says these things, or under a licence that forbids earning money or
laying it under speech, a piece is never used, and a warning says so.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ytempire.content.models import Music
from ytempire.content.text import clean

log = logging.getLogger(__name__)

SOUNDS = (".mp3", ".m4a", ".aac", ".flac", ".ogg", ".opus", ".wav")
_SIDECARS = (".yaml", ".yml", ".json")
_NOT_FOR_US = re.compile(r"(?:\b|-)(?:NC|ND)\b|non-?\s?commercial|no-?\s?deriv|all rights reserved", re.IGNORECASE)

_Line = Annotated[str, Field(min_length=1, max_length=300)]


class Sidecar(BaseModel):
    """What must be known of a piece before it may be used."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: _Line
    author: _Line
    licence: _Line
    url: Annotated[str, Field(max_length=500, pattern=r"^https?://\S+$")]
    attribution: Annotated[str, Field(max_length=500)] = ""

    @field_validator("licence")
    @classmethod
    def _allows_our_use(cls, licence: str) -> str:
        if _NOT_FOR_US.search(licence):
            raise ValueError(f"the licence {licence!r} does not allow to earn money with it or to lay it under speech")
        return licence


def choose_music(folder: Path | None, channel_id: str, video_key: str, *, previous: str | None = None) -> Music | None:
    """Return the piece for a video, the same for the same video; None without a folder or a usable piece.

    ``video_key`` names the video within its channel (its job). ``previous`` is the title of the piece
    under the channel's video before: it is not taken again where there is another.
    """
    if folder is None:
        return None
    pieces = usable(folder)
    others = [piece for piece in pieces if piece.title != previous] or pieces
    if not others:
        log.warning("there is no usable music in %s: the video gets none", folder)
        return None
    drawn = hashlib.sha256(f"{channel_id}/{video_key}".encode()).digest()
    return others[int.from_bytes(drawn[:8], "big") % len(others)]


def usable(folder: Path) -> list[Music]:
    """Return the pieces of ``folder`` with a valid sidecar, in the order of their names."""
    return [piece for path in _sounds(folder) if (piece := _piece(path)) is not None]


def credit(music: Music | None) -> str:
    """Return the line that the description of a video owes to its music; empty without music."""
    return f"Music: {clean(music.attribution)}" if music else ""


def _sounds(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        log.warning("the folder of music %s does not exist", folder)
        return
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in SOUNDS and path.is_file():
            yield path


def _piece(path: Path) -> Music | None:
    sidecar = next((path.with_suffix(end) for end in _SIDECARS if path.with_suffix(end).is_file()), None)
    if sidecar is None:
        log.warning("music %s is never used: it has no sidecar (%s)", path.name, path.with_suffix(".yaml").name)
        return None
    try:
        known = Sidecar.model_validate(_read(sidecar))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "all"
        log.warning("music %s is never used: %s of %s: %s", path.name, field, sidecar.name, first["msg"])
        return None
    except (ValueError, OSError) as error:
        log.warning("music %s is never used: %s cannot be read: %s", path.name, sidecar.name, error)
        return None
    said = known.attribution or f"“{known.title}” by {known.author}, {known.licence}, {known.url}"
    return Music(
        title=known.title, author=known.author, path=path, licence=known.licence, attribution=said, url=known.url
    )


def _read(sidecar: Path) -> Any:
    """Read JSON or YAML. Raises ValueError where it is neither."""
    text = sidecar.read_text(encoding="utf-8")
    if sidecar.suffix == ".json":
        return json.loads(text)
    import yaml  # type: ignore[import-untyped]

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(str(error).replace("\n", " ")) from None
