"""The table of rollouts as the model server reads it: a short connection each time, for it asks seldom."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from ytempire.database.connection import Connection, connect
from ytempire.errors import Retriable
from ytempire.rollouts import Rollout, note_error, running_rollout
from ytempire.settings import Settings


class RolloutTable:
    """Which version is tried for which channels, by the database of the settings."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.database_url
        self._model_name = settings.training.model_name

    def running(self) -> Rollout | None:
        """Return the rollout that is under way. Raises Retriable where it cannot be read."""
        with self._opened() as connection:
            return running_rollout(connection, self._model_name)

    def failed(self, rollout: Rollout, problem: str) -> None:
        """Count a failure against a rollout. Raises Retriable where it cannot be read."""
        with self._opened() as connection:
            note_error(connection, rollout.rollout_id, problem)

    @contextmanager
    def _opened(self) -> Iterator[Connection]:
        try:
            with connect(self._url) as connection:
                yield connection
        except psycopg.Error as error:
            raise Retriable(f"the table of rollouts cannot be read ({type(error).__name__})") from error
