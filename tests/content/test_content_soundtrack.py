"""The soundtrack, measured on the encoded file: loudness, true peak, music that steps back for speech."""

from __future__ import annotations

import json
import re
import subprocess
import wave
from pathlib import Path

import ffmpeg
import numpy as np
import pytest
from test_content_narration import spoken

from ytempire.content import loudness, speech
from ytempire.content.models import Music, Narration, Soundtrack
from ytempire.content.programs import RenderFailed
from ytempire.content.soundtrack import make_soundtrack
from ytempire.settings import ContentSettings

SETTINGS = ContentSettings()
TONE_HZ = 14_000  # above all that the voice has: what is measured there is music


@pytest.fixture(scope="module")
def narration(tmp_path_factory: pytest.TempPathFactory) -> Narration:
    return spoken(tmp_path_factory.mktemp("narration"))[1]


@pytest.fixture(scope="module")
def tone(tmp_path_factory: pytest.TempPathFactory) -> Music:
    """Twelve seconds of a tone as music: shorter than the narration."""
    path = tmp_path_factory.mktemp("music") / "tone.wav"
    samples = 3_000 * np.sin(2 * np.pi * TONE_HZ * np.arange(12 * 44_100) / 44_100)
    speech.write_wav(path, samples.astype(np.int16), 44_100)
    return Music(title="Tone", author="A", path=path, licence="CC0", attribution="A tone")


@pytest.fixture(scope="module")
def with_music(narration: Narration, tone: Music, tmp_path_factory: pytest.TempPathFactory) -> Soundtrack:
    return make_soundtrack(narration, tmp_path_factory.mktemp("sound"), SETTINGS, music=tone)


def decoded(track: Soundtrack) -> np.ndarray:
    """One channel of the encoded file, 48 kHz."""
    command = ["ffmpeg", "-v", "error", "-i", str(track.path), "-af", "pan=mono|c0=c0", "-f", "f32le", "-"]
    return np.frombuffer(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout, dtype="<f4")


