"""What the channel told before: a retelling is found, a new story is none, and asking again changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from content_samples import channel, topic, video

from ytempire.content.assignments import Assignment
from ytempire.content.models import Script
from ytempire.content.providers import offline
from ytempire.database.connection import Connection
from ytempire.jobs.queue import set_status
from ytempire.quality import policy
from ytempire.quality.encoder import encoder
from ytempire.quality.features import Features, features
from ytempire.quality.memory import ChannelMemory, retold
from ytempire.quality.models import TechnicalReport
from ytempire.settings import QualitySettings, Settings

FILE = TechnicalReport(
    duration_seconds=60, width=1920, height=1080, frames_per_second=30, black_seconds=0, longest_freeze_seconds=0,
    longest_silence_seconds=1, integrated_lufs=-14, true_peak_dbtp=-2, duration_off_seconds=0, drift_seconds=0,
    caption_coverage=1, caption_letters_per_second=15, caption_words_per_minute=150, transcript_error=0, checks=[],
)  # fmt: skip
CHANNEL = channel()
JOB = """
INSERT INTO ytempire.generation_jobs (channel_id, job_type, status, config, day, slot)
VALUES (%s, 'video', 'running', '{}', '2026-11-20', %s) RETURNING job_id
"""


def seen(script: Script) -> Features:
    settings = Settings()
    return features(script, FILE, policy.check(script, CHANNEL, settings.quality), settings, encoder())


@pytest.fixture
def job(connection: Connection, make_channel: Callable[..., UUID]) -> Callable[..., UUID]:
    channels: dict[str, UUID] = {}

    def make(slot: int, name: str = "Chart Room") -> UUID:
        channels.setdefault(name, make_channel(name) if name not in channels else None)
        return connection.execute(JOB, (channels[name], slot)).fetchone()["job_id"]

    return make


@pytest.fixture(scope="module")
def story() -> Script:
    return offline.write(Assignment(topic(), CHANNEL, 60))


@pytest.fixture(scope="module")
def later(story: Script) -> Script:
    """The same story with figures that have moved on, in the same words."""
    told = [
        scene.model_copy(update={"narration": scene.narration.replace("thousand", "million").replace("1", "2")})
        for scene in story.scenes
    ]
    return story.model_copy(update={"title": f"Again: {story.title}"[:100], "scenes": told})


@pytest.fixture(scope="module")
def another() -> Script:
    evidence = topic("other").evidence.model_copy(
        update={
            "lead": video(11, title="Making ramen from scratch in a night market", channel_title="Tin Orchard"),
            "others": [video(12, title="Street bread of the north", channel_title="Slow Harbor")],
        }
    )
    return offline.write(
        Assignment(topic("other").model_copy(update={"evidence": evidence, "niche": "cooking"}), CHANNEL, 60)
    )


def told_before(connection: Connection, job_id: UUID, script: Script) -> list[str]:
    settings = QualitySettings()
    alike = ChannelMemory(connection, job_id, settings).most_alike(script.title, seen(script))
    return [violation.detail for violation in retold(alike, settings)]


def test_a_retelling_names_the_earlier_video_and_a_new_story_is_none(connection, job, story, later, another) -> None:
    first, second, third = job(1), job(2), job(3)
    assert told_before(connection, first, story) == []
    assert told_before(connection, second, another) == []
    (detail,) = told_before(connection, third, later)
    assert f"like “{story.title}”" in detail and detail.startswith("0.9")


def test_a_stage_done_again_finds_the_same(connection, job, story, later) -> None:
    first, second = job(1), job(2)
    for _ in range(2):
        assert told_before(connection, first, story) == []
        assert len(told_before(connection, second, later)) == 1
    count = connection.execute("SELECT count(*) AS n FROM ytempire.quality_examples").fetchone()
    assert count["n"] == 2


def test_only_what_the_channel_itself_has_shown_counts(connection, job, story, later) -> None:
    rejected, elsewhere, own = job(1), job(1, "Other Room"), job(2)
    told_before(connection, rejected, story)
    set_status(connection, rejected, "rejected")
    told_before(connection, elsewhere, story)
    assert told_before(connection, own, later) == []


def test_how_much_alike_is_too_much_is_a_setting(connection, job, story, another) -> None:
    first, second = job(1), job(2)
    told_before(connection, first, story)
    lenient = QualitySettings(duplicate_similarity=0.1)
    alike = ChannelMemory(connection, second, lenient).most_alike(another.title, seen(another))
    assert alike is not None and alike.similarity < 0.9
    assert [violation.rule for violation in retold(alike, lenient)] == ["near-duplicate"]
