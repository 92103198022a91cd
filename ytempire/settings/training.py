"""Knobs of the retraining."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt

from ytempire.settings.trees import TreesSettings
from ytempire.settings.types import Fraction


class TrainingSettings(BaseModel):
    """The weekly retraining of the trend model."""

    history_days: PositiveInt = 60
    test_days: PositiveInt = 7
    validation_share: Fraction = 0.2
    input_features: PositiveInt = Field(
        default=150, description="Features that the model takes: recursive elimination keeps so many (3.3)."
    )
    selection_rows: PositiveInt = Field(default=10_000, description="Training rows that the elimination learns from.")
    selection_step: PositiveInt = Field(default=25, description="Features dropped between two trainings of it.")
    titles: NonNegativeInt = Field(
        default=60_000,
        description="Titles whose meaning a training knows at most, those of the latest videos. What was read is kept,"
        " so the next week reads only what has come; two cores read some 250 a second. 0: the network reads no titles.",
    )
    candidates: list[Literal["network", "lightgbm", "stack"]] = Field(
        default=["network", "lightgbm", "stack"],
        min_length=1,
        description="Kinds of model that are trained; the best of them on the test days is registered.",
    )
    trials: PositiveInt = 4
    search_charts: PositiveInt = Field(
        default=6_000, description="Charts that a trial of the search learns from at most, drawn from all its days."
    )
    search_share: Fraction = Field(default=0.5, description="Of the time budget, for the search.")
    max_epochs: PositiveInt = 6
    patience: PositiveInt = Field(
        default=3,
        description="Epochs without a better validation loss after which a trial ends early. The loss rises while the"
        " learning rate is high and falls again with it.",
    )
    time_budget_seconds: PositiveFloat = Field(
        default=1_500,
        description="For the network's search and training together, over all attempts. Features, trees and measuring"
        " come to it: on two cores a week's retraining is to end within 45 minutes.",
    )
    region_limit: PositiveInt | None = Field(
        default=None, description="Countries to learn from: those watched first, then those with most rows."
    )
    batch_charts: PositiveInt = Field(default=16, description="Charts of one pass through the network.")
    gradient_accumulation: PositiveInt = Field(
        default=4, description="Passes whose gradients make one step (3.3); fewer while an epoch has few steps."
    )
    accelerator: Literal["auto", "cpu", "gpu"] = Field(default="auto", description="A GPU if there is one, else a CPU.")
    devices: PositiveInt = Field(
        default=1,
        description="GPUs, or processes on the CPU, that share the network's training by DDP; a trial has one.",
    )
    precision: Literal["auto", "32-true", "bf16-mixed", "16-mixed"] = Field(
        default="auto", description="Mixed (bf16) on a GPU, full on a CPU."
    )
    max_rows: PositiveInt = 2_000_000
    threads: PositiveInt = Field(
        default=1,
        description="Of torch and of the trees. The matrices are small: a second thread mostly waits for the first.",
    )
    accuracy_slack: NonNegativeFloat = Field(
        default=0.001, description="How much accuracy a better Brier score may cost: less than the days' own noise."
    )
    kept_versions: PositiveInt = Field(
        default=3, description="Versions of a model that the registry keeps, beside those that have an alias."
    )
    trees: TreesSettings = TreesSettings()
    spark_master: str = "local[2]"
    spark_memory: str = "2g"
    spark_jdbc_jar: Path = Path("/usr/share/java/postgresql.jar")
    model_name: str = "trend"
    seed: int = 7
