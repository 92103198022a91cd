"""The audience's answer to a plan of videos: hot subjects win, luck is of the id, and nonsense is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox.history import ReplayWorld
from sandbox.screening import screen
from sandbox.synthetic import synthesize

AT = datetime(2026, 6, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("history")
    synthesize(folder, days=21, seed=3)
    return folder


def line(title: str, name: str = "a", **more: object) -> str:
    told = {"id": name, "channel": "c", "published_at": AT.isoformat(), "title": title, "subscribers": 5_000}
    return json.dumps(told | more)


def answers(history: Path, *lines: str, seed: int = 3) -> list[dict]:
    return [json.loads(answer) for answer in screen(history, seed, lines, age_days=7)]


def test_a_charting_subject_is_watched_more(history: Path) -> None:
    charting = ReplayWorld(history).chart_titles("US", AT)[0]
    hot, cold = answers(history, line(f"Why everyone watches {charting}"), line("Why everyone watches zzyzx qwxyz"))
    assert hot["heat"] > 0.3 > cold["heat"]
    assert hot["views"] > 1.3 * cold["views"] > 0


def test_the_same_id_has_the_same_luck(history: Path) -> None:
    first, again, other = answers(history, line("One title", "a"), line("One title", "a"), line("One title", "b"))
    assert first == again
    assert first["views"] != other["views"]
    assert answers(history, line("One title", "a"), seed=4)[0]["views"] != first["views"]


@pytest.mark.parametrize("wrong", ["{", "[]", '{"id": "a"}', line("t", published_at="2026-06-20T12:00:00")])
def test_what_is_no_video_is_named_by_its_line(history: Path, wrong: str) -> None:
    with pytest.raises(ValueError, match="line 2 is no video"):
        answers(history, line("fine"), wrong)
