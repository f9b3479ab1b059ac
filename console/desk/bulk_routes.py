"""Approve several drafts at once: choose, read one of them, confirm by name and number, see what became of each."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from agent.domain.errors import NotFound, OkaeriError
from agent.domain.occasion import Occasion
from agent.ports import Clock, UnitsOfWork
from agent.ports.selections import Selection
from agent.service.bulk_approve import MOST, BulkApprove
from console.desk.desk_page import status_of
from console.desk.desk_routes import HOLD
from console.desk.queue_page import Row, row_of
from console.frame.access import Guard, Visitor
from console.frame.render import Pages


def add_bulk(
    router: APIRouter, *, guard: Guard, units: UnitsOfWork, bulk: BulkApprove, clock: Clock, pages: Pages
) -> None:
    """GET /console/bulk and its selections."""
    visiting = Annotated[Visitor, Depends(guard)]

    def choosing(
        visitor: Visitor, occasion: Occasion | None = None, *, trouble: str | None = None, status: int = 200
    ) -> Response:
        now = clock.now()
        with units(read_only=True) as unit:
            drafts = bulk.eligible(unit, occasion=occasion)
            waiting = unit.day.waiting_by_occasion()
        return pages.render(
            "bulk.html",
            visitor,
            path="/console/bulk",
            status=status,
            rows=[row_of(draft, now=now, language=visitor.language) for draft in drafts],
            occasion=occasion,
            occasions=[one for one in Occasion if one not in bulk.alone and waiting.get(one)],
            most=MOST,
            trouble=trouble,
        )

    def row(visitor: Visitor, draft_id: str) -> Row | None:
        with units(read_only=True) as unit:
            try:
                draft = unit.drafts.get(draft_id)
            except NotFound:
                return None
        return row_of(draft, now=clock.now(), language=visitor.language)

    def confirming(
        visitor: Visitor, selection: Selection, *, trouble: str | None = None, status: int = 200
    ) -> Response:
        rows = {draft_id: row(visitor, draft_id) for draft_id, _ in selection.items}
        results = {one.draft_id: one for one in selection.results or ()}
        return pages.render(
            "bulk_confirm.html",
            visitor,
            path=f"/console/bulk/{selection.selection_id}",
            status=status,
            selection=selection,
            rows=rows,
            sample=rows.get(selection.sample_id),
            results=results,
            approved=[one for one in results.values() if one.approved],
            standing=[one for one in results.values() if one.approved and not one.undone],
            undone=[one for one in results.values() if one.undone],
            refused=[one for one in results.values() if not one.approved],
            trouble=trouble,
        )

    @router.get("/console/bulk", response_class=HTMLResponse)
    def choose(visitor: visiting, occasion: Annotated[str, Query(max_length=40)] = "") -> Response:
        known = {one.value: one for one in Occasion if one not in bulk.alone}
        return choosing(visitor, known.get(occasion))

    @router.post("/console/bulk-selections", response_class=HTMLResponse)
    def select(visitor: visiting, draft: Annotated[list[str] | None, Form()] = None) -> Response:
        try:
            selection = bulk.select(draft or [], by=visitor.member.name)
        except OkaeriError as error:
            return choosing(visitor, trouble=error.ja, status=status_of(error))
        return RedirectResponse(f"/console/bulk/{selection.selection_id}", 303)

    @router.get("/console/bulk/{selection_id}", response_class=HTMLResponse)
    def confirm(visitor: visiting, selection_id: str) -> Response:
        return confirming(visitor, bulk.read(selection_id, by=visitor.member.name))

    @router.post("/console/bulk/{selection_id}/sample", response_class=HTMLResponse)
    def sample(visitor: visiting, selection_id: str) -> Response:
        bulk.open_sample(selection_id, by=visitor.member.name)
        return RedirectResponse(f"/console/bulk/{selection_id}#sample", 303)

    @router.post("/console/bulk/{selection_id}/approve", response_class=HTMLResponse)
    def approve(visitor: visiting, selection_id: str) -> Response:
        try:
            bulk.approve(selection_id, by=visitor.member.name, hold=HOLD)
        except NotFound:
            raise
        except OkaeriError as error:
            selection = bulk.read(selection_id, by=visitor.member.name)
            return confirming(visitor, selection, trouble=error.ja, status=status_of(error))
        return RedirectResponse(f"/console/bulk/{selection_id}", 303)

    @router.post("/console/bulk/{selection_id}/undo", response_class=HTMLResponse)
    def undo(visitor: visiting, selection_id: str) -> Response:
        bulk.undo(selection_id, by=visitor.member.name)
        return RedirectResponse(f"/console/bulk/{selection_id}", 303)
