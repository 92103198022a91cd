"""Getting JSON and picture files over HTTP: bounded in time and bytes, and never from a stranger's address.

Addresses of pictures come from an answer, so they are data: only https, or the very host that was asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from ytempire.content.picture_checks import LARGEST_BYTES
from ytempire.errors import ProviderUnavailable

LARGEST_JSON = 4_000_000


def fetch(
    url: str,
    timeout_seconds: float,
    *,
    params: Mapping[str, str | int] | None = None,
    headers: Mapping[str, str] | None = None,
    largest: int = LARGEST_BYTES,
) -> bytes:
    """Return the body behind ``url``. Raises ProviderUnavailable, naming host and status, never the query."""
    host = urlsplit(url).hostname
    try:
        with httpx.stream(
            "GET", url, params=params, headers=headers, timeout=timeout_seconds, follow_redirects=False
        ) as answer:
            if answer.status_code != 200:
                raise ProviderUnavailable(f"{host} answered {answer.status_code}")
            body = bytearray()
            for piece in answer.iter_bytes():
                body += piece
                if len(body) > largest:
                    raise ProviderUnavailable(f"{host} answered more than {largest} bytes")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ProviderUnavailable(f"{host}: {type(error).__name__}") from None
    return bytes(body)


def search(
    url: str, timeout_seconds: float, params: Mapping[str, str | int], headers: Mapping[str, str], entries: str
) -> list[Mapping[str, Any]]:
    """Return the list named ``entries`` of the JSON object behind ``url``. Raises ProviderUnavailable."""
    import json

    body = fetch(url, timeout_seconds, params=params, headers=headers, largest=LARGEST_JSON)
    host = urlsplit(url).hostname
    try:
        found = json.loads(body)[entries]
    except (ValueError, KeyError, TypeError):
        raise ProviderUnavailable(f"{host} answered no {entries}") from None
    if not isinstance(found, list):
        raise ProviderUnavailable(f"{host} answered no list of {entries}")
    return [entry for entry in found if isinstance(entry, Mapping)]


def picture_file(url: object, asked: str, timeout_seconds: float) -> bytes:
    """Return the picture at ``url``, which ``asked`` answered. Raises ProviderUnavailable for a strange address."""
    parts, own = urlsplit(str(url)), urlsplit(asked)
    if parts.scheme != "https" and (parts.scheme, parts.netloc) != (own.scheme, own.netloc):
        raise ProviderUnavailable(f"{own.hostname} named an address that is not https")
    return fetch(str(url), timeout_seconds)
