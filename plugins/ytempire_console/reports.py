"""The reports of the daily look at drift, inside Airflow's UI, for whoever is signed in.

A report is a page with scripts of its own. It is served as a sandboxed document:
its scripts run, but as nobody, and reach neither Airflow nor anything outside.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from airflow.api_fastapi.core_api.security import requires_authenticated
from fastapi import Depends, FastAPI, HTTPException
from fastapi import Path as InPath
from fastapi.responses import FileResponse, HTMLResponse

_NAME = re.compile(r"[\w-]+-v\d+-\d{4}-\d{2}-\d{2}\.html")
_ALONE = "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'"
_ALONE += "; style-src 'unsafe-inline'; img-src data:; font-src data:; frame-ancestors 'self'"
_PLAIN = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
_NONE_YET = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Model drift</title>
<style>:root { color-scheme: light dark } body { font: 15px system-ui, sans-serif; margin: 2rem }</style>
<h1>Model drift</h1><p>There is no report yet: the DAG model_drift writes one a day.</p></html>"""


def reports_app(folder: Path) -> FastAPI:
    """Return the app that serves the reports in ``folder``, which need not be there yet."""
    app = FastAPI(
        title="YTEMPIRE reports", dependencies=[Depends(requires_authenticated())], docs_url=None, openapi_url=None
    )

    @app.get("/drift/")
    def index() -> HTMLResponse:
        """Return the table of the last looks."""
        page = folder / "index.html"
        text = page.read_text(encoding="utf-8") if page.is_file() else _NONE_YET
        return HTMLResponse(text, headers={"Content-Security-Policy": _PLAIN})

    @app.get("/drift/{name}")
    def report(name: Annotated[str, InPath(max_length=200)]) -> FileResponse:
        """Return one report."""
        page = folder / name
        if not _NAME.fullmatch(name) or not page.is_file():
            raise HTTPException(404, "there is no such report")
        return FileResponse(page, media_type="text/html", headers={"Content-Security-Policy": _ALONE})

    return app
