# Not "from __future__ import annotations": LitServe and FastAPI read the types of ``decode_request`` as they stand.
"""What LitServe runs: a request is checked where it arrives, predicted in the worker, and answered as JSON.

One server is one process that speaks HTTP, one that predicts, and LitServe's own between them; more servers, behind
nginx, are more of these.
"""

import logging
import signal
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request
from litserve import LitAPI
from starlette.responses import JSONResponse

from ml.serving.board import Board
from ml.serving.loop import Batching
from ml.serving.predictions import Answer, NotServed, Outcome, Predictions
from ml.serving.question import Question, Refused, read
from ytempire.settings import Settings

log = logging.getLogger(__name__)

PATH = "/predict"


async def asked(request: Request) -> Question:
    """Read the body of a request; a bad one is answered with 422 and the fields that are wrong."""
    most_rows = request.app.state.request_rows
    try:
        return read(await request.body(), most_rows=most_rows)
    except Refused as refused:
        raise HTTPException(422, problems(refused)) from None


def problems(refused: Refused) -> list[dict[str, str]]:
    """Return what is told of a refused request."""
    return [{"field": field, "problem": problem} for field, problem in refused.problems]


class TrendAPI(LitAPI):  # type: ignore[misc]
    """Chances of rows of charts by the versions that the registry names."""

    def __init__(self, settings: Settings, board: Board) -> None:
        serving = settings.serving
        super().__init__(
            max_batch_size=serving.batch_rows,
            batch_timeout=serving.batch_window_ms / 1_000,
            api_path=PATH,
            loop=Batching(serving.batch_rows, serving.batch_window_ms / 1_000),
        )
        self._settings = settings
        self._board = board

    def setup(self, device: Any) -> None:
        """Load the champion; without one the worker waits for it, and readiness says so."""
        from ml.registry import ModelRegistry
        from ml.serving.rollouts import RolloutTable
        from ml.serving.versions import Versions, watch
        from ml.trend.model import trend_kind
        from ytempire.cache import Cache

        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
        self._leave_gently()
        settings = self._settings
        _limit_threads(settings.serving.threads)
        registry = ModelRegistry(settings, trend_kind(settings))
        self._versions = Versions(settings, registry, RolloutTable(settings))
        self._predictions = Predictions(self._versions, Cache.of(settings), settings.serving.cache_seconds)
        self._versions.refresh()
        self._tell()
        watch(self._versions, self._tell, settings.serving.reload_seconds)

    def health(self) -> bool:
        """Whether there is a model to answer with (LitServe asks in the process that speaks HTTP)."""
        return self._board.read().ready

    async def authorize(self) -> None:
        """Let everybody in; LitServe's own check, which is no coroutine, would cost every request a thread."""

    def decode_request(self, request: Annotated[Question, Depends(asked)]) -> Question:
        """Return the question: it was checked on arrival."""
        return request

    def batch(self, inputs: Sequence[Question]) -> Sequence[Question]:
        """Return the questions as they are: charts are laid together where they are predicted."""
        return inputs

    def predict(self, x: Sequence[Question]) -> list[Outcome]:
        """Answer a batch."""
        answers = self._predictions.answer(x)
        self._board.count(self._predictions.counts)
        return answers

    def unbatch(self, output: list[Any]) -> list[Any]:
        """Return the answers, one for each question."""
        return output

    def encode_response(self, output: Outcome):  # type: ignore[no-untyped-def]
        """Return the answer as a response; what stops one question is its own answer, not its batch's."""
        if isinstance(output, Answer):
            return JSONResponse(output.to_dict())
        if isinstance(output, Refused):
            return JSONResponse({"detail": problems(output)}, 422)
        if isinstance(output, NotServed):
            return JSONResponse({"detail": str(output)}, 404)
        retry = {"Retry-After": str(round(self._settings.serving.reload_seconds))}
        return JSONResponse({"detail": f"no model: {output}"}, 503, headers=retry)

    def _tell(self) -> None:
        self._board.write(self._versions.said(), self._versions.problem)

    def _leave_gently(self) -> None:
        """On SIGTERM answer what waits and leave; Ctrl-C is the server's business."""
        loop = self.loop

        def leave(*_: object) -> None:
            loop.leaving = True

        signal.signal(signal.SIGTERM, leave)
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _limit_threads(threads: int) -> None:
    import torch

    torch.set_num_threads(threads)
