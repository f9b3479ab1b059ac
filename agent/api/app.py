"""The web service: routers put together, health told, errors and headers made safe."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import JSONResponse

from agent.api.headers import SecureAnswers
from agent.api.problems import Page, answer_errors

LARGEST_BODY = 1_000_000
"""Bytes a request may carry; the longest message we can send is far below."""


SMALLEST_PACKED = 1_000
"""Bytes from which an answer is sent gzipped to whoever takes it; a stream of events never is."""
PACKED_AT = 5
"""Level of gzip: pages come out 3 % larger than at 9, for a third of the time."""


def create_app(
    *,
    routers: Sequence[APIRouter],
    static: Mapping[str, Path] | None = None,
    ready: Callable[[], None] = lambda: None,
    error_pages: Sequence[Page] = (),
    public_url: str | None = None,
) -> FastAPI:
    """Build the service.

    routers: what it answers, each with full paths.    static: folders served as they are, by path.
    ready: raises OperatorMustFix or MachineRetries while the service cannot work (database away).
    error_pages: renderers of errors for people, asked in order; without one an error is problem+json.
    public_url: where the world reaches us; https there turns HSTS on.
    """
    # The documentation pages load scripts from elsewhere; the machine-readable description stays.
    app = FastAPI(
        title="Okaeri", docs_url=None, redoc_url=None, redirect_slashes=False, max_body_size=LARGEST_BODY
    )
    app.include_router(health_router(ready))
    for router in routers:
        app.include_router(router)
    for path, folder in (static or {}).items():
        app.mount(path, StaticFiles(directory=folder), name=path.strip("/").replace("/", "-"))
    answer_errors(app, pages=tuple(error_pages))
    # A foreign site cannot measure packed pages (BREACH): its requests come without the session's cookie (SameSite=Lax).
    app.add_middleware(GZipMiddleware, minimum_size=SMALLEST_PACKED, compresslevel=PACKED_AT)
    app.add_middleware(
        SecureAnswers, https=(public_url or "").startswith("https://"), static=tuple(static or {})
    )
    return app


def health_router(ready: Callable[[], None]) -> APIRouter:
    """/healthz: the process lives. /readyz: it can work."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz")
    def healthz() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    @router.get("/readyz")
    def readyz() -> JSONResponse:
        ready()
        return JSONResponse({"status": "ready"})

    return router
