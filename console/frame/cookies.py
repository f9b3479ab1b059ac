"""Which cookie holds a log-in: sealed over https, plain only on this very computer."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import Request
from starlette.responses import Response

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class CookieJar:
    """How cookies are named and sealed at the address a request came to."""

    secure: bool

    @property
    def session(self) -> str:
        """The session's cookie: `__Host-okaeri`, or `okaeri_session` on plain loopback."""
        return "__Host-okaeri" if self.secure else "okaeri_session"

    @property
    def form(self) -> str:
        """The cookie that ties the log-in form to this browser."""
        return "__Host-okaeri_form" if self.secure else "okaeri_form"

    def put(self, response: Response, name: str, value: str, *, max_age: int | None = None) -> None:
        """Set a cookie no script and no other site can read."""
        response.set_cookie(
            name, value, max_age=max_age, path="/", secure=self.secure, httponly=True, samesite="lax"
        )

    def drop(self, response: Response, name: str) -> None:
        """Take a cookie back."""
        response.delete_cookie(name, path="/", secure=self.secure, httponly=True, samesite="lax")


def jar_for(request: Request, *, public_url: str | None) -> CookieJar | None:
    """The jar for the address this request came to; None where a password must not travel (plain http beyond loopback).

    Why two: docs/adr/0008-console-and-sessions.md.
    """
    public = urlsplit(public_url or "")
    host = (request.headers.get("host") or "").lower()
    if request.url.scheme == "https" or (public.scheme == "https" and host == public.netloc.lower()):
        return CookieJar(secure=True)
    return CookieJar(secure=False) if _is_loopback(host) else None


def own_origins(request: Request, *, public_url: str | None) -> frozenset[str]:
    """The origins our own pages have, as browsers write them."""
    host = (request.headers.get("host") or "").lower()
    origins = {f"{request.url.scheme}://{host}"}
    if public_url:
        public = urlsplit(public_url)
        origins.add(f"{public.scheme}://{public.netloc}".lower())
    return frozenset(origins)


def _is_loopback(host: str) -> bool:
    try:
        return urlsplit(f"//{host}").hostname in LOOPBACK
    except ValueError:
        return False
