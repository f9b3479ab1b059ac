"""The desk: read the queue and a draft, and answer it."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from agent.domain.decision import Verb
from agent.domain.draft import DraftState
from agent.domain.errors import NotFound, OkaeriError
from agent.ports import UnitsOfWork
from agent.service.approve_draft import Decided
from agent.service.decide_draft import DecideDraft
from console.desk.desk_page import DeskPage, status_of
from console.desk.draft_page import next_waiting
from console.frame.access import Guard, Visitor
from console.frame.words import say

UNDO_SECONDS = 10
"""So long the desk promises to take an approval back."""
HOLD = timedelta(seconds=UNDO_SECONDS + 2)
"""So long an approved message stays where it is: the promise, and the time a page needs to be drawn."""


def add_reading(router: APIRouter, *, guard: Guard, page: DeskPage) -> None:
    """GET /console/drafts/{draft_id}."""
    visiting = Annotated[Visitor, Depends(guard)]

    @router.get("/console/drafts/{draft_id}", response_class=HTMLResponse)
    def draft(
        visitor: visiting,
        draft_id: str,
        code: Annotated[str, Query(alias="said")] = "",
        about: Annotated[str, Query()] = "",
    ) -> Response:
        return page.show(visitor, draft_id, code=code, about=about or None)


def add_answers(
    router: APIRouter,
    *,
    guard: Guard,
    units: UnitsOfWork,
    decisions: DecideDraft,
    page: DeskPage,
) -> None:
    """POST /console/drafts/{draft_id}/approve, undo, reject, later, never."""
    visiting = Annotated[Visitor, Depends(guard)]

    def answer(visitor: Visitor, draft_id: str, verb: Verb, act: Callable[[], Decided]) -> Response:
        """Take an answer and go on to the next waiting draft; a second click on the same answer changes nothing."""
        try:
            decided = act()
        except OkaeriError as error:
            if verb is not Verb.APPROVE and taken_already(draft_id, verb, by=visitor.member.name):
                return onward(draft_id, verb.value)
            return page.show(visitor, draft_id, trouble=error.ja, status=status_of(error))
        if decided.refusal:
            return page.show(visitor, draft_id, trouble=decided.refusal.reason, status=409)
        return onward(draft_id, "first_approval" if decided.awaits_second else verb.value)

    def onward(draft_id: str, said: str) -> Response:
        with units(read_only=True) as unit:
            following = next_waiting(unit, after=draft_id)
        place = f"/console/drafts/{following}" if following else "/console/drafts"
        return RedirectResponse(f"{place}?said={said}&about={draft_id}", 303)

    def taken_already(draft_id: str, verb: Verb, *, by: str) -> bool:
        with units(read_only=True) as unit:
            taken = unit.drafts.decisions(draft_id)
        return bool(taken) and taken[-1].verb is verb and taken[-1].by == by

    @router.post("/console/drafts/{draft_id}/approve", response_class=HTMLResponse)
    def approve(
        visitor: visiting,
        draft_id: str,
        digest: Annotated[str, Form(max_length=64)] = "",
        reason: Annotated[str, Form(max_length=500)] = "",
    ) -> Response:
        if not digest:
            trouble = say(visitor.language, "unread_text")
            return page.show(visitor, draft_id, trouble=trouble, status=422)
        act = partial(
            decisions.approve,
            draft_id,
            by=visitor.member.name,
            reason=reason.strip() or None,
            expected_digest=digest,
            hold=HOLD,
        )
        return answer(visitor, draft_id, Verb.APPROVE, act)

    @router.post("/console/drafts/{draft_id}/undo", response_class=HTMLResponse)
    def undo(visitor: visiting, draft_id: str) -> Response:
        """Take an approval back, while nobody has begun to send it."""
        try:
            undone = decisions.undo_approval(draft_id, by=visitor.member.name)
        except NotFound:
            raise
        except OkaeriError as error:
            return page.show(visitor, draft_id, trouble=error.ja, status=status_of(error))
        if undone:
            return RedirectResponse(f"/console/drafts/{draft_id}?said=undo", 303)
        with units(read_only=True) as unit:
            state = unit.drafts.get(draft_id).state
        if state is DraftState.WAITING:  # a second click
            return RedirectResponse(f"/console/drafts/{draft_id}?said=undo", 303)
        named = say(visitor.language, f"state_{state.value}")
        trouble = say(visitor.language, "undo_late", state=named)
        return page.show(visitor, draft_id, trouble=trouble, status=409)

    @router.post("/console/drafts/{draft_id}/reject", response_class=HTMLResponse)
    def reject(
        visitor: visiting, draft_id: str, reason: Annotated[str, Form(max_length=40)] = ""
    ) -> Response:
        act = partial(decisions.reject, draft_id, by=visitor.member.name, reason=reason)
        return answer(visitor, draft_id, Verb.REJECT, act)

    @router.post("/console/drafts/{draft_id}/later", response_class=HTMLResponse)
    def later(visitor: visiting, draft_id: str) -> Response:
        act = partial(decisions.later, draft_id, by=visitor.member.name)
        return answer(visitor, draft_id, Verb.LATER, act)

    @router.post("/console/drafts/{draft_id}/never", response_class=HTMLResponse)
    def never(
        visitor: visiting, draft_id: str, confirmed: Annotated[str, Form(max_length=10)] = ""
    ) -> Response:
        if confirmed != "yes":
            trouble = say(visitor.language, "confirm_needed")
            return page.show(visitor, draft_id, trouble=trouble, status=422)
        act = partial(decisions.never, draft_id, by=visitor.member.name)
        return answer(visitor, draft_id, Verb.NEVER, act)
