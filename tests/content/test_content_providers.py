"""The paid providers, through their real client libraries against the sandbox's endpoints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from content_samples import channel, topic

from ytempire.content.models import Script
from ytempire.content.narration import narrate
from ytempire.content.script import write_script
from ytempire.content.spending import Unlimited
from ytempire.errors import BudgetExceeded
from ytempire.settings import ContentSettings

SECRETS = {"openai": "sk-canary-openai", "elevenlabs": "canary-elevenlabs"}


@dataclass
class Paid:
    """A call that was reserved; its answer is kept in the purse."""

    purse: Purse
    key: str

    @property
    def answer(self) -> str | None:
        return self.purse.answers.get(self.key)

    def settle(self, actual_usd: float, usage: Mapping[str, object], answer: str) -> None:
        assert usage
        self.purse.answers[self.key] = answer
        self.purse.settled.append(actual_usd)


class Purse:
    """Spending that keeps the answers, and refuses what is more than ``usd``."""

    def __init__(self, usd: float = 5.0) -> None:
        self.usd = usd
        self.answers: dict[str, str] = {}
        self.settled: list[float] = []

    @contextmanager
    def call(self, provider: str, call_key: str, estimated_usd: float) -> Iterator[Paid]:
        if estimated_usd > self.usd:
            raise BudgetExceeded(f"{provider}: {estimated_usd}")
        yield Paid(self, call_key)


@pytest.fixture
def settings(sandbox_url: str) -> ContentSettings:
    return ContentSettings(
        script_chain=["gpt-4", "offline"],
        narration_chain=["elevenlabs", "espeak"],
        openai_base_url=f"{sandbox_url}/openai/v1",
        elevenlabs_base_url=f"{sandbox_url}/elevenlabs",
    )


def journal(sandbox_url: str, kind: str) -> list[dict]:
    return httpx.get(f"{sandbox_url}/control/journal", params={"kind": kind}).json()["entries"]


def fault(sandbox_url: str, path: str, **what: object) -> None:
    httpx.post(f"{sandbox_url}/control/faults", json={"path": path, "times": -1} | what).raise_for_status()


def short_script(settings: ContentSettings) -> Script:
    offline = settings.model_copy(update={"script_chain": ["offline"]})
    script = write_script(topic(), channel(), offline, secrets={}, spending=Unlimited()).script
    return script.model_copy(update={"scenes": script.scenes[:3]})


def test_speech_with_the_times_of_its_words_comes_from_elevenlabs(sandbox_url, settings, tmp_path: Path) -> None:
    purse = Purse()
    script = short_script(settings)
    narration = narrate(script, channel(), tmp_path, settings, secrets=SECRETS, spending=purse)
    assert narration.provider == "elevenlabs"
    for scene, told in zip(script.scenes, narration.scenes, strict=True):
        assert [word.text for word in told.words] == scene.narration.split()
    asked = len(journal(sandbox_url, "elevenlabs.tts"))
    assert asked == len(purse.settled) > 0
    again = narrate(script, channel(), tmp_path, settings, secrets=SECRETS, spending=purse)
    assert again.scenes == narration.scenes
    assert len(journal(sandbox_url, "elevenlabs.tts")) == asked, "what is paid for is not asked again"


@pytest.mark.parametrize("what", [{"status": 500}, {"status": 429}, {"cut": "before"}, {"latency_seconds": 3}])
def test_a_provider_that_is_down_or_slow_is_passed_over(sandbox_url, settings, tmp_path, what) -> None:
    fault(sandbox_url, "^/openai/", **what)
    fault(sandbox_url, "^/elevenlabs/", **what)
    hasty = settings.model_copy(update={"provider_timeout_seconds": 1})
    written = write_script(topic(), channel(), hasty, secrets=SECRETS, spending=Unlimited())
    assert written.provider == "offline"
    narration = narrate(short_script(settings), channel(), tmp_path, hasty, secrets=SECRETS, spending=Unlimited())
    assert narration.provider == "espeak"
