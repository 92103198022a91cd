"""The model server put together: LitServe, the door before it, and what it says of itself."""

from __future__ import annotations

import logging
import os
import signal
from types import FrameType

from litserve import LitServer
from starlette.responses import JSONResponse, PlainTextResponse, Response

from ml.serving.api import PATH, TrendAPI
from ml.serving.board import Board, metrics_text
from ml.serving.door import Door
from ytempire.settings import Settings

log = logging.getLogger(__name__)


def build(settings: Settings) -> LitServer:
    """Return the server, ready to run.

    ``POST /predict`` answers; ``GET /health`` is 200 when a model is loaded; ``GET /models`` tells which, and why
    a newer one is not; ``GET /metrics`` counts (Prometheus); ``GET /`` says that the process lives.
    """
    serving = settings.serving
    board = Board()
    server = LitServer(
        TrendAPI(settings, board),
        accelerator="cpu",
        timeout=serving.timeout_seconds,
        max_payload_size=serving.request_mib * 2**20,
        disable_openapi_url=True,
        restart_workers=True,
        middlewares=[
            (
                Door,
                {
                    "path": PATH,
                    "most": serving.waiting_requests,
                    "retry_after": serving.retry_after_seconds,
                    "seconds": serving.timeout_seconds,
                },
            )
        ],
    )
    server.app.state.request_rows = serving.request_rows

    async def models() -> Response:
        return JSONResponse(board.read().to_dict())

    async def metrics() -> Response:
        return PlainTextResponse(metrics_text(board.read()), media_type="text/plain; version=0.0.4")

    server.app.add_api_route("/models", models)
    server.app.add_api_route("/metrics", metrics)
    return server


def run(settings: Settings) -> None:
    """Serve until SIGTERM or Ctrl-C; what was accepted is answered before the process ends."""
    server = build(settings)
    _leave_on_sigterm()
    server.run(
        host=settings.serving.host,
        port=settings.serving.port,
        num_api_servers=1,
        api_server_worker_type="process",
        log_level="warning",
        generate_client_file=False,
        access_log=False,
    )


def _leave_on_sigterm() -> None:
    """LitServe leaves gracefully on Ctrl-C only. Its helper process inherits the handler, and must outlive us."""
    ours = os.getpid()

    def leave(_signal: int, _frame: FrameType | None) -> None:
        if os.getpid() == ours:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, leave)
