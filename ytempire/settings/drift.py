"""Knobs of the daily look at what the model sees, beside what it learned from."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, PositiveFloat, PositiveInt

from ytempire.settings.types import Fraction


class DriftSettings(BaseModel):
    """When the present counts as another world than that of the training."""

    current_days: PositiveInt = Field(default=7, description="Last days looked at: a whole week has all weekdays.")
    sample_rows: Annotated[int, Field(ge=500)] = Field(
        default=4_000, description="Rows on each side, in whole charts: a model sees rows of a chart together."
    )
    feature_distance: PositiveFloat = Field(
        default=0.2,
        description="Wasserstein distance in standard deviations from which a feature has drifted. Between ordinary "
        "weeks of real charts a third of them is 0.1 apart, one in twelve 0.2.",
    )
    drifted_share: Fraction = Field(default=0.25, description="Share of drifted inputs that asks for a retraining.")
    prediction_distance: PositiveFloat = Field(
        default=0.08, description="The same distance of the chances that asks for a retraining."
    )
    brier_rise: PositiveFloat = Field(
        default=0.35, description="How much worse than on its test days, as a share, the champion may forecast."
    )
    quiet_days: PositiveInt = Field(default=7, description="Days between two retrainings that drift may ask for.")
    reports_kept: PositiveInt = Field(default=14, description="Reports kept; one of 150 inputs has some 14 MB.")
    seed: int = 7
