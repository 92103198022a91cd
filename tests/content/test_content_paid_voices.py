"""ElevenLabs' and Google's voices against the sandbox: true word times, one voice a video, failures passed over."""

from __future__ import annotations

import base64
import io
import json
import time
import wave
from pathlib import Path

import httpx
import numpy as np
import pytest
from content_samples import channel, topic
from test_content_narration import OFFLINE, onsets, samples_of
from test_content_providers import Purse, fault, journal

from ytempire.content import voices
from ytempire.content.models import Narration, Script
from ytempire.content.narration import narrate
from ytempire.content.providers import google_tts
from ytempire.content.script import write_script
from ytempire.content.spending import Unlimited
from ytempire.errors import BudgetExceeded, ProviderUnavailable
from ytempire.settings import ContentSettings

SECRETS = {"elevenlabs": "canary-elevenlabs", "google_tts": "canary-google"}
PATHS = {"elevenlabs": "^/elevenlabs/", "google_tts": "^/googletts/"}
KINDS = {"elevenlabs": "elevenlabs.tts", "google_tts": "google.tts"}


@pytest.fixture
def settings(sandbox_url: str) -> ContentSettings:
    return ContentSettings(
        narration_chain=["elevenlabs", "google_tts", "espeak"],
        elevenlabs_base_url=f"{sandbox_url}/elevenlabs",
        google_tts_base_url=f"{sandbox_url}/googletts",
        provider_timeout_seconds=5,
    )


@pytest.fixture(scope="module")
def script() -> Script:
    written = write_script(topic(), channel(), OFFLINE, secrets={}, spending=Unlimited()).script
    return written.model_copy(update={"scenes": written.scenes[:3]})


def by(settings: ContentSettings, *chain: str) -> ContentSettings:
    return settings.model_copy(update={"narration_chain": list(chain)})


def speak(script: Script, folder: Path, settings: ContentSettings, spending=None, **changes: str) -> Narration:
    return narrate(script, channel(**changes), folder, settings, secrets=SECRETS, spending=spending or Unlimited())


@pytest.mark.parametrize("provider", ["elevenlabs", "google_tts"])
def test_the_times_of_words_are_the_providers_and_where_the_sound_is(settings, script, tmp_path, provider) -> None:
    narration = speak(script, tmp_path, by(settings, provider))
    assert narration.provider == provider and narration.passed_over == ()
    for scene, told in zip(script.scenes, narration.scenes, strict=True):
        assert [word.text for word in told.words] == scene.narration.split()
        times = [at for word in told.words for at in (word.start_seconds, word.end_seconds)]
        assert times == sorted(times) and times[-1] <= told.end_seconds + 0.001
    starts = np.array([word.start_seconds for scene in narration.scenes for word in scene.words])
    heard = onsets(samples_of(narration), narration.sample_rate_hz, after_seconds=0.14)
    assert max(float(np.abs(starts - at).min()) for at in heard) < 0.1


def test_a_channel_keeps_its_voice_at_every_provider_and_in_every_video(
    sandbox_url, settings, script, tmp_path
) -> None:
    voice = voices.named("gb-larch")
    for provider in ("elevenlabs", "google_tts"):
        for _ in range(2):
            speak(script, tmp_path, by(settings, provider), voice=voice.name)
    asked = [entry["details"]["voice_id"] for entry in journal(sandbox_url, "elevenlabs.tts")]
    assert set(asked) == {voice.elevenlabs_id}
    assert {entry["details"]["voice"] for entry in journal(sandbox_url, "google.tts")} == {"en-GB-Neural2"}
    assert json.loads(google_request(settings, voice.name))["voice"]["name"] == voice.google_name


def google_request(settings: ContentSettings, voice: str) -> bytes:
    """The body that Google is sent for a sentence."""
    sent: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.read())
        return httpx.Response(503)

    speaking = google_tts.GoogleVoice(voices.named(voice), settings, SECRETS, Unlimited())
    speaking._http = httpx.Client(transport=httpx.MockTransport(answer), base_url="http://google")
    with pytest.raises(ProviderUnavailable, match="503"):
        speaking("One & two.")
    return sent[0]


def test_a_voice_of_your_own_takes_the_place_of_the_premade_one(sandbox_url, settings, script, tmp_path) -> None:
    own = settings.model_copy(update={"elevenlabs_voice_ids": {"us-cedar": "pFZP5JQG7iQjIQuC4Bku"}})
    speak(script, tmp_path, by(own, "elevenlabs"))
    entries = journal(sandbox_url, "elevenlabs.tts")
    assert {entry["details"]["voice_id"] for entry in entries} == {"pFZP5JQG7iQjIQuC4Bku"}


def test_the_providers_have_every_voice_of_the_table(sandbox_url: str) -> None:
    listed = httpx.get(f"{sandbox_url}/elevenlabs/v1/voices", headers={"xi-api-key": "key"}).json()["voices"]
    assert {voice.elevenlabs_id for voice in voices.VOICES} <= {voice["voice_id"] for voice in listed}
    listed = httpx.get(f"{sandbox_url}/googletts/v1beta1/voices", params={"key": "key"}).json()["voices"]
    genders = {voice["name"]: voice["ssmlGender"].lower() for voice in listed}
    assert {voice.google_name: voice.gender for voice in voices.VOICES}.items() <= genders.items()


def test_what_google_is_sent_is_valid_ssml_with_a_mark_before_every_word() -> None:
    assert google_tts.ssml("Tom & <Jerry>\x07 rose") == (
        '<speak><mark name="0"/>Tom <mark name="1"/>&amp; <mark name="2"/>&lt;Jerry&gt; <mark name="3"/>rose</speak>'
    )


