"""Language models behind an OpenAI-compatible server: OpenAI itself, Ollama, vLLM, llama.cpp.

A model words the story and is held to the evidence, which goes to it as JSON data, between marks it cannot
foresee. The answer is checked by :mod:`ytempire.content.providers.drafts`. One repair is asked for, with
what was wrong, then the next writer of the chain takes over.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ytempire.content.assignments import Assignment
from ytempire.content.facts import StoryFacts, VideoFacts, story_facts
from ytempire.content.forms.choice import choose_form
from ytempire.content.models import Script
from ytempire.content.prompts import Prompt, load_prompt
from ytempire.content.providers.bounded import BoundedTransport
from ytempire.content.providers.drafts import Draft, letters_wanted, read_draft, script_from
from ytempire.content.spending import Spending
from ytempire.errors import ProviderUnavailable, Steered
from ytempire.settings import ChatModel, ContentSettings

if TYPE_CHECKING:
    from openai import OpenAI
    from openai.types import CompletionUsage
    from openai.types.chat import ChatCompletionMessageParam

BYTES_A_TOKEN = 3.0
"""Cautious: English has four, so that an estimate is rather too high."""
LETTERS_A_TOKEN = 2.6
"""Letters of narration that fit into a token of an answer, beside its headings, titles and braces."""
LARGEST_BODY_BYTES = 2_000_000
FEWEST_SECONDS = 1.0
LETTERS_A_SCENE = 125


class ChatWriter:
    """Writes with the chat model that the settings call ``name``."""

    def __init__(self, name: str, settings: ContentSettings, secrets: Mapping[str, str], spending: Spending) -> None:
        self._name = name
        self._model: ChatModel = settings.chat_models[name]
        self._settings = settings
        self._secrets = secrets
        self._spending = spending

    def __call__(self, assignment: Assignment) -> Script:
        """Write the script. Raises ProviderUnavailable when no valid script came."""
        url, key = self._door()
        from httpx2 import Client
        from openai import OpenAI

        prompt = load_prompt(self._settings.script_prompt)
        deadline = min(assignment.deadline, time.monotonic() + self._settings.provider_timeout_seconds)
        letters = min(assignment.letters, round(self._settings.script_max_tokens * LETTERS_A_TOKEN))
        transport = BoundedTransport(deadline, LARGEST_BODY_BYTES)
        with Client(transport=transport) as http:
            client = OpenAI(api_key=key, base_url=url, max_retries=0, http_client=http)
            draft, story = self._draft(client, prompt, assignment, letters, deadline)
        return script_from(draft, story, assignment, prompt.version)

    def _door(self) -> tuple[str, str]:
        """The server's address and the key. Raises ProviderUnavailable where one of them is not set."""
        owner = self._model.key_of
        key = self._secrets.get(owner, "") if owner else "none"
        if not key:
            raise ProviderUnavailable(f"no key for {owner} is set")
        url = self._model.base_url or (self._settings.openai_base_url if owner == "openai" else None)
        if url is None:
            raise ProviderUnavailable("no server is set")
        return url, key

    def _messages(
        self, prompt: Prompt, story: StoryFacts, assignment: Assignment, letters: int
    ) -> list[ChatCompletionMessageParam]:
        fewest, most = letters_wanted(letters)
        bounds = {"fewest_letters": round(fewest * 1.1), "most_letters": round(most * 0.9)}
        scenes = {"fewest_scenes": max(5, letters // 180), "most_scenes": max(7, letters // LETTERS_A_SCENE)}
        form = prompt.forms[choose_form(story, assignment, by_count=True).name]
        system = prompt.system.substitute(bounds | scenes, channel=assignment.channel.name, form=form)
        room = self._model.context_tokens - self._settings.script_max_tokens - len(system.encode()) / BYTES_A_TOKEN
        wishes = ""
        if assignment.revise_for:
            problems = json.dumps([problem[:200] for problem in assignment.revise_for[:8]], ensure_ascii=False)
            wishes = prompt.revise.substitute(problems=problems)
        data = _evidence(story, assignment, room * BYTES_A_TOKEN - 900 - len(wishes.encode()))
        mark = hashlib.sha256(data.encode()).hexdigest()[:12]
        evidence = prompt.evidence.substitute(bounds, mark=mark, evidence=data) + wishes
        return [{"role": "system", "content": system}, {"role": "user", "content": evidence}]

    def _draft(
        self, client: OpenAI, prompt: Prompt, assignment: Assignment, letters: int, deadline: float
    ) -> tuple[Draft, StoryFacts]:
        """Ask, and once more with what was wrong; a title that steered the model is withheld from then on."""
        story = story_facts(assignment.topic, assignment.withheld)
        messages = self._messages(prompt, story, assignment, letters)
        began = time.monotonic()
        answer = self._ask(client, messages, deadline)
        try:
            return read_draft(answer, story, assignment, letters), story
        except ProviderUnavailable as problem:
            needed = max(FEWEST_SECONDS, time.monotonic() - began)
            if not answer or deadline - time.monotonic() < needed:
                raise
            withheld = problem.withheld if isinstance(problem, Steered) else frozenset()
            complaint = prompt.repair.substitute(problem=json.dumps(str(problem)[:300]))
        if withheld:
            story = story_facts(assignment.topic, assignment.withheld | withheld)
            messages = self._messages(prompt, story, assignment, letters)
            answer = ""
        try:
            repaired = self._ask(client, self._repair(messages, answer, complaint), deadline)
            return read_draft(repaired, story, assignment, letters), story
        except Steered as again:
            raise Steered(str(again), withheld=withheld | again.withheld) from None
        except ProviderUnavailable as other:
            raise (Steered(str(other), withheld=withheld) if withheld else other) from None

    def _repair(
        self, messages: list[ChatCompletionMessageParam], answer: str, complaint: str
    ) -> list[ChatCompletionMessageParam]:
        """The conversation with the rejected answer and what was wrong; as much of it as the context holds."""
        used = sum(len(str(message.get("content")).encode()) for message in messages) + len(complaint)
        room = (self._model.context_tokens - self._settings.script_max_tokens) * BYTES_A_TOKEN - used
        kept = answer.encode()[: max(0, min(6_000, int(room)))].decode(errors="ignore")
        said: list[ChatCompletionMessageParam] = [{"role": "assistant", "content": kept}] if len(kept) > 200 else []
        return [*messages, *said, {"role": "user", "content": complaint}]

    def _ask(self, client: OpenAI, messages: list[ChatCompletionMessageParam], deadline: float) -> str:
        """Return what the model says, "" for a refusal. Raises ProviderUnavailable, BudgetExceeded."""
        from openai import APIStatusError, OpenAIError

        settings, text = self._settings, json.dumps(messages, ensure_ascii=False)
        asked = len(text.encode()) / BYTES_A_TOKEN
        estimate = self._cost(asked, settings.script_max_tokens)
        key = f"chat-{self._name}-{hashlib.sha256(f'{self._model.model}{text}'.encode()).hexdigest()[:16]}"
        with self._spending.call(self._name, key, estimate) as reserved:
            if reserved.answer is not None:
                return reserved.answer
            left = deadline - time.monotonic()
            if left < FEWEST_SECONDS:
                raise ProviderUnavailable("no time is left")
            try:
                answer = client.chat.completions.create(**self._request(messages), timeout=left)
            except OpenAIError as error:
                status = getattr(error, "status_code", None)
                # The client's own copy of httpx raises a ConnectError: then nothing was sent.
                refused = isinstance(error, APIStatusError) or type(error.__cause__).__name__ == "ConnectError"
                told = f"{type(error).__name__} {status or ''}".strip()
                raise ProviderUnavailable(told, charged=not refused) from None
            except (ValueError, TypeError, AttributeError) as error:
                raise ProviderUnavailable(
                    f"an answer that cannot be read ({type(error).__name__})", charged=True
                ) from None
            said = _said(answer)
            usage = _usage(getattr(answer, "usage", None), asked * 4 + 100, settings.script_max_tokens)
            cost = self._cost(usage["prompt"], usage["completion"]) if usage else estimate
            reserved.settle(cost, usage, said)
        return said

    def _request(self, messages: list[ChatCompletionMessageParam]) -> dict[str, Any]:
        settings, model = self._settings, self._model
        request: dict[str, Any] = {
            "model": model.model,
            "messages": messages,
            "temperature": settings.script_temperature,
            model.limit_name: settings.script_max_tokens,
        }
        if model.answer_format == "json_object":
            request["response_format"] = {"type": "json_object"}
        elif model.answer_format == "json_schema":
            schema = {"name": "script", "schema": Draft.model_json_schema()}
            request["response_format"] = {"type": "json_schema", "json_schema": schema}
        return request

    def _cost(self, prompt_tokens: float, completion_tokens: float) -> float:
        paid = prompt_tokens * self._model.input_usd_per_million
        return (paid + completion_tokens * self._model.output_usd_per_million) / 1e6


def _said(answer: Any) -> str:
    """The text of the first choice; "" where a body of another shape has none."""
    choices = getattr(answer, "choices", None)
    message = getattr(choices[0], "message", None) if isinstance(choices, list) and choices else None
    said = getattr(message, "content", None)
    return said if isinstance(said, str) else ""


def _usage(usage: CompletionUsage | None, most_asked: float, most_answered: float) -> dict[str, int]:
    """The provider's figures, or nothing where they cannot be true."""
    asked, answered = getattr(usage, "prompt_tokens", None), getattr(usage, "completion_tokens", None)
    if not (isinstance(asked, int) and isinstance(answered, int)):
        return {}
    plausible = 0 <= asked <= most_asked and 0 <= answered <= most_answered * 2
    return {"prompt": asked, "completion": answered} if plausible else {}


def _evidence(story: StoryFacts, assignment: Assignment, most_bytes: float) -> str:
    """The evidence as JSON, with as many videos, the lead first, as ``most_bytes`` hold."""
    facts: dict[str, Any] = {
        "channel": assignment.channel.name,
        "niche": story.niche,
        "observed_at": story.evidence.observed_at.isoformat(),
        "charts_watched": story.evidence.regions_watched,
        "videos": [],
    }
    for number, one in enumerate(story.everyone[:30]):
        longer = facts | {"videos": [*facts["videos"], _video(number, one)]}
        if number and len(json.dumps(longer, ensure_ascii=False).encode()) > most_bytes:
            break
        facts = longer
    return json.dumps(facts, ensure_ascii=False)


def _video(number: int, one: VideoFacts) -> dict[str, Any]:
    end = one.growth[-1][0] if one.growth else None
    facts = {
        "video": number,
        "title": one.title,
        "channel": one.channel,
        "published": one.age,
        "views": one.views,
        "views_an_hour": round(one.velocity) if one.velocity else None,
        "likes": one.likes,
        "comments": one.comments,
        "countries": one.regions[:8],
        "highest": list(one.best_region) if one.best_region else None,
    }
    if end and number == 0:
        facts["hours_before_and_views"] = [[round((end - at).total_seconds() / 3600), n] for at, n in one.growth[-5:]]
    return {name: value for name, value in facts.items() if value not in (None, [])}
