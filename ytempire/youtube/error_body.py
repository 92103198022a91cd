"""Google's error bodies, read in either of their forms.

The older form lists ``errors`` with a reason each (https://developers.google.com/youtube/v3/docs/errors); the
newer one has ``details`` with a google.rpc.ErrorInfo, and may have RetryInfo
(https://cloud.google.com/apis/design/errors). Many answers carry both: the older reason is the finer one.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

_LONGEST_MESSAGE = 500
_SNAKE = re.compile(r"[A-Z0-9]+(_[A-Z0-9]+)*")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)s")


@dataclass(frozen=True)
class ErrorBody:
    """What an error answer says.

    Args:
        reason: Google's reason, in the spelling of the older form: ``rateLimitExceeded``, also where the answer
            says ``RATE_LIMIT_EXCEEDED``; empty where it gives none.
        message: the text for a developer, at most 500 characters.
        per_day: whether the limit that it speaks of is one of a day.
        retry_after_seconds: the wait that its RetryInfo asks for, None without one.
    """

    reason: str
    message: str
    per_day: bool = False
    retry_after_seconds: float | None = None


def read_error_body(content: bytes) -> ErrorBody:
    """Read either of Google's forms; anything else is its own message."""
    text = content.decode("utf-8", errors="replace")
    try:
        error: Any = json.loads(text)["error"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ErrorBody("", text[:_LONGEST_MESSAGE].strip())
    if not isinstance(error, dict):
        return ErrorBody(str(error)[:_LONGEST_MESSAGE], "")
    information = _detail(error, "ErrorInfo")
    message = str(error.get("message", ""))
    reason = _first(error).get("reason") or information.get("reason") or error.get("status") or ""
    return ErrorBody(
        reason=_camel(str(reason)[:_LONGEST_MESSAGE]),
        message=message[:_LONGEST_MESSAGE],
        per_day=_is_per_day(message, information.get("metadata")),
        retry_after_seconds=_seconds(_detail(error, "RetryInfo").get("retryDelay")),
    )


def _first(error: dict[str, Any]) -> dict[str, Any]:
    listed = error.get("errors")
    return listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], dict) else {}


def _detail(error: dict[str, Any], kind: str) -> dict[str, Any]:
    """The first of the details whose type is google.rpc.``kind``."""
    details = error.get("details")
    for one in details if isinstance(details, list) else []:
        if isinstance(one, dict) and str(one.get("@type", "")).endswith(f"google.rpc.{kind}"):
            return one
    return {}


def _camel(reason: str) -> str:
    if not _SNAKE.fullmatch(reason):
        return reason
    first, *others = reason.lower().split("_")
    return first + "".join(other.capitalize() for other in others)


def _is_per_day(message: str, metadata: Any) -> bool:
    if "per day" in message.lower():
        return True
    if not isinstance(metadata, dict):
        return False
    unit, limit = str(metadata.get("quota_unit", "")), str(metadata.get("quota_limit", ""))
    return unit.startswith("1/d/") or "PerDay" in limit


def _seconds(duration: Any) -> float | None:
    """A google.protobuf.Duration as JSON has it: ``30s``, ``1.5s``."""
    match = _DURATION.fullmatch(duration) if isinstance(duration, str) else None
    return float(match.group(1)) if match else None
