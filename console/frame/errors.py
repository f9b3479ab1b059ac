"""An error as a page that helps, for people; programs get problem+json elsewhere."""

import re
from collections.abc import Callable

from fastapi import Request
from starlette.responses import Response

from console.frame.access import Visitor, language_of
from console.frame.cookies import jar_for
from console.frame.render import Pages
from console.frame.words import say

_DRAFT = re.compile(r"/console/drafts/[A-Za-z0-9_-]{1,60}(?=/|$)")


def error_page(
    *, public_url: str | None = None, shop_name: str | None = None
) -> Callable[[Request, int, str], Response | None]:
    """Renders errors under /console for browsers; answers None for everything else."""
    pages = Pages(shop_name=shop_name)

    def render(request: Request, status: int, detail: str) -> Response | None:
        if request.url.path != "/console" and not request.url.path.startswith("/console/"):
            return None
        if "application/json" in request.headers.get("accept", ""):
            return None
        language = language_of(request)
        visitor = Visitor(language, jar_for(request, public_url=public_url), None)
        expired = status == 403 and detail == say(language, "error_expired")
        key = "error_expired_title" if expired else f"error_{status}_title"
        title = say(language, key if expired or status in {403, 404} else "error_other_title")
        return pages.render(
            "error.html",
            visitor,
            path="/console/",
            status=status,
            title=title,
            detail=detail,
            expired=expired,
            onward=_draft_of(request.url.path) if expired else "",
        )

    return render


def _draft_of(path: str) -> str:
    """The page of the draft an answer was given on, to come back to after log-in; empty for other pages."""
    found = _DRAFT.match(path)
    return found[0] if found else ""
