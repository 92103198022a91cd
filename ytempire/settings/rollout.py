"""Knobs of the rollout of a new model."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, Field, PositiveFloat, PositiveInt, model_validator

from ytempire.settings.types import Fraction

Percentage = Annotated[int, Field(ge=1, le=100)]


class RolloutSettings(BaseModel):
    """How a challenger gets its channels, and what sends it back."""

    steps: tuple[Percentage, ...] = Field(
        default=(5, 20, 100), description="Channels of a hundred whose topics the challenger ranks (3.3), ascending."
    )
    error_share: Fraction = Field(
        default=0.05, description="How often a verdict may be wrong, however often it is looked for."
    )
    brier_margin: PositiveFloat = Field(
        default=0.005, description="A challenger goes up when it is surely not worse than the champion by more."
    )
    patience_days: PositiveInt = Field(
        default=21, description="Days at one step without a verdict after which the champion keeps its place."
    )
    most_errors: PositiveInt = Field(default=3, description="Failures of the challenger's that send it back at once.")
    outcome_days: PositiveInt = Field(default=7, description="A video's views are counted over its first days.")
    outcome_wait_days: PositiveInt = Field(
        default=3, description="Days until YouTube's figures of a day have come (48 to 72 hours)."
    )
    habit_videos: PositiveFloat = Field(
        default=3, description="Earlier videos that a channel's usual views are drawn to the network's by."
    )
    forecast_days: PositiveInt = Field(default=90, description="Days for which single forecasts are kept.")

    @model_validator(mode="after")
    def _steps_rise_to_all(self) -> Self:
        if list(self.steps) != sorted(set(self.steps)) or not self.steps or self.steps[-1] != 100:
            raise ValueError("steps must rise and end with 100")
        return self
