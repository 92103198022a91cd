"""Every knob of YTEMPIRE, typed, in one place.

Each value comes from the environment as ``YTEMPIRE_<NAME>``; a group's value as
``YTEMPIRE_<GROUP>__<NAME>``, for example ``YTEMPIRE_YOUTUBE__DAILY_UPLOADS=20``.
Secrets (keys, refresh tokens) are not here: they live in Airflow connections.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, PositiveFloat, PositiveInt, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from ytempire.errors import InvalidInput

Fraction = Annotated[float, Field(ge=0, le=1)]
ROOT = Path(__file__).resolve().parent.parent
Dollars = Annotated[float, Field(ge=0)]
Score = Annotated[float, Field(ge=0, le=100)]


class YouTubeSettings(BaseModel):
    """Where the YouTube APIs are, and what we allow ourselves to spend of their quota."""

    root_url: str = "https://youtube.googleapis.com/"
    analytics_root_url: str = "https://youtubeanalytics.googleapis.com/"
    reporting_root_url: str = "https://youtubereporting.googleapis.com/"
    token_url: str = "https://oauth2.googleapis.com/token"
    authorization_url: str = "https://accounts.google.com/o/oauth2/v2/auth"
    timeout_seconds: PositiveFloat = 60
    max_attempts: PositiveInt = 6
    backoff_initial_seconds: PositiveFloat = 1
    backoff_max_seconds: PositiveFloat = 60
    daily_units: PositiveInt = 10_000
    daily_uploads: PositiveInt = 50
    daily_searches: PositiveInt = 100
    daily_batch_stats: PositiveInt = 10_000
    upload_chunk_bytes: PositiveInt = 8 * 1024 * 1024
    unit_costs: dict[str, int] = Field(
        default={
            "videos.update": 50,
            "thumbnails.set": 50,
            "playlists.insert": 50,
            "playlistItems.insert": 50,
            "captions.list": 50,
            "captions.insert": 400,
        },
        description="Units of a call; what is not named costs 1.",
    )
    category_id: PositiveInt = Field(
        default=24, description="Category of a video whose channel names none (24 = Entertainment)."
    )
    upload_lock_wait_seconds: PositiveFloat = Field(
        default=60, description="How long a retry waits for a worker that is still uploading the same video."
    )
    reconcile_looks: PositiveInt = Field(
        default=3, description="How often the uploads playlist is searched before an upload counts as lost."
    )
    reconcile_wait_seconds: Annotated[float, Field(ge=0)] = 20


class TrendSettings(BaseModel):
    """What the trend watch reads."""

    regions: list[str] = ["US", "GB", "DE", "IN", "BR", "JP"]
    chart_size: PositiveInt = 50
    topics_per_niche: PositiveInt = 20
    topic_lifetime_hours: PositiveInt = 24
    window_hours: PositiveInt = Field(default=48, description="How far back observations count.")
    velocity_gap_minutes: PositiveInt = Field(
        default=10, description="Views of two observations closer than this are not compared."
    )
    watch_list_uploads: Annotated[int, Field(ge=1, le=50)] = Field(
        default=10, description="Newest uploads looked at of each watched channel."
    )


class ChatModel(BaseModel):
    """A language model behind an OpenAI-compatible server (OpenAI, Ollama, vLLM, llama.cpp), and its prices."""

    base_url: str | None = Field(
        default=None, description="None: that of OpenAI for its key; for a model without a key: nobody serves it here."
    )
    model: str
    key_of: str | None = Field(default=None, description="The provider whose key it needs.")
    input_usd_per_million: Annotated[float, Field(ge=0)] = 0
    output_usd_per_million: Annotated[float, Field(ge=0)] = 0
    context_tokens: PositiveInt = Field(default=8_192, description="Prompt and answer together.")
    answer_format: Literal["text", "json_object", "json_schema"] = "text"
    limit_name: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"


_CHAT_MODELS = {
    "gpt-4": ChatModel(model="gpt-4", key_of="openai", input_usd_per_million=30, output_usd_per_million=60),
    "gpt-3.5-turbo": ChatModel(
        model="gpt-3.5-turbo",
        key_of="openai",
        input_usd_per_million=0.5,
        output_usd_per_million=1.5,
        context_tokens=16_385,
        answer_format="json_object",
    ),
    "llama2": ChatModel(model="llama2", context_tokens=4_096, answer_format="json_schema"),
}


class ContentSettings(BaseModel):
    """How a video is made. Chains name providers, the first that answers is used."""

    script_chain: list[str] = ["gpt-4", "gpt-3.5-turbo", "llama2", "offline"]
    chat_models: dict[str, ChatModel] = Field(
        default=_CHAT_MODELS,
        description="The models a script chain may name. What is given is laid over the defaults, model by model.",
    )
    script_prompt: str = Field(default="script-1", description="Folder of the prompt in content/prompts.")
    script_time_limit_seconds: PositiveFloat = Field(
        default=150, description="For all language models together; the offline writer is asked even after it."
    )
    target_duration_seconds: Annotated[int, Field(ge=30, le=600)] = Field(
        default=50,
        description="Where the evidence does not suffice the video is shorter. A chat model fills about 330.",
    )
    narration_chain: list[str] = Field(
        default=["elevenlabs", "google_tts", "piper", "espeak"],
        description="Of elevenlabs, google_tts, piper, espeak. One without a key or a voice file is passed over.",
    )
    openai_base_url: str = "https://api.openai.com/v1"
    elevenlabs_base_url: str = "https://api.elevenlabs.io"
    elevenlabs_model: str = "eleven_multilingual_v2"
    elevenlabs_voice_ids: dict[str, str] = Field(
        default={},
        description="Voice ids of your own by the name of our voice; the others are ElevenLabs' premade ones.",
    )
    elevenlabs_usd_per_thousand_letters: Annotated[float, Field(ge=0)] = 0.18
    google_tts_base_url: str = "https://texttospeech.googleapis.com"
    google_tts_usd_per_million_letters: Annotated[float, Field(ge=0)] = 16.0
    piper_voices_folder: Path | None = Field(
        default=None, description="Folder with Piper's voices: NAME.onnx and NAME.onnx.json. None: Piper is not used."
    )
    piper_python: str = Field(
        default=sys.executable, description="A Python in which piper-tts[alignment] is installed."
    )
    narration_calls_at_once: PositiveInt = Field(default=3, description="As many as ElevenLabs' small plans allow.")
    narration_timeout_seconds: PositiveFloat = Field(
        default=120, description="A provider that needs longer for a whole narration is too slow: the next is asked."
    )
    speech_words_per_call: PositiveInt = Field(default=300, description="A longer sentence is split at its clauses.")
    picture_chain: list[str] = Field(
        default=["stability", "dalle", "pexels", "pixabay", "folder", "drawn"],
        description="Sources of photographs; one without key or folder is passed over, the last draws from data.",
    )
    photo_share: Fraction = Field(
        default=0.5, description="At most this share of the scenes stands over a photograph; charts never do."
    )
    picture_folder: Path | None = Field(default=None, description="The channel's own pictures.")
    stability_base_url: str = "https://api.stability.ai"
    stability_engine: str = "stable-diffusion-xl-1024-v1-0"
    stability_steps: Annotated[int, Field(ge=10, le=50)] = 30
    stability_usd_per_picture: Annotated[float, Field(ge=0)] = 0.009
    dalle_model: str = "dall-e-3"
    dalle_usd_per_square_picture: Annotated[float, Field(ge=0)] = 0.04
    dalle_usd_per_long_picture: Annotated[float, Field(ge=0)] = 0.08
    pexels_base_url: str = "https://api.pexels.com/v1"
    pixabay_base_url: str = "https://pixabay.com/api/"
    provider_timeout_seconds: PositiveFloat = 60
    script_max_tokens: PositiveInt = 2_000
    script_temperature: Annotated[float, Field(ge=0, le=2)] = 0.7
    speech_words_per_minute: Annotated[int, Field(ge=80, le=450)] = 158
    short_side_px: Annotated[int, Field(ge=120, le=2160, multiple_of=2)] = Field(
        default=1080, description="Height of a 16:9 video, width of a 9:16 one."
    )
    frames_per_second: PositiveInt = 30
    video_encoder: Literal["auto", "x264", "nvenc"] = "auto"
    nvenc_preset: str = "p4"
    nvenc_cq: Annotated[int, Field(ge=0, le=51)] = 21
    x264_preset: str = Field(
        default="superfast", description="At equal SSIM half again as fast as veryfast, for a third more bits."
    )
    x264_crf: Annotated[int, Field(ge=0, le=51)] = 21
    x264_threads: PositiveInt = Field(default=2, description="Fixed, so that every machine makes the same frames.")
    render_timeout_seconds: PositiveFloat = 900
    loudness_lufs: float = -14
    true_peak_dbtp: float = -1
    music_folder: Path | None = Field(
        default=None, description="Pieces of music, each with its licence in NAME.yaml or NAME.json. None: no music."
    )
    music_below_speech_db: Annotated[float, Field(ge=6, le=40)] = Field(
        default=18, description="While there is speech."
    )
    music_alone_below_speech_db: Annotated[float, Field(ge=0, le=40)] = Field(
        default=8, description="Before, between and after speech."
    )
    minimum_duration_seconds: PositiveFloat = 30
    font_family: str = "Inter"
    font_fallback: str = Field(default="Noto Sans", description="Family of all other scripts; each has one of its own.")
    font_emoji: str = "Noto Color Emoji"
    providers_time_limit_seconds: PositiveFloat = Field(
        default=300, description="Of a stage, for paid calls in all; then only what runs on this machine is asked."
    )

    @field_validator("chat_models", mode="before")
    @classmethod
    def _over_the_defaults(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        known = {name: model.model_dump() for name, model in _CHAT_MODELS.items()}
        laid = {name: {**known.get(name, {}), **_plain(changes)} for name, changes in given.items()}
        return {**known, **laid}


def _plain(model: Any) -> dict[str, Any]:
    return model.model_dump() if isinstance(model, BaseModel) else dict(model)


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


class AnalyticsSettings(BaseModel):
    """The nightly ETL."""

    look_back_days: Annotated[int, Field(ge=0, le=60)] = Field(
        default=14, description="A day comes 48 to 72 hours late and is restated for days after."
    )
    page_rows: Annotated[int, Field(ge=1, le=200)] = 200
    videos_per_query: Annotated[int, Field(ge=1, le=500)] = 500
    metric_definition: str = "2026-08-27"
    staging_days: PositiveInt = Field(default=7, description="How long staged batches are kept.")
    suites: Path = Field(default=ROOT / "expectations", description="Great Expectations suites.")


class TrainingSettings(BaseModel):
    """The weekly retraining of the trend model."""

    history_days: PositiveInt = 60
    test_days: PositiveInt = 7
    validation_share: Fraction = 0.2
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
    training: TrainingSettings = TrainingSettings()


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
