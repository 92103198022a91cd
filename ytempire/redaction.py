"""Keeps secrets out of what we say: every error of ours passes through here before anyone logs or stores it.

A service may put our own key into its answer, and a driver its whole address into its complaint. What is known to
be secret is replaced: values that were entrusted to :func:`keep_secret`, the secrets in the environment, and
whatever has the shape of a token or a password in an address.
"""

from __future__ import annotations

import json
import logging
import os
import re
from urllib.parse import quote, unquote, urlsplit

# They log every address at INFO, and an address may carry an API key or be an upload session. Every room imports
# this module with our errors.
for _logger in ("httpx", "httpx2"):
    logging.getLogger(_logger).setLevel(logging.WARNING)

MASK = "***"
# Shorter values are words that stand in any text.
_SHORTEST = 8
_SECRET_NAME = re.compile(r"(?i)(password|passwd|secret|token|(^|_)key)$")
_SHAPES = (
    # Google's access tokens, refresh tokens, authorisation codes and client secrets.
    (re.compile(r"\b(?:ya29\.|GOCSPX-|[14]//?0)[\w.-]{16,}"), MASK),
    (re.compile(r"(?i)\b(Bearer)\s+[\w.~+/=-]{16,}"), rf"\1 {MASK}"),
    (re.compile(r"(://[^/\s:@'\"]*):[^/\s@'\"]+@"), rf"\1:{MASK}@"),
    (
        re.compile(
            r"(?i)([?&](?:key|api_key|code|state|access_token|refresh_token|client_secret|code_verifier|upload_id)=)"
            r"[^&\s'\"<>]+"
        ),
        rf"\1{MASK}",
    ),
    (re.compile(r"(?i)(\bpassword\s*=\s*)('[^']*'|\S+)"), rf"\1{MASK}"),
)
_kept: set[str] = set()


def keep_secret(*values: str) -> None:
    """Never say these values from now on, as long as this process lives."""
    _kept.update(value for value in values if len(value) >= _SHORTEST)


def known_secrets() -> set[str]:
    """Return what was entrusted to :func:`keep_secret` and what the environment holds of secrets."""
    return _kept | _of_environment()


def redacted(text: str) -> str:
    """Return ``text`` without any secret in it."""
    # The longest first: one may be a part of another.
    for secret in sorted(known_secrets(), key=len, reverse=True):
        for form in {secret, quote(secret, safe="")}:
            text = text.replace(form, MASK)
    for shape, mask in _SHAPES:
        text = shape.sub(mask, text)
    return text


def _of_environment() -> set[str]:
    found: set[str] = set()
    for name, value in os.environ.items():
        if len(value) >= _SHORTEST:
            found |= _secrets_in(name, value)
    return {value for value in found if len(value) >= _SHORTEST}


def _secrets_in(name: str, value: object) -> set[str]:
    """What is secret of a variable: all of it, the password in its address, or the secrets in its JSON."""
    if isinstance(value, dict):
        return {secret for key, part in value.items() for secret in _secrets_in(str(key), part)}
    if not isinstance(value, str):
        return set()
    if value.startswith("{"):
        try:
            return _secrets_in(name, json.loads(value))
        except ValueError:
            return set()
    if "://" in value:
        try:
            password = urlsplit(value).password
        except ValueError:
            return set()
        return {password, unquote(password)} if password else set()
    return {value} if _SECRET_NAME.search(name) else set()
