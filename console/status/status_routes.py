"""How things stand, and what a person may do about a message that did not leave."""

import time
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from agent.domain.draft import DraftState
from agent.domain.errors import NotFound, OkaeriError
from agent.domain.staff import Right
from agent.ports import Clock
from agent.ports.status import StatusBook
from agent.service.mend_outbox import MendOutbox
from console.frame.access import Guard, Visitor
from console.frame.render import Pages
from console.frame.words import WORDS, say
from console.status.status_page import DAYS, HEIGHT, WIDTH, read_status

PLACE = "/console/status"


def add_status(
    router: APIRouter,
    *,
    guard: Guard,
    book: StatusBook,
    mend: MendOutbox | None,
    clock: Clock,
    cap_yen: int | None,
    pages: Pages,
    real_time: Callable[[], float] = time.time,
) -> None:
    """GET /console/status; POST {draft_id}/retry, give-up, again, settle."""
    visiting = Annotated[Visitor, Depends(guard)]

    def show(
        visitor: Visitor, *, said: str | None = None, trouble: str | None = None, status: int = 200
    ) -> Response:
        found = read_status(
            book, now=clock.now(), real_now=real_time(), cap_yen=cap_yen, language=visitor.language
        )
        return pages.render(
            "status.html",
            visitor,
            path=PLACE,
            status=status,
            found=found,
            said=said,
            trouble=trouble,
            may_decide=mend is not None and visitor.member.may(Right.DECIDE),
            states=list(DraftState),
            width=WIDTH,
            height=HEIGHT,
            days=DAYS,
        )

    def answer(visitor: Visitor, do: Callable[[], str]) -> Response:
        try:
            said = do()
        except NotFound:
            raise
        except OkaeriError as error:
            return show(visitor, trouble=error.ja, status=409)
        return RedirectResponse(f"{PLACE}?said={said}", 303)

    @router.get(PLACE, response_class=HTMLResponse)
    def standing(visitor: visiting, said: Annotated[str, Query(max_length=40)] = "") -> Response:
        key = f"said_status_{said}"
        return show(visitor, said=say(visitor.language, key) if key in WORDS else None)

    if mend is None:
        return

    @router.post(f"{PLACE}/{{draft_id}}/retry")
    def retry(visitor: visiting, draft_id: str) -> Response:
        return answer(
            visitor, lambda: "retry" if mend.retry_now(draft_id, by=visitor.member.name) else "late"
        )

    @router.post(f"{PLACE}/{{draft_id}}/give-up")
    def give_up(visitor: visiting, draft_id: str) -> Response:
        return answer(
            visitor, lambda: "give_up" if mend.give_up(draft_id, by=visitor.member.name) else "late"
        )

    @router.post(f"{PLACE}/{{draft_id}}/again")
    def again(visitor: visiting, draft_id: str) -> Response:
        try:
            decided = mend.send_again(draft_id, by=visitor.member.name)
        except NotFound:
            raise
        except OkaeriError as error:
            return show(visitor, trouble=error.ja, status=409)
        if decided.refusal:
            return show(visitor, trouble=decided.refusal.reason, status=409)
        return RedirectResponse(f"{PLACE}?said={'again_first' if decided.awaits_second else 'again'}", 303)

    @router.post(f"{PLACE}/{{draft_id}}/settle")
    def settle(
        visitor: visiting, draft_id: str, became: Annotated[str, Form(max_length=20)] = ""
    ) -> Response:
        if became not in ("delivered", "lost"):
            return show(visitor, trouble=say(visitor.language, "confirm_needed"), status=422)
        arrived = became == "delivered"
        return answer(
            visitor,
            lambda: "settle" if mend.settle(draft_id, delivered=arrived, by=visitor.member.name) else "late",
        )
