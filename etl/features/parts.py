"""The files of a feature set: a group of countries is one, written by the worker that computed it.

Two hundred numbers a row would otherwise travel from Python to the JVM to be written there a cell at a time, which
takes longer than to compute them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from etl.features.contract import KEYS, LABEL, NUMBERS

if TYPE_CHECKING:
    import pandas as pd


def write_part(staging: Path, number: int, rows: pd.DataFrame) -> None:
    """Write the ``rows`` of group ``number`` into the folder ``staging``, which all workers share.

    A group that is written again, because its task was, takes its own place.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    part = staging / f"part-{number:05d}.parquet"
    draft = part.with_suffix(".draft")
    staging.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pandas(rows, schema=schema(), preserve_index=False), draft)
    draft.replace(part)


def schema() -> Any:
    """Return the columns of a feature set in Arrow's notation."""
    import pyarrow as pa

    types = {"region_code": pa.string(), "day": pa.date32(), "youtube_video_id": pa.string(), "category_id": pa.int32()}
    columns = {name: types[name] for name in (*KEYS, "category_id")}
    return pa.schema([*columns.items(), *((name, pa.float32()) for name in (*NUMBERS, LABEL))])
