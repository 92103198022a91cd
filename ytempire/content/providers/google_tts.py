"""The voice of Google Cloud Text-to-Speech, with the moment at which it passes a mark before every word.

REST, version v1beta1 (the only one that gives timepoints):
https://cloud.google.com/text-to-speech/docs/reference/rest/v1beta1/text/synthesize
Billed are the characters of the request with its SSML tags, except the mark tags:
https://cloud.google.com/text-to-speech/pricing
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import re
import wave
from collections.abc import Mapping
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import numpy as np
from pydantic import BaseModel, Field, ValidationError

from ytempire.content.speech import Samples, Speech, SpokenWord
from ytempire.content.spending import Spending
from ytempire.content.voices import NamedVoice
from ytempire.errors import ProviderUnavailable
from ytempire.settings import ContentSettings

if TYPE_CHECKING:
    import httpx

RATE_HZ = 24_000
LONGEST_BYTES = 5_000
_LONGEST_SECONDS_A_WORD = 3.0
_NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARK = re.compile(r"<mark name=\"\d+\"/>")


class _Timepoint(BaseModel):
    mark: str = Field(alias="markName")
    seconds: float = Field(alias="timeSeconds")


class _Answer(BaseModel):
    audio: str = Field(alias="audioContent")
    timepoints: list[_Timepoint] = []


class GoogleVoice:
    """Speaks with the text-to-speech of ``settings.google_tts_base_url``."""

    on_this_machine = False

    def __init__(
        self, voice: NamedVoice, settings: ContentSettings, secrets: Mapping[str, str], spending: Spending
    ) -> None:
        self._voice = voice
        self._settings = settings
        self._key = secrets.get("google_tts", "")
        self._spending = spending

    def fits(self, text: str) -> bool:
        """Say whether ``text`` is short enough for one call: 5,000 bytes of SSML."""
        return len(ssml(text).encode()) <= LONGEST_BYTES and len(text.split()) <= self._settings.speech_words_per_call

    def close(self) -> None:
        """Close the connections."""
        if "_http" in self.__dict__:
            self._http.close()

    @cached_property
    def _http(self) -> httpx.Client:
        import httpx

        return httpx.Client(
            base_url=self._settings.google_tts_base_url,
            headers={"X-Goog-Api-Key": self._key},
            timeout=self._settings.provider_timeout_seconds,
        )

    def __call__(self, sentence: str) -> Speech:
        """Speak one sentence. Raises ProviderUnavailable when the answer is no usable speech."""
        if not self._key:
            raise ProviderUnavailable("no key for google_tts is set")
        letters = len(_MARK.sub("", ssml(sentence)))
        cost = letters * self._settings.google_tts_usd_per_million_letters / 1_000_000
        key = f"tts-{hashlib.sha256(f'{self._voice.google_name}/{sentence}'.encode()).hexdigest()[:16]}"
        with self._spending.call("google_tts", key, cost) as reserved:
            if reserved.answer is not None:
                answer = _read(reserved.answer)
            else:
                said = self._ask(sentence)
                answer = _read(said)
                reserved.settle(cost, {"letters": letters}, said)
        return _speech(answer, sentence)

    def _ask(self, sentence: str) -> str:
        import httpx

        body = {
            "input": {"ssml": ssml(sentence)},
            "voice": {"languageCode": self._voice.locale, "name": self._voice.google_name},
            "audioConfig": {
                "audioEncoding": "LINEAR16",
                "sampleRateHertz": RATE_HZ,
                "speakingRate": self._voice.pace,
            },
            "enableTimePointing": ["SSML_MARK"],
        }
        try:
            answer = self._http.post("/v1beta1/text:synthesize", json=body)
        except httpx.HTTPError as error:
            heard = not isinstance(error, httpx.ConnectError)
            raise ProviderUnavailable(f"google_tts: {type(error).__name__}", charged=heard) from None
        if answer.status_code != httpx.codes.OK:
            worked = answer.status_code < httpx.codes.BAD_REQUEST
            raise ProviderUnavailable(f"google_tts answered {answer.status_code}", charged=worked)
        return answer.text


def ssml(text: str) -> str:
    """Return ``text`` as a document with a mark before every word, by the word's number."""
    words = (f'<mark name="{number}"/>{escape(word)}' for number, word in enumerate(_NOT_IN_XML.sub("", text).split()))
    return f"<speak>{' '.join(words)}</speak>"


def _read(answer: str) -> _Answer:
    try:
        return _Answer.model_validate_json(answer)
    except ValidationError:
        raise ProviderUnavailable("google_tts answered with something else than speech", charged=True) from None


def _speech(answer: _Answer, sentence: str) -> Speech:
    samples = _samples(answer.audio)
    seconds = len(samples) / RATE_HZ
    words = sentence.split()
    if not 0.05 < seconds < 3 + _LONGEST_SECONDS_A_WORD * len(words) or not np.abs(samples).max(initial=0):
        raise ProviderUnavailable(f"google_tts gave {seconds:.2f} s of audio")
    heard = {point.mark: point.seconds for point in answer.timepoints}
    starts: list[float] = []
    for number, word in enumerate(words):
        at = heard.get(str(number))
        if at is None and any(character.isalnum() for character in word):
            raise ProviderUnavailable("google_tts gave no time for a word")
        starts.append(at if at is not None else (starts[-1] if starts else 0.0))
    if sorted(starts) != starts or not 0 <= starts[-1] <= seconds + 0.1:
        raise ProviderUnavailable("google_tts gave times that cannot be")
    times = pairwise([*starts, max(seconds, starts[-1])])
    return Speech(samples, RATE_HZ, [SpokenWord(word, *time) for word, time in zip(words, times, strict=True)])


def _samples(audio: str) -> Samples:
    """Read the samples of a WAV file in base64."""
    try:
        with wave.open(io.BytesIO(base64.b64decode(audio, validate=True))) as file:
            shape = (file.getnchannels(), file.getsampwidth(), file.getframerate())
            data = file.readframes(file.getnframes())
    except (binascii.Error, ValueError, EOFError, wave.Error):
        raise ProviderUnavailable("google_tts gave no audio") from None
    if shape != (1, 2, RATE_HZ):
        raise ProviderUnavailable(f"google_tts gave {shape[0]} channels of {8 * shape[1]} bit at {shape[2]} Hz")
    return np.frombuffer(data[: len(data) // 2 * 2], dtype="<i2").astype(np.int16)
