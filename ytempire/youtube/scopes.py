"""Which permissions a channel's owner is asked for: exactly those that our calls need.

Held against the discovery documents by a test. https://developers.google.com/identity/protocols/oauth2/scopes#youtube
"""

from __future__ import annotations

_PREFIX = "https://www.googleapis.com/auth/"

# Uploads, metadata, thumbnails, playlists, captions and reads. Captions take no smaller one that also uploads,
# and youtube.upload cannot change a video.
MANAGE = f"{_PREFIX}youtube.force-ssl"
ANALYTICS = f"{_PREFIX}yt-analytics.readonly"
REVENUE = f"{_PREFIX}yt-analytics-monetary.readonly"


def wanted_scopes(*, monetized: bool) -> tuple[str, ...]:
    """Return the scopes to ask the owner for; revenue only where the channel's monetization is on."""
    return (MANAGE, ANALYTICS, REVENUE) if monetized else (MANAGE, ANALYTICS)


def short(scope: str) -> str:
    """Return a scope as people write it: without Google's prefix."""
    return scope.removeprefix(_PREFIX)
