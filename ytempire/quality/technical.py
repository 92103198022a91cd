"""Technical checks of the finished file, against the settings and against what it was made from.

Streams, length, black, freeze, silence, loudness, drift between sound and picture, captions on time and
readable, the transcript against the script, chapters, and the index where a player wants it.
"""

from __future__ import annotations

from pathlib import Path

from ytempire.chapters import are_chapters, starts_in
from ytempire.content import loudness
from ytempire.content.frames import Frame
from ytempire.content.metadata import retime_chapters
from ytempire.content.models import Captions, Narration, Script
from ytempire.quality.captioned import captioned, transcript_error
from ytempire.quality.envelope import ENOUGH_LIKENESS, narration_envelope, offsets
from ytempire.quality.measure import Measured, measure
from ytempire.quality.models import Check, TechnicalReport
from ytempire.settings import Settings


def inspect(
    mp4: Path, script: Script, narration: Narration, captions: Captions, shape: Frame, settings: Settings
) -> TechnicalReport:
    """Measure ``mp4`` and hold it against the settings, its script, its narration and its captions.

    Raises InvalidInput when the file is not there or is no video, MissingProgram without ffmpeg.
    """
    found = measure(mp4)
    written = captioned(narration, captions)
    drift, drift_detail = _drift(found, narration)
    report = TechnicalReport(
        duration_seconds=found.duration_seconds,
        width=int((found.video or {}).get("width", 0)),
        height=int((found.video or {}).get("height", 0)),
        frames_per_second=found.frames_per_second,
        black_seconds=found.black_seconds,
        longest_freeze_seconds=found.longest_freeze_seconds,
        longest_silence_seconds=found.longest_silence_seconds,
        integrated_lufs=max(found.sound.integrated_lufs, -120.0),
        true_peak_dbtp=max(found.sound.true_peak_dbtp, -120.0),
        duration_off_seconds=abs(found.duration_seconds - narration.duration_seconds),
        drift_seconds=drift,
        caption_coverage=written.coverage,
        caption_letters_per_second=written.letters_per_second,
        caption_words_per_minute=written.words_per_minute,
        transcript_error=transcript_error(script, narration),
        checks=[],
    )
    checks = [
        *_stream_checks(found, shape, settings),
        *limit_checks(report, settings),
        _check("drift", drift is not None and drift <= settings.quality.drift_tolerance_seconds, True, drift_detail),
        _chapters(script, narration),
        _check("faststart", _faststart(mp4), False, "index before the media"),
    ]
    return report.model_copy(update={"checks": checks})


def _check(name: str, passed: bool, hard: bool, detail: str) -> Check:
    return Check(name=name, passed=passed, hard=hard, detail=detail)


def _stream_checks(found: Measured, shape: Frame, settings: Settings) -> list[Check]:
    picture, sound = found.video or {}, found.audio or {}
    size = (picture.get("width"), picture.get("height"))
    form = f"{picture.get('codec_name')} {picture.get('pix_fmt')} {size[0]}x{size[1]}"
    heard = f"{sound.get('codec_name')} {sound.get('sample_rate')} Hz, {sound.get('channels')} channels"
    right_picture = picture.get("codec_name") == "h264" and picture.get("pix_fmt") == "yuv420p"
    right_sound = sound.get("codec_name") == "aac" and sound.get("sample_rate") == str(loudness.RATE_HZ)
    rate = settings.content.frames_per_second
    return [
        _check("video stream", right_picture and size == shape.size_px, True, f"{form}, {shape.aspect_ratio} wanted"),
        _check("audio stream", right_sound and sound.get("channels") == 2, True, heard),
        _check(
            "frame rate",
            abs(found.frames_per_second - rate) <= 0.01 * rate,
            False,
            f"{found.frames_per_second:.2f} a second, {rate} wanted",
        ),
    ]


