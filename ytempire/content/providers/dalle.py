"""Pictures by OpenAI's DALL-E 3, through the openai client."""

from __future__ import annotations

from typing import Literal

from ytempire.content.pictures import Credit, Found, Wish
from ytempire.content.providers.drawing import PaidDrawing
from ytempire.errors import ProviderUnavailable

_Size = Literal["1792x1024", "1024x1792", "1024x1024"]
_SIZES: dict[str, _Size] = {"16:9": "1792x1024", "9:16": "1024x1792", "1:1": "1024x1024"}
_WITHOUT = "A photograph without any text, letters or logos."


class DallE(PaidDrawing):
    """Draws with ``settings.dalle_model`` at ``settings.openai_base_url``."""

    key_name = "openai"
    name = "dalle"

    def __call__(self, wish: Wish) -> Found | None:
        """Draw the picture; None when the words are refused. Raises ProviderUnavailable when none came."""
        settings, size = self._settings, _SIZES[wish.aspect_ratio]
        prompt = f"{wish.words[:3_000]} {_WITHOUT}" + (f" Another view, number {wish.attempt}." if wish.attempt else "")
        square = size == "1024x1024"
        cost = settings.dalle_usd_per_square_picture if square else settings.dalle_usd_per_long_picture
        asked, usage = f"{settings.dalle_model}/{size}/{prompt}", {"pictures": 1, "size": size}
        data = self.bought(asked, cost, usage, lambda: self._ask(prompt, size))
        return Found(data, Credit("OpenAI", licence="generated")) if data else None

    def _ask(self, prompt: str, size: _Size) -> str | None:
        from openai import APIStatusError, BadRequestError, OpenAI, OpenAIError

        settings = self._settings
        client = OpenAI(
            api_key=self._key,
            base_url=settings.openai_base_url,
            timeout=settings.provider_timeout_seconds,
            max_retries=0,
        )
        try:
            answer = client.images.generate(
                model=settings.dalle_model,
                prompt=prompt,
                size=size,
                quality="standard",
                n=1,
                response_format="b64_json",
            )
        except BadRequestError:
            return None
        except OpenAIError as error:
            status = getattr(error, "status_code", None)
            # The client's own copy of httpx raises a ConnectError: then nothing was sent.
            refused = isinstance(error, APIStatusError) or type(error.__cause__).__name__ == "ConnectError"
            told = f"dalle: {type(error).__name__} {status or ''}".strip()
            raise ProviderUnavailable(told, charged=not refused) from None
        except ValueError as error:
            raise ProviderUnavailable(f"dalle: {type(error).__name__}", charged=True) from None
        # The client hands on whatever came; only a picture is looked for.
        data = getattr(answer, "data", None)
        kept = getattr(data[0], "b64_json", None) if isinstance(data, list) and data else None
        if not isinstance(kept, str) or not kept:
            raise ProviderUnavailable("dalle answered no picture", charged=True)
        return kept
