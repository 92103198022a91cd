"""Every knob of YTEMPIRE, typed, in one place.

Each value comes from the environment as ``YTEMPIRE_<NAME>``; a group's value as
``YTEMPIRE_<GROUP>__<NAME>``, for example ``YTEMPIRE_YOUTUBE__DAILY_UPLOADS=20``.
Secrets (keys, refresh tokens) are not here: they live in Airflow connections.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field, PositiveFloat, PositiveInt, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from ytempire.errors import InvalidInput
from ytempire.settings.analytics import AnalyticsSettings
from ytempire.settings.content import ChatModel, ContentSettings
from ytempire.settings.drift import DriftSettings
from ytempire.settings.freshness import CacheSettings, FreshnessSettings
from ytempire.settings.retention import ComplianceSettings, RetentionSettings, TierSettings
from ytempire.settings.rollout import RolloutSettings
from ytempire.settings.serving import ServingSettings
from ytempire.settings.training import TrainingSettings
from ytempire.settings.trees import TreesSettings
from ytempire.settings.trends import TrendSettings
from ytempire.settings.types import Dollars, Fraction
from ytempire.settings.validation import ValidationSettings
from ytempire.settings.youtube import YouTubeSettings

__all__ = [
    "ROOT",
    "AnalyticsSettings",
    "BudgetSettings",
    "CacheSettings",
    "ChatModel",
    "ComplianceSettings",
    "ContentSettings",
    "DriftSettings",
    "FreshnessSettings",
    "QualitySettings",
    "RetentionSettings",
    "RolloutSettings",
    "ServingSettings",
    "Settings",
    "TierSettings",
    "TrainingSettings",
    "TreesSettings",
    "TrendSettings",
    "ValidationSettings",
    "YouTubeSettings",
    "get_settings",
]

ROOT = Path(__file__).resolve().parents[2]
Score = Annotated[float, Field(ge=0, le=100)]


class BudgetSettings(BaseModel):
    """What may be spent on providers, in US dollars; a day is a Pacific one. A channel may have its own."""

    video_usd: Dollars = 5
    channel_daily_usd: Dollars = 25
    network_daily_usd: Dollars = 250


class QualitySettings(BaseModel):
    """What a video must reach: the score thresholds of the specification (3.3), and the limits of each check."""

    auto_approve: Score = 85
    manual_review: Score = 60
    auto_reject: Score = 40
    longest_black_seconds: PositiveFloat = 0.5
    longest_freeze_seconds: PositiveFloat = 4.0
    longest_silence_seconds: PositiveFloat = 2.0
    loudness_tolerance_lu: PositiveFloat = 1.0
    duration_tolerance_seconds: PositiveFloat = 0.5
    drift_tolerance_seconds: PositiveFloat = Field(
        default=0.04, description="How far sound and picture may be apart anywhere in a video."
    )
    caption_coverage: Fraction = Field(default=0.98, description="Share of spoken words on screen while they are said.")
    caption_letters_per_second: PositiveFloat = 20
    caption_words_per_minute: PositiveFloat = 240
    transcript_error: Fraction = Field(default=0.02, description="Words that differ between what is said and written.")
    link_hosts: list[str] = Field(
        default=["youtu.be", "youtube.com", "www.youtube.com"], description="Where a description may link to."
    )
    duplicate_similarity: Fraction = Field(
        default=0.93, description="Cosine from which a video counts as a retelling of an earlier one of its channel."
    )
    duplicate_look_back: PositiveInt = Field(default=500, description="Earlier videos of the channel compared.")
    model_name: str = "quality"
    training_topics: Annotated[int, Field(ge=10)] = Field(
        default=120, description="Invented topics whose scripts, good and spoiled, the score learns from."
    )
    decision_weight: PositiveFloat = Field(
        default=5, description="How many weak labels a person's decision weighs as much as."
    )
    training_seed: int = 7


class Settings(BaseSettings):
    """All settings. Build it with :func:`get_settings`."""

    model_config = SettingsConfigDict(env_prefix="YTEMPIRE_", env_nested_delimiter="__", extra="ignore", frozen=True)

    database_url: str = "postgresql://ytempire@127.0.0.1:5432/ytempire"
    redis_url: str = "redis://127.0.0.1:6379/0"
    mlflow_tracking_uri: str = "http://127.0.0.1:5000"
    media_root: Path = Path("var/media")
    data_root: Path = Path("var/data")
    trend_history: Path | None = Field(
        default=None, description="Folder with snapshots.parquet and videos.parquet to learn from."
    )
    youtube: YouTubeSettings = YouTubeSettings()
    trends: TrendSettings = TrendSettings()
    content: ContentSettings = ContentSettings()
    budget: BudgetSettings = BudgetSettings()
    quality: QualitySettings = QualitySettings()
    analytics: AnalyticsSettings = AnalyticsSettings()
    validation: ValidationSettings = ValidationSettings()
    freshness: FreshnessSettings = FreshnessSettings()
    cache: CacheSettings = CacheSettings()
    training: TrainingSettings = TrainingSettings()
    drift: DriftSettings = DriftSettings()
    rollout: RolloutSettings = RolloutSettings()
    serving: ServingSettings = ServingSettings()
    retention: RetentionSettings = RetentionSettings()
    tiers: TierSettings = TierSettings()
    compliance: ComplianceSettings = ComplianceSettings()

    @property
    def validation_page(self) -> Path:
        """Where the page of the validation's results lies."""
        return self.validation.page or self.media_root / "validation" / "index.html"


@lru_cache
def get_settings() -> Settings:
    """Read the settings from the environment, once.

    Raises InvalidInput naming the variable of the first value that is wrong.
    """
    try:
        return Settings()
    except SettingsError as error:
        raise InvalidInput("environment", str(error), "Lists and tables are written as JSON.") from error
    except ValidationError as error:
        first = error.errors()[0]
        name = "YTEMPIRE_" + "__".join(str(part) for part in first["loc"]).upper()
        raise InvalidInput(name, first["msg"], "Correct this environment variable.") from error
