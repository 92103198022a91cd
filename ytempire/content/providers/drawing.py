"""What the makers of pictures share: a key, a call that is paid for once, and a picture in base64."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping
from typing import ClassVar

from ytempire.content.spending import Spending
from ytempire.errors import ProviderUnavailable
from ytempire.settings import ContentSettings


class KeyedSource:
    """A source of pictures that can be asked when the key called ``key_name`` is set."""

    key_name: ClassVar[str]

    def __init__(self, settings: ContentSettings, secrets: Mapping[str, str], spending: Spending) -> None:
        self._settings = settings
        self._key = secrets.get(self.key_name, "")
        self._spending = spending

    @property
    def ready(self) -> bool:
        """Whether a key is set."""
        return bool(self._key)


class PaidDrawing(KeyedSource):
    """A model that draws for money and answers in base64; ``name`` is what the ledger calls it."""

    name: ClassVar[str]

    def bought(
        self, asked: str, cost_usd: float, usage: Mapping[str, object], ask: Callable[[], str | None]
    ) -> bytes | None:
        """Return the picture that was bought for ``asked`` before, else buy it by ``ask``; None when there is none.

        Raises ProviderUnavailable for what is no picture, and what ``ask`` raises.
        """
        key = f"picture-{hashlib.sha256(asked.encode()).hexdigest()[:16]}"
        with self._spending.call(self.name, key, cost_usd) as reserved:
            kept = reserved.answer
            if kept is None:
                kept = ask()
                if kept is None:
                    return None
                reserved.settle(cost_usd, usage, kept)
        return self._decoded(kept) if kept else None

    def _decoded(self, kept: str) -> bytes:
        try:
            data = base64.b64decode(kept, validate=True)
        except (binascii.Error, ValueError):
            data = b""
        if not data:
            raise ProviderUnavailable(f"{self.name} gave no usable picture")
        return data
