"""A step is done once; what was not finished is done again; old trainings go."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ml.steps import Steps, keep_newest, training_key


class Killed(BaseException):
    """Stands for the end of the process."""


def test_a_step_is_done_once_and_its_answer_is_kept(tmp_path: Path) -> None:
    done: list[str] = []

    def make() -> dict[str, int]:
        done.append("made")
        return {"n": 3}

    assert Steps(tmp_path, "key").once("count", make) == {"n": 3}
    again = Steps(tmp_path, "key")
    assert again.once("count", make) == {"n": 3} and done == ["made"]
    assert again.seconds == {}
    assert Steps(tmp_path, "other").once("count", make) == {"n": 3} and done == ["made", "made"]


def test_files_of_a_killed_step_do_not_count(tmp_path: Path) -> None:
    def killed(folder: Path) -> None:
        (folder / "half").write_text("half of it")
        raise Killed

    def whole(folder: Path) -> None:
        assert list(folder.iterdir()) == []
        (folder / "all").write_text("all of it")

    steps = Steps(tmp_path, "key")
    with pytest.raises(Killed):
        steps.files_once("model", killed)
    made = Steps(tmp_path, "key").files_once("model", whole)
    assert [path.name for path in made.iterdir()] == ["all"]
    assert Steps(tmp_path, "key").files_once("model", killed) == made


def test_a_training_is_named_by_what_it_learns_from(tmp_path: Path) -> None:
    assert training_key(data="a", seed=1) == training_key(seed=1, data="a")
    assert training_key(data="a", seed=1) != training_key(data="b", seed=1)


def test_the_newest_trainings_stay(tmp_path: Path) -> None:
    for age, key in enumerate(["a", "b", "c", "d"]):
        Steps(tmp_path, key)
        os.utime(tmp_path / key, (age, age))
    Steps(tmp_path, "a")
    assert keep_newest(tmp_path, 2) == ["d", "a"]
    assert {path.name for path in tmp_path.iterdir()} == {"a", "d"}
