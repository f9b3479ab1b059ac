"""The day's page: where everybody lands after log-in."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from agent.clock import TOKYO
from agent.ports import Charts, Clock, UnitsOfWork
from console.desk.desk_page import said
from console.frame.access import Guard, Visitor
from console.frame.render import Pages
from console.today.today_page import Limits, read_today


def add_today(
    router: APIRouter,
    *,
    guard: Guard,
    units: UnitsOfWork,
    charts: Charts,
    clock: Clock,
    limits: Limits,
    pages: Pages,
) -> None:
    """GET /console/ and the addresses that lead there: /console, /console/today."""
    visiting = Annotated[Visitor, Depends(guard)]

    @router.get("/console", response_class=HTMLResponse)
    def door_mat(visitor: visiting) -> Response:
        return RedirectResponse("/console/", 303)

    @router.get("/console/today", response_class=HTMLResponse)
    def by_name(visitor: visiting) -> Response:
        return RedirectResponse("/console/", 303)

    @router.get("/console/", response_class=HTMLResponse)
    def today(
        request: Request,
        visitor: visiting,
        code: Annotated[str, Query(alias="said")] = "",
        about: Annotated[str, Query()] = "",
    ) -> Response:
        """The day. An address of the queue from before it moved leads on to the queue."""
        queue = {key: request.query_params[key] for key in ("tab", "offset") if key in request.query_params}
        if queue:
            return RedirectResponse(f"/console/drafts?{urlencode(queue)}", 303)
        now = clock.now()
        with units(read_only=True) as unit:
            day = read_today(unit, charts, limits=limits, now=now, language=visitor.language)
        return pages.render(
            "today.html",
            visitor,
            path="/console/",
            today=day,
            now_on=now.astimezone(TOKYO).date(),
            said=said(visitor, code),
            about=about,
        )
