"""Chat completions: OpenAI's below /openai/v1, and a server of open models below /ollama/v1, which asks for no key.

https://platform.openai.com/docs/api-reference/chat, https://github.com/ollama/ollama/blob/main/docs/openai.md.
What a model can (JSON mode, structured output, context) is refused where the real one refuses it. What it says is
invented from the prompt, or written by `author` where a script is asked for; a test can put words into its mouth.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from sandbox import author
from sandbox.core import World, WorldDep
from sandbox.invention import Inventor, tokens
from sandbox.openai import IMAGE_SIZES, OpenAIError, answer, check_key, read_body

router = APIRouter(prefix="/openai")
open_models = APIRouter(prefix="/ollama")
control = APIRouter(prefix="/control")

_FAMILIES = ("gpt-", "o1", "o3", "o4", "chatgpt-")
_SPOKEN = "chat_answers"
_OBEYED = "chat_obeys"


@dataclass(frozen=True)
class Ability:
    """What a model can: its context in tokens, and how it can be held to JSON."""

    context: int = 128_000
    formats: tuple[str, ...] = ("text", "json_object", "json_schema")
    limits: tuple[str, ...] = ("max_tokens", "max_completion_tokens")


_ABILITIES = {
    "gpt-4": Ability(8_192, ("text",)),
    "gpt-3.5-turbo": Ability(16_385, ("text", "json_object")),
    "gpt-4o": Ability(),
    "gpt-4o-mini": Ability(),
    "gpt-4.1": Ability(1_047_576),
    "gpt-4.1-mini": Ability(1_047_576),
    "gpt-5": Ability(400_000, limits=("max_completion_tokens",)),
    "gpt-5-mini": Ability(400_000, limits=("max_completion_tokens",)),
}
_OPEN = {"llama2": Ability(4_096), "llama3": Ability(8_192), "mistral": Ability(32_768)}


class Message(BaseModel, extra="allow"):
    """One message of a conversation."""

    role: str
    content: str | list[dict[str, Any]] | None = None

    def text(self) -> str:
        """Its text, without images."""
        if isinstance(self.content, list):
            return "\n".join(part.get("text", "") for part in self.content)
        return self.content or ""


class ChatRequest(BaseModel, extra="allow"):
    """What the sandbox reads of a request for a chat completion."""

    model: str
    messages: list[Message] = Field(min_length=1)
    n: int = Field(default=1, ge=1, le=8)
    temperature: float | None = Field(default=None, ge=0, le=2)
    max_tokens: int | None = Field(default=None, ge=1)
    max_completion_tokens: int | None = Field(default=None, ge=1)
    seed: int | None = None
    stream: bool | None = None
    response_format: dict[str, Any] | None = None


class SpokenAnswer(BaseModel, extra="forbid"):
    """What a model says to the next `times` requests (-1: to all), whatever it is asked."""

    content: str | None = None
    refusal: str | None = None
    finish_reason: Literal["stop", "length", "content_filter"] = "stop"
    usage: dict[str, Any] | None = Field(default=None, description="Instead of the true figures.")
    model: str | None = Field(default=None, description="Only this model; None: any.")
    times: int = Field(default=1, ge=-1)


class Obedience(BaseModel, extra="forbid"):
    """Words that a naive model puts into everything it writes, once they reach it with a prompt."""

    words: list[str]


@control.post("/chat/answers")
async def put_words(world: WorldDep, spoken: SpokenAnswer) -> dict[str, int]:
    """Let a model say something."""
    waiting = [*world.fact(_SPOKEN, []), spoken.model_dump()]
    world.keep_fact(_SPOKEN, waiting)
    return {"waiting": len(waiting)}


@control.delete("/chat/answers")
async def take_words_back(world: WorldDep) -> dict[str, int]:
    """Let the models speak for themselves again."""
    waiting = len(world.fact(_SPOKEN, []))
    world.keep_fact(_SPOKEN, [])
    return {"cleared": waiting}


@control.post("/chat/obeys")
async def set_obedience(world: WorldDep, obedience: Obedience) -> dict[str, list[str]]:
    """Let every model obey what strangers' words tell it; no words: it obeys nobody."""
    world.keep_fact(_OBEYED, obedience.words)
    return {"obeys": obedience.words}


@router.get("/v1/models")
async def list_models(request: Request) -> JSONResponse:
    """The models that answer."""
    check_key(request)
    return _models([*_ABILITIES, *IMAGE_SIZES], "system")


@open_models.get("/v1/models")
async def list_open_models() -> JSONResponse:
    """The models of the open server."""
    return _models(list(_OPEN), "library")


def _models(names: list[str], owner: str) -> JSONResponse:
    data = [{"id": name, "object": "model", "created": 1715367049, "owned_by": owner} for name in names]
    return JSONResponse({"object": "list", "data": data})


@router.post("/v1/chat/completions")
async def complete(request: Request, world: WorldDep) -> Response:
    """Answer a conversation."""
    check_key(request)
    chat = await read_body(request, ChatRequest)
    known = chat.model.startswith(_FAMILIES)
    return _complete(world, chat, _ABILITIES.get(chat.model, Ability()) if known else None, "openai.chat")


