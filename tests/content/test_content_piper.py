"""Piper's voice: found where a voice file is set, its word times from the durations of the model's phonemes.

The package is a stand-in with the interface of piper-tts 1.8; the program beside us, its pipe and the matching of
words with phonemes are the real ones.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from content_samples import channel
from test_content_narration import script_of_samples

from ytempire.content import voices
from ytempire.content.narration import narrate
from ytempire.content.providers import piper
from ytempire.content.spending import Unlimited
from ytempire.errors import ProviderUnavailable
from ytempire.settings import ContentSettings

VOICE = voices.named("us-cedar")
LETTER_SECONDS = 0.06


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ContentSettings:
    """A folder with a voice, and the package where Python finds it."""
    stand_in = Path(__file__).parent / "piper_stand_in"
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(stand_in), os.environ.get("PYTHONPATH", "")]))
    (tmp_path / VOICE.piper_file).write_text("good")
    return ContentSettings(
        narration_chain=["piper", "espeak"], piper_voices_folder=tmp_path, provider_timeout_seconds=10
    )


def refusal(settings: ContentSettings) -> str:
    voice = piper.PiperVoice(VOICE, settings)
    try:
        with pytest.raises(ProviderUnavailable) as caught:
            voice("It rose.")
    finally:
        voice.close()
    return str(caught.value)


def test_words_begin_where_their_first_phoneme_begins_also_where_words_are_joined(settings: ContentSettings) -> None:
    voice = piper.PiperVoice(VOICE, settings)
    try:
        text = "Number 12 of the list, — a cat"
        said = voice(text)
        assert [word.text for word in voice("And again.").words] == ["And", "again."]
    finally:
        voice.close()
    assert [word.text for word in said.words] == text.split()
    spoken = text.lower().replace("of the", "ofthe").replace(" a ", " ə ")
    # One tone before the first letter; "the" begins within "ofthe", the dash has no sound of its own.
    firsts = {"Number": 0, "12": 7, "of": 10, "the": 12, "list,": 16, "a": 24, "cat": 26}
    for word in said.words:
        if word.text in firsts:
            place = firsts[word.text]
            assert spoken[place].isalnum()
            assert word.start_seconds == pytest.approx((place + 1) * LETTER_SECONDS, abs=0.001), word.text


def test_a_video_is_spoken_by_piper_where_its_file_is_set(settings: ContentSettings, tmp_path: Path) -> None:
    script = script_of_samples()
    narration = narrate(script, channel(), tmp_path / "job", settings, secrets={}, spending=Unlimited())
    assert narration.provider == "piper" and narration.sample_rate_hz == 16_000
    for scene, told in zip(script.scenes, narration.scenes, strict=True):
        assert [word.text for word in told.words] == scene.narration.split()
        times = [at for word in told.words for at in (word.start_seconds, word.end_seconds)]
        assert times == sorted(times)


def test_without_a_folder_a_file_or_the_program_the_next_voice_speaks(settings: ContentSettings, tmp_path) -> None:
    (tmp_path / "empty").mkdir()
    for change, reason in (
        ({"piper_voices_folder": None}, "no folder"),
        ({"piper_voices_folder": tmp_path / "empty"}, f"no piper voice {VOICE.piper_file}"),
        ({"piper_python": str(tmp_path / "python")}, "did not start"),
    ):
        changed = settings.model_copy(update=change)
        assert reason in refusal(changed)
        narration = narrate(script_of_samples(), channel(), tmp_path, changed, secrets={}, spending=Unlimited())
        assert narration.provider == "espeak" and narration.passed_over[0].startswith("piper: ")


def test_a_python_without_piper_says_so(settings: ContentSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "")
    assert "No module named 'piper'" in refusal(settings)


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [("broken", "this is no model"), ("unaligned", "no times"), ("slow", "was silent for 1 s")],
)
def test_a_voice_that_fails_is_passed_over(settings, tmp_path, behaviour: str, reason: str) -> None:
    (tmp_path / VOICE.piper_file).write_text(behaviour)
    assert reason in refusal(settings.model_copy(update={"provider_timeout_seconds": 1}))


def test_times_are_not_guessed_where_other_sounds_were_spoken() -> None:
    heard = [(sound, 0.1 * place) for place, sound in enumerate("zzzzzzzz")]
    with pytest.raises(ProviderUnavailable, match="other sounds"):
        piper.starts_of(["one", "two"], heard)
