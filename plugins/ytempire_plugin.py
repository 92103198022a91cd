"""What Airflow loads of YTEMPIRE: pages in its UI.

Every process of Airflow imports this file, each task too: what a page needs is
imported when it is asked for.
"""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from airflow.plugins_manager import AirflowPlugin

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_REPORTS = "/ytempire/reports"
# As in ytempire.settings, which would make every process of Airflow slower to start.
_DATA_ROOT = Path(os.environ.get("YTEMPIRE_DATA_ROOT", "var/data"))


class Reports:
    """The app of the reports, made at the first request."""

    @cached_property
    def app(self) -> ASGIApp:
        """The app itself."""
        from plugins.ytempire_console.reports import reports_app

        return reports_app(_DATA_ROOT / "reports" / "drift")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        await self.app(scope, receive, send)


class YtempirePlugin(AirflowPlugin):
    """Pages of YTEMPIRE in Airflow's UI."""

    name = "ytempire"
    fastapi_apps = [{"app": Reports(), "url_prefix": _REPORTS, "name": "YTEMPIRE reports"}]  # noqa: RUF012
    external_views = [  # noqa: RUF012 -- lists, as Airflow declares them
        {
            "name": "Model drift",
            "href": f"{_REPORTS}/drift/",
            "url_route": "model_drift",
            "destination": "nav",
            "category": "browse",
        }
    ]
