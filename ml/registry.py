"""The model registry: versions in MLflow, and our own record of promotions.

MLflow's aliases say which version is ``champion`` and which ``challenger``. The
table ``model_promotions`` says why; its rows are never changed. Every version
carries rows with its own answers to them, and is held to them when it is read.
"""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Generic

from ml.gate import CHAMPION, REFUSED, Judgement, Standing, gate
from ml.kinds import LoadedModel, Model, ModelKind, NewVersion
from ml.tracking import (
    ABSENT,
    CARD,
    FILES,
    TRAINING,
    finish_removals,
    forget_unfinished,
    log_run,
    open_client,
    remove_version,
    server,
)
from ml.versions import VersionFiles, keep_answers
from ytempire.database.connection import connect, load_sql
from ytempire.errors import InvalidInput, Retriable
from ytempire.settings import Settings

__all__ = ["LoadedModel", "ModelKind", "ModelRegistry", "NewVersion"]

log = logging.getLogger(__name__)


class ModelRegistry(Generic[Model]):
    """The versions of one kind of model, on the tracking server of the settings."""

    def __init__(self, settings: Settings, kind: ModelKind[Model]) -> None:
        self._settings = settings
        self._kind = kind
        self._name = kind.name
        self._client = open_client(settings)
        self._files = VersionFiles(settings.data_root / "models" / kind.name)

    def add(self, new: NewVersion[Model]) -> str:
        """Log a run with the model and register it; return the version, the same when repeated. Raises Retriable."""
        import mlflow
        from mlflow.models import infer_signature

        tags = {**new.tags, TRAINING: new.training}
        with server(), tempfile.TemporaryDirectory(prefix="ytempire-") as folder:
            known = self._client.search_model_versions(f"name = '{self._name}' and tags.{TRAINING} = '{new.training}'")
            if known:
                return str(known[0].version)
            forget_unfinished(self._client, self._name, new.training)
            new.model.save(Path(folder) / FILES)
            keep_answers(Path(folder) / FILES, new.example, new.answers)
            uri = log_run(
                self._name,
                tags=tags,
                params=new.params,
                metrics=new.metrics,
                documents={**new.documents, CARD: new.card},
                model={
                    "python_model": str(self._kind.code),
                    "artifacts": {FILES: str(Path(folder) / FILES)},
                    "signature": infer_signature(new.example, new.answers),
                    "pip_requirements": list(self._kind.requirements),
                },
            )
            version = str(mlflow.register_model(uri, self._name, tags=tags).version)
            self._client.update_model_version(self._name, version, description=new.card)
        return version

    def champion_model(self) -> LoadedModel[Model] | None:
        """Load the champion, None if there is none. Raises Retriable, or InvalidInput for damaged files."""
        version = self.version_of(CHAMPION)
        return None if version is None else self.load(version)

    def usable_champion(self) -> LoadedModel[Model] | None:
        """Load the champion; where it cannot be had, the version that this host used last; None if there is neither.

        Raises Retriable or InvalidInput, as ``champion_model``, where this host has never used a version.
        """
        try:
            champion = self.champion_model()
        except (Retriable, InvalidInput) as error:
            last = self._files.last_used()
            if last is None:
                raise
            version, folder = last
            log.error("registry: %s v%s stays in use: %s", self._name, version, error)
            return LoadedModel(self._name, version, self._read(folder), folder)
        if champion is not None:
            self._files.note_use(champion.version)
        return champion

    def load(self, version: str) -> LoadedModel[Model]:
        """Load a version. Raises Retriable, or InvalidInput for damaged files or a version that there is not."""
        from mlflow.exceptions import MlflowException

        with server():
            try:
                run_id = self._client.get_model_version(self._name, version).run_id
            except MlflowException as error:
                if error.error_code not in ABSENT:
                    raise
                raise InvalidInput("version", f"{self._name} has no version {version}", "Name one of it.") from error
            folder, fetched = self._files.folder(self._name, version, run_id)
        try:
            return LoadedModel(self._name, version, self._read(folder), folder)
        except InvalidInput:
            if fetched:
                raise
        # It may be this host's copy that is damaged, and not the registry's.
        with server():
            folder, _ = self._files.folder(self._name, version, run_id, anew=True)
        return LoadedModel(self._name, version, self._read(folder), folder)

    def _read(self, folder: Path) -> Model:
        return self._files.proven(folder, self._kind.load(folder), self._kind.answers)

    def version_of(self, alias: str) -> str | None:
        """Return the version that ``alias`` names, None if there is none. Raises Retriable."""
        with server():
            found = self._aliased(alias)
        return None if found is None else str(found.version)

    def move_alias(self, alias: str, version: str) -> None:
        """Have ``alias`` name ``version``. Raises Retriable. It is recorded in ``model_promotions`` before."""
        with server():
            self._client.set_registered_model_alias(self._name, alias, version)

    def drop_alias(self, alias: str, version: str) -> None:
        """Take ``alias`` from ``version``; where it names another one, or none, nothing is done. Raises Retriable."""
        if self.version_of(alias) == version:
            with server():
                self._client.delete_registered_model_alias(self._name, alias)

    def training_days(self, version: str) -> tuple[date, date]:
        """Return the first and the last day that a version learned from. Raises Retriable, or InvalidInput."""
        with server():
            said = self._client.get_model_version(self._name, version).tags.get("train", "")
        try:
            first, last = (date.fromisoformat(part) for part in said.split(" … "))
        except ValueError:
            problem = f"version {version} of {self._name} does not say its training days"
            raise InvalidInput("model", problem, "Retrain with this version.") from None
        return first, last

    def champion_standing(self, measure: Callable[[Model], Mapping[str, float]]) -> Standing:
        """Return the champion's version and what ``measure`` says of it; one whose files are damaged has no metrics.

        A champion of other features is damaged for today's code. Raises Retriable if the registry is away.
        """
        version = self.version_of(CHAMPION)
        if version is None:
            return Standing()
        try:
            return Standing(version, measure(self.load(version).model))
        except InvalidInput as error:
            log.warning("registry: the champion cannot be judged: %s", error)
            return Standing(version, problem=str(error))

    def describe_champion(self) -> dict[str, Any]:
        """Name, version and alias of the champion, and what was measured on its test days, its baselines beside it.

        Raises InvalidInput when there is no champion, Retriable if the registry is away.
        """
        with server():
            found = self._aliased(CHAMPION)
            if found is None:
                raise InvalidInput("model", f"{self._name} has no champion", "Run model_retraining.")
            logged = self._client.get_run(found.run_id).data.metrics
        measured: dict[str, dict[str, float]] = {}
        for name, value in logged.items():
            part, _, rest = name.partition(".")
            who, _, what = rest.rpartition(".")
            if part == "all":
                measured.setdefault(who, {})[what] = value
        metrics = measured.pop(self._name)
        return {
            "name": self._name,
            "version": str(found.version),
            "alias": CHAMPION,
            "metrics": metrics,
            "baselines": measured,
        }

    def _aliased(self, alias: str) -> Any | None:
        """Return MLflow's entry of the version that ``alias`` names, None if there is none."""
        from mlflow.exceptions import MlflowException

        try:
            return self._client.get_model_version_by_alias(self._name, alias)
        except MlflowException as error:
            if error.error_code in ABSENT:
                return None
            raise

    def judge(
        self, version: str, metrics: Mapping[str, float], champion: Standing, *, data_hash: str, accuracy_slack: float
    ) -> Judgement:
        """Decide about ``version`` by its and the champion's metrics on the same days, record why, then tell MLflow.

        A version is decided about once: repeated, it is done what was recorded.
        """
        decided = {"model_name": self._name, "version": version, "data_hash": data_hash}
        with connect(self._settings.database_url) as connection:
            known = connection.execute(load_sql("ml", "promotion_known"), decided).fetchone()
            if known:
                judgement = Judgement(**known)
            else:
                judgement = gate(metrics, champion, accuracy_slack=accuracy_slack, at_once=self._kind.at_once)
                connection.execute(
                    load_sql("ml", "promotion_insert"),
                    {
                        **decided,
                        "alias": judgement.alias,
                        "champion_before": champion.version,
                        "reason": judgement.reason,
                        "metrics": json.dumps(dict(metrics)),
                        "champion_metrics": json.dumps(dict(champion.metrics)) if champion.metrics else None,
                    },
                )
        with server():
            if "judgement" not in self._client.get_model_version(self._name, version).tags:
                if judgement.alias != REFUSED:
                    self._client.set_registered_model_alias(self._name, judgement.alias, version)
                self._client.set_model_version_tag(self._name, version, "judgement", judgement.reason)
        return judgement

    def prune(self, keep: int) -> list[str]:
        """Remove all versions but the newest ``keep``, those with an alias, in a rollout, and the former champion.

        Their runs and files go with them; ``model_promotions`` keeps its rows. Returns the versions removed.
        """
        with connect(self._settings.database_url) as connection:
            needed = connection.execute(load_sql("ml", "promotions_needed"), {"model_name": self._name}).fetchall()
        with server():
            finish_removals(self._client, self._name)
            versions = self._client.search_model_versions(f"name = '{self._name}'")
            newest = sorted(versions, key=lambda one: int(one.version), reverse=True)
            aliased = self._client.get_registered_model(self._name).aliases.values()
            stay = {*map(str, aliased), *(row["version"] for row in needed)}
            gone = [one for one in newest[keep:] if str(one.version) not in stay]
            for version in gone:
                remove_version(self._client, version)
                self._files.remove(str(version.version))
        if gone:
            log.info("registry: %s versions %s are removed", self._name, ", ".join(str(one.version) for one in gone))
        return [str(one.version) for one in gone]
