"""The files of registered versions on this host: fetched once, proven by the answers that were kept with them."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from ml.tracking import FILES
from ytempire.errors import InvalidInput

if TYPE_CHECKING:
    import pandas as pd

Model = TypeVar("Model")

ANSWERS = "answers.parquet"
_ANSWER = "answer"
_IN_USE = "in_use.json"
# Between processors and numbers of threads the last digits differ.
_TOLERANCE = 2e-3


def keep_answers(folder: Path, example: pd.DataFrame, answers: Any) -> None:
    """Write rows and the model's answers to them beside its files. Raises InvalidInput for one that is not finite."""
    told = np.asarray(answers, dtype=np.float64)
    if not np.isfinite(told).all():
        raise InvalidInput("model", "gives chances that are not numbers", "Look at what it learned from.")
    example.assign(**{_ANSWER: told}).to_parquet(folder / ANSWERS)


class VersionFiles:
    """The folders of one model's versions below ``root``."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def folder(self, name: str, version: str, run_id: str, *, anew: bool = False) -> tuple[Path, bool]:
        """Return the folder with a version's files, and whether they were fetched just now."""
        kept = self._root / f"{version}-{run_id}"
        if anew:
            shutil.rmtree(kept, ignore_errors=True)
        if kept.exists():
            return kept, False
        import mlflow

        kept.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=".fetching-", dir=kept.parent))
        try:
            uri = f"models:/{name}/{version}"
            fetched = mlflow.artifacts.download_artifacts(artifact_uri=uri, dst_path=str(staging))
            files = Path(fetched) / "artifacts" / FILES
            if not files.is_dir():
                raise InvalidInput("model", f"version {version} of {name} has no files", "Train or roll back.")
            try:
                files.rename(kept)
            except OSError:
                # Another process of this host was faster.
                if not kept.is_dir():
                    raise
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        return kept, True

    def proven(self, folder: Path, model: Model, answers: Callable[[Model, pd.DataFrame], Any]) -> Model:
        """Return ``model`` if it answers the rows kept in ``folder`` as when it was registered, else InvalidInput."""
        import pandas as pd

        try:
            rows = pd.read_parquet(folder / ANSWERS)
        except Exception as error:
            raise InvalidInput("model", f"the files in {folder} are damaged", "Train or roll back.") from error
        expected = rows.pop(_ANSWER).to_numpy()
        told = np.asarray(answers(model, rows), dtype=np.float64)
        if not np.allclose(told, expected, rtol=0, atol=_TOLERANCE, equal_nan=False):
            raise InvalidInput("model", f"what lies in {folder} answers other than it did", "Train or roll back.")
        return model

    def note_use(self, version: str) -> None:
        """Remember that ``version`` is in use on this host and can be read."""
        found = [path.name for path in self._root.glob(f"{version}-*")]
        note = self._root / _IN_USE
        text = json.dumps({"version": version, "folder": found[0]})
        if not note.is_file() or note.read_text(encoding="utf-8") != text:
            draft = note.with_name(f".{_IN_USE}.{version}")
            draft.write_text(text, encoding="utf-8")
            draft.replace(note)

    def last_used(self) -> tuple[str, Path] | None:
        """Return the version that was in use last and its folder, None if there is none."""
        try:
            note = json.loads((self._root / _IN_USE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        folder = self._root / str(note["folder"])
        return (str(note["version"]), folder) if folder.is_dir() else None

    def remove(self, version: str) -> None:
        """Remove the version's files from this host."""
        for folder in self._root.glob(f"{version}-*"):
            shutil.rmtree(folder, ignore_errors=True)
