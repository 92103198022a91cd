"""The quality model as MLflow serves it: a table of rows of features in, a chance for each out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc import PythonModel


class QualityPyfunc(PythonModel):  # type: ignore[misc]
    """Loads the file that was logged beside it."""

    def load_context(self, context: Any) -> None:
        """Read the head."""
        from ml.quality.model import QualityModel

        self._head = QualityModel.load(Path(context.artifacts["files"])).head

    def predict(self, context: Any, model_input: pd.DataFrame, params: Any = None) -> Any:
        """Return a chance for each row."""
        return self._head.chances(model_input.to_numpy())


set_model(QualityPyfunc())