def limit_checks(report: TechnicalReport, settings: Settings) -> list[Check]:
    """Hold the figures of ``report`` against the limits of the settings."""
    content, limits = settings.content, settings.quality
    least = content.minimum_duration_seconds
    duration, apart = report.duration_seconds, report.duration_off_seconds
    off = abs(report.integrated_lufs - content.loudness_lufs)
    peak = report.true_peak_dbtp
    speed, pace = report.caption_letters_per_second, report.caption_words_per_minute
    readable = speed <= limits.caption_letters_per_second and pace <= limits.caption_words_per_minute
    coverage, wrong = report.caption_coverage, report.transcript_error
    freeze, silence = report.longest_freeze_seconds, report.longest_silence_seconds
    return [
        _check("duration", duration >= least, True, f"{duration:.1f} s, at least {least:.0f} s wanted"),
        _check("in step", apart <= limits.duration_tolerance_seconds, True, f"{apart:.2f} s off the narration"),
        _check(
            "black", report.black_seconds <= limits.longest_black_seconds, True, f"{report.black_seconds:.1f} s black"
        ),
        _check("freeze", freeze <= limits.longest_freeze_seconds, False, f"{freeze:.1f} s frozen at most"),
        _check("silence", silence <= limits.longest_silence_seconds, True, f"{silence:.1f} s at most"),
        _check("loudness", off <= limits.loudness_tolerance_lu, True, f"{report.integrated_lufs:.1f} LUFS"),
        _check("true peak", peak <= content.true_peak_dbtp, True, f"{peak:.1f} dBTP"),
        _check(
            "captions",
            coverage >= limits.caption_coverage,
            False,
            f"{coverage:.0%} of the words on screen while they are said",
        ),
        _check("caption speed", readable, False, f"{speed:.1f} letters a second, {pace:.0f} words a minute"),
        _check("transcript", wrong <= limits.transcript_error, True, f"{wrong:.1%} of the words differ"),
    ]


def _drift(found: Measured, narration: Narration) -> tuple[float | None, str]:
    """Return the furthest that sound and picture are apart, in seconds, and where that was seen.

    By the packets: where both begin, and gaps within a stream. By ear: where the narration is heard.
    What could not be compared is None, and does not count as passed.
    """
    picture, sound = found.video_span, found.audio_span
    if picture is None or sound is None:
        return None, "there is no sound beside a picture to compare"
    wanted = narration_envelope(narration.wav_path)
    if wanted is None:
        return None, f"{narration.wav_path.name} is not there to compare with"
    heard = offsets(found.envelope, wanted)
    if not heard or max(one.likeness for one in heard) < ENOUGH_LIKENESS:
        return None, "the narration is not heard in the file"
    # Where nothing is said, or music plays alone, there is nothing to lay one over the other.
    clear = [one for one in heard if one.likeness >= ENOUGH_LIKENESS]
    furthest = max(clear, key=lambda one: abs(one.late_seconds))
    apart = {
        "at the start": abs(picture.start_seconds - sound.start_seconds),
        "in a gap of the picture": picture.longest_hole_seconds,
        "in a gap of the sound": sound.longest_hole_seconds,
        f"at {furthest.at_seconds:.0f} s": abs(furthest.late_seconds),
    }
    where, most = max(apart.items(), key=lambda pair: pair[1])
    return most, f"{1000 * most:.0f} ms apart {where}"


def _chapters(script: Script, narration: Narration) -> Check:
    starts = starts_in(retime_chapters(script, narration).description)
    return _check("chapters", are_chapters(starts, narration.duration_seconds), False, f"{len(starts)} chapters")


def _faststart(mp4: Path) -> bool:
    """Say whether the index (moov) stands before the media (mdat)."""
    with mp4.open("rb") as file:
        while header := file.read(8):
            size, kind = int.from_bytes(header[:4], "big"), header[4:8]
            if kind in (b"moov", b"mdat"):
                return kind == b"moov"
            if size == 1:
                size = int.from_bytes(file.read(8), "big") - 8
            if size < 8:
                return False
            file.seek(size - 8, 1)
    return False
