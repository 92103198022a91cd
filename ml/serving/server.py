"""The model server put together: LitServe, the door before it, and what it says of itself."""

from __future__ import annotations

import logging
import os
import signal
import tempfile
from pathlib import Path
from types import FrameType
from typing import Any

from litserve import LitServer
from starlette.responses import JSONResponse, PlainTextResponse, Response

from ml.serving.api import PATH, TrendAPI
from ml.serving.board import Board, metrics_text
from ml.serving.door import Door
from ml.serving.wires import wires
from ytempire.settings import Settings

log = logging.getLogger(__name__)


class Server(LitServer):  # type: ignore[misc]
    """LitServe with our own ways between its processes, whose sockets are in ``folder``."""

    def __init__(self, *args: Any, folder: Path, **options: Any) -> None:
        super().__init__(*args, **options)
        self._folder = folder

    def _init_manager(self, num_api_servers: int) -> Any:
        manager = super()._init_manager(num_api_servers)
        self.litapi_request_queues[PATH], self._transport = wires(self._folder)
        return manager


def build(settings: Settings, folder: Path) -> Server:
    """Return the server, ready to run; the sockets between its processes are in ``folder``.

    ``POST /predict`` answers; ``GET /health`` is 200 when a model is loaded; ``GET /models`` tells which, and why
    a newer one is not; ``GET /metrics`` counts (Prometheus); ``GET /`` says that the process lives.
    """
    serving = settings.serving
    board = Board()
    server = Server(
        TrendAPI(settings, board),
        folder=folder,
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
    with tempfile.TemporaryDirectory(prefix="serving-") as folder:
        server = build(settings, Path(folder))
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
