"""Google Cloud Text-to-Speech below /googletts: text:synthesize (v1, v1beta1 with timepoints) and voices.

Requests and answers are held against the discovery documents; the audio is real speech by espeak-ng, and the
timepoints are the moments at which the voice passes the marks.
"""

from __future__ import annotations

import base64
import re
from functools import cache
from typing import Any
from xml.etree import ElementTree

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse

from sandbox import api_keys, speech
from sandbox.core import World, WorldDep
from sandbox.discovery import Description
from sandbox.google_api import login_required, parse_json
from sandbox.google_errors import GoogleError, invalid_argument

router = APIRouter(prefix="/googletts")

_LONGEST_BYTES = 5000
_PACE = 165
# The kinds of voices of a language and the letters of each kind. No kind but Standard, Wavenet and Neural2 knows marks.
_VOICES: dict[str, dict[str, str]] = {
    "en-US": {"Standard": "ABCDEFGHIJ", "Wavenet": "ABCDEFGHIJ", "Neural2": "ACDEFGHIJ", "Studio": "OQ"},
    "en-GB": {"Standard": "ABCDFNO", "Wavenet": "ABCDFNO", "Neural2": "ABCDFNO", "Studio": "BC"},
    "de-DE": {"Standard": "AB", "Neural2": "CD"},
    "fr-FR": {"Standard": "A"}, "es-ES": {"Standard": "A"}, "pt-BR": {"Standard": "A"}, "it-IT": {"Standard": "A"},
    "ja-JP": {"Standard": "A"}, "hi-IN": {"Standard": "A"},
}  # fmt: skip
_FEMALE = {"en-US": "CEFGHO", "en-GB": "ACFN"}
_USD_PER_CHARACTER = {"Standard": 4e-6, "Wavenet": 4e-6, "Neural2": 16e-6, "Studio": 160e-6}
_MARK_TAG = re.compile(r"<mark\b[^>]*>")


@cache
def texttospeech(version: str) -> Description:
    """The description of a version of the API."""
    return Description(f"texttospeech.{version}")


def _check_key(request: Request) -> None:
    key = request.headers.get("x-goog-api-key") or request.query_params.get("key")
    if not key:
        key = api_keys.bearer(request)
        if key and not api_keys.is_good(key):
            raise GoogleError(401, "authError")
        if not key:
            raise login_required()
    elif not api_keys.is_good(key):
        raise GoogleError(
            400,
            "badRequest",
            "API key not valid. Please pass a valid API key.",
            domain="global",
            details=[
                {
                    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                    "reason": "API_KEY_INVALID",
                    "domain": "googleapis.com",
                }
            ],
        )


@router.post("/{version}/text:synthesize")
async def synthesize(request: Request, version: str, world: WorldDep) -> JSONResponse:
    """Speak a text or an SSML document."""
    _check_version(version)
    _check_key(request)
    body = parse_json(await request.body())
    method = "texttospeech.text.synthesize"
    texttospeech(version).check_body(method, body)
    text, ssml = _input(body)
    language, kind = _voice(body.get("voice") or {})
    audio = body.get("audioConfig") or {}
    encoding = audio.get("audioEncoding")
    if encoding in (None, "AUDIO_ENCODING_UNSPECIFIED"):
        raise invalid_argument("Invalid audio encoding.")
    rate = audio.get("speakingRate") or 1.0
    if not 0.25 <= rate <= 4.0:
        raise invalid_argument("speaking_rate must be in the range [0.25, 4.0].")
    pitch = 30 + 5 * (sum((body.get("voice") or {}).get("name", "").encode()) % 11)
    spoken = await run_in_threadpool(
        speech.speak, text, language=language, words_per_minute=_PACE * rate, pitch=pitch, ssml=ssml
    )
    hertz = audio.get("sampleRateHertz") or 24_000
    content = await run_in_threadpool(_encoded, spoken, encoding, hertz)
    answer: dict[str, Any] = {"audioContent": base64.b64encode(content).decode()}
    if version == "v1beta1":
        wanted = "SSML_MARK" in (body.get("enableTimePointing") or [])
        marks = spoken.marks if wanted and kind != "Studio" else ()
        answer["timepoints"] = [{"markName": name, "timeSeconds": seconds} for name, seconds in marks]
        answer["audioConfig"] = {"audioEncoding": encoding, "speakingRate": rate, "sampleRateHertz": hertz}
    _record(world, text, kind, language, spoken)
    texttospeech(version).check_answer(method, answer)
    return JSONResponse(answer)


