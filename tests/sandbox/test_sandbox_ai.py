"""The AI services by their real client libraries: true shapes, real media, counted usage, true refusals."""

from __future__ import annotations

import base64
import io
import json
import wave
from typing import Any

import elevenlabs
import httpx
import jsonschema
import openai
import pytest
from elevenlabs.client import ElevenLabs
from elevenlabs.core.api_error import ApiError
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError
from googleapiclient.http import build_http
from openai import OpenAI
from PIL import Image
from pydantic import BaseModel, Field
from sandbox_support import Control, discovery_document

TEXT = "The chart moved again today. Three videos rose, and one of them doubled within a day!"


class Scene(BaseModel):
    heading: str = Field(max_length=60)
    narration: str
    seconds: int = Field(ge=3, le=30)


class Draft(BaseModel):
    title: str = Field(min_length=1, max_length=100)
    mood: str | None
    scenes: list[Scene] = Field(min_length=3, max_length=5)


@pytest.fixture
def chat(sandbox_url: str) -> OpenAI:
    return OpenAI(api_key="sk-a-good-key", base_url=f"{sandbox_url}/openai/v1", max_retries=0)


@pytest.fixture
def voices(sandbox_url: str) -> ElevenLabs:
    return ElevenLabs(api_key="a-good-key", base_url=f"{sandbox_url}/elevenlabs")


def test_chat_answers_the_same_prompt_alike_and_counts_its_usage(chat: OpenAI, control: Control) -> None:
    messages = [{"role": "user", "content": TEXT}]
    first, second = (chat.chat.completions.create(model="gpt-4o-mini", messages=messages) for _ in range(2))
    assert first.choices[0].message.content == second.choices[0].message.content
    assert first.choices[0].finish_reason == "stop"
    assert first.usage.total_tokens == first.usage.prompt_tokens + first.usage.completion_tokens
    entries = control.journal("openai.chat")
    assert len(entries) == 2
    assert entries[0]["details"]["usage"]["total_tokens"] == first.usage.total_tokens


def test_structured_output_is_valid_for_its_schema(chat: OpenAI) -> None:
    answer = chat.chat.completions.parse(
        model="gpt-4o", messages=[{"role": "user", "content": TEXT}], response_format=Draft
    )
    draft = answer.choices[0].message.parsed
    assert draft.title
    assert 3 <= len(draft.scenes) <= 5
    jsonschema.validate(json.loads(answer.choices[0].message.content), Draft.model_json_schema())


def test_json_mode_follows_the_schema_in_the_prompt(chat: OpenAI) -> None:
    prompt = f"{TEXT}\nAnswer in JSON for this schema: {json.dumps(Draft.model_json_schema())}"
    answer = chat.chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": prompt}],
        response_format={"type": "json_object"},
    )
    Draft.model_validate_json(answer.choices[0].message.content)
    with pytest.raises(openai.BadRequestError, match="must contain the word 'json'"):
        chat.chat.completions.create(
            model="gpt-4o",
            messages=[{"role": "user", "content": TEXT}],
            response_format={"type": "json_object"},
        )


def test_an_answer_that_is_too_long_is_cut(chat: OpenAI) -> None:
    answer = chat.chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": TEXT}], max_completion_tokens=5
    )
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage.completion_tokens == 5


def test_openai_draws_real_images(chat: OpenAI, control: Control) -> None:
    drawn = chat.images.generate(model="gpt-image-1", prompt="a rising chart", size="1536x1024")
    picture = Image.open(io.BytesIO(base64.b64decode(drawn.data[0].b64_json)))
    assert (picture.format, picture.size) == ("PNG", (1536, 1024))
    assert len(picture.getcolors(10_000_000)) > 500
    linked = chat.images.generate(model="dall-e-3", prompt="a rising chart")
    assert Image.open(io.BytesIO(httpx.get(linked.data[0].url).content)).size == (1024, 1024)
    assert [entry["details"]["model"] for entry in control.journal("openai.image")] == [
        "gpt-image-1",
        "dall-e-3",
    ]
    with pytest.raises(openai.BadRequestError):
        chat.images.generate(model="dall-e-3", prompt="x", size="256x256")


