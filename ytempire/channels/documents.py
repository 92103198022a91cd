"""Channels as YAML: one document a channel, every field with a comment that says what it is.

Read by YAML 1.2, in which NO is a country and not a boolean.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from ytempire.channels.models import Channel, ChannelSpec
from ytempire.errors import InvalidInput

if TYPE_CHECKING:
    from ruamel.yaml.comments import CommentedMap

SUFFIXES = (".yaml", ".yml")
_WIDTH = 110
# Text that reads the same as a block of lines: it begins at the margin and holds no other kind of break.
_BLOCK = re.compile(r"\S[^\r\t\ufeff]*", re.DOTALL)


@dataclass(frozen=True)
class Document:
    """What a file says of one channel; ``lines`` is where it says each field (the first line is 1)."""

    source: str
    line: int
    values: dict[str, Any]
    lines: dict[str, int]

    def place(self, field: str | None = None) -> str:
        """Where the document, or one of its fields, stands: ``FILE:LINE``."""
        return f"{self.source}:{self.lines.get(field or '', self.line)}"


def write_document(channel: Channel) -> str:
    """Return a channel's whole configuration as a YAML document; read again, it is the same."""
    state = f"{channel.status} ({channel.status_reason})" if channel.status_reason else channel.status
    heading = f"{channel.name}: {state}, revision {channel.revision}. A field that is left out stays as it is."
    parts = [_comment(heading)]
    for field, about in ChannelSpec.model_fields.items():
        parts.append(_comment(about.description or "") + _dump({field: _plain(channel, field)}))
    return "".join(parts)


def write_documents(channels: Iterable[Channel]) -> str:
    """Return several channels as one stream of documents."""
    return "---\n".join(write_document(channel) for channel in channels)


def _comment(text: str) -> str:
    seen = "".join(letter if letter.isprintable() else " " for letter in text)
    return "".join(f"# {line}\n" for line in wrap(" ".join(seen.split()), _WIDTH))


def _plain(channel: Channel, field: str) -> Any:
    value = getattr(channel, field)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return channel.model_dump(mode="json", include={field})[field]


def _dump(field: dict[str, Any]) -> str:
    from ruamel.yaml import YAML

    yaml = YAML(pure=True)
    yaml.allow_unicode = True
    yaml.width = _WIDTH
    text = StringIO()
    yaml.dump(_styled(field), text)
    return text.getvalue()


def _styled(value: Any) -> Any:
    """Return ``value`` as it is to look: lists of words on one line, text of several lines as such."""
    from ruamel.yaml.comments import CommentedSeq
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

    if isinstance(value, dict):
        return {key: _styled(part) for key, part in value.items()}
    if isinstance(value, list):
        styled = CommentedSeq(map(_styled, value))
        if not any(isinstance(part, dict | list) for part in value):
            styled.fa.set_flow_style()
        return styled
    if isinstance(value, str) and "\n" in value:
        return (LiteralScalarString if _BLOCK.fullmatch(value) else DoubleQuotedScalarString)(value)
    return value


def read_folder(path: Path) -> list[Document]:
    """Read a YAML file, or all that lie in a folder, in the order of their names.

    Raises InvalidInput naming the file, and the line of what is no YAML.
    """
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix in SUFFIXES)
        if not files:
            raise InvalidInput(str(path), "there is no .yaml file in it", "Export the channels into it first.")
        return [document for file in files for document in read_folder(file)]
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidInput(str(path), f"it cannot be read ({error.strerror})", "Name a file or a folder.") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(str(path), "it is no UTF-8 text", "Save it as UTF-8.") from error
    return read_documents(text, str(path))


def read_documents(text: str, source: str) -> list[Document]:
    """Read the documents of a YAML text. Raises InvalidInput naming ``source`` and the line."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        loaded = list(YAML(pure=True).load_all(text))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InvalidInput(f"{source}:{line}", str(error.problem or error.context), "Correct the YAML.") from error
    except YAMLError as error:
        raise InvalidInput(source, " ".join(str(error).split()), "Correct the YAML.") from error
    return [_document(one, source) for one in loaded if one is not None]


def _document(loaded: Any, source: str) -> Document:
    from ruamel.yaml.comments import CommentedMap

    if not isinstance(loaded, CommentedMap):
        raise InvalidInput(source, "a document in it is no table of fields", "Write FIELD: VALUE lines.")
    lines = {str(key): place[0] + 1 for key, place in (loaded.lc.data or {}).items()}
    return Document(source, min(lines.values(), default=1), _untyped(loaded), lines)


def _untyped(value: CommentedMap | Any) -> Any:
    """Return what was read as plain Python values, without its comments and places."""
    if isinstance(value, dict):
        return {str(key): _untyped(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_untyped(part) for part in value]
    for plain in (bool, int, float, str):
        if isinstance(value, plain):
            return plain(value)
    return value
