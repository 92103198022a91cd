"""Google's API services, built from the discovery documents that ship with the client library.

``client_options={"api_endpoint": ...}`` would move the list calls only; with
rootUrl and baseUrl replaced in the document, uploads move too.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from typing import Any

from googleapiclient.discovery import build_from_document


class _NoTransport:
    """Stands where a transport must be given while building; each call brings its own."""


@lru_cache(maxsize=16)
def service(name: str, version: str, root_url: str) -> Any:
    """Return the service ``name`` ``version`` (for example "youtube", "v3") at ``root_url``.

    It is shared by all clients: requests are executed with the caller's own transport.
    """
    document = files("googleapiclient") / "discovery_cache" / "documents" / f"{name}.{version}.json"
    description = json.loads(document.read_text(encoding="utf-8"))
    root = root_url.rstrip("/") + "/"
    description["rootUrl"] = root
    description["baseUrl"] = root + description["servicePath"]
    description.pop("mtlsRootUrl", None)
    return build_from_document(description, http=_NoTransport())
