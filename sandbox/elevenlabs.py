"""ElevenLabs below /elevenlabs: voices, text to speech, and text to speech with timestamps.

https://elevenlabs.io/docs/api-reference; bodies as the client library 2.78 reads them. The audio is real
speech by espeak-ng, and the alignment is true to it word by word.
"""

from __future__ import annotations

import base64
import re
import uuid
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from sandbox import api_keys, speech
from sandbox.core import WorldDep

router = APIRouter(prefix="/elevenlabs")

# Voice ids, name, language, words a minute at speed 1, pitch of 0 to 99. The first twenty are among the premade ones.
VOICES = {
    "21m00Tcm4TlvDq8ikWAM": ("Calm narrator", "en-US", 165, 62),
    "EXAVITQu4vr4xnSDxMaL": ("Bright presenter", "en-US", 180, 66),
    "FGY2WhTYpPnrIDTdsKH5": ("Sunny presenter", "en-US", 175, 74),
    "XrExE9yKIg1WjnnlVkGX": ("Knowing narrator", "en-US", 160, 58),
    "cgSgspJ2msm6clMCkdW9": ("Playful host", "en-US", 178, 80),
    "9BWtsMINqrJLrRacOk9x": ("Husky teacher", "en-US", 158, 54),
    "nPczCjzI2devNBz1zQrb": ("Deep narrator", "en-US", 155, 30),
    "cjVigY5qzO86Huf0OWal": ("Smooth agent", "en-US", 168, 40),
    "iP95p4xoKVk53GoZ742B": ("Casual host", "en-US", 170, 44),
    "pqHfZKP75CvOlQylNhV4": ("Wise narrator", "en-US", 150, 22),
    "CwhRBWXzGAHq8TQ4Fs17": ("Relaxed host", "en-US", 162, 36),
    "bIHbv24MWmeRgasZH58o": ("Easy talker", "en-US", 174, 48),
    "JBFqnCBsd6RMkjVDRZzb": ("Warm storyteller", "en-GB", 155, 34),
    "onwK4e9ZLuTAKqWW03F9": ("Steady broadcaster", "en-GB", 165, 28),
    "CYw3kZ02Hs0563khs1Fj": ("Chatty neighbour", "en-GB", 172, 46),
    "Zlb1dXrM653N07WRdFW3": ("Grave newsreader", "en-GB", 156, 24),
    "Xb7hH8MSUJpSbSDYk0k2": ("Clear teacher", "en-GB", 165, 64),
    "pFZP5JQG7iQjIQuC4Bku": ("Velvet actor", "en-GB", 160, 60),
    "ThT5KcBeYPX3keUQqHPh": ("Pleasant storyteller", "en-GB", 158, 70),
    "XB0fDUnXU5powFXDhCwa": ("Low-voiced actor", "en-GB", 162, 56),
    "DEcNewsreaderSandbox": ("German newsreader", "de", 165, 40),
    "BRcHostVoiceOfSandbx": ("Brazilian host", "pt", 170, 52),
}
_MODELS = {
    "eleven_multilingual_v2": 1.0,
    "eleven_v3": 1.0,
    "eleven_turbo_v2_5": 0.5,
    "eleven_flash_v2_5": 0.5,
    "eleven_flash_v2": 0.5,
    "eleven_monolingual_v1": 1.0,
}
_LONGEST = 10_000
_FORMAT = re.compile(r"(mp3|pcm|wav|ulaw|opus)_(\d+)(?:_(\d+))?")


class ElevenLabsError(Exception):
    """An error answer in ElevenLabs' form."""

    def __init__(self, status: int, detail: Any) -> None:
        super().__init__(str(detail))
        self.status = status
        self.detail = detail


class VoiceSettings(BaseModel, extra="allow"):
    """The settings of a voice that change what is heard here."""

    speed: float = Field(default=1.0, ge=0.7, le=1.2)


class SpeechRequest(BaseModel, extra="allow"):
    """What the sandbox reads of a request for speech."""

    text: str
    model_id: str = "eleven_multilingual_v2"
    language_code: str | None = None
    voice_settings: VoiceSettings | None = None


def check_key(request: Request) -> None:
    """Refuse a request without a good key.

    Raises:
        ElevenLabsError: 401.
    """
    key = request.headers.get("xi-api-key", "")
    if not key:
        message = "Neither authorization header nor xi-api-key received, please provide one."
        raise ElevenLabsError(401, {"status": "needs_authorization", "message": message})
    if not api_keys.is_good(key):
        raise ElevenLabsError(401, {"status": "invalid_api_key", "message": "Invalid API key"})


def _voice_resource(voice_id: str) -> dict[str, Any]:
    name, language, *_ = VOICES[voice_id]
    return {
        "voice_id": voice_id,
        "name": name,
        "category": "premade",
        "labels": {"language": language, "use_case": "narration"},
        "description": None,
        "preview_url": None,
        "available_for_tiers": [],
        "settings": None,
        "high_quality_base_model_ids": list(_MODELS),
    }


@router.get("/v1/voices")
async def list_voices(request: Request) -> JSONResponse:
    """All voices."""
    check_key(request)
    return JSONResponse({"voices": [_voice_resource(voice) for voice in VOICES]})


