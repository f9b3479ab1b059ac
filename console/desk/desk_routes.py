"""The desk: read the queue and a draft, and give one of the six answers."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

from anyio import from_thread
from fastapi import APIRouter, Depends, Form, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from agent.domain.decision import REJECT_REASONS, Verb
from agent.domain.errors import OkaeriError, StaleVersion
from agent.domain.finding import Severity
from agent.ports import Charts, Clock, UnitsOfWork
from agent.service.approve_draft import Decided
from agent.service.decide_draft import DecideDraft
from console.desk.draft_page import next_waiting, read_desk
from console.desk.queue_page import BAR_WIDTH, PAGE, TABS, read_queue
from console.frame.access import Guard, Visitor
from console.frame.render import Pages
from console.frame.words import WORDS, say

LONGEST_TEXT = 20_000
"""Characters a text may have when it comes from the editor; every channel's own limit is below."""


class DeskPage:
    """Shows one draft, with what was said and what the person was writing when something went wrong."""

    def __init__(self, units: UnitsOfWork, charts: Charts, clock: Clock, pages: Pages) -> None:
        self._units, self._charts, self._clock, self._pages = units, charts, clock, pages

    def show(
        self,
        visitor: Visitor,
        draft_id: str,
        *,
        said: str | None = None,
        about: str | None = None,
        trouble: str | None = None,
        status: int = 200,
        subject: str | None = None,
        preheader: str | None = None,
        body: str | None = None,
    ) -> Response:
        """The page. subject, preheader, body: an unsaved text to keep in the editor. Raises NotFound."""
        now = self._clock.now()
        with self._units(read_only=True) as unit:
            desk = read_desk(
                unit, self._charts, draft_id, member=visitor.member, now=now, language=visitor.language
            )
        return self._pages.render(
            "draft.html",
            visitor,
            path=f"/console/drafts/{draft_id}",
            status=status,
            desk=desk,
            draft=desk.draft,
            version=desk.draft.version,
            now=now,
            said=said,
            about=about,
            trouble=trouble,
            writing=body is not None,
            written_subject=subject,
            written_preheader=preheader,
            written_body=body,
            reasons=list(REJECT_REASONS),
            severities=list(Severity),
        )


def add_reading(
    router: APIRouter, *, guard: Guard, units: UnitsOfWork, charts: Charts, clock: Clock, pages: Pages
) -> None:
    """GET /console/ and GET /console/drafts/{draft_id}."""
    visiting = Annotated[Visitor, Depends(guard)]
    page = DeskPage(units, charts, clock, pages)

    @router.get("/console", response_class=HTMLResponse)
    def door_mat(visitor: visiting) -> Response:
        return RedirectResponse("/console/", 303)

    @router.get("/console/", response_class=HTMLResponse)
    def queue(
        visitor: visiting,
        tab: Annotated[str, Query()] = "waiting",
        offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
        said: Annotated[str, Query()] = "",
        about: Annotated[str, Query()] = "",
    ) -> Response:
        with units(read_only=True) as unit:
            found = read_queue(unit, tab=tab, offset=offset, now=clock.now(), language=visitor.language)
        return pages.render(
            "queue.html",
            visitor,
            path="/console/",
            queue=found,
            tabs=list(TABS),
            page_size=PAGE,
            bar_width=BAR_WIDTH,
            said=_said(visitor, said),
            about=about,
        )

    @router.get("/console/drafts/{draft_id}", response_class=HTMLResponse)
    def draft(
        visitor: visiting,
        draft_id: str,
        said: Annotated[str, Query()] = "",
        about: Annotated[str, Query()] = "",
    ) -> Response:
        return page.show(visitor, draft_id, said=_said(visitor, said), about=about or None)


def add_answers(
    router: APIRouter,
    *,
    guard: Guard,
    units: UnitsOfWork,
    charts: Charts,
    decisions: DecideDraft,
    clock: Clock,
    pages: Pages,
) -> None:
    """POST /console/drafts/{draft_id}/approve, edit, rewrite, reject, later, never."""
    visiting = Annotated[Visitor, Depends(guard)]
    page = DeskPage(units, charts, clock, pages)

    def answer(visitor: Visitor, draft_id: str, verb: Verb, act: Callable[[], Decided]) -> Response:
        """Take an answer and go on to the next waiting draft; a second click on the same answer changes nothing."""
        try:
            decided = act()
        except OkaeriError as error:
            if verb is not Verb.APPROVE and taken_already(draft_id, verb, by=visitor.member.name):
                return onward(draft_id, verb.value)
            return page.show(visitor, draft_id, trouble=error.ja, status=_status(error))
        if decided.refusal:
            return page.show(visitor, draft_id, trouble=decided.refusal.reason, status=409)
        return onward(draft_id, "first_approval" if decided.awaits_second else verb.value)

    def onward(draft_id: str, said: str) -> Response:
        with units(read_only=True) as unit:
            following = next_waiting(unit, after=draft_id)
        place = f"/console/drafts/{following}" if following else "/console/"
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
        )
        return answer(visitor, draft_id, Verb.APPROVE, act)

    @router.post("/console/drafts/{draft_id}/edit", response_class=HTMLResponse)
    def edit(
        visitor: visiting,
        draft_id: str,
        digest: Annotated[str, Form(max_length=64)] = "",
        body: Annotated[str, Form(max_length=LONGEST_TEXT)] = "",
        subject: Annotated[str | None, Form(max_length=1000)] = None,
        preheader: Annotated[str | None, Form(max_length=1000)] = None,
    ) -> Response:
        subject, preheader, body = _one_line(subject), _one_line(preheader), _plain_lines(body)
        try:
            decisions.edit(
                draft_id,
                by=visitor.member.name,
                text=body,
                subject=subject,
                preheader=preheader,
                expected_digest=digest,
            )
        except OkaeriError as error:
            kept = say(visitor.language, "text_kept")
            return page.show(
                visitor,
                draft_id,
                trouble=f"{error.ja} {kept}",
                status=_status(error),
                subject=subject,
                preheader=preheader,
                body=body,
            )
        return RedirectResponse(f"/console/drafts/{draft_id}?said={Verb.EDIT.value}", 303)

    @router.post("/console/drafts/{draft_id}/rewrite", response_class=HTMLResponse)
    def rewrite(
        visitor: visiting, draft_id: str, words: Annotated[str, Form(max_length=1000)] = ""
    ) -> Response:
        wish = _plain_lines(words).strip() or None
        act = partial(decisions.rewrite, draft_id, by=visitor.member.name, instruct=wish)
        try:
            from_thread.run(act)
        except OkaeriError as error:
            return page.show(visitor, draft_id, trouble=error.ja, status=_status(error))
        return RedirectResponse(f"/console/drafts/{draft_id}?said={Verb.REWRITE.value}", 303)

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


def _said(visitor: Visitor, code: str) -> str | None:
    key = f"said_{code}"
    return say(visitor.language, key) if key in WORDS else None


def _status(error: OkaeriError) -> int:
    return 409 if isinstance(error, StaleVersion) else 422


def _plain_lines(text: str) -> str:
    """What a browser's text box sends as CRLF, with plain line ends again."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _one_line(text: str | None) -> str | None:
    return " ".join(_plain_lines(text).split("\n")).strip() if text is not None else None
