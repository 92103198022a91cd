"""Stability AI below /stability: SDXL text-to-image (v1) and Stable Image generation (v2beta).

https://platform.stability.ai/docs/api-reference. The images are real: seeded patterns of the size asked for.
"""

from __future__ import annotations

import base64
import random
import uuid
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from sandbox import api_keys, pictures
from sandbox.core import WorldDep

router = APIRouter(prefix="/stability")

_ENGINE = "stable-diffusion-xl-1024-v1-0"
_SDXL_SIZES = {
    (1024, 1024), (1152, 896), (896, 1152), (1216, 832), (832, 1216),
    (1344, 768), (768, 1344), (1536, 640), (640, 1536),
}  # fmt: skip
_RATIOS = {
    "1:1": (1024, 1024), "16:9": (1344, 768), "9:16": (768, 1344), "21:9": (1536, 640), "9:21": (640, 1536),
    "2:3": (832, 1216), "3:2": (1216, 832), "4:5": (896, 1088), "5:4": (1088, 896),
}  # fmt: skip
_CREDITS = {"core": 3.0, "ultra": 8.0, "sd3": 6.5}
_FILTERED = ("gore", "nude")
_STYLES = (
    "3d-model", "analog-film", "anime", "cinematic", "comic-book", "digital-art", "enhance", "fantasy-art",
    "isometric", "line-art", "low-poly", "modeling-compound", "neon-punk", "origami", "photographic", "pixel-art",
    "tile-texture",
)  # fmt: skip
_FORMS = {"png": "PNG", "jpeg": "JPEG", "webp": "WEBP"}


class StabilityError(Exception):
    """An error answer: with `message` in v1, with `errors` in v2beta."""

    def __init__(self, status: int, name: str, message: str, *, listed: bool) -> None:
        super().__init__(message)
        self.status = status
        text: dict[str, Any] = {"errors": [message]} if listed else {"message": message}
        self.body = {"id": uuid.uuid4().hex, "name": name, **text}


class Prompt(BaseModel):
    """A weighted prompt; negative weights are what the picture should not be."""

    text: str = Field(min_length=1, max_length=2000)
    weight: float = 1.0


class TextToImage(BaseModel, extra="allow"):
    """What the sandbox reads of a v1 request."""

    text_prompts: list[Prompt] = Field(min_length=1)
    width: int = 1024
    height: int = 1024
    samples: int = Field(default=1, ge=1, le=10)
    steps: int = Field(default=30, ge=10, le=50)
    cfg_scale: float = Field(default=7, ge=0, le=35)
    seed: int = Field(default=0, ge=0, le=4_294_967_295)
    style_preset: str | None = Field(default=None, pattern=f"^({'|'.join(_STYLES)})$")


def check_key(request: Request, *, listed: bool) -> None:
    """Refuse a request without a good key.

    Raises:
        StabilityError: 401.
    """
    key = api_keys.bearer(request)
    if not key:
        raise StabilityError(401, "unauthorized", "missing authorization header", listed=listed)
    if not api_keys.is_good(key):
        raise StabilityError(401, "unauthorized", "Incorrect API key provided", listed=listed)


@router.get("/v1/engines/list")
async def list_engines(request: Request) -> JSONResponse:
    """The engines of v1."""
    check_key(request, listed=False)
    engine = {"id": _ENGINE, "name": "Stable Diffusion XL v1.0", "type": "PICTURE"}
    return JSONResponse([engine | {"description": "Stability-AI Stable Diffusion XL v1.0"}])


