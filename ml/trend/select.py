"""Recursive feature elimination: from the features of the contract to those that the model takes.

Guyon et al., Gene selection for cancer classification using support vector machines, 2002: learn, drop the least
important features, learn again from the rest. Here with extremely randomised trees, which take missing values as
they are, on a sample of the training days: the days that judge the model have no say in what it sees.
"""

from __future__ import annotations

import logging
import time
import warnings
from dataclasses import dataclass

import pandas as pd

from etl.features.contract import CATEGORIES, LABEL, NUMBERS, SEQUENCE_NAMES
from ytempire.errors import InvalidInput
from ytempire.settings import TrainingSettings

log = logging.getLogger(__name__)

_TREES = 30
_LEAF_ROWS = 20


@dataclass(frozen=True)
class Selection:
    """The numbers that are kept, in the order of the contract, and those dropped, the least important first."""

    kept: list[str]
    dropped: list[str]


def select_features(train: pd.DataFrame, settings: TrainingSettings) -> Selection:
    """Choose ``settings.input_features`` of the contract's features; categories and sequences are among them always.

    Raises InvalidInput if fewer are wanted than these.
    """
    always = {name for step in SEQUENCE_NAMES for name in step}
    judged = [name for name in NUMBERS if name not in always]
    wanted = settings.input_features - len(CATEGORIES) - len(always)
    if wanted < 1:
        raise InvalidInput(
            "training.input_features",
            f"is {settings.input_features}",
            f"Take more than {len(CATEGORIES) + len(always)}: categories and sequences are inputs always.",
        )
    if wanted >= len(judged):
        return Selection(list(NUMBERS), [])
    from sklearn.ensemble import ExtraTreesClassifier
    from sklearn.feature_selection import RFE

    began = time.monotonic()
    rows = train.sample(min(len(train), settings.selection_rows), random_state=settings.seed)
    trees = ExtraTreesClassifier(
        _TREES, min_samples_leaf=_LEAF_ROWS, random_state=settings.seed, n_jobs=settings.threads
    )
    search = RFE(trees, n_features_to_select=wanted, step=settings.selection_step)
    with warnings.catch_warnings():
        # Of a column without any value in the sample nothing can be learned: it is dropped without a word.
        warnings.simplefilter("ignore", RuntimeWarning)
        search.fit(rows[judged].to_numpy(), rows[LABEL].to_numpy())
    order = sorted(zip(-search.ranking_, judged, strict=True), key=lambda pair: pair[0])
    dropped = [name for rank, name in order if rank < -1]
    chosen = always | {name for name, keep in zip(judged, search.support_, strict=True) if keep}
    kept = [name for name in NUMBERS if name in chosen]
    log.info("features: %d of %d kept in %.1f s", len(kept), len(NUMBERS), time.monotonic() - began)
    return Selection(kept, dropped)
