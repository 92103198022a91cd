"""Links in texts that are shown on YouTube: which hosts they lead to, and a text without those that may not stand.

YouTube turns addresses with a scheme, ``www.`` names, and names with a path behind them into links.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit

LINK = re.compile(r"(?:[a-z][a-z0-9+.-]{0,20}://|www\.)\S+", re.IGNORECASE)
_BARE = re.compile(r"(?<![\w@/.-])(?:[^\W_][\w-]{0,62}\.)+[a-z]{2,}/\S*")
# A link, with the colon or dash that announces it.
_ANNOUNCED = re.compile(rf"(?:[^\S\n]*[:–—-])?[^\S\n]*(?P<link>{LINK.pattern}|{_BARE.pattern})", re.IGNORECASE)
_BEGUN = re.compile(r"://|www\.|\w\.[a-z]{2,}/", re.IGNORECASE)


def host_of(link: str) -> str:
    """Return the host that a link leads to, in lower case; its beginning where it is no address at all."""
    try:
        return (urlsplit(link if "//" in link else f"//{link}").hostname or "").lower().rstrip(".")
    except ValueError:
        return link[:60]


def hosts_of(text: str) -> set[str]:
    """Return the hosts of the links in ``text`` that have a scheme or begin with ``www.``."""
    return {host_of(link) for link in LINK.findall(text)}


def without_foreign_links(text: str, hosts: Collection[str]) -> str:
    """Return ``text`` without the links that lead to other hosts than ``hosts``; what announces them goes too."""
    return _ANNOUNCED.sub(lambda found: found[0] if host_of(found["link"]) in hosts else "", text)


def without_cut_link(text: str) -> str:
    """Return a text that was cut (it ends in an ellipsis) without a link at its end: half a link leads elsewhere."""
    last = text.split()[-1] if text.endswith("…") else ""
    return f"{text[: len(text) - len(last)]}…" if _BEGUN.search(last) else text
