"""Where the trials of the search are kept: Optuna's own tables in a schema of our database, a study a training."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ytempire.errors import Retriable

if TYPE_CHECKING:
    import optuna

SCHEMA = "ytempire_search"


@contextmanager
def storage(database_url: str) -> Iterator[optuna.storages.RDBStorage]:
    """Open Optuna's storage in the schema of our database. Raises Retriable if the database is away."""
    import optuna
    from sqlalchemy.exc import OperationalError
    from sqlalchemy.pool import NullPool

    url = database_url.replace("postgresql://", "postgresql+psycopg://", 1)
    connect = {"options": f"-c search_path={SCHEMA}"}
    try:
        opened = optuna.storages.RDBStorage(url, engine_kwargs={"poolclass": NullPool, "connect_args": connect})
        try:
            yield opened
        finally:
            opened.remove_session()
            opened.engine.dispose()
    except (OperationalError, optuna.exceptions.StorageInternalError) as error:
        raise Retriable(f"the trials of the search cannot be kept: {error}") from error


def forget_studies(database_url: str, prefix: str, keep: Collection[str]) -> None:
    """Remove the studies whose names begin with ``prefix`` and are not among ``keep``."""
    import optuna

    with storage(database_url) as kept:
        for name in optuna.get_all_study_names(kept):
            if name.startswith(prefix) and name not in keep:
                optuna.delete_study(study_name=name, storage=kept)