def test_openai_refuses_bad_keys_and_models(chat: OpenAI, sandbox_url: str) -> None:
    bad = OpenAI(api_key="sk-invalid-key-0000", base_url=f"{sandbox_url}/openai/v1", max_retries=0)
    with pytest.raises(openai.AuthenticationError) as caught:
        bad.models.list()
    assert caught.value.code == "invalid_api_key"
    assert "sk-invalid-key-0000" not in str(caught.value)
    with pytest.raises(openai.NotFoundError):
        chat.chat.completions.create(model="no-such", messages=[{"role": "user", "content": "hi"}])


def test_elevenlabs_speaks_with_an_alignment_true_to_the_audio(voices: ElevenLabs, control: Control) -> None:
    voice = voices.voices.search().voices[0]
    answer = voices.text_to_speech.convert_with_timestamps(voice.voice_id, text=TEXT, output_format="pcm_24000")
    samples = base64.b64decode(answer.audio_base_64)
    seconds = len(samples) / 2 / 24_000
    alignment = answer.alignment
    assert "".join(alignment.characters) == TEXT
    starts, ends = alignment.character_start_times_seconds, alignment.character_end_times_seconds
    assert len(starts) == len(ends) == len(TEXT)
    assert starts == sorted(starts)
    assert all(start <= end for start, end in zip(starts, ends, strict=True))
    assert 4 < seconds < 10
    assert ends[-1] == pytest.approx(seconds, abs=0.05)
    # The pause between the sentences is heard where the alignment puts it.
    second = starts[TEXT.index("Three")]
    assert _loudness(samples, second - 0.12, second - 0.02) < 0.2 * _loudness(samples, second + 0.05, second + 0.3)
    charged = control.journal("elevenlabs.tts")[0]["details"]
    assert charged["characters"] == len(TEXT)


def _loudness(samples: bytes, start: float, end: float) -> float:
    part = memoryview(samples).cast("h")[int(start * 24_000) : int(end * 24_000)]
    return (sum(value * value for value in part) / len(part)) ** 0.5


def test_elevenlabs_encodes_mp3(voices: ElevenLabs) -> None:
    content = b"".join(voices.text_to_speech.convert("21m00Tcm4TlvDq8ikWAM", text="One, two, three."))
    assert content[:3] == b"ID3" or content[0] == 0xFF


def test_elevenlabs_refuses_as_the_real_one(voices: ElevenLabs, sandbox_url: str) -> None:
    for key, status in (("invalid-key", "invalid_api_key"), ("", "needs_authorization")):
        bad = ElevenLabs(api_key=key, base_url=f"{sandbox_url}/elevenlabs")
        with pytest.raises(ApiError) as caught:
            bad.voices.search()
        assert (caught.value.status_code, caught.value.body["detail"]["status"]) == (401, status)
    with pytest.raises(ApiError) as caught:
        voices.text_to_speech.convert_with_timestamps("nobody", text="hello")
    assert caught.value.body["detail"]["status"] == "voice_not_found"
    with pytest.raises(ApiError) as caught:
        voices.text_to_speech.convert_with_timestamps("21m00Tcm4TlvDq8ikWAM", text=" ")
    assert caught.value.status_code == 400
    with pytest.raises(elevenlabs.UnprocessableEntityError):
        voices.text_to_speech.convert_with_timestamps("21m00Tcm4TlvDq8ikWAM", text="hello", output_format="tape_1")


def google_client(url: str, version: str, key: str = "a-good-key") -> Any:
    document = discovery_document(f"texttospeech.{version}", f"{url}/googletts")
    return build_from_document(document, developerKey=key, http=build_http())


