"""Keys of the AI services: any key is good, except an absent one and one that says that it is not."""

from __future__ import annotations

from fastapi import Request


def bearer(request: Request) -> str:
    """The bearer token of a request, empty where there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def is_good(key: str) -> bool:
    """Whether a key is accepted: not one that contains "invalid" or "revoked"."""
    return bool(key) and "invalid" not in key.lower() and "revoked" not in key.lower()


def masked(key: str) -> str:
    """A key as error messages show it."""
    return key if len(key) < 12 else f"{key[:3]}{'*' * (len(key) - 7)}{key[-4:]}"
