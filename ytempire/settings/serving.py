"""The knobs of the model server (specification, 3.3): batches, patience, cache, and the gate before INT8."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, PositiveFloat, PositiveInt

from ytempire.settings.types import Fraction


class ServingSettings(BaseModel):
    """How predictions are served over HTTP, and whether the ranking asks for them there."""

    url: str | None = Field(
        default=None, description="The model server that the ranking asks. None: it predicts in its own process."
    )
    host: Literal["127.0.0.1", "0.0.0.0", "::"] = "127.0.0.1"  # noqa: S104 -- chosen where a proxy stands in front
    port: Annotated[int, Field(ge=1024, le=65535)] = 18100
    batch_rows: Annotated[int, Field(ge=1, le=32)] = Field(
        default=32, description="Requests are joined until they have so many rows; a longer chart goes alone."
    )
    batch_window_ms: Annotated[float, Field(ge=0, le=100)] = Field(
        default=0,
        description="So long a request waits for company. What comes during a batch is the next batch at 0 too, and "
        "measured, a window of 10 or 50 ms makes 60 who ask at once no faster, and one who asks alone wait "
        "(`python benchmarks/serving.py --windows`).",
    )
    waiting_requests: PositiveInt = Field(
        default=64, description="More than so many unanswered requests: the next is told to come back (429)."
    )
    retry_after_seconds: PositiveInt = 1
    request_rows: PositiveInt = Field(default=500, description="Rows of one request.")
    request_mib: PositiveInt = Field(default=8, description="Size of one request.")
    timeout_seconds: PositiveFloat = Field(default=20, description="A request is answered or given up within this.")
    reload_seconds: PositiveFloat = Field(default=20, description="So often the registry is asked who is champion.")
    threads: PositiveInt = Field(default=1, description="Of ONNX Runtime and of torch.")
    cache_seconds: PositiveInt = Field(default=86_400, description="So long an answer is kept in Redis.")
    runtime: Literal["auto", "onnx", "torch"] = Field(
        default="auto", description="auto: INT8 where it passes the gate. onnx: never INT8. torch: nothing is exported."
    )
    int8_accuracy_loss: Fraction = Field(default=0.01, description="INT8 must lose less accuracy than this.")
    gate_days: PositiveInt = Field(default=3, description="Last labelled days of the features that INT8 is judged on.")
    gate_charts: PositiveInt = Field(default=200, description="Charts of them, at most.")
    client_timeout_seconds: PositiveFloat = Field(
        default=5, description="So long the ranking waits for the server before it predicts in its own process."
    )
