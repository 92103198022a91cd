from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from ytempire.database.connection import connect
from ytempire.hashing import blake3_of
from ytempire.jobs.stages import Product, finished_stage, run_stage


class Maker:
    """Writes its text and counts how often it was asked."""

    def __init__(self, text: str = "made", seconds: float = 0) -> None:
        self.text, self.seconds, self.calls = text, seconds, 0

    def __call__(self, folder: Path) -> Product:
        self.calls += 1
        time.sleep(self.seconds)
        path = folder / "artefact.txt"
        path.write_text(self.text)
        return Product(path, "test", {"figure": 1})


def test_a_finished_stage_is_not_done_again(connection, job_id, tmp_path) -> None:
    maker = Maker()
    first = run_stage(connection, tmp_path, job_id, "script", {"a": 1}, maker)
    second = run_stage(connection, tmp_path, job_id, "script", {"a": 1}, maker)
    assert maker.calls == 1
    assert first.made_now and not second.made_now
    assert second.path.read_text() == "made"


def test_other_inputs_make_it_anew(connection, job_id, tmp_path) -> None:
    maker = Maker()
    run_stage(connection, tmp_path, job_id, "script", {"a": 1}, maker)
    run_stage(connection, tmp_path, job_id, "script", {"a": 2}, maker)
    assert maker.calls == 2


def test_a_lost_or_damaged_artefact_is_made_anew(connection, job_id, tmp_path) -> None:
    maker = Maker()
    made = run_stage(connection, tmp_path, job_id, "script", {}, maker)
    made.path.write_text("damaged")
    run_stage(connection, tmp_path, job_id, "script", {}, maker)
    made.path.unlink()
    assert run_stage(connection, tmp_path, job_id, "script", {}, maker).path.read_text() == "made"
    assert maker.calls == 3


def test_what_was_made_on_another_machine_is_taken_where_its_files_are_here_and_made_anew_where_not(
    connection, job_id, tmp_path
) -> None:
    maker, there, here, elsewhere = Maker(), tmp_path / "there", tmp_path / "here", tmp_path / "elsewhere"
    run_stage(connection, there, job_id, "script", {}, maker)
    there.rename(here)
    taken = run_stage(connection, here, job_id, "script", {}, maker)
    assert (maker.calls, taken.made_now, taken.path.is_relative_to(here)) == (1, False, True)
    made = run_stage(connection, elsewhere, job_id, "script", {}, maker)
    assert (maker.calls, made.made_now, made.path.is_relative_to(elsewhere)) == (2, True, True)


def test_a_failure_is_recorded_and_the_retry_succeeds(connection, job_id, tmp_path) -> None:
    def broken(folder: Path) -> Product:
        (folder / "half").write_text("x")
        raise RuntimeError("out of ink")

    with pytest.raises(RuntimeError):
        run_stage(connection, tmp_path, job_id, "visuals", {}, broken)
    row = connection.execute("SELECT status, error_message FROM ytempire.job_stages").fetchone()
    assert row == {"status": "failed", "error_message": "out of ink"}
    assert finished_stage(connection, job_id, "visuals") is None
    made = run_stage(connection, tmp_path, job_id, "visuals", {}, Maker())
    assert [path.name for path in made.path.parent.iterdir()] == ["artefact.txt"]
    assert connection.execute("SELECT attempts FROM ytempire.job_stages").fetchone()["attempts"] == 2


def test_a_zombie_beside_its_retry_makes_it_once(connection, database_url, job_id, tmp_path) -> None:
    maker = Maker(seconds=0.5)

    def work() -> None:
        with connect(database_url) as own:
            run_stage(own, tmp_path, job_id, "assembly", {}, maker)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert maker.calls == 1


def test_a_folder_is_hashed_with_its_names(tmp_path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one").write_text("1")
    before = blake3_of(tmp_path / "a")
    (tmp_path / "a" / "one").rename(tmp_path / "a" / "two")
    assert blake3_of(tmp_path / "a") != before