@router.post("/v1/generation/{engine}/text-to-image")
async def text_to_image(request: Request, engine: str, world: WorldDep) -> Response:
    """Pictures by SDXL: as JSON with base64, or one PNG where that is what is accepted."""
    check_key(request, listed=False)
    if engine != _ENGINE:
        raise StabilityError(404, "not_found", f"The specified engine (ID {engine}) was not found.", listed=False)
    try:
        wanted = TextToImage.model_validate_json(await request.body())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise StabilityError(400, "bad_request", f"{where}: {first['msg']}", listed=False) from error
    if (wanted.width, wanted.height) not in _SDXL_SIZES:
        sizes = ", ".join(f"{width}x{height}" for width, height in sorted(_SDXL_SIZES))
        message = f"for stable-diffusion-xl-1024-v1-0 the allowed dimensions are {sizes}"
        raise StabilityError(
            400, "invalid_sdxl_v1_dimensions", f"{message}, but we received {wanted.width}x{wanted.height}",
            listed=False,
        )  # fmt: skip
    prompt = " ".join(each.text for each in wanted.text_prompts if each.weight > 0)
    if any(word in prompt.lower().split() for word in _FILTERED):
        raise StabilityError(
            400, "invalid_prompts", "One or more prompts contains filtered words.", listed=False
        )  # fmt: skip
    seed = wanted.seed or random.Random(prompt).randrange(1, 2**32)
    drawn = [
        await run_in_threadpool(pictures.draw, prompt, wanted.width, wanted.height, seed + number)
        for number in range(wanted.samples)
    ]
    spent = round(0.2 * wanted.samples * wanted.steps / 30, 2)
    world.record("stability.image", model=engine, images=len(drawn), steps=wanted.steps, credits=spent)
    if request.headers.get("accept", "").startswith("image/png"):
        headers = {"Finish-Reason": "SUCCESS", "Seed": str(seed)}
        return Response(drawn[0], media_type="image/png", headers=headers)
    artifacts = [
        {"base64": base64.b64encode(each).decode(), "seed": seed + number, "finishReason": "SUCCESS"}
        for number, each in enumerate(drawn)
    ]
    return JSONResponse({"artifacts": artifacts})


@router.post("/v2beta/stable-image/generate/{model}")
async def generate(request: Request, model: str, world: WorldDep) -> Response:
    """A picture by a Stable Image model: its bytes, or JSON where that is what is accepted."""
    check_key(request, listed=True)
    if model not in _CREDITS:
        raise StabilityError(404, "not_found", f"no model {model}", listed=True)
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise StabilityError(400, "bad_request", "content-type: must be multipart/form-data", listed=True)
    form = {name: str(value) for name, value in (await request.form()).items()}
    prompt, ratio = form.get("prompt", ""), form.get("aspect_ratio", "1:1")
    output, seed_text = form.get("output_format", "png"), form.get("seed", "0")
    if not prompt:
        raise StabilityError(400, "bad_request", "prompt: cannot be blank", listed=True)
    if ratio not in _RATIOS:
        raise StabilityError(400, "bad_request", f"aspect_ratio: must be one of {', '.join(_RATIOS)}", listed=True)
    if output not in _FORMS:
        raise StabilityError(400, "bad_request", f"output_format: must be one of {', '.join(_FORMS)}", listed=True)
    if not seed_text.isdigit() or int(seed_text) > 4_294_967_294:
        raise StabilityError(400, "bad_request", "seed: must be between 0 and 4294967294", listed=True)
    seed = int(seed_text) or random.Random(prompt).randrange(1, 2**32 - 1)
    width, height = _RATIOS[ratio]
    drawn = await run_in_threadpool(pictures.draw, prompt, width, height, seed, _FORMS[output])
    world.record("stability.image", model=model, images=1, credits=_CREDITS[model])
    if request.headers.get("accept", "").startswith("application/json"):
        image = base64.b64encode(drawn).decode()
        return JSONResponse({"image": image, "finish_reason": "SUCCESS", "seed": seed})
    headers = {"finish-reason": "SUCCESS", "seed": str(seed)}
    return Response(drawn, media_type=f"image/{output}", headers=headers)


async def error_answer(_: Request, error: Exception) -> Response:
    """The answer that a `StabilityError` means."""
    assert isinstance(error, StabilityError)  # noqa: S101  registered for this class alone
    return JSONResponse(error.body, status_code=error.status)
