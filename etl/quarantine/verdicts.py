"""What can become of a row that is tried again."""

from __future__ import annotations

from typing import Literal

State = Literal["replayed", "superseded", "refused", "blocked"]
"""It goes on; it is out of date; it waits because the suite refuses it; it waits for something else."""

Verdicts = dict[int, tuple[State, str]]
"""By the row's number: what becomes of it, and why."""
