"""OpenAI below /openai/v1: images, its errors and its keys; conversations are in `chat`.

https://platform.openai.com/docs/api-reference; bodies as the client library 3.54 reads them.
"""

from __future__ import annotations

import base64
import uuid
from typing import Any, TypeVar

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from sandbox import api_keys, pictures
from sandbox.core import World, WorldDep
from sandbox.invention import tokens

router = APIRouter(prefix="/openai")
Body = TypeVar("Body", bound=BaseModel)

IMAGE_SIZES = {
    "gpt-image-1": ("1024x1024", "1536x1024", "1024x1536", "auto"),
    "gpt-image-1-mini": ("1024x1024", "1536x1024", "1024x1536", "auto"),
    "dall-e-3": ("1024x1024", "1792x1024", "1024x1792"),
    "dall-e-2": ("256x256", "512x512", "1024x1024"),
}


class OpenAIError(Exception):
    """An error answer in OpenAI's form."""

    def __init__(
        self, status: int, message: str, kind: str, *, code: str | None = None, param: str | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"message": message, "type": kind, "param": param, "code": code}}


class ImageRequest(BaseModel, extra="allow"):
    """What the sandbox reads of a request for images."""

    prompt: str = Field(min_length=1, max_length=32_000)
    model: str = "dall-e-2"
    n: int | None = Field(default=1, ge=1, le=10)
    size: str | None = None
    quality: str | None = None
    response_format: str | None = None


def check_key(request: Request) -> None:
    """Refuse a request without a good key.

    Raises:
        OpenAIError: 401.
    """
    key = api_keys.bearer(request)
    if not key:
        raise OpenAIError(
            401,
            "You didn't provide an API key. You need to provide your API key in an Authorization header "
            "using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
            "invalid_request_error",
        )
    if not api_keys.is_good(key):
        raise OpenAIError(
            401,
            f"Incorrect API key provided: {api_keys.masked(key)}. You can find your API key at "
            "https://platform.openai.com/account/api-keys.",
            "invalid_request_error",
            code="invalid_api_key",
        )


async def read_body(request: Request, kind: type[Body]) -> Body:
    """The body of a request.

    Raises:
        OpenAIError: 400, naming what is wrong.
    """
    try:
        return kind.model_validate_json(await request.body())
    except ValidationError as error:
        first = error.errors()[0]
        param = ".".join(str(part) for part in first["loc"])
        raise OpenAIError(
            400, f"Invalid value for '{param}': {first['msg']}.", "invalid_request_error", param=param or None
        ) from error


@router.post("/v1/images/generations")
async def generate_images(request: Request, world: WorldDep) -> Response:
    """Draw pictures."""
    check_key(request)
    wanted = await read_body(request, ImageRequest)
    sizes = IMAGE_SIZES.get(wanted.model)
    if sizes is None:
        raise OpenAIError(400, f"Invalid value: '{wanted.model}'.", "invalid_request_error", param="model")
    size = wanted.size or sizes[0]
    if size not in sizes:
        supported = ", ".join(f"'{each}'" for each in sizes)
        raise OpenAIError(
            400,
            f"Invalid value: '{size}'. Supported values are: {supported}.",
            "invalid_request_error",
            code="invalid_value",
            param="size",
        )
    _check_dalle_3(wanted)
    width, height = (1024, 1024) if size == "auto" else map(int, size.split("x"))
    data: list[dict[str, str]] = []
    for seed in range(wanted.n or 1):
        drawn = await run_in_threadpool(pictures.draw, wanted.prompt, width, height, seed)
        if wanted.model.startswith("dall-e") and wanted.response_format != "b64_json":
            data.append({"url": _keep(world, request, drawn)})
        else:
            data.append({"b64_json": base64.b64encode(drawn).decode()})
        if wanted.model == "dall-e-3":
            data[-1]["revised_prompt"] = f"{wanted.prompt.rstrip('.')}, in fine detail."
    body: dict[str, Any] = {"created": int(world.now().timestamp()), "data": data}
    if wanted.model.startswith("gpt-image"):
        asked, drawn_tokens = tokens(wanted.prompt), 1056 * len(data)
        body["usage"] = {
            "input_tokens": asked,
            "output_tokens": drawn_tokens,
            "total_tokens": asked + drawn_tokens,
            "input_tokens_details": {"text_tokens": asked, "image_tokens": 0},
        }
    world.record("openai.image", model=wanted.model, size=size, images=len(data), usage=body.get("usage"))
    return answer(body)


def _check_dalle_3(wanted: ImageRequest) -> None:
    """What only DALL-E 3 refuses: several pictures at once, long prompts, and what its safety system sees."""
    if wanted.model != "dall-e-3":
        return
    if (wanted.n or 1) > 1 or wanted.quality not in (None, "standard", "hd"):
        param = "n" if (wanted.n or 1) > 1 else "quality"
        raise OpenAIError(400, f"Invalid value for '{param}'.", "invalid_request_error", param=param)
    if len(wanted.prompt) > 4_000:
        raise OpenAIError(400, "The prompt is too long.", "invalid_request_error", param="prompt")
    if "gore" in wanted.prompt.lower().split():
        raise OpenAIError(
            400,
            "Your request was rejected as a result of our safety system. Your prompt may contain text that is not "
            "allowed by our safety system.",
            "invalid_request_error",
            code="content_policy_violation",
        )


def _keep(world: World, request: Request, drawn: bytes) -> str:
    name = f"{uuid.uuid4().hex}.png"
    (world.files / name).write_bytes(drawn)
    return f"{request.base_url}openai/files/{name}"


@router.get("/files/{name}")
async def image_file(name: str, world: WorldDep) -> Response:
    """A picture that was answered as an address."""
    path = world.files / name
    if not name.endswith(".png") or not path.is_file():
        raise OpenAIError(404, "No such file.", "invalid_request_error")
    return Response(path.read_bytes(), media_type="image/png")


def answer(body: dict[str, Any]) -> JSONResponse:
    """An answer with the headers that OpenAI sends along."""
    headers = {"x-request-id": f"req_{uuid.uuid4().hex}", "openai-version": "2020-10-01"}
    return JSONResponse(body, headers=headers)


async def error_answer(_: Request, error: Exception) -> Response:
    """The answer that an `OpenAIError` means."""
    assert isinstance(error, OpenAIError)  # noqa: S101  registered for this class alone
    return JSONResponse(error.body, status_code=error.status, headers={"x-request-id": f"req_{uuid.uuid4().hex}"})
