"""Columns from Python into a table by COPY, written as CSV: several times faster than a value at a time."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import psycopg

Column = tuple[type, Sequence[object]]
"""``int``, ``float`` or ``str``, and values of that type or None."""


def copy_columns(cursor: psycopg.Cursor[Any], statement: str, columns: Sequence[Column]) -> None:
    """Send columns of the same length to ``statement``, a COPY … FROM STDIN (FORMAT csv)."""
    import pyarrow as pa

    types = {int: pa.int64(), float: pa.float64(), str: pa.string()}
    table = pa.table([pa.array(values, types[kind]) for kind, values in columns], [str(n) for n in range(len(columns))])
    with cursor.copy(statement) as copy:
        copy.write(csv_of(table))


def csv_of(table: Any) -> memoryview:
    """Return the rows of an Arrow table as CSV without a header, as PostgreSQL reads it.

    Text is always quoted, so that a bare empty field is NULL and an empty text is not.
    """
    import pyarrow.csv as pacsv

    text = io.BytesIO()
    pacsv.write_csv(table, text, pacsv.WriteOptions(include_header=False))
    return text.getbuffer()
