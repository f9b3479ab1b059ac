"""Have a draft written anew that the world overtook."""

from functools import partial
from typing import Annotated

from anyio import from_thread
from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse, RedirectResponse, Response

from agent.domain.errors import NotFound, OkaeriError
from agent.service.redraft import Redraft
from console.desk.desk_page import DeskPage, status_of
from console.frame.access import Guard, Visitor


def add_redraft(router: APIRouter, *, guard: Guard, redraft: Redraft, page: DeskPage) -> None:
    """POST /console/drafts/{draft_id}/redraft."""
    visiting = Annotated[Visitor, Depends(guard)]

    @router.post("/console/drafts/{draft_id}/redraft", response_class=HTMLResponse)
    def anew(visitor: visiting, draft_id: str) -> Response:
        try:
            new = from_thread.run(partial(redraft, draft_id, by=visitor.member.name))
        except NotFound:
            raise
        except OkaeriError as error:
            return page.show(visitor, draft_id, trouble=error.ja, status=status_of(error))
        return RedirectResponse(f"/console/drafts/{new.draft_id}?said=redraft&about={draft_id}", 303)
