"""The knobs of the content stages: providers and their prices, voices, pictures, the encoder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, PositiveFloat, PositiveInt, field_validator

from ytempire.settings.types import Fraction


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
    x264_crf: Annotated[int, Field(ge=0, le=51)] = 18
    x264_b_frames: Annotated[int, Field(ge=0, le=16)] = Field(
        default=5,
        description="Always so many in a row: what moves slowly is the mean of its neighbours. Choosing anew for each"
        " frame takes a third longer and finds less: at equal SSIM twice the bits of a zooming photograph.",
    )
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