def test_google_speaks_what_would_be_markup_and_what_is_longer_than_5000_bytes(settings, script, tmp_path) -> None:
    odd = 'They said "A & B < C" isn\'t it; ' + ", ".join(["again and again"] * 80) + "."
    assert not google_tts.GoogleVoice(voices.named("us-cedar"), settings, {}, Unlimited()).fits(odd)
    scene = script.scenes[0].model_copy(update={"narration": odd})
    narration = speak(script.model_copy(update={"scenes": [scene]}), tmp_path, by(settings, "google_tts"))
    assert [word.text for word in narration.scenes[0].words] == odd.split()


@pytest.mark.parametrize("provider", ["elevenlabs", "google_tts"])
@pytest.mark.parametrize(
    "what",
    [
        {"status": 500},
        {"status": 429},
        {"status": 403},
        {"cut": "before"},
        {"latency_seconds": 3},
        {"status": 200, "body": "<html>"},
        {"status": 200, "body": {"audioContent": "AAAA", "timepoints": []}},
    ],
)
def test_a_provider_that_fails_is_passed_over_and_why_is_kept(
    sandbox_url, settings, script, tmp_path, provider, what
) -> None:
    fault(sandbox_url, PATHS[provider], **what)
    hasty = settings.model_copy(update={"provider_timeout_seconds": 1})
    narration = speak(script, tmp_path, by(hasty, provider, "espeak"))
    assert narration.provider == "espeak"
    (reason,) = narration.passed_over
    assert reason.startswith(f"{provider}: ") and "canary" not in reason


def google_answer(words: int, *, drop: int | None = None, swap: bool = False, silent: bool = False) -> dict:
    rate = google_tts.RATE_HZ
    tone = (0 if silent else 9_000) * np.sin(np.arange(rate * words // 3) * 0.1)
    audio = io.BytesIO()
    with wave.open(audio, "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes(tone.astype("<i2").tobytes())
    points = [{"markName": str(n), "timeSeconds": n / 3} for n in range(words) if n != drop]
    if swap:
        points[0]["timeSeconds"], points[1]["timeSeconds"] = points[1]["timeSeconds"], points[0]["timeSeconds"]
    return {"audioContent": base64.b64encode(audio.getvalue()).decode(), "timepoints": points}


@pytest.mark.parametrize(
    ("flaw", "reason"),
    [
        ({"drop": 1}, "no time for a word"),
        ({"swap": True}, "times that cannot be"),
        ({"silent": True}, "s of audio"),
    ],
)
def test_times_that_google_did_not_give_are_not_guessed(sandbox_url, settings, tmp_path, script, flaw, reason) -> None:
    short = script.model_copy(update={"scenes": [script.scenes[0].model_copy(update={"narration": "It rose today."})]})
    fault(sandbox_url, PATHS["google_tts"], status=200, body=google_answer(3))
    assert speak(short, tmp_path, by(settings, "google_tts", "espeak")).provider == "google_tts"
    httpx.request("DELETE", f"{sandbox_url}/control/faults").raise_for_status()
    fault(sandbox_url, PATHS["google_tts"], status=200, body=google_answer(3, **flaw))
    narration = speak(short, tmp_path, by(settings, "google_tts", "espeak"))
    assert narration.provider == "espeak" and reason in narration.passed_over[0]


def test_a_provider_that_fails_in_the_middle_speaks_no_part_of_the_video(
    sandbox_url, settings, script, tmp_path
) -> None:
    fault(sandbox_url, PATHS["elevenlabs"], status=500, skip=2)
    narration = speak(script, tmp_path, settings)
    assert narration.provider == "google_tts"
    assert len(journal(sandbox_url, "elevenlabs.tts")) == 2
    assert len(journal(sandbox_url, "google.tts")) >= len(script.scenes)
    assert [reason.partition(":")[0] for reason in narration.passed_over] == ["elevenlabs"]


def test_a_provider_that_is_slow_on_the_whole_is_passed_over(sandbox_url, settings, script, tmp_path) -> None:
    fault(sandbox_url, PATHS["elevenlabs"], latency_seconds=3)
    hasty = settings.model_copy(update={"narration_timeout_seconds": 2})
    narration = speak(script, tmp_path, by(hasty, "elevenlabs", "espeak"))
    assert narration.provider == "espeak" and "took longer than" in narration.passed_over[0]


def test_several_sentences_are_asked_for_at_once(sandbox_url, settings, script, tmp_path) -> None:
    fault(sandbox_url, PATHS["elevenlabs"], latency_seconds=2)
    began = time.monotonic()
    narration = speak(script, tmp_path, by(settings, "elevenlabs"))
    asked = len(journal(sandbox_url, "elevenlabs.tts"))
    assert narration.provider == "elevenlabs" and asked >= 4
    assert time.monotonic() - began < 0.75 * 2 * asked
    assert [word.text for word in narration.scenes[0].words] == script.scenes[0].narration.split()


def test_what_google_bills_is_reserved_settled_and_never_paid_twice(sandbox_url, settings, script, tmp_path) -> None:
    purse = Purse()
    first = speak(script, tmp_path, by(settings, "google_tts"), purse)
    entries = journal(sandbox_url, "google.tts")
    assert sum(purse.settled) == pytest.approx(sum(entry["details"]["usd"] for entry in entries), rel=0.01)
    again = speak(script, tmp_path, by(settings, "google_tts"), purse)
    assert again.scenes == first.scenes
    assert len(journal(sandbox_url, "google.tts")) == len(entries)


def test_without_money_the_offline_voice_speaks_and_without_one_the_video_stops(settings, script, tmp_path) -> None:
    assert speak(script, tmp_path, settings, Purse(0)).provider == "espeak"
    with pytest.raises(BudgetExceeded):
        speak(script, tmp_path, by(settings, "elevenlabs", "google_tts"), Purse(0))
