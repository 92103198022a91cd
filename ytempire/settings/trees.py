"""Knobs of the gradient boosted trees."""

from __future__ import annotations

from pydantic import BaseModel, Field, NonNegativeFloat, PositiveFloat, PositiveInt

from ytempire.settings.types import Fraction


class TreesSettings(BaseModel):
    """LightGBM as a candidate of the trend model; the names in brackets are its own."""

    rounds: PositiveInt = Field(default=450, description="Trees at most (num_iterations).")
    patience: PositiveInt = Field(
        default=30, description="Trees without a better validation loss after which growing ends (early_stopping)."
    )
    learning_rate: PositiveFloat = 0.08
    leaves: PositiveInt = Field(default=95, description="Leaves of a tree (num_leaves).")
    leaf_rows: PositiveInt = Field(default=150, description="Rows of a leaf at least (min_data_in_leaf).")
    feature_share: Fraction = Field(default=0.3, description="Of the features, for each tree (feature_fraction).")
    row_share: Fraction = Field(default=0.8, description="Of the rows, for each tree (bagging_fraction).")
    shrinkage: NonNegativeFloat = Field(default=5.0, description="L2 on the leaves (lambda_l2).")
    bins: PositiveInt = Field(default=127, description="Values that a feature is told apart by (max_bin).")
    task_rows: PositiveInt = Field(default=300_000, description="Rows that the report's further tasks learn from.")
    task_rounds: PositiveInt = Field(default=200, description="Trees of the report's further tasks.")
    threads: PositiveInt = Field(default=2, description="Of LightGBM.")
