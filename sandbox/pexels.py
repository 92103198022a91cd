"""Pexels below /pexels: search for photographs, and the photographs.

https://www.pexels.com/api/documentation. As on the real service neighbours of a result may be the same
scene taken twice.
"""

from __future__ import annotations

import io
import random
from hashlib import blake2b
from typing import Any

from fastapi import APIRouter, Request
from PIL import Image, ImageEnhance
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from sandbox import api_keys, pictures
from sandbox.core import WorldDep

router = APIRouter(prefix="/pexels")

_SIZES = {
    "landscape": [(6000, 4000), (5472, 3648), (4240, 2832)],
    "portrait": [(4000, 6000), (3648, 5472), (2832, 4240)],
    "square": [(4000, 4000), (3024, 3024), (2400, 2400)],
}
_MEGAPIXELS = {"large": 24, "medium": 12, "small": 4}
_MOST_A_PAGE = 80
_MONTHLY_LIMIT = 20_000
_TOTAL = 8_000
_DRAWN_SIDE = 900
_SCALED = {
    "large2x": "auto=compress&cs=tinysrgb&dpr=2&h=650&w=940",
    "large": "auto=compress&cs=tinysrgb&h=650&w=940",
    "medium": "auto=compress&cs=tinysrgb&h=350",
    "small": "auto=compress&cs=tinysrgb&h=130",
    "portrait": "auto=compress&cs=tinysrgb&fit=crop&h=1200&w=800",
    "landscape": "auto=compress&cs=tinysrgb&fit=crop&h=627&w=1200",
    "tiny": "auto=compress&cs=tinysrgb&dpr=1&fit=crop&h=200&w=280",
}


class PexelsError(Exception):
    """An error answer in Pexels' form."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.body = {"status": status, "code": code}


@router.get("/v1/search")
async def search(request: Request, world: WorldDep) -> JSONResponse:
    """Photographs for some words, a page of them."""
    key = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not api_keys.is_good(key):
        raise PexelsError(401, "Unauthorized")
    asked = request.query_params
    query, orientation, size = asked.get("query", "").strip(), asked.get("orientation"), asked.get("size")
    if not query:
        raise PexelsError(400, "Parameter missing: query")
    if (orientation and orientation not in _SIZES) or (size and size not in _MEGAPIXELS):
        raise PexelsError(400, "Bad Request")
    page, per_page = _number(asked.get("page"), 1), min(_number(asked.get("per_page"), 15), _MOST_A_PAGE)
    total = 0 if "nothing" in query.lower() else _TOTAL
    places = range((page - 1) * per_page, min(page * per_page, total))
    photos = [_photo(request, query, place, orientation, size) for place in places]
    world.record("pexels.search", query=query, page=page, per_page=per_page, photos=len(photos))
    answer: dict[str, Any] = {"page": page, "per_page": per_page, "photos": photos, "total_results": total}
    if page * per_page < total:
        answer["next_page"] = str(request.url.include_query_params(page=page + 1))
    if page > 1:
        answer["prev_page"] = str(request.url.include_query_params(page=page - 1))
    used = len(world.journal("pexels.search"))
    headers = {
        "X-Ratelimit-Limit": str(_MONTHLY_LIMIT),
        "X-Ratelimit-Remaining": str(max(0, _MONTHLY_LIMIT - used)),
        "X-Ratelimit-Reset": str(int(world.now().timestamp()) + 30 * 86_400),
    }
    return JSONResponse(answer, headers=headers)


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdigit() and int(text) > 0 else default


def _photo(request: Request, query: str, place: int, orientation: str | None, size: str | None) -> dict[str, Any]:
    chance = random.Random(blake2b(f"{query}/{place}/{orientation}".encode(), digest_size=8).digest())
    shape = orientation or chance.choice(sorted(_SIZES))
    large = [side for side in _SIZES[shape] if side[0] * side[1] >= 1e6 * _MEGAPIXELS.get(size or "", 0)]
    width, height = chance.choice(large or _SIZES[shape][:1])
    # Two neighbours share the scene: the last digit tells them apart.
    scene = int.from_bytes(blake2b(f"{query}/{place // 2}".encode(), digest_size=3).digest(), "big")
    number = scene * 10 + place % 2
    original = f"{request.base_url}pexels/photos/{number}/pexels-photo-{number}.jpeg"
    maker = chance.randrange(1, 900_000)
    return {
        "id": number,
        "width": width,
        "height": height,
        "url": f"https://www.pexels.com/photo/{query.lower().replace(' ', '-')}-{number}/",
        "photographer": f"Studio {maker}",
        "photographer_url": f"https://www.pexels.com/@studio-{maker}",
        "photographer_id": maker,
        "avg_color": f"#{chance.randrange(1 << 24):06X}",
        "src": {"original": original} | {name: f"{original}?{how}" for name, how in _SCALED.items()},
        "liked": False,
        "alt": f"A photograph of {query}",
    }


@router.get("/photos/{number}/{name}")
async def photo_file(request: Request, number: int, name: str) -> Response:
    """A photograph as JPEG, in the size of `w` and `h`."""
    asked = request.query_params
    width, height = _number(asked.get("w"), 0), _number(asked.get("h"), 0)
    if not name.endswith(".jpeg") or max(width, height) > 8000:
        raise PexelsError(404, "Not Found")
    width, height = width or (height * 3 // 2) or 3000, height or (width * 2 // 3) or 2000
    drawn = await run_in_threadpool(_draw, number, width, height)
    return Response(drawn, media_type="image/jpeg")


def _draw(number: int, width: int, height: int) -> bytes:
    scale = min(1.0, _DRAWN_SIDE / max(width, height))
    small = pictures.draw("photograph", round(width * scale), round(height * scale), number // 10)
    image = Image.open(io.BytesIO(small)).resize((width, height), Image.Resampling.BILINEAR)
    if number % 10:
        image = ImageEnhance.Brightness(image).enhance(0.96)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=82)
    return buffer.getvalue()


async def error_answer(_: Request, error: Exception) -> Response:
    """The answer that a `PexelsError` means."""
    assert isinstance(error, PexelsError)  # noqa: S101  registered for this class alone
    return JSONResponse(error.body, status_code=error.status)
