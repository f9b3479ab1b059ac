"""The page behind 「配信停止」: a look changes nothing, one press is enough, a mail program's one click too (RFC 8058)."""

from pathlib import Path

from fastapi import APIRouter, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import FileResponse, HTMLResponse, Response

from agent.domain.occasion import Channel
from agent.ports import UnitsOfWork
from agent.service.opt_out import opt_out
from agent.service.unsubscribe import read_opt_out

PAGES = Path(__file__).parent / "pages"
CHANNEL_JA = {Channel.EMAIL: "メール", Channel.LINE: "LINE"}

_templates = Environment(
    loader=FileSystemLoader(PAGES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def opt_out_router(*, units: UnitsOfWork, shop_name: str | None) -> APIRouter:
    """GET and POST /u/{token}. No cookie, no log-in, no redirect: the token alone says who asks, and for which channel."""
    router = APIRouter(tags=["opt-out"])

    def page(
        state: str, *, channel: Channel | None = None, recipient: str = "", status: int = 200
    ) -> Response:
        html = _templates.get_template("opt_out.html").render(
            state=state,
            shop_name=shop_name or "お店",
            channel=CHANNEL_JA[channel] if channel else "",
            address=veiled(recipient) if channel is Channel.EMAIL else "",
        )
        return HTMLResponse(html, status_code=status, headers={"X-Robots-Tag": "noindex"})

    @router.get("/u/{token}", response_class=HTMLResponse)
    def ask(token: str) -> Response:
        asked = read_opt_out(units, token)
        with units(read_only=True) as unit:
            done = unit.consents.suppressed(asked.channel, asked.recipient) is not None
        return page("done" if done else "ask", channel=asked.channel, recipient=asked.recipient)

    @router.post("/u/{token}", response_class=HTMLResponse)
    def stop(token: str) -> Response:
        asked = opt_out(units, token)
        return page("done", channel=asked.channel, recipient=asked.recipient)

    @router.get("/static/opt_out.css", include_in_schema=False)
    def style() -> Response:
        return FileResponse(PAGES / "opt_out.css", media_type="text/css")

    return router


def opt_out_error_page(request: Request, status: int, detail: str) -> Response | None:
    """An unknown or damaged address as a page that says what to do; None for other paths."""
    if not request.url.path.startswith("/u/"):
        return None
    html = _templates.get_template("opt_out.html").render(
        state="unknown", shop_name="", channel="", address="", detail=detail
    )
    return HTMLResponse(html, status_code=status)


def veiled(address: str) -> str:
    """A mail address its owner recognises and a passer-by does not: ha…@example.com."""
    local, _, domain = address.partition("@")
    return f"{local[:2]}…@{domain}" if domain else ""
