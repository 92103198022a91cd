"""The sound of a video: speech and, where there is any, music that steps back for it, encoded once.

Speech leads: the whole has the loudness of the settings (−14 LUFS), and music lies 18 dB below the
speech while there is speech (the sidechain of a compressor listens to the speech, 150 ms ahead of
it), and 8 dB below it before and after. The gain is found on the speech as it was recorded, one
channel at its own rate, which takes a tenth of the time of encoding; what came out is measured on the
encoded file, and made again only where it misses.

AAC by ffmpeg's fast coder without its slow tools: a quarter of the default coder's time, and nearer to
the original. Speech is one channel, coded once, at one quality instead of one bit rate, for which the
coder does every frame again until its size fits: half the time, about 130 kbit/s, and 43 dB above the
error (37 dB with the default at 192 kbit/s). What comes out is the same in both channels: one is measured.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import ffmpeg

from ytempire.content import loudness
from ytempire.content.files import disk_full_is_named
from ytempire.content.loudness import Loudness
from ytempire.content.models import Music, Narration, Soundtrack
from ytempire.content.programs import RenderFailed, run
from ytempire.settings import ContentSettings

log = logging.getLogger(__name__)

_ENCODER: dict[str, Any] = {
    "acodec": "aac", "aac_coder": "fast", "aac_is": 0, "aac_pns": 0, "aac_tns": 0, "ar": loudness.RATE_HZ
}  # fmt: skip
_ONE_CHANNEL: dict[str, Any] = {"aq": 2, "aac_ms": 1}
_TWO_CHANNELS: dict[str, Any] = {"audio_bitrate": "192k", "aac_ms": 0}
_HEADROOM_DB = 0.5
_CLOSE_LU = 0.2
_CLOSE_ENOUGH_LU = 0.5
_SILENT_LUFS = -70.0
_ROUNDS = 3
_AHEAD_SECONDS = 0.15
_SPARE_SECONDS = 1.0
_KEY_DBFS = 0.0
_RATIO = 4.0
_FADE_IN_SECONDS = 0.6
_FADE_OUT_SECONDS = 1.2


def make_soundtrack(
    narration: Narration, folder: Path, settings: ContentSettings, *, music: Music | None = None
) -> Soundtrack:
    """Encode ``folder``/soundtrack.m4a, as long as the narration.

    A piece of music that cannot be decoded is left out, with a warning. A loudness or true peak that cannot
    be reached is returned as it was measured: the quality check judges it. Raises MissingProgram without
    ffmpeg, DiskFull with nothing left behind, RenderFailed for silence.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "soundtrack.m4a"
    partial = path.with_name(f"{path.name}.partial")
    gain = _gain(narration, settings)
    piece = None if music is None else _loudness_of(music, narration, settings)
    try:
        headroom = _HEADROOM_DB
        for _ in range(_ROUNDS):
            stream = _amplified(narration, gain).filter("aresample", loudness.RATE_HZ)
            if music is not None and piece is not None:
                stream = _with_music(stream, music, narration, settings, settings.loudness_lufs - piece)
            stream = _limited(stream, settings.true_peak_dbtp - headroom)
            if piece is None:
                found = _encode(_twice(stream), partial, settings, _ONE_CHANNEL)
            else:
                found = _encode(stream, partial, settings, _TWO_CHANNELS)
            missing = settings.loudness_lufs - found.integrated_lufs
            over = found.true_peak_dbtp - settings.true_peak_dbtp
            if abs(missing) <= _CLOSE_ENOUGH_LU and over <= 0:
                break
            gain += missing
            headroom += max(0.0, over + 0.1)
        else:
            log.warning("the sound stays at %s LUFS, %s dBTP", found.integrated_lufs, found.true_peak_dbtp)
        with disk_full_is_named(path):
            partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return Soundtrack(
        path=path,
        duration_seconds=narration.duration_seconds,
        integrated_lufs=found.integrated_lufs,
        true_peak_dbtp=found.true_peak_dbtp,
        music=music if piece is not None else None,
    )


def _gain(narration: Narration, settings: ContentSettings) -> float:
    """Return the gain (dB) that brings the speech, limited, to the loudness of the settings."""
    patience = settings.render_timeout_seconds
    spoken = loudness.measure(_amplified(narration, 0), timeout_seconds=patience, peaks=False).integrated_lufs
    if spoken <= _SILENT_LUFS:
        raise RenderFailed(f"{narration.wav_path.name} is silent")
    gain = settings.loudness_lufs - spoken
    for _ in range(_ROUNDS):
        limited = _limited(_amplified(narration, gain), settings.true_peak_dbtp - _HEADROOM_DB)
        found = loudness.measure(limited, timeout_seconds=patience, peaks=False).integrated_lufs
        if abs(settings.loudness_lufs - found) <= _CLOSE_LU:
            break
        gain += settings.loudness_lufs - found
    return gain


