"""How the programs ``python -m …`` of the rooms end: an error of ours is one sentence, not a traceback."""

from __future__ import annotations

import sys
from collections.abc import Callable

from ytempire.errors import InvalidInput, YtempireError


def run_program(app: Callable[..., object], name: str) -> None:
    """Run a command line under its name; exit status 2 for bad input and 1 for all other errors of ours."""
    try:
        app(prog_name=name)
    except YtempireError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(2 if isinstance(error, InvalidInput) else 1)
