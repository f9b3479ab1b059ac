"""Which security headers every answer carries, also a 404 and a crash."""

import logging

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.api.problems import problem

log = logging.getLogger(__name__)

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)
"""Nothing inline, nothing from elsewhere, in nobody's frame; previews of messages are framed and bring stricter rules along."""

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS = "max-age=31536000; includeSubDomains"
"""One year, ASVS 3.4.1; sent over https only, as RFC 6797 §7.2 asks."""


class SecureAnswers:
    """Adds the headers and turns an unforeseen exception into a plain 500, inside itself, so that it carries them too."""

    def __init__(self, app: ASGIApp, *, https: bool = False, static: tuple[str, ...] = ()) -> None:
        """https: the public address is https even where a proxy speaks plain http to us. static: folders of files whose
        address carries a stamp (`?v=`) and changes with them, so that browsers may keep them."""
        self._app, self._https, self._static = app, https, static

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False
        hsts = self._https or scope.get("scheme") == "https"

        async def send_secured(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if hsts:
                    headers.setdefault("Strict-Transport-Security", HSTS)
                headers.setdefault("Cache-Control", self._keep(scope, message["status"]))
            await send(message)

        try:
            await self._app(scope, receive, send_secured)
        except Exception:
            log.exception("unforeseen error at %s %s", scope["method"], scope["path"])
            if started:
                raise
            answer = problem(
                500,
                "Internal error",
                "思いがけない不具合が起きました。時間をおいて、もう一度お試しください。続くときは管理者にお知らせください。",
            )
            await answer(scope, receive, send_secured)

    def _keep(self, scope: Scope, status: int) -> str:
        if not any(scope["path"].startswith(f"{folder}/") for folder in self._static):
            return "no-store"
        stamped = status == 200 and scope["query_string"].startswith(b"v=")
        return "public, max-age=31536000, immutable" if stamped else "no-cache"
