"""YouTube's rules for the metadata of a video, and their translation into columns.

https://developers.google.com/youtube/v3/docs/videos#resource
"""

from __future__ import annotations

import json
from typing import Any

from sandbox.core import World, from_iso, to_iso
from sandbox.google_errors import GoogleError

MAXIMUM_TITLE_CHARACTERS = 100
MAXIMUM_DESCRIPTION_BYTES = 5_000
MAXIMUM_TAG_CHARACTERS = 500
DEFAULT_CATEGORY = "22"
ASSIGNABLE_CATEGORIES = frozenset(  # as videoCategories.list says
    str(number) for number in (1, 2, 10, 15, 17, 19, 20, 22, 23, 24, 25, 26, 27, 28, 29)
)
WRITABLE_PARTS = frozenset({"snippet", "status", "localizations", "recordingDetails", "paidProductPlacementDetails"})


def check_parts_of_body(parts: list[str], body: dict[str, Any]) -> None:
    """Refuse a body that sets what `part` does not name.

    Raises:
        GoogleError: 400 unexpectedPart.
    """
    for name in body:
        if name in WRITABLE_PARTS and name not in parts:
            raise GoogleError(400, "unexpectedPart", f"'{name}'", domain="youtube.part", location="part")


def snippet_columns(snippet: dict[str, Any]) -> dict[str, Any]:
    """Columns of a video's snippet; what is absent gets YouTube's default.

    Raises:
        GoogleError: 400 invalidTitle, invalidDescription, invalidTags or invalidCategoryId.
    """
    title = (snippet.get("title") or "").strip()
    description = snippet.get("description") or ""
    tags = snippet.get("tags") or []
    category = snippet.get("categoryId") or DEFAULT_CATEGORY
    if not title or len(title) > MAXIMUM_TITLE_CHARACTERS or _unfit(title):
        raise _invalid("invalidTitle", "body.snippet.title")
    if len(description.encode("utf-8", "replace")) > MAXIMUM_DESCRIPTION_BYTES or _unfit(description):
        raise _invalid("invalidDescription", "body.snippet.description")
    if sum(_tag_length(tag) for tag in tags) + max(0, len(tags) - 1) > MAXIMUM_TAG_CHARACTERS or any(
        not tag.strip() or _unfit(tag) for tag in tags
    ):
        raise _invalid("invalidTags", "body.snippet.tags")
    if category not in ASSIGNABLE_CATEGORIES:
        raise _invalid("invalidCategoryId", "body.snippet.categoryId")
    return {
        "title": title,
        "description": description,
        "tags": json.dumps(tags, ensure_ascii=False),
        "category_id": category,
        "default_language": snippet.get("defaultLanguage"),
        "default_audio_language": snippet.get("defaultAudioLanguage"),
    }


def status_columns(world: World, status: dict[str, Any]) -> dict[str, Any]:
    """Columns of a video's status. A missing privacyStatus means public.

    A publishAt counts only beside "private" and is dropped in silence otherwise.
    """
    privacy = status.get("privacyStatus") or "public"
    scheduled = status.get("publishAt") if privacy == "private" else None
    return {
        "privacy_status": privacy,
        "publish_at": to_iso(from_iso(scheduled)) if scheduled else None,
        "self_declared_made_for_kids": status.get("selfDeclaredMadeForKids"),
        "contains_synthetic_media": status.get("containsSyntheticMedia"),
        "embeddable": status.get("embeddable", True),
        "license": status.get("license") or "youtube",
        "public_stats_viewable": status.get("publicStatsViewable", True),
    }


def _unfit(text: str) -> bool:
    surrogate = any("\ud800" <= character <= "\udfff" for character in text)
    return surrogate or any(character in text for character in "<>\0")


def _tag_length(tag: str) -> int:
    """A tag with a space counts with the quotation marks around it."""
    return len(tag) + (2 if " " in tag else 0)


def _invalid(reason: str, location: str) -> GoogleError:
    return GoogleError(400, reason, location=location, location_type="other")
