"""Pictures by Stability AI: SDXL, text to image (REST, version 1).

https://platform.stability.ai/docs/api-reference#tag/SDXL-1.0-and-SD1.6
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping

import httpx

from ytempire.content.pictures import Credit, Found, Wish
from ytempire.content.spending import Spending
from ytempire.errors import ProviderUnavailable
from ytempire.settings import ContentSettings

_SIZES = {"16:9": (1344, 768), "9:16": (768, 1344), "1:1": (1024, 1024)}
_UNWANTED = "text, letters, numbers, watermark, logo, signature, frame, deformed, blurry"
_STYLE = "photographic"


class Stability:
    """Draws with the engine of the settings at ``settings.stability_base_url``."""

    def __init__(self, settings: ContentSettings, secrets: Mapping[str, str], spending: Spending) -> None:
        self._settings = settings
        self._key = secrets.get("stability", "")
        self._spending = spending

    @property
    def ready(self) -> bool:
        """Whether a key is set."""
        return bool(self._key)

    def __call__(self, wish: Wish) -> Found | None:
        """Draw the picture; None when the words are refused. Raises ProviderUnavailable when none came."""
        width, height = _SIZES[wish.aspect_ratio]
        asked = {
            "text_prompts": [{"text": wish.words[:2_000], "weight": 1}, {"text": _UNWANTED, "weight": -1}],
            "width": width,
            "height": height,
            "samples": 1,
            "steps": self._settings.stability_steps,
            "cfg_scale": 7,
            "style_preset": _STYLE,
            "seed": _seed(wish),
        }
        text = json.dumps(asked, sort_keys=True)
        cost = self._settings.stability_usd_per_picture
        key = f"picture-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
        with self._spending.call("stability", key, cost) as reserved:
            if reserved.answer is not None:
                kept = reserved.answer
            else:
                answered = self._ask(asked)
                if answered is None:
                    return None
                kept = answered
                reserved.settle(cost, {"pictures": 1, "steps": self._settings.stability_steps}, kept)
        return Found(_decoded(kept), Credit("Stability AI", licence="generated")) if kept else None

    def _ask(self, asked: Mapping[str, object]) -> str | None:
        settings = self._settings
        url = f"{settings.stability_base_url.rstrip('/')}/v1/generation/{settings.stability_engine}/text-to-image"
        headers = {"Authorization": f"Bearer {self._key}", "Accept": "application/json"}
        try:
            answer = httpx.post(url, json=asked, headers=headers, timeout=settings.provider_timeout_seconds)
        except httpx.HTTPError as error:
            sent = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
            raise ProviderUnavailable(f"stability: {type(error).__name__}", charged=sent) from None
        if answer.status_code == 400:
            return None
        if answer.status_code != 200:
            raise ProviderUnavailable(f"stability answered {answer.status_code}")
        try:
            picture = answer.json()["artifacts"][0]
            reason, data = picture["finishReason"], str(picture["base64"])
        except (ValueError, KeyError, IndexError, TypeError):
            raise ProviderUnavailable("stability answered no picture", charged=True) from None
        # A censored picture is paid for like another: that it was one is kept, and nobody asks again.
        return data if reason == "SUCCESS" else ""


def _seed(wish: Wish) -> int:
    digest = hashlib.sha256(f"{wish.words}/{wish.attempt}".encode()).digest()
    return int.from_bytes(digest[:4], "big")


def _decoded(kept: str) -> bytes:
    try:
        data = base64.b64decode(kept, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if not data:
        raise ProviderUnavailable("stability gave no usable picture")
    return data