@open_models.post("/v1/chat/completions")
async def complete_openly(request: Request, world: WorldDep) -> Response:
    """Answer a conversation with an open model."""
    chat = await read_body(request, ChatRequest)
    return _complete(world, chat, _OPEN.get(chat.model.partition(":")[0]), "ollama.chat")


def _complete(world: World, chat: ChatRequest, ability: Ability | None, kind: str) -> Response:
    if ability is None:
        raise OpenAIError(
            404,
            f"The model `{chat.model}` does not exist or you do not have access to it.",
            "invalid_request_error",
            code="model_not_found",
        )
    prompt = "\n".join(message.text() for message in chat.messages)
    _check(chat, ability, prompt)
    spoken = _spoken(world, chat.model)
    limit = chat.max_completion_tokens or chat.max_tokens
    choices: list[dict[str, Any]] = []
    contents: list[str] = []
    for index in range(chat.n):
        content = _content(chat, prompt, index, world.fact(_OBEYED, [])) if spoken is None else spoken.content
        cut = spoken is None and limit is not None and tokens(content or "") > limit
        if cut and limit is not None:
            content = (content or "").encode()[: limit * 4].decode(errors="ignore")
        contents.append(content or "")
        message = {"role": "assistant", "content": content, "refusal": spoken.refusal if spoken else None}
        reason = "length" if cut else spoken.finish_reason if spoken else "stop"
        choices.append({"index": index, "message": message, "logprobs": None, "finish_reason": reason})
    usage = spoken.usage if spoken and spoken.usage is not None else _usage(prompt, contents)
    world.record(kind, model=chat.model, usage=usage)
    return answer(
        {
            "id": f"chatcmpl-{uuid.uuid4().hex[:29]}",
            "object": "chat.completion",
            "created": int(world.now().timestamp()),
            "model": chat.model,
            "choices": choices,
            "usage": usage,
            "service_tier": "default",
            "system_fingerprint": "fp_sandbox",
        }
    )


def _check(chat: ChatRequest, ability: Ability, prompt: str) -> None:
    """Refuse what the model cannot. Raises OpenAIError 400."""
    if chat.stream:
        raise OpenAIError(400, "Streaming is not supported here.", "invalid_request_error", param="stream")
    for name in ("max_tokens", "max_completion_tokens"):
        if getattr(chat, name) is not None and name not in ability.limits:
            message = f"Unsupported parameter: '{name}' is not supported with this model."
            raise OpenAIError(400, message, "invalid_request_error", code="unsupported_parameter", param=name)
    kind = (chat.response_format or {}).get("type", "text")
    if kind not in ability.formats:
        message = f"Invalid parameter: 'response_format' of type '{kind}' is not supported with this model."
        raise OpenAIError(400, message, "invalid_request_error", param="response_format")
    wanted = tokens(prompt) + 7 + (chat.max_completion_tokens or chat.max_tokens or 0)
    if wanted > ability.context:
        message = f"This model's maximum context length is {ability.context} tokens. You requested {wanted} tokens."
        raise OpenAIError(400, message, "invalid_request_error", code="context_length_exceeded", param="messages")


def _spoken(world: World, model: str) -> SpokenAnswer | None:
    waiting = [SpokenAnswer.model_validate(each) for each in world.fact(_SPOKEN, [])]
    for place, spoken in enumerate(waiting):
        if spoken.model in (None, model):
            if spoken.times > 0:
                waiting[place] = spoken.model_copy(update={"times": spoken.times - 1})
            left = [each.model_dump() for each in waiting if each.times]
            world.keep_fact(_SPOKEN, left)
            return spoken
    return None


def _content(chat: ChatRequest, prompt: str, index: int, obeyed: list[str]) -> str:
    wanted = chat.response_format or {"type": "text"}
    kind = wanted.get("type")
    schema = wanted.get("json_schema", {}).get("schema") if kind == "json_schema" else None
    if kind == "json_schema" and not isinstance(schema, dict):
        raise OpenAIError(
            400,
            "Missing required parameter: 'response_format.json_schema'.",
            "invalid_request_error",
            code="missing_required_parameter",
            param="response_format.json_schema",
        )
    if kind == "json_object" and not any("json" in message.text().lower() for message in chat.messages):
        raise OpenAIError(
            400,
            "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
            "invalid_request_error",
            param="messages",
        )
    script = author.script(prompt, [word for word in obeyed if word.casefold() in prompt.casefold()])
    if script is not None:
        return json.dumps(script, ensure_ascii=False)
    inventor = Inventor(prompt, (chat.seed or 0) + index)
    if schema is not None:
        return json.dumps(inventor.instance(schema), ensure_ascii=False)
    return json.dumps(inventor.json_object(), ensure_ascii=False) if kind == "json_object" else inventor.text(6)


def _usage(prompt: str, answers: list[str]) -> dict[str, Any]:
    asked, answered = tokens(prompt) + 7, sum(tokens(each) for each in answers)
    return {
        "prompt_tokens": asked,
        "completion_tokens": answered,
        "total_tokens": asked + answered,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 0,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }
