"""The thumbnail stage of a job: one file to publish, three variants kept, the channel's own pictures behind them."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from PIL import Image

from ytempire.database.connection import Connection
from ytempire.jobs import production
from ytempire.settings import ContentSettings, Settings


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    dice = np.random.default_rng(5)
    coarse = Image.fromarray(dice.integers(0, 255, (9, 16, 3), np.uint8))
    coarse.resize((1600, 900), Image.Resampling.BICUBIC).save(folder / "crowd at a concert.jpg")
    return folder


def variants(connection: Connection, job_id: UUID) -> list[dict]:
    row = connection.execute(
        "SELECT artefact_path, details -> 'variants' AS variants FROM ytempire.job_stages"
        " WHERE job_id = %s AND stage = 'thumbnail'",
        (job_id,),
    ).fetchone()
    assert row is not None and row["variants"][0]["path"] == row["artefact_path"]
    return row["variants"]


def test_all_three_variants_are_kept_with_the_stage(
    connection: Connection, database_url: str, job_id: UUID, tmp_path: Path, pictures: Path
) -> None:
    providers = {}
    for name, folder in (("none", None), ("own", pictures)):
        settings = Settings(
            database_url=database_url, media_root=tmp_path / name, content=ContentSettings(picture_folder=folder)
        )
        for stage in ("script", "thumbnail"):
            made = production.make(stage, connection, settings, job_id)
        kept = variants(connection, job_id)
        assert [one["name"] for one in kept] == ["a", "b", "c"] and len({one["preset"] for one in kept}) == 3
        for one in kept:
            assert Image.open(one["path"]).size == (1280, 720) and one["contrast"] >= 7
        assert made["path"] == kept[0]["path"] and made["bytes"] < 2_000_000
        providers[name] = [one["provider"] for one in kept]
    assert providers == {"none": ["drawn"] * 3, "own": ["folder", "folder", "drawn"]}