def test_google_speaks_and_times_its_marks(sandbox_url: str, control: Control) -> None:
    ssml = '<speak>First comes this.<mark name="second"/> Then comes that.<mark name="end"/></speak>'
    body = {
        "input": {"ssml": ssml},
        "voice": {"languageCode": "en-US", "name": "en-US-Neural2-A"},
        "audioConfig": {"audioEncoding": "LINEAR16", "sampleRateHertz": 24000},
    }
    answer = (
        google_client(sandbox_url, "v1beta1")
        .text()
        .synthesize(body={**body, "enableTimePointing": ["SSML_MARK"]})
        .execute()
    )
    with wave.open(io.BytesIO(base64.b64decode(answer["audioContent"]))) as audio:
        seconds = audio.getnframes() / audio.getframerate()
        assert audio.getframerate() == 24000
    names = [point["markName"] for point in answer["timepoints"]]
    times = [point["timeSeconds"] for point in answer["timepoints"]]
    assert names == ["second", "end"]
    assert 0.5 < times[0] < times[1] <= seconds + 0.1
    plain = google_client(sandbox_url, "v1").text().synthesize(body=body).execute()
    assert set(plain) == {"audioContent"}
    billed = "<speak>First comes this. Then comes that.</speak>"
    assert control.journal("google.tts")[0]["details"]["characters"] == len(billed)


def test_google_refuses_as_the_real_one(sandbox_url: str) -> None:
    good = {
        "input": {"text": "Hello."},
        "voice": {"languageCode": "en-US"},
        "audioConfig": {"audioEncoding": "MP3"},
    }
    wrong: list[dict[str, Any]] = [
        {"input": {}},
        {"input": {"text": "x" * 5001}},
        {"input": {"ssml": "<speak>no end"}},
        {"voice": {"languageCode": "en-US", "name": "de-DE-Standard-A"}},
        {"audioConfig": {}},
        {"unknown": 1},
    ]
    client = google_client(sandbox_url, "v1")
    for change in wrong:
        with pytest.raises(HttpError) as caught:
            client.text().synthesize(body=good | change).execute()
        assert caught.value.status_code == 400, change
    with pytest.raises(HttpError, match="API key not valid"):
        google_client(sandbox_url, "v1", "invalid").text().synthesize(body=good).execute()
    assert "German" not in str(client.voices().list(languageCode="de").execute())


def test_stability_draws_in_both_generations(sandbox_url: str, control: Control) -> None:
    http = httpx.Client(base_url=f"{sandbox_url}/stability", headers={"Authorization": "Bearer a-good-key"})
    path = "/v1/generation/stable-diffusion-xl-1024-v1-0/text-to-image"
    wanted = {"text_prompts": [{"text": "a rising chart"}], "width": 1344, "height": 768, "samples": 2}
    artifacts = http.post(path, json=wanted).json()["artifacts"]
    pictures = [Image.open(io.BytesIO(base64.b64decode(each["base64"]))) for each in artifacts]
    assert [picture.size for picture in pictures] == [(1344, 768)] * 2
    assert artifacts[0]["base64"] != artifacts[1]["base64"]
    again = http.post(path, json=wanted | {"samples": 1}, headers={"Accept": "image/png"})
    assert again.content == base64.b64decode(artifacts[0]["base64"])
    form = {
        "prompt": (None, "a rising chart"),
        "aspect_ratio": (None, "16:9"),
        "output_format": (None, "webp"),
    }
    core = http.post("/v2beta/stable-image/generate/core", files=form, headers={"Accept": "image/*"})
    assert Image.open(io.BytesIO(core.content)).format == "WEBP"
    assert core.headers["finish-reason"] == "SUCCESS"
    assert len(control.journal("stability.image")) == 3
    assert http.post(path, json=wanted | {"width": 999}).json()["name"] == "invalid_sdxl_v1_dimensions"
    blank = http.post("/v2beta/stable-image/generate/core", files={"prompt": (None, "")})
    assert (blank.status_code, blank.json()["errors"]) == (400, ["prompt: cannot be blank"])
    assert httpx.post(f"{sandbox_url}/stability{path}", json=wanted).json()["name"] == "unauthorized"
