"""A link from a notice: it names a draft and logs nobody in."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse, RedirectResponse, Response

from agent.domain.errors import NotFound
from agent.ports import Clock, UnitsOfWork
from agent.service.notice_link import notice_secret, read_notice_token
from console.frame.access import Guard, Visitor
from console.frame.render import Pages


def add_notices(router: APIRouter, *, guard: Guard, units: UnitsOfWork, clock: Clock, pages: Pages) -> None:
    """GET /console/notice/{token}."""
    visiting = Annotated[Visitor, Depends(guard)]

    @router.get("/console/notice/{token}", response_class=HTMLResponse)
    def open_notice(visitor: visiting, token: str) -> Response:
        """On to the draft, by way of the door; a page that helps for an old or broken link."""
        try:
            draft_id, until = read_notice_token(notice_secret(units), token)
        except NotFound:
            return pages.render("notice.html", visitor, path="/console/", status=404, over=False)
        if until < clock.now():
            return pages.render("notice.html", visitor, path="/console/", status=410, over=True)
        place = f"/console/drafts/{quote(draft_id, safe='')}"
        if visitor.session is None:
            place = f"/console/login?next={quote(place, safe='/')}"
        return RedirectResponse(place, 303)