def _amplified(narration: Narration, gain_db: float) -> Any:
    return ffmpeg.input(str(narration.wav_path)).audio.filter("volume", f"{gain_db:.3f}dB", precision="float")


def _twice(stream: Any) -> Any:
    """One channel on two loudspeakers, each as loud as it was."""
    return stream.filter("pan", args="stereo|c0=c0|c1=c0")


def _loudness_of(music: Music, narration: Narration, settings: ContentSettings) -> float | None:
    """Measure as much of the piece as will be heard; None where it has no sound."""
    heard = ffmpeg.input(str(music.path), t=narration.duration_seconds).audio.filter(
        "aformat", channel_layouts="stereo"
    )
    try:
        found = loudness.measure(heard, timeout_seconds=settings.render_timeout_seconds, peaks=False).integrated_lufs
    except RenderFailed as error:
        log.warning("music %s is left out: %s", music.path.name, str(error)[-200:])
        return None
    if found <= _SILENT_LUFS:
        log.warning("music %s is left out: it is silent", music.path.name)
        return None
    return found


def _with_music(speech: Any, music: Music, narration: Narration, settings: ContentSettings, above_db: float) -> Any:
    """Lay the piece, looped and faded, under the speech, which is ``above_db`` louder than the piece."""
    seconds = narration.duration_seconds
    piece = ffmpeg.input(str(music.path), stream_loop=-1).audio
    piece = piece.filter("aresample", loudness.RATE_HZ).filter("aformat", channel_layouts="stereo")
    piece = piece.filter("atrim", duration=seconds + _SPARE_SECONDS).filter("asetpts", "N/SR/TB")
    piece = piece.filter("volume", f"{above_db - settings.music_alone_below_speech_db:.3f}dB", precision="float")
    piece = piece.filter("afade", type="in", duration=_FADE_IN_SECONDS)
    out = min(_FADE_OUT_SECONDS, seconds / 2)
    piece = piece.filter("afade", type="out", start_time=seconds - out, duration=out)
    parts = speech.filter("apad", pad_dur=_SPARE_SECONDS).filter_multi_output("asplit")
    heard, key = _twice(parts[0]), _twice(parts[1])
    # Driven into clipping, the speech is as loud in a whisper as in a shout: the music steps back by one depth.
    key = key.filter("volume", "45dB").filter("aformat", sample_fmts="s16").filter("aformat", sample_fmts="flt")
    key = key.filter("atrim", start=_AHEAD_SECONDS).filter("asetpts", "N/SR/TB")
    key = key.filter("apad", pad_dur=_AHEAD_SECONDS)
    depth = settings.music_below_speech_db - settings.music_alone_below_speech_db
    threshold = 10 ** ((_KEY_DBFS - depth / (1 - 1 / _RATIO)) / 20)
    ducked = ffmpeg.filter(
        [piece, key],
        "sidechaincompress",
        threshold=f"{threshold:.6f}", ratio=_RATIO, attack=60, release=600, knee=1, detection="rms",
    )  # fmt: skip
    mixed = ffmpeg.filter([heard, ducked], "amix", inputs=2, duration="first", normalize=0)
    return mixed.filter("atrim", duration=seconds)  # amix loses what it holds back when its inputs end


def _limited(stream: Any, ceiling_dbfs: float) -> Any:
    limit = f"{10 ** (ceiling_dbfs / 20):.5f}"
    return stream.filter("alimiter", limit=limit, attack=3, release=60, level="disabled")


def _encode(stream: Any, path: Path, settings: ContentSettings, channels: dict[str, Any]) -> Loudness:
    """Encode and measure what was encoded; where there is one channel, it is measured once."""
    output = ffmpeg.output(stream, str(path), format="mp4", fflags="+bitexact", **_ENCODER, **channels)
    arguments = output.global_args("-hide_banner", "-nostdin", "-loglevel", "error", "-y").compile()
    run(arguments, timeout_seconds=settings.render_timeout_seconds)
    heard = ffmpeg.input(str(path)).audio
    if channels is _ONE_CHANNEL:
        heard = heard.filter("pan", args="mono|c0=c0")
    return loudness.measure(heard, timeout_seconds=settings.render_timeout_seconds)
