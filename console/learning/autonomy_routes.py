"""Sending without a person: see the record, switch an occasion on or off, stop everything."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from agent.domain.errors import NotFound, OkaeriError
from agent.domain.occasion import Occasion
from agent.domain.staff import Right, Role
from agent.ports import Clock
from agent.service.earned_autonomy import EarnedAutonomy
from console.frame.access import Guard, Visitor
from console.frame.render import Pages
from console.frame.words import WORDS, say
from console.learning.autonomy_page import HEIGHT, WEEKS, WIDTH, read_autonomy

PLACE = "/console/autonomy"
LONGEST_WHY = 200
"""Characters of a reason for stopping: one sentence."""


def add_autonomy(
    router: APIRouter, *, guard: Guard, autonomy: EarnedAutonomy, clock: Clock, pages: Pages
) -> None:
    """GET /console/autonomy; POST stop, resume, and {occasion}/on or off."""
    visiting = Annotated[Visitor, Depends(guard)]

    def show(
        visitor: Visitor, *, said: str | None = None, trouble: str | None = None, status: int = 200
    ) -> Response:
        member = visitor.member
        page = read_autonomy(
            autonomy,
            now=clock.now(),
            owner=member.role is Role.OWNER,
            decider=member.may(Right.DECIDE),
            language=visitor.language,
        )
        return pages.render(
            "autonomy.html",
            visitor,
            path=PLACE,
            status=status,
            page=page,
            said=said,
            trouble=trouble,
            width=WIDTH,
            height=HEIGHT,
            weeks=WEEKS,
            owner=member.role is Role.OWNER,
            decider=member.may(Right.DECIDE),
        )

    def act(visitor: Visitor, verb: str, do: Callable[[], object]) -> Response:
        try:
            do()
        except OkaeriError as error:
            return show(visitor, trouble=error.ja, status=404 if isinstance(error, NotFound) else 409)
        return RedirectResponse(f"{PLACE}?said={verb}", 303)

    @router.get(PLACE, response_class=HTMLResponse)
    def standings(visitor: visiting, said: Annotated[str, Query(max_length=40)] = "") -> Response:
        key = f"said_autonomy_{said}"
        return show(visitor, said=say(visitor.language, key) if key in WORDS else None)

    @router.post(f"{PLACE}/stop")
    def stop(visitor: visiting, why: Annotated[str, Form(max_length=LONGEST_WHY)] = "") -> Response:
        return act(visitor, "stop", lambda: autonomy.stop_all(by=visitor.member.name, why=why.strip()))

    @router.post(f"{PLACE}/resume")
    def resume(visitor: visiting) -> Response:
        return act(visitor, "resume", lambda: autonomy.resume_all(by=visitor.member.name))

    @router.post(f"{PLACE}/{{occasion}}/on")
    def on(visitor: visiting, occasion: Occasion) -> Response:
        return act(visitor, "on", lambda: autonomy.turn(occasion, on=True, by=visitor.member.name))

    @router.post(f"{PLACE}/{{occasion}}/off")
    def off(visitor: visiting, occasion: Occasion) -> Response:
        return act(visitor, "off", lambda: autonomy.turn(occasion, on=False, by=visitor.member.name))
