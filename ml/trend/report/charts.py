"""From a folder with a trending history to the feature set, without a database: the first step of the train report.

The same code as everywhere computes the features (``describe_videos`` for groups of channels,
``compute`` for groups of countries); here processes take the place of Spark. A group that is finished lies
in a file and is not computed again.
"""

from __future__ import annotations

import hashlib
import logging
import multiprocessing
import time
from collections.abc import Callable, Collection
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from etl.features.contract import INPUT_COLUMNS, KEYS, LABEL, contract_version
from etl.trends.history import SNAPSHOT_COLUMNS, VIDEO_COLUMNS
from ytempire.errors import InvalidInput

log = logging.getLogger(__name__)

_GROUPS = 12
_RENAMED = {
    "country": "region_code",
    "video_id": "youtube_video_id",
    "channel_id": "youtube_channel_id",
}


def history_hash(folder: Path) -> str:
    """Return a hash of the history's files and of the feature contract: what the features depend on."""
    digest = hashlib.sha256(contract_version().encode())
    for name in ("snapshots.parquet", "videos.parquet"):
        with _file(folder, name).open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]


def read_charts(folder: Path) -> pd.DataFrame:
    """Return the contract's ``INPUT_COLUMNS`` of a history: one chart a country and UTC day, hidden counts as NaN.

    Raises InvalidInput naming the file or column that is wrong.
    """
    rows = _read(folder, "snapshots.parquet", SNAPSHOT_COLUMNS)
    rows = rows[(rows["rank"] >= 1) & (rows["views"] >= 0)]
    rows["fetched_at"] = pd.to_datetime(rows["fetched_at"], utc=True)
    rows["day"] = rows["fetched_at"].dt.date
    for name in ("country", "video_id"):
        rows[name] = rows[name].astype(str)
    rows = rows.sort_values(["day", "country", "fetched_at"], kind="stable")
    rows = rows.drop_duplicates(["country", "day", "video_id"], keep="last")
    for name in ("likes", "comments"):
        rows[name] = rows[name].where(rows[name] > 0)
    videos = _read(folder, "videos.parquet", VIDEO_COLUMNS).drop_duplicates("video_id")
    videos["tag_count"] = videos["tags"].map(lambda tags: 0 if tags is None else len(tags))
    videos["language"] = videos["audio_language"].fillna(videos["default_language"])
    videos["published_at"] = pd.to_datetime(videos["published_at"], utc=True)
    charts = rows.merge(videos, on="video_id", how="left").rename(columns=_RENAMED)
    for name in ("rank", "views", "likes", "comments", "category_id", "duration_seconds", "tag_count"):
        charts[name] = charts[name].astype("float64")
    return charts[list(INPUT_COLUMNS)].reset_index(drop=True)


def build_features(folder: Path, target: Path, *, processes: int = 2) -> None:
    """Compute the features of all days of the history in ``folder`` and keep them in ``target``.

    What is already in ``target`` is taken as it is: name it by ``history_hash``.
    """
    finished = target / "finished"
    if not finished.exists():
        target.mkdir(parents=True, exist_ok=True)
        began = time.monotonic()
        charts = read_charts(folder)
        log.info("features: %d rows read in %.0f s", len(charts), time.monotonic() - began)
        groups = min(_GROUPS, charts["region_code"].nunique())
        _write_groups(charts, target)
        del charts
        _each(_describe, [(target, number) for number in range(_GROUPS)], processes, "channels described")
        _each(_compute, [(target, number, groups) for number in range(groups)], processes, "countries computed")
        for left in [*target.glob("charts-*"), *target.glob("described-*"), *target.glob("times*")]:
            left.unlink()
        finished.touch()


def read_features(target: Path, numbers: Collection[str]) -> pd.DataFrame:
    """Return keys, category, label and ``numbers`` of all rows in ``target``, sorted, with plain dates."""
    columns = [*KEYS, "category_id", *dict.fromkeys(numbers), LABEL]
    frame = pd.concat([pd.read_parquet(part, columns=columns) for part in _parts(target)], ignore_index=True)
    frame["day"] = pd.to_datetime(frame["day"]).dt.date
    return frame.sort_values(["day", "region_code", "youtube_video_id"], ignore_index=True)


