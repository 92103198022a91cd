"""What the commands share: the database, who is at the keyboard, and how things are printed."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from ytempire.database.connection import Connection

AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable")]


@contextmanager
def database() -> Iterator[Connection]:
    """Open the database of the settings."""
    from ytempire.database.connection import connect
    from ytempire.settings import get_settings

    with connect(get_settings().database_url) as connection:
        yield connection


def person() -> str:
    """Who gives the command, for the audit log."""
    return getpass.getuser()


def print_json(value: Any) -> None:
    """Print ``value`` (plain JSON) for programs to read."""
    print(json.dumps(value, indent=1, ensure_ascii=False))


def print_table(table: Table) -> None:
    """Print a table as wide as the terminal."""
    Console().print(table)


def cell(value: object) -> str:
    """Return a value as a table shows it: no markup, lists with commas, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(cell(part) for part in value)
    return escape(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))
