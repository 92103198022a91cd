"""Knobs of the retraining."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, Field, PositiveFloat, PositiveInt

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
    trials: PositiveInt = 4
    max_epochs: PositiveInt = 6
    time_budget_seconds: PositiveFloat = 2_400
    region_limit: PositiveInt | None = Field(
        default=None, description="Countries to learn from: those watched first, then those with most rows."
    )
    batch_charts: PositiveInt = 16
    max_rows: PositiveInt = 2_000_000
    threads: PositiveInt = Field(
        default=1, description="Of torch. The matrices are small: a second thread mostly waits for the first."
    )
    spark_master: str = "local[2]"
    spark_memory: str = "2g"
    spark_jdbc_jar: Path = Path("/usr/share/java/postgresql.jar")
    model_name: str = "trend"
    seed: int = 7