@router.get("/{version}/voices")
async def list_voices(request: Request, version: str) -> JSONResponse:
    """The voices, those of a language if one is asked for."""
    _check_version(version)
    _check_key(request)
    wanted = request.query_params.get("languageCode", "")
    voices = [
        {
            "languageCodes": [code],
            "name": f"{code}-{kind}-{letter}",
            "ssmlGender": "FEMALE" if letter in _FEMALE.get(code, "AC") else "MALE",
            "naturalSampleRateHertz": 24_000,
        }
        for code, kinds in _VOICES.items()
        for kind, letters in kinds.items()
        for letter in letters
        if code.lower().startswith(wanted.lower())
    ]
    answer = {"voices": voices} if voices else {}
    texttospeech(version).check_answer("texttospeech.voices.list", answer)
    return JSONResponse(answer)


def _check_version(version: str) -> None:
    if version not in ("v1", "v1beta1"):
        raise GoogleError(404, "notFound", "Not Found", domain="global")


def _input(body: dict[str, Any]) -> tuple[str, bool]:
    """The text to speak, and whether it is SSML."""
    given = body.get("input") or {}
    text = given.get("ssml") or given.get("text")
    if not text:
        raise invalid_argument("Either `input.text` or `input.ssml` is required.")
    if len(text.encode()) > _LONGEST_BYTES:
        raise invalid_argument(
            f"Either `input.text` or `input.ssml` is longer than the limit of {_LONGEST_BYTES} bytes. "
            "This limit is different from quotas. To fix, reduce the byte length of the characters in "
            "this request, or consider using the Long Audio API."
        )
    if "ssml" not in given:
        return text, False
    try:
        root = ElementTree.fromstring(text)  # noqa: S314  only its well-formedness is judged
    except ElementTree.ParseError as error:
        raise invalid_argument("Invalid SSML. Newer voices like Neural2 require valid SSML.") from error
    if root.tag.rpartition("}")[2] != "speak":
        raise invalid_argument("Invalid SSML. The root element must be <speak>.")
    return text, True


def _voice(voice: dict[str, Any]) -> tuple[str, str]:
    """Language and kind of a voice."""
    name, code = voice.get("name", ""), voice.get("languageCode", "")
    if not code:
        raise invalid_argument("Missing required field: voice.language_code")
    if not name:
        return code, "Standard"
    kind, _, letter = name.removeprefix(f"{code}-").partition("-")
    if not letter or letter not in _VOICES.get(code, {}).get(kind, ""):
        raise invalid_argument(f"Voice '{name}' does not exist. Is it misspelled?")
    return code, kind


def _encoded(spoken: speech.Spoken, encoding: str, hertz: int) -> bytes:
    if encoding == "LINEAR16":
        return speech.wav(spoken, hertz)
    options = {
        "MP3": ["-f", "mp3", "-ar", str(hertz), "-b:a", "32k"],
        "MP3_64_KBPS": ["-f", "mp3", "-ar", str(hertz), "-b:a", "64k"],
        "OGG_OPUS": ["-f", "ogg", "-c:a", "libopus", "-ar", "48000"],
        "MULAW": ["-f", "wav", "-c:a", "pcm_mulaw", "-ar", str(hertz)],
        "ALAW": ["-f", "wav", "-c:a", "pcm_alaw", "-ar", str(hertz)],
        "PCM": ["-f", "s16le", "-ar", str(hertz)],
    }.get(encoding)
    if options is None:
        raise invalid_argument(f"Unsupported audio encoding: {encoding}.")
    return speech.encode(spoken, options)


def _record(world: World, text: str, kind: str, language: str, spoken: speech.Spoken) -> None:
    characters = len(_MARK_TAG.sub("", text))  # marks are not billed
    world.record(
        "google.tts",
        voice=f"{language}-{kind}",
        characters=characters,
        usd=round(characters * _USD_PER_CHARACTER[kind], 6),
        seconds=round(spoken.seconds, 3),
    )
