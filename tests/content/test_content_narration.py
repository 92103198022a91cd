"""The narration: word times that are true, pauses, an even level."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
from content_samples import channel, topic

from ytempire.content import speech, voices
from ytempire.content.narration import narrate
from ytempire.content.providers import espeak
from ytempire.content.script import write_script
from ytempire.content.spending import Unlimited
from ytempire.errors import InvalidInput
from ytempire.settings import ContentSettings


def spoken(folder: Path, settings: ContentSettings | None = None, **changes):
    settings = settings or ContentSettings()
    script = write_script(topic(), channel(), settings, secrets={}, spending=Unlimited()).script
    return script, narrate(script, channel(**changes), folder, settings, secrets={}, spending=Unlimited())


def test_every_word_has_a_time_in_order_within_its_scene(tmp_path: Path) -> None:
    script, narration = spoken(tmp_path)
    for scene, told in zip(script.scenes, narration.scenes, strict=True):
        assert [word.text for word in told.words] == scene.narration.split()
        times = [at for word in told.words for at in (word.start_seconds, word.end_seconds)]
        assert times == sorted(times)
        assert told.start_seconds <= times[0] and times[-1] <= told.end_seconds + 0.001


def test_words_are_where_the_sound_is(tmp_path: Path) -> None:
    said = espeak.EspeakVoice(voices.named("us-cedar"), ContentSettings())("One. two")
    second = said.words[1]
    loudness = [
        float(np.abs(said.samples[int(start * said.rate_hz) : int(end * said.rate_hz)]).mean())
        for start, end in (
            (second.start_seconds - 0.12, second.start_seconds - 0.02),
            (second.start_seconds, second.end_seconds),
        )
    ]
    assert loudness[1] > 3 * loudness[0]


def test_scenes_are_400_ms_apart_and_of_the_same_level(tmp_path: Path) -> None:
    _, narration = spoken(tmp_path)
    gaps = [b.start_seconds - a.end_seconds for a, b in zip(narration.scenes, narration.scenes[1:], strict=False)]
    assert gaps == pytest.approx([0.4] * len(gaps), abs=0.001)
    with wave.open(str(narration.wav_path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
    rate = narration.sample_rate_hz
    assert len(samples) / rate == pytest.approx(narration.duration_seconds)
    levels = [
        speech.level_dbfs(samples[int(s.start_seconds * rate) : int(s.end_seconds * rate)], rate)
        for s in narration.scenes
    ]
    assert max(levels) - min(levels) < 1.5


def test_speaking_again_in_the_same_process_works_and_takes_the_same_time(tmp_path: Path) -> None:
    durations = [spoken(tmp_path)[1].duration_seconds for _ in range(3)]
    assert max(durations) - min(durations) < 0.2


def test_a_voice_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="nobody-speaks-so"):
        spoken(tmp_path, voice="nobody-speaks-so")


def test_a_voice_without_a_key_or_without_an_answer_is_passed_over(tmp_path: Path) -> None:
    settings = ContentSettings(narration_chain=["elevenlabs", "espeak"], elevenlabs_base_url="http://127.0.0.1:9")
    _, narration = spoken(tmp_path, settings)
    assert narration.provider == "espeak"
    script = write_script(topic(), channel(), settings, secrets={}, spending=Unlimited()).script
    keyed = narrate(script, channel(), tmp_path, settings, secrets={"elevenlabs": "k"}, spending=Unlimited())
    assert keyed.provider == "espeak"
