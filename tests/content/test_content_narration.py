"""The narration: word times that are true, pauses, an even level, sentences that are not too long."""

from __future__ import annotations

import socket
import time
import wave
from pathlib import Path

import numpy as np
import pytest
from content_samples import channel, topic

from ytempire.content import loudness, speech
from ytempire.content.models import Narration, Script
from ytempire.content.narration import narrate
from ytempire.content.script import write_script
from ytempire.content.spending import Unlimited
from ytempire.errors import InvalidInput
from ytempire.settings import ContentSettings

OFFLINE = ContentSettings(script_chain=["offline"], narration_chain=["espeak"])


def script_of_samples() -> Script:
    return write_script(topic(), channel(), OFFLINE, secrets={}, spending=Unlimited()).script


def spoken(folder: Path, settings: ContentSettings = OFFLINE, **changes: str) -> tuple[Script, Narration]:
    script = script_of_samples()
    return script, narrate(script, channel(**changes), folder, settings, secrets={}, spending=Unlimited())


def samples_of(narration: Narration) -> np.ndarray:
    with wave.open(str(narration.wav_path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")


def onsets(samples: np.ndarray, rate: int, after_seconds: float) -> list[float]:
    """When sound begins after that much silence."""
    loud = np.flatnonzero(np.abs(samples.astype(int)) > 200)
    begins = [loud[0], *loud[1:][np.diff(loud) > after_seconds * rate]]
    return [float(sample) / rate for sample in begins]


def test_every_word_has_a_time_in_order_within_its_scene(tmp_path: Path) -> None:
    script, narration = spoken(tmp_path)
    for scene, told in zip(script.scenes, narration.scenes, strict=True):
        assert [word.text for word in told.words] == scene.narration.split()
        times = [at for word in told.words for at in (word.start_seconds, word.end_seconds)]
        assert times == sorted(times)
        assert told.start_seconds <= times[0] and times[-1] <= told.end_seconds + 0.001


@pytest.mark.parametrize("voice", ["us-cedar", "us-catalpa", "gb-beech", "gb-birch"])
def test_wherever_sound_begins_after_a_pause_a_word_begins_within_100_ms(tmp_path: Path, voice: str) -> None:
    _, narration = spoken(tmp_path, voice=voice)
    starts = np.array([word.start_seconds for scene in narration.scenes for word in scene.words])
    heard = onsets(samples_of(narration), narration.sample_rate_hz, after_seconds=0.12)
    assert len(heard) > len(narration.scenes)
    apart = [float(np.abs(starts - at).min()) for at in heard]
    assert max(apart) < 0.1, f"{1000 * max(apart):.0f} ms"


def test_a_word_ends_with_its_sound_and_not_with_the_pause_after_it() -> None:
    tone = (9_000 * np.sin(np.arange(8_000) * 0.3)).astype(np.int16)
    samples = np.concatenate([speech.silence(0.5, 16_000), tone, speech.silence(0.25, 16_000), tone])
    words = [speech.SpokenWord("one,", 0.5, 1.25), speech.SpokenWord("two", 1.25, 1.75)]
    fitted = speech.fitted(speech.Speech(samples, 16_000, words))
    assert fitted.seconds == pytest.approx(1.25, abs=0.01)
    times = [at for word in fitted.words for at in (word.start_seconds, word.end_seconds)]
    assert times == pytest.approx([0, 0.5, 0.75, 1.25], abs=0.01)


def test_there_is_room_for_a_card_at_both_ends_and_400_ms_between_scenes(tmp_path: Path) -> None:
    _, narration = spoken(tmp_path)
    assert narration.scenes[0].start_seconds == pytest.approx(1.2)
    assert narration.duration_seconds - narration.scenes[-1].end_seconds == pytest.approx(1.8, abs=0.001)
    gaps = [b.start_seconds - a.end_seconds for a, b in zip(narration.scenes, narration.scenes[1:], strict=False)]
    assert gaps == pytest.approx([0.4] * len(gaps), abs=0.001)
    assert len(samples_of(narration)) / narration.sample_rate_hz == pytest.approx(narration.duration_seconds)


@pytest.mark.parametrize("voice", ["us-redwood", "us-juniper", "gb-elm"])
def test_every_scene_is_as_loud_as_the_others(tmp_path: Path, voice: str) -> None:
    import ffmpeg

    _, narration = spoken(tmp_path, voice=voice)
    measured = []
    for scene in narration.scenes:
        cut = {"ss": scene.start_seconds, "t": scene.end_seconds - scene.start_seconds}
        part = ffmpeg.input(str(narration.wav_path), **cut).audio
        measured.append(loudness.measure(part, timeout_seconds=30, peaks=False).integrated_lufs)
    middle = float(np.median(measured))
    assert all(abs(lufs - middle) <= 1 for lufs in measured), measured


def test_speaking_again_in_the_same_process_works_and_takes_the_same_time(tmp_path: Path) -> None:
    durations = [spoken(tmp_path)[1].duration_seconds for _ in range(3)]
    assert max(durations) - min(durations) < 0.2


def test_a_voice_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="nobody-speaks-so"):
        spoken(tmp_path, voice="nobody-speaks-so")


def test_a_scene_without_words_is_refused_before_anybody_is_asked(tmp_path: Path) -> None:
    script = script_of_samples()
    mute = script.model_copy(update={"scenes": [script.scenes[0].model_copy(update={"narration": "… !"})]})
    with pytest.raises(InvalidInput, match="nothing to say"):
        narrate(mute, channel(), tmp_path, OFFLINE, secrets={}, spending=Unlimited())


def test_without_keys_the_chain_falls_to_the_offline_voice_and_never_to_the_network(tmp_path, monkeypatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    began = time.monotonic()
    _, narration = spoken(tmp_path, ContentSettings(script_chain=["offline"]))
    assert narration.provider == "espeak"
    assert [reason.split(":")[0] for reason in narration.passed_over] == ["elevenlabs", "google_tts", "piper"]
    assert narration.duration_seconds / (time.monotonic() - began) > 10, "faster than ten times the speech"


def test_a_narration_is_split_at_the_ends_of_sentences_and_not_at_titles_of_people() -> None:
    text = "Dr. Who rose to No. 1! It has 2.3 million views… Why? “So it is.” Mrs. Smith vs. St. Paul."
    assert speech.sentences(text) == [
        "Dr. Who rose to No. 1!", "It has 2.3 million views…", "Why?", "“So it is.”", "Mrs. Smith vs. St. Paul.",
    ]  # fmt: skip


def test_a_sentence_that_is_too_long_is_split_at_its_clauses_and_only_else_at_words() -> None:
    sentence = "one two three, four five six; seven eight nine ten eleven twelve"
    assert speech.pieces(sentence, lambda _: True) == [sentence]
    split = speech.pieces(sentence, lambda text: len(text.split()) <= 6)
    assert split == ["one two three, four five six;", "seven eight nine ten eleven twelve"]
    assert speech.pieces(sentence, lambda text: len(text.split()) <= 4) == [
        "one two three, four", "five six; seven eight", "nine ten eleven twelve",
    ]  # fmt: skip


def test_a_sentence_of_700_words_is_spoken_with_the_times_of_all_its_words(tmp_path: Path) -> None:
    script = script_of_samples()
    long = " ".join(["it rose,"] * 350) + " and fell."
    whole = script.model_copy(
        update={"scenes": [script.scenes[0].model_copy(update={"narration": long}), *script.scenes[1:]]}
    )
    narration = narrate(whole, channel(), tmp_path, OFFLINE, secrets={}, spending=Unlimited())
    assert [word.text for word in narration.scenes[0].words] == long.split()
