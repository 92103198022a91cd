"""Twenty voices: all speak, all sound different, and a channel can only have one of them."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from ytempire.channels.models import ChannelSpec
from ytempire.content import speech, voices
from ytempire.content.providers import espeak
from ytempire.errors import InvalidInput
from ytempire.settings import ContentSettings

SENTENCE = "The video gained one million views in a single day, and it is listed in nine countries."
# espeak-ng lets the pitch flutter by chance: of one saying the median moves by a quarter of a semitone.
SAYINGS = 3
CHANNEL = {"youtube_channel_id": "UC12", "name": "A", "niche": "music", "credentials_id": "one"}


def median_pitch_hz(said: speech.Speech) -> float:
    """The median of the fundamental frequency over the voiced stretches, by autocorrelation."""
    samples = said.samples / 32768
    length = round(0.04 * said.rate_hz)
    found = []
    for start in range(0, len(samples) - length, length // 2):
        window = samples[start : start + length]
        if np.sqrt(np.mean(window**2)) < 0.03:
            continue
        spectrum = np.fft.rfft((window - window.mean()) * np.hanning(length), 2 * length)
        likeness = np.fft.irfft(np.abs(spectrum) ** 2)
        low, high = said.rate_hz // 400, said.rate_hz // 60
        period = low + int(np.argmax(likeness[low:high]))
        if likeness[period] > 0.4 * likeness[0]:
            found.append(said.rate_hz / period)
    return float(np.median(found))


@pytest.fixture(scope="module")
def pitches_hz() -> dict[str, float]:
    settings = ContentSettings()
    found = {}
    for voice in voices.VOICES:
        sayings = [speech.fitted(espeak.EspeakVoice(voice, settings)(SENTENCE)) for _ in range(SAYINGS)]
        said = sayings[0]
        assert [word.text for word in said.words] == SENTENCE.split(), voice.name
        starts = [word.start_seconds for word in said.words]
        assert starts == sorted(starts) and said.words[-1].end_seconds <= said.seconds, voice.name
        assert 4 < said.seconds < 7, voice.name
        found[voice.name] = float(np.exp(np.mean([np.log(median_pitch_hz(one)) for one in sayings])))
    return found


def test_there_are_twenty_of_both_genders_in_american_and_british_english() -> None:
    assert len(voices.VOICES) == 20
    for field in ("name", "elevenlabs_id", "google_name"):
        assert len({getattr(voice, field) for voice in voices.VOICES}) == 20
    assert len({(voice.piper_file, voice.piper_speaker) for voice in voices.VOICES}) == 20
    for voice in voices.VOICES:
        assert voice.google_name.startswith(f"{voice.locale}-")
        assert voice.piper_file.startswith(voice.locale.replace("-", "_"))
        assert not any(kind in voice.google_name for kind in ("Studio", "Chirp", "Journey")), "these give no times"
    assert {(voice.locale, voice.gender) for voice in voices.VOICES} == {
        (locale, gender) for locale in ("en-US", "en-GB") for gender in ("female", "male")
    }


def test_offline_every_voice_sounds_different_from_the_others_of_its_country(pitches_hz) -> None:
    for one, other in combinations(voices.VOICES, 2):
        if one.locale == other.locale:
            semitones = abs(12 * np.log2(pitches_hz[one.name] / pitches_hz[other.name]))
            assert semitones > 0.8, f"{one.name} and {other.name} are {semitones:.1f} semitones apart"


def test_offline_women_speak_higher_than_men(pitches_hz) -> None:
    men, women = (
        [pitches_hz[voice.name] for voice in voices.VOICES if voice.gender == gender] for gender in ("male", "female")
    )
    assert max(men) < min(women)


def test_a_channel_with_a_voice_that_nobody_has_is_told_which_there_are() -> None:
    assert ChannelSpec.of(CHANNEL).voice == voices.DEFAULT
    assert ChannelSpec.of(CHANNEL | {"voice": "gb-oak"}).voice == "gb-oak"
    with pytest.raises(InvalidInput) as caught:
        ChannelSpec.of(CHANNEL | {"voice": "en-us"})
    assert caught.value.field == "channel.voice"
    assert all(voice.name in str(caught.value) for voice in voices.VOICES)
