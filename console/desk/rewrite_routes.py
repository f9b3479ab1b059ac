"""Ask for another text in words, have several side by side, and choose one."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Annotated, Any

from anyio import from_thread
from fastapi import APIRouter, Depends, Form, Header, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from agent.domain.decision import Verb
from agent.domain.errors import NotFound, OkaeriError
from agent.ports import Clock, UnitsOfWork
from agent.service.ask_variant import MOST_TEXTS, AskVariant, different_texts
from agent.service.decide_draft import DecideDraft
from agent.service.take_version import TakeVersion
from console.desk.desk_page import DeskPage, plain_lines, said, status_of
from console.desk.draft_page import OPEN
from console.desk.queue_page import mark_of, name_of
from console.desk.told_stream import told_stream
from console.frame.access import Guard, Visitor
from console.frame.render import Pages
from console.frame.words import say

STREAM = "text/event-stream"


def add_rewrites(
    router: APIRouter,
    *,
    guard: Guard,
    units: UnitsOfWork,
    decisions: DecideDraft,
    take_version: TakeVersion | None,
    ask_variant: AskVariant | None,
    clock: Clock,
    page: DeskPage,
    pages: Pages,
) -> None:
    """POST /console/drafts/{draft_id}/rewrite, /another and /take; GET /variants."""
    visiting = Annotated[Visitor, Depends(guard)]

    def told_or_done(
        visitor: Visitor,
        draft_id: str,
        act: Callable[[], Coroutine[Any, Any, object]],
        *,
        to: str,
        accept: str,
    ) -> Response:
        """Tell of the work while it goes on, to a page that listens; else answer when it is done."""
        if STREAM in accept:
            return told_stream(act, to=to, language=visitor.language)
        try:
            from_thread.run(act)
        except NotFound:
            raise
        except OkaeriError as error:
            return page.show(visitor, draft_id, trouble=error.ja, status=status_of(error))
        return RedirectResponse(to, 303)

    @router.post("/console/drafts/{draft_id}/rewrite", response_class=HTMLResponse)
    def rewrite(
        visitor: visiting,
        draft_id: str,
        words: Annotated[str, Form(max_length=1000)] = "",
        wish: Annotated[str, Form(max_length=200)] = "",
        accept: Annotated[str, Header()] = "",
    ) -> Response:
        asked = "\n".join(filter(None, [wish.strip(), plain_lines(words).strip()])) or None
        act = partial(decisions.rewrite, draft_id, by=visitor.member.name, instruct=asked)
        to = f"/console/drafts/{draft_id}?said={Verb.REWRITE.value}"
        return told_or_done(visitor, draft_id, act, to=to, accept=accept)

    @router.get("/console/drafts/{draft_id}/variants", response_class=HTMLResponse)
    def variants(
        visitor: visiting, draft_id: str, said_code: Annotated[str, Query(alias="said")] = ""
    ) -> Response:
        with units(read_only=True) as unit:
            draft = unit.drafts.get(draft_id)
            texts = different_texts(unit.drafts.versions(draft_id))[:MOST_TEXTS]
        current = draft.version
        digest = current.digest(channel=draft.channel, recipient=draft.recipient) if current else ""
        return pages.render(
            "draft_variants.html",
            visitor,
            path=f"/console/drafts/{draft_id}/variants",
            draft=draft,
            name=name_of(draft.context.customer if draft.context else None, language=visitor.language),
            texts=[(text, mark_of(text)) for text in sorted(texts, key=lambda one: one.number)],
            current=current.number if current else 0,
            digest=digest,
            open=draft.state in OPEN,
            may_ask=ask_variant is not None and len(texts) < MOST_TEXTS,
            most=MOST_TEXTS,
            said=said(visitor, said_code),
            now=clock.now(),
        )

    @router.post("/console/drafts/{draft_id}/another", response_class=HTMLResponse)
    def another(visitor: visiting, draft_id: str, accept: Annotated[str, Header()] = "") -> Response:
        if ask_variant is None:
            return page.show(visitor, draft_id, trouble=say(visitor.language, "no_writer"), status=422)
        act = partial(ask_variant, draft_id, by=visitor.member.name)
        to = f"/console/drafts/{draft_id}/variants?said=variant"
        return told_or_done(visitor, draft_id, act, to=to, accept=accept)

    @router.post("/console/drafts/{draft_id}/take", response_class=HTMLResponse)
    def take(
        visitor: visiting, draft_id: str, number: Annotated[int, Form(ge=0, le=1_000_000)] = 0
    ) -> Response:
        place = f"/console/drafts/{draft_id}?said=take"
        with units(read_only=True) as unit:
            unit.drafts.get(draft_id)
            versions = unit.drafts.versions(draft_id)
        wanted = next((version for version in versions if version.number == number), None)
        if (
            wanted and different_texts([wanted, versions[-1]])[1:] == []
        ):  # a second click: it is there already
            return RedirectResponse(place, 303)
        if take_version is None:
            return page.show(visitor, draft_id, trouble=say(visitor.language, "no_writer"), status=422)
        try:
            take_version(draft_id, number, by=visitor.member.name)
        except NotFound:
            raise
        except OkaeriError as error:
            return page.show(visitor, draft_id, trouble=error.ja, status=status_of(error))
        return RedirectResponse(place, 303)