@router.get("/v2/voices")
async def search_voices(request: Request) -> JSONResponse:
    """All voices whose name contains the search, in one page."""
    check_key(request)
    wanted = request.query_params.get("search", "").lower()
    found = [_voice_resource(voice) for voice, (name, *_) in VOICES.items() if wanted in name.lower()]
    page = {"has_more": False, "total_count": len(found), "next_page_token": None}
    return JSONResponse({"voices": found, **page})


@router.get("/v1/voices/{voice_id}")
async def get_voice(request: Request, voice_id: str) -> JSONResponse:
    """One voice."""
    check_key(request)
    _check_voice(voice_id)
    return JSONResponse(_voice_resource(voice_id))


def _check_voice(voice_id: str) -> None:
    if voice_id not in VOICES:
        message = f"A voice with the voice_id {voice_id} was not found."
        raise ElevenLabsError(404, {"status": "voice_not_found", "message": message})


@router.post("/v1/text-to-speech/{voice_id}")
async def convert(request: Request, voice_id: str, world: WorldDep) -> Response:
    """The speech as bytes."""
    body, form = await _read(request, voice_id)
    spoken = await run_in_threadpool(speak, body, voice_id)
    content, media_type = await run_in_threadpool(_encoded, spoken, form)
    headers = _charge(world, body, voice_id, spoken)
    return Response(content, media_type=media_type, headers=headers)


@router.post("/v1/text-to-speech/{voice_id}/with-timestamps")
async def convert_with_timestamps(request: Request, voice_id: str, world: WorldDep) -> Response:
    """The speech in base64, with the time of every character."""
    body, form = await _read(request, voice_id)
    spoken = await run_in_threadpool(speak, body, voice_id)
    content, _ = await run_in_threadpool(_encoded, spoken, form)
    starts, ends = speech.character_times(body.text, spoken)
    alignment = {
        "characters": list(body.text),
        "character_start_times_seconds": [round(each, 3) for each in starts],
        "character_end_times_seconds": [round(each, 3) for each in ends],
    }
    answer = {
        "audio_base64": base64.b64encode(content).decode(),
        "alignment": alignment,
        "normalized_alignment": alignment,
    }
    return JSONResponse(answer, headers=_charge(world, body, voice_id, spoken))


async def _read(request: Request, voice_id: str) -> tuple[SpeechRequest, re.Match[str]]:
    check_key(request)
    _check_voice(voice_id)
    try:
        body = SpeechRequest.model_validate_json(await request.body())
    except ValidationError as error:
        problems = [
            {"type": each["type"], "loc": ["body", *each["loc"]], "msg": each["msg"], "input": None}
            for each in error.errors()
        ]
        raise ElevenLabsError(422, problems) from error
    if not body.text.strip():
        message = "Text to speech requires a text of at least one character."
        raise ElevenLabsError(400, {"status": "input_text_empty", "message": message})
    if len(body.text) > _LONGEST:
        message = f"A single request can have at most {_LONGEST} characters, this one has {len(body.text)}."
        raise ElevenLabsError(400, {"status": "max_character_limit_exceeded", "message": message})
    if body.model_id not in _MODELS:
        message = f"A model with model ID {body.model_id} does not exist."
        raise ElevenLabsError(400, {"status": "model_not_found", "message": message})
    form = _FORMAT.fullmatch(request.query_params.get("output_format", "mp3_44100_128"))
    if form is None:
        raise ElevenLabsError(
            422,
            [{"type": "enum", "loc": ["query", "output_format"], "msg": "Invalid format", "input": None}],
        )
    return body, form


def speak(body: SpeechRequest, voice_id: str) -> speech.Spoken:
    """The text in the voice, as fast as its settings say."""
    _, language, pace, pitch = VOICES[voice_id]
    speed = body.voice_settings.speed if body.voice_settings else 1.0
    spoken_in = body.language_code or language
    return speech.speak(body.text, language=spoken_in, words_per_minute=pace * speed, pitch=pitch)


def _encoded(spoken: speech.Spoken, form: re.Match[str]) -> tuple[bytes, str]:
    kind, rate, bitrate = form.group(1), form.group(2), form.group(3) or "128"
    if kind == "wav":
        return speech.wav(spoken, int(rate)), "audio/wav"
    options, media_type = {
        "mp3": (["-f", "mp3", "-ar", rate, "-b:a", f"{bitrate}k"], "audio/mpeg"),
        "pcm": (["-f", "s16le", "-ar", rate], "audio/pcm"),
        "ulaw": (["-f", "mulaw", "-ar", rate], "audio/basic"),
        "opus": (["-f", "ogg", "-c:a", "libopus", "-ar", rate, "-b:a", f"{bitrate}k"], "audio/ogg"),
    }[kind]
    return speech.encode(spoken, options), media_type


def _charge(world: WorldDep, body: SpeechRequest, voice_id: str, spoken: speech.Spoken) -> dict[str, str]:
    cost = round(len(body.text) * _MODELS[body.model_id])
    world.record(
        "elevenlabs.tts",
        voice_id=voice_id,
        model=body.model_id,
        characters=len(body.text),
        credits=cost,
        seconds=round(spoken.seconds, 3),
    )
    return {"character-cost": str(cost), "request-id": uuid.uuid4().hex, "history-item-id": uuid.uuid4().hex}


async def error_answer(_: Request, error: Exception) -> Response:
    """The answer that an `ElevenLabsError` means."""
    assert isinstance(error, ElevenLabsError)  # noqa: S101  registered for this class alone
    return JSONResponse({"detail": error.detail}, status_code=error.status)
