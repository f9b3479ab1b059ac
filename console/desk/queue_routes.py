"""The queue as pages: what waits and what became of the rest, everybody's or one's own."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import HTMLResponse, Response

from agent.ports import Clock, UnitsOfWork
from console.desk.desk_page import said
from console.desk.queue_page import BAR_WIDTH, PAGE, TABS, read_queue
from console.frame.access import Guard, Visitor
from console.frame.render import Pages


def add_queue(router: APIRouter, *, guard: Guard, units: UnitsOfWork, clock: Clock, pages: Pages) -> None:
    """GET /console/drafts."""
    visiting = Annotated[Visitor, Depends(guard)]

    @router.get("/console/drafts", response_class=HTMLResponse)
    def queue(
        visitor: visiting,
        tab: Annotated[str, Query()] = "waiting",
        offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
        of: Annotated[str, Query(max_length=80)] = "",
        order: Annotated[str, Query(max_length=20)] = "",
        code: Annotated[str, Query(alias="said")] = "",
        about: Annotated[str, Query()] = "",
    ) -> Response:
        with units(read_only=True) as unit:
            found = read_queue(
                unit,
                tab=tab,
                offset=offset,
                now=clock.now(),
                language=visitor.language,
                soonest_first=order == "expiry",
                of=of or None,
            )
        return pages.render(
            "queue.html",
            visitor,
            path="/console/drafts",
            queue=found,
            tabs=list(TABS),
            page_size=PAGE,
            bar_width=BAR_WIDTH,
            said=said(visitor, code),
            about=about,
        )
