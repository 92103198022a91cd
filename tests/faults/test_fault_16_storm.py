"""Faults 1 to 4, 7, 8, 14 and 16 at once: storms of kills, lost answers, gone sessions, 5xx, 429 and lost connections.

Each run is a seed. `make test` runs a share of them, `make bench NAME=storm` all 500; YTEMPIRE_STORM_RUNS says how
many, YTEMPIRE_STORM_FIRST from which seed on. Videos lost, doubled, quota overspent, rows that are not true: none.
"""

from __future__ import annotations

import gc
import json
import os
from pathlib import Path

import httpx
import pytest
from upload_scene import CHUNK, padded_video
from upload_storm import Storm, summary, weather_the

RUNS = int(os.environ.get("YTEMPIRE_STORM_RUNS", "12"))
FIRST = int(os.environ.get("YTEMPIRE_STORM_FIRST", "1"))


@pytest.fixture(scope="module")
def three_chunks(second_of_video: Path) -> Path:
    return padded_video(second_of_video, second_of_video.with_name("three_chunks.mp4"), 2 * CHUNK + 12_345)


def test_no_storm_loses_doubles_or_overspends(
    database_url: str,
    sandbox_url: str,
    three_chunks: Path,
    finishing_files: tuple[Path, Path],
    capsys: pytest.CaptureFixture[str],
) -> None:
    gc.collect()
    gc.freeze()  # What is there already is not copied into each forked worker.
    outcomes = []
    for seed in range(FIRST, FIRST + RUNS):
        httpx.post(f"{sandbox_url}/control/reset").raise_for_status()
        outcome = weather_the(Storm.of(seed), database_url, sandbox_url, three_chunks, finishing_files)
        assert outcome.damage == (), outcome
        outcomes.append(outcome)
    with capsys.disabled():
        print("\nstorm:", json.dumps(summary(outcomes)))
    # It really was a storm.
    assert summary(outcomes)["killed"] > RUNS / 2
