"""The trend model as MLflow serves it: a table of rows in, a chance for each out.

MLflow keeps this file's text with a version and runs it to load the model, so
that no version holds pickled code.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc import PythonModel


class TrendPyfunc(PythonModel):  # type: ignore[misc]
    """Loads the files that were logged beside it."""

    def load_context(self, context: Any) -> None:
        """Read the model's files."""
        from ml.trend.model import TrendModel

        self._model = TrendModel.load(Path(context.artifacts["files"]))

    def predict(self, context: Any, model_input: pd.DataFrame, params: Any = None) -> Any:
        """Return a chance for each row; the rows are whole charts."""
        return self._model.chances(model_input)


set_model(TrendPyfunc())
