"""The results of the validation as one page that needs nothing else: no script, no font, no other file."""

from __future__ import annotations

import json
import logging
import secrets
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import Any

from etl.validation.results import KeptResult, newest_results
from ytempire.clock import system_clock
from ytempire.database.connection import Connection
from ytempire.settings import Settings

log = logging.getLogger(__name__)

_SAMPLES = (
    "SELECT row_id, row_number, reason, payload FROM ytempire.quarantined_rows"
    " WHERE source = %s AND batch_id = %s ORDER BY row_id LIMIT %s"
)
_MOST_SAMPLES = 10
_OPEN = "SELECT source, count(*) AS rows FROM ytempire.quarantined_rows WHERE outcome IS NULL GROUP BY 1 ORDER BY 1"


def write_page(connection: Connection, settings: Settings) -> Path | None:
    """Write the newest results to the settings' page, whole or not at all; return where it lies.

    A page that cannot be written is logged and None returned: it is a window on the verdicts, not one of them.
    """
    path = settings.validation_page
    text = render(connection, settings.validation.page_results)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        log.warning("the page of the validation cannot be written: %s", error)
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        return None
    return path


def render(connection: Connection, limit: int) -> str:
    """Return the page with the last ``limit`` results of each suite, all of it escaped: rows hold strangers' words."""
    from jinja2 import Environment, StrictUndefined

    template = files(__package__).joinpath("page.html.j2").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    results = newest_results(connection, limit)
    return environment.from_string(template).render(
        written_at=system_clock(),
        results=[(result, _samples(connection, result)) for result in results],
        waiting=connection.execute(_OPEN).fetchall(),
        counts={state: sum(one.state == state for one in results) for state in _STATES},
    )


_STATES = ("passed", "quarantined", "refused", "unverified")


def _samples(connection: Connection, result: KeptResult) -> list[dict[str, Any]]:
    if not result.quarantined_count:
        return []
    rows = connection.execute(_SAMPLES, [result.suite, result.subject, _MOST_SAMPLES]).fetchall()
    return [{**row, "text": json.dumps(row["payload"], ensure_ascii=False)} for row in rows]
