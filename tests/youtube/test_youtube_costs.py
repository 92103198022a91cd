"""What each method costs: the documented figures, as the sandbox charges them, and settings that may change them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ytempire.youtube
from sandbox import quota as theirs
from ytempire.database.connection import Connection
from ytempire.settings import Settings, YouTubeSettings
from ytempire.youtube.quota import QuotaLedger, bucket_of

# https://developers.google.com/youtube/v3/determine_quota_cost
DOCUMENTED = {
    "videos.insert": 1, "search.list": 1, "videos.batchGetStats": 1,  # each of its own bucket
    "videos.list": 1, "channels.list": 1, "playlists.list": 1, "playlistItems.list": 1,
    "videos.update": 50, "thumbnails.set": 50, "playlists.insert": 50, "playlistItems.insert": 50,
    "captions.list": 50, "captions.insert": 400,
}  # fmt: skip
METHOD = re.compile(r'"((?:videos|channels|playlists|playlistItems|thumbnails|captions|search)\.[a-zA-Z]+)"')
CALLED = sorted(
    {
        method
        for path in Path(ytempire.youtube.__path__[0]).glob("*.py")
        if path.name != "quota.py"
        for method in METHOD.findall(path.read_text())
    }
)


@pytest.mark.parametrize("method", CALLED)
def test_every_method_that_we_call_has_its_documented_cost(connection: Connection, method: str) -> None:
    assert QuotaLedger(connection, YouTubeSettings()).units_of(method) == DOCUMENTED[method]


@pytest.mark.parametrize("method", sorted(DOCUMENTED))
def test_the_sandbox_charges_the_same_to_the_same_bucket(connection: Connection, method: str) -> None:
    ledger = QuotaLedger(connection, YouTubeSettings())
    assert (theirs.cost(f"youtube.{method}"), theirs.bucket(f"youtube.{method}")) == (
        ledger.units_of(method),
        bucket_of(method),
    )


def test_the_cost_of_a_method_is_a_setting(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YTEMPIRE_YOUTUBE__UNIT_COSTS", '{"captions.insert": 450}')
    monkeypatch.setenv("YTEMPIRE_YOUTUBE__DAILY_UNITS", "900")
    ledger = QuotaLedger(connection, Settings().youtube)
    assert (ledger.units_of("captions.insert"), ledger.limits()["default"]) == (450, 900)
    assert ledger.units_of("thumbnails.set") == 50, "the others keep theirs"


def test_no_upload_begins_without_the_units_of_all_that_follows_it() -> None:
    settings = YouTubeSettings()
    steps = ("thumbnails.set", "captions.insert", "playlistItems.insert", "videos.list", "videos.list")
    assert settings.units_to_finish_a_video >= sum(settings.unit_costs.get(step, 1) for step in steps)
