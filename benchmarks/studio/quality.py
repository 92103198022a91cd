"""How near an encoded picture is to what was composed, and how many bits it took."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import cv2
import numpy as np

_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def ssim(one: np.ndarray, other: np.ndarray) -> float:
    """Structural similarity of two luma planes (Wang et al. 2004: Gaussian window of 11, sigma 1.5)."""
    a, b = one.astype(np.float32), other.astype(np.float32)

    def blurred(picture: np.ndarray) -> np.ndarray:
        return np.asarray(cv2.GaussianBlur(picture, (11, 11), 1.5))

    mean_a, mean_b = blurred(a), blurred(b)
    variance_a, variance_b = blurred(a * a) - mean_a**2, blurred(b * b) - mean_b**2
    covariance = blurred(a * b) - mean_a * mean_b
    top = (2 * mean_a * mean_b + _C1) * (2 * covariance + _C2)
    return float((top / ((mean_a**2 + mean_b**2 + _C1) * (variance_a + variance_b + _C2))).mean())


def luma_frames(video: Path, numbers: list[int], width: int, height: int) -> list[np.ndarray]:
    """Return the luma planes of some frames, in order."""
    chosen = "+".join(f"eq(n\\,{number})" for number in numbers)
    arguments = ["ffmpeg", "-v", "error", "-nostdin", "-i", str(video), "-vf", f"select={chosen},format=gray"]
    arguments += ["-fps_mode", "passthrough", "-f", "rawvideo", "-"]
    data = subprocess.run(arguments, check=True, capture_output=True).stdout
    return list(np.frombuffer(data, np.uint8).reshape(-1, height, width))


def bit_rate_mbit(video: Path) -> tuple[float, float]:
    """Return the video stream's Mbit/s and the file's seconds."""
    arguments = ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "stream=bit_rate,duration"]
    found = json.loads(subprocess.run([*arguments, "-of", "json", str(video)], check=True, capture_output=True).stdout)
    stream = found["streams"][0]
    return int(stream["bit_rate"]) / 1e6, float(stream["duration"])