def tone_lufs(samples: np.ndarray) -> float:
    """The loudness of the tone alone, as heard from two loudspeakers."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    frequencies = np.fft.rfftfreq(len(samples), 1 / 48_000)
    power = spectrum[np.abs(frequencies - TONE_HZ) < 300].sum() / (np.hanning(len(samples)) ** 2).sum() / len(samples)
    weight = abs(speech._k_weighting(np.array([float(TONE_HZ)]))[0]) ** 2
    return float(-0.691 + 10 * np.log10(2 * 2 * power * weight))


def test_speech_alone_has_the_loudness_of_the_settings_and_no_peak_over_the_limit(narration, tmp_path) -> None:
    track = make_soundtrack(narration, tmp_path, SETTINGS)
    heard = loudness.measure(ffmpeg.input(str(track.path)).audio, timeout_seconds=60)
    assert heard.integrated_lufs == pytest.approx(-14, abs=0.6)
    assert heard.true_peak_dbtp <= -1
    assert (track.integrated_lufs, track.true_peak_dbtp) == (heard.integrated_lufs, heard.true_peak_dbtp)
    assert track.music is None
    assert list(tmp_path.iterdir()) == [track.path]


def test_one_channel_is_the_same_in_both_and_lies_far_above_what_the_encoding_changed(narration, tmp_path) -> None:
    times = np.arange(8 * 48_000) / 48_000
    hum = np.sin(2 * np.pi * 3 * times) + 2
    voiced = sum(hum * np.sin(2 * np.pi * 140 * n * times + n) / n for n in range(1, 40))
    said = (1_000 * voiced).astype(np.int16)
    speech.write_wav(tmp_path / "hum.wav", said, 48_000)
    track = make_soundtrack(narration.model_copy(update={"wav_path": tmp_path / "hum.wav"}), tmp_path, SETTINGS)
    command = ["ffmpeg", "-v", "error", "-i", str(track.path), "-f", "f32le", "-"]
    left, right = np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, "<f4").reshape(-1, 2).T
    assert np.array_equal(left, right)
    wanted, nearest = said[96_000:120_000].astype(float), -np.inf
    for late in range(300):  # the limiter looks ahead, so all comes a little later
        heard = left[96_000 + late : 120_000 + late].astype(float)
        error = heard - wanted * (wanted @ heard) / (wanted @ wanted)
        nearest = max(nearest, 10 * np.log10((heard @ heard) / (error @ error)))
    assert nearest > 35


@pytest.mark.parametrize("voice", ["us-redwood", "us-catalpa"])
def test_every_voice_reaches_it(tmp_path: Path, voice: str) -> None:
    track = make_soundtrack(spoken(tmp_path, voice=voice)[1], tmp_path, SETTINGS)
    assert track.integrated_lufs == pytest.approx(-14, abs=0.6) and track.true_peak_dbtp <= -1


def test_it_is_stereo_at_48_khz_and_as_long_as_the_narration(with_music: Soundtrack, narration: Narration) -> None:
    probe = ["ffprobe", "-v", "error", "-show_streams", "-of", "json", str(with_music.path)]
    (stream,) = json.loads(subprocess.run(probe, capture_output=True, check=True).stdout)["streams"]
    assert (stream["codec_name"], stream["sample_rate"], stream["channels"]) == ("aac", "48000", 2)
    assert float(stream["duration"]) == pytest.approx(narration.duration_seconds, abs=0.05)


def test_with_music_the_whole_has_the_same_loudness_and_no_peak_over_the_limit(with_music: Soundtrack) -> None:
    assert with_music.integrated_lufs == pytest.approx(-14, abs=0.8)
    assert with_music.true_peak_dbtp <= -1
    assert with_music.music is not None and with_music.music.attribution == "A tone"


def test_music_is_18_db_below_speech_while_there_is_speech_and_8_before_and_after(with_music, narration) -> None:
    samples = decoded(with_music)

    def music_between(start: float, end: float) -> float:
        return tone_lufs(samples[int(start * 48_000) : int(end * 48_000)])

    spoken_lufs = with_music.integrated_lufs
    for scene in narration.scenes:
        middle = music_between(scene.start_seconds + 0.2, scene.end_seconds - 0.2)
        assert spoken_lufs - middle == pytest.approx(18, abs=2), scene.index
    assert spoken_lufs - music_between(0.65, 0.95) == pytest.approx(8, abs=2)
    end = narration.duration_seconds
    back = music_between(end - 1.4, end - 1.1)
    assert back > music_between(end - 4, end - 2.2) + 5, "it comes back at the end"
    assert music_between(end - 0.12, end - 0.02) < back - 8, "and fades out"
    assert music_between(0.0, 0.08) < music_between(0.65, 0.95) - 8, "it fades in"


def test_music_has_stepped_back_when_the_first_word_is_spoken(with_music: Soundtrack, narration: Narration) -> None:
    samples = decoded(with_music)
    first = narration.scenes[0].words[0].start_seconds
    word = tone_lufs(samples[int((first + 0.05) * 48_000) : int((first + 0.25) * 48_000)])
    assert with_music.integrated_lufs - word > 14


def test_the_silence_at_the_ends_is_shorter_than_the_quality_check_allows(narration, tmp_path) -> None:
    track = make_soundtrack(narration, tmp_path, SETTINGS)
    command = ["ffmpeg", "-hide_banner", "-nostats", "-i", str(track.path), "-af", "silencedetect=n=-50dB:d=0.5"]
    said = subprocess.run([*command, "-f", "null", "-"], capture_output=True, text=True, check=True).stderr
    lengths = [float(length) for length in re.findall(r"silence_duration: ([\d.]+)", said)]
    assert 1.7 < max(lengths) < 1.95


@pytest.mark.parametrize("sound", ["not a sound", "silence"])
def test_music_that_cannot_be_heard_is_left_out_with_a_warning(narration, tmp_path, caplog, sound: str) -> None:
    path = tmp_path / "piece.wav"
    if sound == "silence":
        speech.write_wav(path, speech.silence(3, 44_100), 44_100)
    else:
        path.write_text(sound)
    piece = Music(title="t", author="a", path=path, licence="CC0", attribution="")
    track = make_soundtrack(narration, tmp_path / "out", SETTINGS, music=piece)
    assert track.music is None and track.integrated_lufs == pytest.approx(-14, abs=0.6)
    assert "piece.wav is left out" in caplog.text


def test_a_narration_without_sound_is_refused_and_leaves_nothing(narration: Narration, tmp_path: Path) -> None:
    mute = tmp_path / "mute.wav"
    speech.write_wav(mute, speech.silence(5, 22_050), 22_050)
    with pytest.raises(RenderFailed, match="silent"):
        make_soundtrack(narration.model_copy(update={"wav_path": mute}), tmp_path / "out", SETTINGS)
    assert list((tmp_path / "out").iterdir()) == []


def test_speech_with_hard_peaks_is_limited_and_still_as_loud(narration: Narration, tmp_path: Path) -> None:
    with wave.open(str(narration.wav_path)) as file:
        rate, samples = file.getframerate(), np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").copy()
    samples[rate * 2 :: rate // 2] = 32_000
    peaky = tmp_path / "peaky.wav"
    speech.write_wav(peaky, samples, rate)
    track = make_soundtrack(narration.model_copy(update={"wav_path": peaky}), tmp_path / "out", SETTINGS)
    assert track.integrated_lufs == pytest.approx(-14, abs=1) and track.true_peak_dbtp <= -1
