"""The chain of language models, through the real client library against the sandbox's models."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from content_samples import channel, topic
from script_purse import Purse
from script_topics import charts_topic

from ytempire.content.models import Written
from ytempire.content.prompts import load_prompt
from ytempire.content.script import write_script
from ytempire.content.spending import Unlimited
from ytempire.errors import BudgetExceeded, InvalidInput, ProviderUnavailable
from ytempire.quality import policy
from ytempire.settings import ContentSettings, QualitySettings

KEYS = {"openai": "sk-canary-openai"}


@pytest.fixture
def settings(sandbox_url: str) -> ContentSettings:
    return ContentSettings(
        openai_base_url=f"{sandbox_url}/openai/v1", chat_models={"llama2": {"base_url": f"{sandbox_url}/ollama/v1"}}
    )


def asked(sandbox_url: str, kind: str = "openai.chat") -> list[str]:
    answer = httpx.get(f"{sandbox_url}/control/journal", params={"kind": kind}).json()
    return [entry["details"]["model"] for entry in answer["entries"]]


def says(sandbox_url: str, **what: object) -> None:
    httpx.post(f"{sandbox_url}/control/chat/answers", json=what).raise_for_status()


def write(
    settings: ContentSettings, spending: Purse | Unlimited, keys: Mapping[str, str] = KEYS, about=None
) -> Written:
    return write_script(about or topic(), channel(), settings, secrets=keys, spending=spending)


def test_without_keys_and_servers_the_offline_writer_is_there_at_once_and_says_why() -> None:
    began = time.monotonic()
    written = write(ContentSettings(), Unlimited(), {})
    assert time.monotonic() - began < 0.5
    assert written.provider == "offline"
    assert written.passed_over == (
        "gpt-4: no key for openai is set",
        "gpt-3.5-turbo: no key for openai is set",
        "llama2: no server is set",
    )
    assert written.script.prompt_version == "offline-2"


def test_the_first_model_writes_a_script_from_the_evidence_and_the_prompts_version_is_recorded(
    sandbox_url: str, settings: ContentSettings
) -> None:
    purse = Purse()
    written = write(settings, purse)
    script = written.script
    assert (written.provider, written.passed_over) == ("gpt-4", ())
    assert script.prompt_version == load_prompt("script-1").version
    assert asked(sandbox_url) == ["gpt-4"]
    assert "Speedrunning the whole game blindfolded, from Channel A" in script.scenes[0].narration
    assert "[video" not in script.model_dump_json()
    assert script.call_to_action.startswith("Where does it stand tomorrow? Subscribe to Chart Room")
    assert all(scene.picture for scene in script.scenes)
    assert not policy.check(script, channel(), QualitySettings()).violations
    ((provider, _, estimate),) = purse.reserved
    ((paid, usage),) = purse.settled
    assert provider == "gpt-4" and 0 < paid < estimate < 0.5
    assert paid == pytest.approx((usage["prompt"] * 30 + usage["completion"] * 60) / 1e6)


@pytest.mark.parametrize("name", ["gpt-3.5-turbo", "llama2"])
def test_every_model_of_the_chain_can_be_the_writer(sandbox_url: str, settings: ContentSettings, name: str) -> None:
    purse = Purse()
    alone = settings.model_copy(update={"script_chain": [name]})
    written = write(alone, purse, KEYS if name != "llama2" else {}, charts_topic(0, 29))
    assert written.provider == name
    assert asked(sandbox_url, "ollama.chat" if name == "llama2" else "openai.chat") == [name]
    assert (purse.settled[0][0] == 0) == (name == "llama2")


@pytest.mark.parametrize("content", ["not JSON", '{"title_candidates": ["One only, and it is long"], "scenes": []}'])
def test_one_repair_is_asked_for_and_paid_for_then_the_next_model(
    sandbox_url: str, settings: ContentSettings, content: str
) -> None:
    says(sandbox_url, content=content, model="gpt-4")
    purse = Purse()
    assert write(settings, purse).provider == "gpt-4"
    assert asked(sandbox_url) == ["gpt-4", "gpt-4"]
    assert len({key for _, key, _ in purse.reserved}) == len(purse.settled) == 2
    says(sandbox_url, content=content, model="gpt-4", times=-1)
    written = write(settings, Purse())
    assert written.provider == "gpt-3.5-turbo"
    assert len(written.passed_over) == 1 and written.passed_over[0].startswith("gpt-4: ")
    assert asked(sandbox_url)[2:] == ["gpt-4", "gpt-4", "gpt-3.5-turbo"]


def test_what_was_answered_is_not_asked_again_even_where_it_was_wrong(
    sandbox_url: str, settings: ContentSettings
) -> None:
    says(sandbox_url, content='{"scenes": [', finish_reason="length", model="gpt-4")
    purse = Purse()
    first = write(settings, purse)
    assert write(settings, purse) == first
    assert asked(sandbox_url) == ["gpt-4", "gpt-4"]
    assert len(purse.reserved) == 2


def test_a_refusal_is_not_repaired(sandbox_url: str, settings: ContentSettings) -> None:
    says(sandbox_url, content=None, refusal="I cannot help with that.", model="gpt-4", times=-1)
    assert write(settings, Purse()).provider == "gpt-3.5-turbo"
    assert asked(sandbox_url) == ["gpt-4", "gpt-3.5-turbo"]


def test_usage_that_cannot_be_true_is_paid_at_the_estimate(sandbox_url: str, settings: ContentSettings) -> None:
    says(sandbox_url, content="x", usage={"prompt_tokens": -5, "completion_tokens": 10**12, "total_tokens": 1})
    purse = Purse()
    write(settings, purse)
    assert purse.settled[0] == (purse.reserved[0][2], {})


def test_what_the_budget_does_not_allow_goes_to_the_cheaper_model_and_then_to_the_free_one(
    sandbox_url: str, settings: ContentSettings
) -> None:
    written = write(settings, Purse(0.01))
    assert written.provider == "gpt-3.5-turbo" and asked(sandbox_url) == ["gpt-3.5-turbo"]
    assert write(settings, Purse(0)).provider == "llama2"
    paid_only = settings.model_copy(update={"script_chain": ["gpt-4"]})
    with pytest.raises(BudgetExceeded):
        write(paid_only, Purse(0))


def test_slow_models_are_left_within_the_limit_of_the_stage(sandbox_url: str, settings: ContentSettings) -> None:
    fault = {"path": "^/(openai|ollama)/", "latency_seconds": 30, "times": -1}
    httpx.post(f"{sandbox_url}/control/faults", json=fault).raise_for_status()
    hasty = settings.model_copy(update={"provider_timeout_seconds": 1.2, "script_time_limit_seconds": 2.6})
    began = time.monotonic()
    written = write(hasty, Unlimited())
    assert time.monotonic() - began < 3.5
    assert written.provider == "offline"
    assert "Timeout" in written.passed_over[0] and written.passed_over[2] == "llama2: no time is left"


class _Dripping(BaseHTTPRequestHandler):
    """A server that never finishes, and is never silent for long."""

    def do_POST(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        with suppress(OSError):
            for _ in range(100):
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.1)

    def log_message(self, *arguments: object) -> None:
        """Stay quiet."""


def test_a_server_that_drips_its_answer_is_left_at_the_deadline() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Dripping)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        dripping = ContentSettings(
            script_chain=["llama2", "offline"],
            chat_models={"llama2": {"base_url": f"http://127.0.0.1:{server.server_port}/v1"}},
            provider_timeout_seconds=1.2,
        )
        began = time.monotonic()
        written = write(dripping, Unlimited(), {})
        assert time.monotonic() - began < 4
        assert (written.provider, written.passed_over) == ("offline", ("llama2: APITimeoutError",))
    finally:
        server.shutdown()
        server.server_close()


def test_a_refused_key_is_passed_over_and_never_shown(settings: ContentSettings) -> None:
    alone = settings.model_copy(update={"script_chain": ["gpt-4"]})
    with pytest.raises(ProviderUnavailable, match="401") as caught:
        write(alone, Unlimited(), {"openai": "sk-invalid-canary"})
    assert "canary" not in str(caught.value)


def test_a_setting_is_laid_over_the_defaults_and_an_unknown_name_is_refused() -> None:
    changed = ContentSettings(chat_models={"llama2": {"base_url": "http://127.0.0.1:11434/v1"}, "own": {"model": "m"}})
    assert list(changed.chat_models) == ["gpt-4", "gpt-3.5-turbo", "llama2", "own"]
    assert changed.chat_models["llama2"].context_tokens == 4_096
    with pytest.raises(InvalidInput, match="no writer 'nobody'"):
        write(ContentSettings(script_chain=["nobody"]), Unlimited())
    with pytest.raises(InvalidInput, match="script_prompt"):
        write(ContentSettings(script_prompt="../etc", script_chain=["gpt-4"]), Unlimited())


def test_a_longer_script_is_asked_for_as_far_as_an_answer_reaches(sandbox_url: str, settings: ContentSettings) -> None:
    longer = settings.model_copy(update={"target_duration_seconds": 180})
    written = write(longer, Purse(), about=charts_topic(1, 29))
    assert written.provider == "gpt-4"
    assert sum(len(scene.narration) for scene in written.script.scenes) >= 1_600
