"""The ElevenLabs voice, with the time of every letter."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ytempire.content.speech import Speech, SpokenWord
from ytempire.content.spending import Spending
from ytempire.content.voices import NamedVoice
from ytempire.errors import ProviderUnavailable
from ytempire.settings import ContentSettings

if TYPE_CHECKING:
    import httpx
    from elevenlabs.client import ElevenLabs
    from elevenlabs.types import AudioWithTimestampsResponse

RATE_HZ = 22_050
LONGEST_LETTERS = 9_000
_LONGEST_SECONDS_A_WORD = 3.0


class ElevenLabsVoice:
    """Speaks with the text-to-speech of ``settings.elevenlabs_base_url``."""

    on_this_machine = False

    def __init__(
        self, voice: NamedVoice, settings: ContentSettings, secrets: Mapping[str, str], spending: Spending
    ) -> None:
        self._settings = settings
        self._key = secrets.get("elevenlabs", "")
        self._spending = spending
        self._voice_id = settings.elevenlabs_voice_ids.get(voice.name, voice.elevenlabs_id)

    def fits(self, text: str) -> bool:
        """Say whether ``text`` is short enough for one call (the multilingual models take 10,000 letters)."""
        return len(text) <= LONGEST_LETTERS and len(text.split()) <= self._settings.speech_words_per_call

    def close(self) -> None:
        """Close the connections."""
        if "_http" in self.__dict__:
            self._http.close()

    @cached_property
    def _http(self) -> httpx.Client:
        import httpx

        return httpx.Client(timeout=self._settings.provider_timeout_seconds)

    @cached_property
    def _client(self) -> ElevenLabs:
        from elevenlabs.client import ElevenLabs

        return ElevenLabs(
            api_key=self._key,
            base_url=self._settings.elevenlabs_base_url,
            timeout=self._settings.provider_timeout_seconds,
            httpx_client=self._http,
        )

    def __call__(self, sentence: str) -> Speech:
        """Speak one sentence. Raises ProviderUnavailable when the answer is no usable speech."""
        if not self._key:
            raise ProviderUnavailable("no key for elevenlabs is set")
        from elevenlabs.types import AudioWithTimestampsResponse

        cost = len(sentence) * self._settings.elevenlabs_usd_per_thousand_letters / 1_000
        key = f"tts-{hashlib.sha256(f'{self._voice_id}/{sentence}'.encode()).hexdigest()[:16]}"
        with self._spending.call("elevenlabs", key, cost) as reserved:
            if reserved.answer is not None:
                answer = AudioWithTimestampsResponse.model_validate_json(reserved.answer)
            else:
                answer = self._ask(sentence)
                reserved.settle(cost, {"letters": len(sentence)}, answer.model_dump_json(by_alias=True))
        if answer.alignment is None:
            raise ProviderUnavailable("elevenlabs gave no times")
        times = zip(
            answer.alignment.characters,
            answer.alignment.character_start_times_seconds,
            answer.alignment.character_end_times_seconds,
            strict=False,
        )
        return _speech(answer.audio_base_64, list(times), sentence)

    def _ask(self, sentence: str) -> AudioWithTimestampsResponse:
        import httpx
        from elevenlabs.core.api_error import ApiError
        from pydantic import ValidationError

        try:
            return self._client.text_to_speech.convert_with_timestamps(
                self._voice_id,
                text=sentence,
                model_id=self._settings.elevenlabs_model,
                output_format="pcm_22050",
                request_options={"max_retries": 0},
            )
        except ApiError as error:
            worked = error.status_code is not None and error.status_code < 400
            raise ProviderUnavailable(f"elevenlabs answered {error.status_code}", charged=worked) from None
        except httpx.ConnectError as error:
            raise ProviderUnavailable(f"elevenlabs: {type(error).__name__}") from None
        except (httpx.HTTPError, ValidationError, ValueError) as error:
            raise ProviderUnavailable(f"elevenlabs: {type(error).__name__}", charged=True) from None


def _speech(audio: str, times: list[tuple[str, float, float]], sentence: str) -> Speech:
    try:
        data = base64.b64decode(audio, validate=True)
    except (binascii.Error, ValueError):
        raise ProviderUnavailable("elevenlabs gave no audio") from None
    samples = np.frombuffer(data[: len(data) // 2 * 2], dtype="<i2").astype(np.int16)
    seconds = len(samples) / RATE_HZ
    if not 0.05 < seconds < 3 + _LONGEST_SECONDS_A_WORD * len(sentence.split()) or not np.abs(samples).max(initial=0):
        raise ProviderUnavailable(f"elevenlabs gave {seconds:.2f} s of audio")
    words = _words(times)
    if [word.text for word in words] != sentence.split():
        raise ProviderUnavailable("elevenlabs spoke other words than asked")
    ordered = all(0 <= word.start_seconds <= word.end_seconds <= seconds + 0.5 for word in words)
    if not ordered or sorted(word.start_seconds for word in words) != [word.start_seconds for word in words]:
        raise ProviderUnavailable("elevenlabs gave times that cannot be")
    return Speech(samples, RATE_HZ, words)


def _words(times: list[tuple[str, float, float]]) -> list[SpokenWord]:
    words: list[SpokenWord] = []
    text, start, end = "", 0.0, 0.0
    for letter, begins, ends in [*times, (" ", 0.0, 0.0)]:
        if letter.isspace():
            if text:
                words.append(SpokenWord(text, start, end))
            text = ""
            continue
        if not text:
            start = begins
        text, end = text + letter, ends
    return words
