"""The record: look, filter, check the chain, take it along as a file."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.background import BackgroundTask
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from agent.clock import TOKYO
from agent.domain.audit import ACTION_JA
from agent.ports import Clock, UnitsOfWork
from agent.service.audit_csv import Encoding, audit_csv
from agent.service.audit_trail import AuditTrail
from console.audit.audit_page import read_asked, read_record
from console.frame.access import Guard, Visitor
from console.frame.render import Pages
from console.frame.words import say

PLACE = "/console/audit"
_MEDIA: dict[Encoding, str] = {"utf-8": "text/csv; charset=utf-8", "cp932": "text/csv; charset=Shift_JIS"}


def add_audit(
    router: APIRouter, *, guard: Guard, units: UnitsOfWork, trail: AuditTrail, clock: Clock, pages: Pages
) -> None:
    """GET /console/audit and /console/audit.csv; POST /console/audit/verify."""
    visiting = Annotated[Visitor, Depends(guard)]
    asked_text = Annotated[str, Query(max_length=300)]

    @router.get(PLACE, response_class=HTMLResponse)
    def record(
        visitor: visiting,
        by: asked_text = "",
        about: asked_text = "",
        action: asked_text = "",
        day: asked_text = "",
        before: asked_text = "",
        after: asked_text = "",
        said: asked_text = "",
    ) -> Response:
        asked = read_asked(by=by, about=about, action=action, day=day, language=visitor.language)
        found = read_record(
            trail, asked.wanted, before=_key(before), after=_key(after), language=visitor.language
        )
        with units(read_only=True) as unit:
            people = [member.name for member in unit.staff.members()]
        return pages.render(
            "audit.html",
            visitor,
            path=PLACE + (f"?{asked.query}" if asked.query else ""),
            record=found,
            asked=asked,
            people=people,
            actions=list(ACTION_JA),
            said=say(visitor.language, "said_audit_verify") if said == "verify" else None,
            first=not (before or after),
        )

    @router.get(f"{PLACE}.csv")
    def file(
        visitor: visiting,
        by: asked_text = "",
        about: asked_text = "",
        action: asked_text = "",
        day: asked_text = "",
        encoding: asked_text = "utf-8",
    ) -> Response:
        asked = read_asked(by=by, about=about, action=action, day=day, language=visitor.language)
        if asked.trouble:
            return RedirectResponse(f"{PLACE}?{asked.query}", 303)
        chosen: Encoding = "cp932" if encoding == "cp932" else "utf-8"
        named = f"audit-{_today(clock.now())}-{chosen}.csv"
        return StreamingResponse(
            audit_csv(trail.entries(asked.wanted), encoding=chosen),
            headers={
                "Content-Type": _MEDIA[chosen],
                "Content-Disposition": f'attachment; filename="{named}"',
            },
        )

    @router.post(f"{PLACE}/verify")
    def verify(visitor: visiting) -> Response:
        return RedirectResponse(f"{PLACE}?said=verify", 303, background=BackgroundTask(trail.verify))


def _key(text: str) -> int | None:
    """A page's key from an address; what is none shows the first page."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _today(now: datetime) -> str:
    return f"{now.astimezone(TOKYO):%Y%m%d}"
