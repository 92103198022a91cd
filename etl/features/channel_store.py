"""The features of our own channels, night by night: held against their suite, kept as a file a day, and in Redis.

The files are the channels' feature store, for whoever learns from them; Redis has the newest of each channel for an
hour, and who finds none there computes them (:func:`etl.features.channels.present_features`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isinf
from pathlib import Path
from typing import Any

from psycopg.types.json import Jsonb

from etl.features.channels import ChannelFeatures, channel_features, keep_in_cache
from etl.validation.results import inspect
from etl.validation.suite import run_suite_on_frame
from ytempire.cache import Cache
from ytempire.clock import pacific_day
from ytempire.database.connection import Connection
from ytempire.settings import Settings

SUITE = "channel_features"
_CHANNELS = "SELECT channel_id FROM ytempire.channels WHERE status <> 'archived' ORDER BY channel_id"
_QUARANTINE = """
INSERT INTO ytempire.quarantined_rows (source, batch_id, channel_id, row_number, payload, reason)
VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (source, batch_id, channel_id, row_number) DO UPDATE
    SET payload = excluded.payload, reason = excluded.reason
"""


@dataclass(frozen=True)
class StoredFeatures:
    """What a night kept: how many channels, how many were refused, and where the file lies."""

    channels: int
    refused: int
    path: str | None


def store_channel_features(
    connection: Connection, settings: Settings, run_id: str, now: datetime, *, cache: Cache | None = None
) -> StoredFeatures:
    """Compute the features of all channels that are not archived as they are known at ``now``, and keep the sound ones.

    Those of a Pacific day take the place of earlier ones of the same day. Raises ValidationFailed when the suite
    refuses them as a whole: then nothing is kept.
    """
    moments = [(row["channel_id"], now) for row in connection.execute(_CHANNELS)]
    found = channel_features(connection, moments)
    if not found:
        return StoredFeatures(0, 0, None)
    refused = _refused(connection, settings, run_id, found)
    with connection.transaction():
        for place, reasons in refused.items():
            one = found[place]
            payload = Jsonb({"as_of": one.as_of.isoformat(), **_plain(one.values)})
            values = [SUITE, run_id, one.channel_id, place + 1, payload, "; ".join(reasons)]
            connection.execute(_QUARANTINE, values)
    sound = [one for place, one in enumerate(found) if place not in refused]
    path = folder(settings) / f"day={pacific_day(now)}.parquet"
    _write(sound, path)
    if cache is not None:
        keep_in_cache(cache, sound)
    return StoredFeatures(len(sound), len(refused), str(path))


def folder(settings: Settings) -> Path:
    """Where the files lie, one a Pacific day."""
    return settings.data_root / "features" / "channels"


def _refused(
    connection: Connection, settings: Settings, run_id: str, found: Sequence[ChannelFeatures]
) -> dict[int, list[str]]:
    import pandas as pd

    frame = pd.DataFrame([one.values for one in found], dtype="float64")
    frame.insert(0, "channel_id", [str(one.channel_id) for one in found])
    frame["infinite"] = [sum(value is not None and isinf(value) for value in one.values.values()) for one in found]
    frame["place"] = range(len(found))
    suite = settings.analytics.suites / f"{SUITE}.json"
    verdict = inspect(
        connection,
        SUITE,
        run_id,
        len(found),
        lambda: run_suite_on_frame(frame, suite, ["place"], {"rows": len(found)}),
    )
    return {int(place): reasons for (place,), reasons in verdict.refused.items()}


def _plain(values: Mapping[str, float | None]) -> dict[str, Any]:
    return {name: repr(value) if value is not None and isinf(value) else value for name, value in values.items()}


def _write(features: Sequence[ChannelFeatures], path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from etl.features.contract import CHANNEL_FEATURES

    columns: dict[str, Any] = {
        "channel_id": pa.array([str(one.channel_id) for one in features], pa.string()),
        "as_of": pa.array([one.as_of for one in features], pa.timestamp("us", tz="UTC")),
        "contract": pa.array([one.contract for one in features], pa.string()),
    }
    for feature in CHANNEL_FEATURES:
        columns[feature.name] = pa.array([one.values[feature.name] for one in features], pa.float64())
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    pq.write_table(pa.table(columns), draft)
    draft.replace(path)
