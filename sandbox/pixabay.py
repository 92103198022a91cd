"""Pixabay below /pixabay: search for images, and the images.

https://pixabay.com/api/docs/. Errors are plain text; a key without full access gets images of at most
1280 pixels at their longer side.
"""

from __future__ import annotations

import random
from hashlib import blake2b
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse, Response

from sandbox import api_keys, pictures
from sandbox.core import WorldDep

router = APIRouter(prefix="/pixabay")

_DOCS = "https://pixabay.com/api/docs/"
_TYPES = ("all", "photo", "illustration", "vector")
_SIZES = {
    "horizontal": [(5184, 3456), (4000, 2667), (1920, 1280)],
    "vertical": [(3456, 5184), (2667, 4000), (1280, 1920)],
}
_TOTAL, _TOTAL_HITS = 4_692, 500
_A_MINUTE = 100
_LARGE_SIDE = 1280


class PixabayError(Exception):
    """An error answer: a line of text."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status
        self.text = f"[ERROR {status}] {text}"


@router.get("/api/")
async def search(request: Request, world: WorldDep) -> JSONResponse:
    """Images for some words, a page of them."""
    asked = request.query_params
    if not api_keys.is_good(asked.get("key", "")):
        raise PixabayError(f"Invalid or missing API key ({_DOCS}).")
    query = asked.get("q", "")
    if len(query) > 100:
        raise PixabayError('"q" must not exceed 100 characters.')
    orientation, kind = asked.get("orientation", "all"), asked.get("image_type", "all")
    if orientation not in ("all", *_SIZES):
        raise PixabayError('"orientation" is invalid.')
    if kind not in _TYPES:
        raise PixabayError('"image_type" is invalid.')
    page, per_page = _number(asked.get("page"), 1, "page"), _number(asked.get("per_page"), 20, "per_page")
    if not 3 <= per_page <= 200:
        raise PixabayError('"per_page" is out of valid range.')
    least = _number(asked.get("min_width"), 0, "min_width"), _number(asked.get("min_height"), 0, "min_height")
    found = 0 if "nothing" in query.lower() else _TOTAL_HITS
    if page > 1 and (page - 1) * per_page >= found:
        raise PixabayError('"page" is out of valid range.')
    places = range((page - 1) * per_page, min(page * per_page, found))
    hits = [_hit(request, query, place, orientation, least) for place in places]
    world.record("pixabay.search", query=query, page=page, per_page=per_page, hits=len(hits))
    headers = {
        "X-RateLimit-Limit": str(_A_MINUTE),
        "X-RateLimit-Remaining": str(_A_MINUTE - 1),
        "X-RateLimit-Reset": "60",
    }
    return JSONResponse({"total": _TOTAL if found else 0, "totalHits": found, "hits": hits}, headers=headers)


def _number(text: str | None, default: int, name: str) -> int:
    if text is None:
        return default
    if not text.isdigit():
        raise PixabayError(f'"{name}" is invalid.')
    return int(text)


def _hit(request: Request, query: str, place: int, orientation: str, least: tuple[int, int]) -> dict[str, Any]:
    digest = blake2b(f"{query}/{place}".encode(), digest_size=4).digest()
    chance, number = random.Random(digest), int.from_bytes(digest[:3], "big")
    shape = orientation if orientation in _SIZES else chance.choice(sorted(_SIZES))
    large = [size for size in _SIZES[shape] if size[0] >= least[0] and size[1] >= least[1]]
    width, height = chance.choice(large or _SIZES[shape][:1])
    maker = chance.randrange(1, 9_000_000)
    files = f"{request.base_url}pixabay/get/{number}"
    return {
        "id": number,
        "pageURL": f"https://pixabay.com/photos/{query.lower().replace(' ', '-')}-{number}/",
        "type": "photo",
        "tags": ", ".join(query.lower().split()[:3]),
        "previewURL": f"{files}_{_scaled(width, height, 150)}.jpg",
        "previewWidth": 150,
        "previewHeight": round(150 * height / width),
        "webformatURL": f"{files}_{_scaled(width, height, 640)}.jpg",
        "webformatWidth": 640,
        "webformatHeight": round(640 * height / width),
        "largeImageURL": f"{files}_{_scaled(width, height, _LARGE_SIDE)}.jpg",
        "imageWidth": width,
        "imageHeight": height,
        "imageSize": width * height // 4,
        "views": chance.randrange(100, 90_000),
        "downloads": chance.randrange(50, 40_000),
        "collections": chance.randrange(1, 900),
        "likes": chance.randrange(0, 900),
        "comments": chance.randrange(0, 90),
        "user_id": maker,
        "user": f"studio_{maker}",
        "userImageURL": "",
    }


def _scaled(width: int, height: int, side: int) -> str:
    scale = min(1.0, side / max(width, height))
    return f"{round(width * scale)}x{round(height * scale)}"


@router.get("/get/{name}")
async def image_file(name: str) -> Response:
    """An image as JPEG; its name says which, and how large."""
    number, _, size = name.removesuffix(".jpg").partition("_")
    width, _, height = size.partition("x")
    if not (number.isdigit() and width.isdigit() and height.isdigit()) or int(width) * int(height) > 4_000_000:
        raise PixabayError("Not found.", 404)
    drawn = await run_in_threadpool(pictures.draw, "image", int(width), int(height), int(number), "JPEG")
    return Response(drawn, media_type="image/jpeg")


async def error_answer(_: Request, error: Exception) -> Response:
    """The answer that a `PixabayError` means."""
    assert isinstance(error, PixabayError)  # noqa: S101  registered for this class alone
    return PlainTextResponse(error.text, status_code=error.status)
