"""The sandbox's application: all routers over one world, inside the layer of faults."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from sandbox import (
    analytics,
    channels,
    chat,
    control,
    elevenlabs,
    faults,
    feeds,
    figures_control,
    flat,
    google_tts,
    looks,
    oauth,
    openai,
    pexels,
    pixabay,
    quota,
    reporting,
    stability,
    upload_sessions,
    vault,
    videos,
    youtube_captions,
    youtube_playlists,
    youtube_reads,
    youtube_search,
    youtube_writes,
)
from sandbox.core import World
from sandbox.google_errors import GoogleError
from sandbox.method_override import MethodOverride
from sandbox.replay import replay_of

TABLES: tuple[str, ...] = (
    channels.TABLES,
    faults.TABLES,
    figures_control.TABLES,
    flat.TABLES,
    looks.TABLES,
    quota.TABLES,
    reporting.TABLES,
    upload_sessions.TABLES,
    vault.TABLES,
    videos.TABLES,
    youtube_playlists.TABLES,
)
ROUTERS: tuple[APIRouter, ...] = (
    analytics.router,
    chat.control,
    chat.open_models,
    chat.router,
    control.router,
    elevenlabs.router,
    feeds.router,
    figures_control.router,
    google_tts.router,
    oauth.router,
    openai.router,
    pexels.router,
    pixabay.router,
    reporting.router,
    stability.router,
    vault.router,
    youtube_captions.router,
    youtube_playlists.router,
    youtube_reads.router,
    youtube_search.router,
    youtube_writes.router,
)


async def _google_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, GoogleError)  # noqa: S101  registered for this class alone
    return error.response()


async def _not_found(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  registered for this class alone
    if request.url.path.startswith("/control/"):
        return JSONResponse({"detail": error.detail}, status_code=error.status_code)
    return GoogleError(error.status_code, message=str(error.detail)).response()


async def _gone(_: Request, __: Exception) -> Response:
    return Response(status_code=499)


def create_app(state: Path, *, seed: int = 0, history: Path | None = None) -> ASGIApp:
    """The ASGI application over the world kept in `state`.

    Args:
        state: folder of everything that must survive a restart.
        seed: seed of the synthetic world and of the audience.
        history: folder of a real trending history, None for the synthetic one.
    """
    world = World(state, seed=seed, history=history)
    for script in TABLES:
        world.create_tables(script)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        replay_of(world)  # read before the first request, and laid over the present while the state is new
        yield

    application = FastAPI(title="sandbox", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    application.state.world = world
    application.add_exception_handler(GoogleError, _google_error)
    application.add_exception_handler(HTTPException, _not_found)
    application.add_exception_handler(elevenlabs.ElevenLabsError, elevenlabs.error_answer)
    application.add_exception_handler(openai.OpenAIError, openai.error_answer)
    application.add_exception_handler(pexels.PexelsError, pexels.error_answer)
    application.add_exception_handler(pixabay.PixabayError, pixabay.error_answer)
    application.add_exception_handler(stability.StabilityError, stability.error_answer)
    application.add_exception_handler(vault.VaultError, vault.error_answer)
    application.add_exception_handler(ClientDisconnect, _gone)
    for router in ROUTERS:
        application.include_router(router)
    return MethodOverride(faults.FaultLayer(application, world))
