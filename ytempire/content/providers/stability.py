"""Pictures by Stability AI: SDXL, text to image (REST, version 1).

https://platform.stability.ai/docs/api-reference#tag/SDXL-1.0-and-SD1.6
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

import httpx

from ytempire.content.pictures import Credit, Found, Wish
from ytempire.content.providers.drawing import PaidDrawing
from ytempire.errors import ProviderUnavailable

_SIZES = {"16:9": (1344, 768), "9:16": (768, 1344), "1:1": (1024, 1024)}
_UNWANTED = "text, letters, numbers, watermark, logo, signature, frame, deformed, blurry"
_STYLE = "photographic"


class Stability(PaidDrawing):
    """Draws with the engine of the settings at ``settings.stability_base_url``."""

    key_name = name = "stability"

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
        usage = {"pictures": 1, "steps": self._settings.stability_steps}
        data = self.bought(text, self._settings.stability_usd_per_picture, usage, lambda: self._ask(asked))
        return Found(data, Credit("Stability AI", licence="generated")) if data else None

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
