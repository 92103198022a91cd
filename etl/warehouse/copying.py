"""Rows from Python into a table by COPY, written as CSV: several times faster than a value at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import psycopg

_BLOCK_ROWS = 5_000


def copy_rows(cursor: psycopg.Cursor[Any], statement: str, rows: Iterable[Sequence[object]]) -> None:
    """Send ``rows`` to ``statement``, a COPY … FROM STDIN (FORMAT csv).

    None is NULL; text that may be empty needs FORCE_NOT_NULL in the statement. Everything else is sent as ``str``
    writes it. A block of some thousand rows is held in memory at a time.
    """
    remaining = iter(rows)
    with cursor.copy(statement) as copy:
        while block := list(islice(remaining, _BLOCK_ROWS)):
            text = io.StringIO(newline="")
            csv.writer(text, lineterminator="\n").writerows(block)
            copy.write(text.getvalue())
