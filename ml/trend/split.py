"""The feature set as it is read, and its split by days.

A split is by days only: the last days are the test, the days before them the
validation, all earlier ones the training.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from etl.features.contract import KEYS, LABEL, NUMBERS
from ytempire.errors import InvalidInput


@dataclass(frozen=True)
class Split:
    """Rows with a label, cut by day; every test day is later than every other day."""

    train: pd.DataFrame
    validation: pd.DataFrame
    test: pd.DataFrame

    @property
    def before_test(self) -> pd.DataFrame:
        """The training and validation days together."""
        return pd.concat([self.train, self.validation], ignore_index=True)

    def days(self) -> dict[str, str]:
        """Return the first and last day of each part."""
        parts = {"train": self.train, "validation": self.validation, "test": self.test}
        return {name: f"{part['day'].min()} … {part['day'].max()}" for name, part in parts.items()}


def load_features(path: Path) -> pd.DataFrame:
    """Read a feature set written by ``etl.features``, sorted, with plain dates.

    Raises InvalidInput if the folder or a column of the contract is missing.
    """
    if not path.exists():
        raise InvalidInput("features", f"there is no {path}", "Run the feature job first.")
    frame = pd.read_parquet(path)
    missing = [name for name in (*KEYS, "category_id", *NUMBERS, LABEL) if name not in frame.columns]
    if missing:
        raise InvalidInput(f"features.{missing[0]}", f"is not in {path}", "Run the feature job of this version again.")
    frame["day"] = pd.to_datetime(frame["day"]).dt.date
    frame["region_code"] = frame["region_code"].astype(str)
    return frame.sort_values(["day", "region_code", "rank", "youtube_video_id"], ignore_index=True)


def data_hash(frame: pd.DataFrame) -> str:
    """Return a hash of the contents: the same rows, in any order, give the same hash."""
    hashes = pd.util.hash_pandas_object(frame, index=False).to_numpy(dtype=np.uint64)
    return hashlib.sha256(np.sort(hashes).tobytes()).hexdigest()[:16]


def split_by_time(frame: pd.DataFrame, *, test_days: int, validation_share: float) -> Split:
    """Cut the labelled rows by day.

    ``validation_share`` is of the days before the test, at least one.
    Raises InvalidInput if fewer than ``test_days`` + 2 days carry labels.
    """
    labelled = frame[frame[LABEL].notna()]
    days: list[date] = sorted(labelled["day"].unique())
    if len(days) < test_days + 2:
        raise InvalidInput(
            "training.test_days",
            f"{len(days)} labelled days do not leave two before {test_days} test days",
            "Import more history or test on fewer days.",
        )
    before, test_from = days[:-test_days], days[-test_days]
    validation_from = before[-max(1, round(validation_share * len(before)))]
    if validation_from == before[0]:
        validation_from = before[1]
    return Split(
        train=labelled[labelled["day"] < validation_from].reset_index(drop=True),
        validation=labelled[(labelled["day"] >= validation_from) & (labelled["day"] < test_from)].reset_index(
            drop=True
        ),
        test=labelled[labelled["day"] >= test_from].reset_index(drop=True),
    )


def last_days(frame: pd.DataFrame, days: int) -> pd.DataFrame:
    """Return the rows of the last ``days`` days."""
    first = frame["day"].max() - timedelta(days=days - 1)
    return frame[frame["day"] >= first].reset_index(drop=True)