def read_titles(folder: Path) -> pd.Series:
    """Return the title of each video of a history by its id. Raises InvalidInput as ``read_charts``."""
    videos = _read(folder, "videos.parquet", ("video_id", "title")).drop_duplicates("video_id")
    return videos.set_index("video_id")["title"]


def sample_features(target: Path, before: date, rows: int, seed: int) -> pd.DataFrame:
    """Return about ``rows`` labelled rows of the days before ``before``, with all features of the contract."""
    parts = _parts(target)
    found = []
    for part in parts:
        known = pd.read_parquet(part, filters=[("day", "<", before)])
        known = known[known[LABEL].notna()]
        found.append(known.sample(min(len(known), -(-rows // len(parts))), random_state=seed))
    return pd.concat(found, ignore_index=True)


def _parts(target: Path) -> list[Path]:
    return sorted(target.glob("part-*.parquet"))


def _write_groups(charts: pd.DataFrame, target: Path) -> None:
    times = charts.groupby(["region_code", "day"], as_index=False)["fetched_at"].max()
    _write(times, target / "times.parquet")
    channel = charts["youtube_channel_id"].fillna(charts["youtube_video_id"])
    group = pd.util.hash_array(channel.to_numpy(dtype=object)) % _GROUPS
    for number in range(_GROUPS):
        _write(charts[group == number], target / f"charts-{number:02}.parquet")


def _describe(target: Path, number: int) -> None:
    from etl.features.spread import ChartTimes
    from etl.features.videos import describe_videos

    finished = target / f"described-{number:02}.parquet"
    if not finished.exists():
        times = ChartTimes.of(pd.read_parquet(target / "times.parquet"))
        _write(describe_videos(pd.read_parquet(target / f"charts-{number:02}.parquet"), times), finished)


def _compute(target: Path, number: int, groups: int) -> None:
    from etl.features.rows import compute

    finished = target / f"part-{number:02}.parquet"
    if not finished.exists():
        regions = pd.read_parquet(target / "times.parquet")["region_code"].unique()
        own = set(sorted(regions)[number::groups])
        described = [
            pd.read_parquet(part, filters=[("region_code", "in", own)]) for part in sorted(target.glob("described-*"))
        ]
        _write(compute(pd.concat(described, ignore_index=True)), finished)


def _each(work: Callable[..., None], arguments: list[tuple[Any, ...]], processes: int, what: str) -> None:
    """Do ``work`` with each of ``arguments`` in processes of their own, or here if it is to be one."""
    began = time.monotonic()
    if processes == 1:
        for each in arguments:
            work(*each)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        futures = [pool.submit(work, *each) for each in arguments]
        for done, future in enumerate(futures, start=1):
            future.result()
            log.info("features: %s, %d of %d, %.0f s", what, done, len(futures), time.monotonic() - began)


def _write(frame: pd.DataFrame, path: Path) -> None:
    """Write whole or not at all: what exists is finished."""
    unfinished = path.with_suffix(".unfinished")
    frame.to_parquet(unfinished, index=False)
    unfinished.replace(path)


def _file(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.is_file():
        raise InvalidInput("history", f"there is no {path}", "Name a folder with snapshots.parquet and videos.parquet.")
    return path


def _read(folder: Path, name: str, columns: tuple[str, ...]) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = _file(folder, name)
    try:
        missing = [column for column in columns if column not in pq.read_schema(path).names]
        if missing:
            raise InvalidInput(f"{name}.{missing[0]}", f"the column is not in {path}", "Give a complete history.")
        return pd.read_parquet(path, columns=list(columns))
    except (OSError, pa.ArrowInvalid) as error:
        raise InvalidInput(f"history/{name}", f"{path} cannot be read as Parquet", "Give whole files.") from error
