"""Colleagues around the drafts: who looks after which, who has one open, how much each carries."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from agent.domain.errors import NotFound, OkaeriError
from agent.domain.staff import Right
from agent.ports import UnitsOfWork
from agent.service.share_work import ShareWork
from console.desk.desk_page import said, status_of
from console.desk.queue_page import name_of
from console.frame.access import Guard, Visitor
from console.frame.render import Pages


def add_people(router: APIRouter, *, guard: Guard, units: UnitsOfWork, work: ShareWork, pages: Pages) -> None:
    """GET /console/people; people, looking and assign of a draft."""
    visiting = Annotated[Visitor, Depends(guard)]

    def fragment(visitor: Visitor, draft_id: str, *, looking_now: bool) -> Response:
        around = work.around(draft_id, me=visitor.member.name, looking_now=looking_now)
        return pages.render(
            "draft_around.html", visitor, path=f"/console/drafts/{draft_id}", around=around, draft_id=draft_id
        )

    def page(visitor: Visitor, draft_id: str, *, trouble: str | None = None, status: int = 200) -> Response:
        around = work.around(draft_id, me=visitor.member.name)
        with units(read_only=True) as unit:
            context = unit.drafts.get(draft_id).context
        return pages.render(
            "draft_people.html",
            visitor,
            path=f"/console/drafts/{draft_id}/people",
            status=status,
            around=around,
            draft_id=draft_id,
            name=name_of(context.customer if context else None, language=visitor.language),
            may_write=visitor.member.may(Right.WRITE),
            trouble=trouble,
        )

    @router.get("/console/people", response_class=HTMLResponse)
    def loads(visitor: visiting, code: Annotated[str, Query(alias="said")] = "") -> Response:
        found = work.loads()
        return pages.render(
            "people.html",
            visitor,
            path="/console/people",
            loads=found,
            most=max((load.drafts for load in found), default=0),
            may_manage=visitor.member.may(Right.MANAGE),
            said=said(visitor, code),
        )

    @router.get("/console/drafts/{draft_id}/people", response_class=HTMLResponse)
    def people(request: Request, visitor: visiting, draft_id: str) -> Response:
        if request.headers.get("hx-request"):
            return fragment(visitor, draft_id, looking_now=False)
        return page(visitor, draft_id)

    @router.post("/console/drafts/{draft_id}/looking", response_class=HTMLResponse)
    def looking(visitor: visiting, draft_id: str) -> Response:
        """A sign of life every twenty seconds: not audited, it says nothing about what anybody did."""
        return fragment(visitor, draft_id, looking_now=True)

    @router.post("/console/drafts/{draft_id}/assign", response_class=HTMLResponse)
    def assign(visitor: visiting, draft_id: str, to: Annotated[str, Form(max_length=80)] = "") -> Response:
        try:
            work.assign(draft_id, to.strip(), by=visitor.member.name)
        except NotFound:
            raise
        except OkaeriError as error:
            return page(visitor, draft_id, trouble=error.ja, status=status_of(error))
        return RedirectResponse(f"/console/drafts/{draft_id}?said=assigned", 303)
