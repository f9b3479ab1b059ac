"""Edit a draft's text by hand, and have the gate read it while it is being typed."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Header, Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from agent.domain.decision import Verb
from agent.domain.errors import NotFound, OkaeriError
from agent.service.decide_draft import DecideDraft
from console.desk.desk_page import Checked, DeskPage, Unsaved, one_line, plain_lines, status_of
from console.desk.marking import mark
from console.frame.access import Guard, Visitor, language_of
from console.frame.render import Pages
from console.frame.words import say

LONGEST_TEXT = 20_000
"""Characters a text may have when it comes from the editor; every channel's own limit is below."""
LONGEST_LINE = 1_000
"""The same for subject and preheader."""


def add_edits(
    router: APIRouter, *, guard: Guard, decisions: DecideDraft, page: DeskPage, pages: Pages
) -> None:
    """POST /console/drafts/{draft_id}/edit and /check."""
    visiting = Annotated[Visitor, Depends(guard)]

    writing = Annotated[Unsaved, Depends(unsaved_text)]

    @router.post("/console/drafts/{draft_id}/edit", response_class=HTMLResponse)
    def edit(
        visitor: visiting, draft_id: str, written: writing, digest: Annotated[str, Form(max_length=64)] = ""
    ) -> Response:
        try:
            decisions.edit(
                draft_id,
                by=visitor.member.name,
                text=written.body,
                subject=written.subject,
                preheader=written.preheader,
                expected_digest=digest,
            )
        except NotFound:
            raise
        except OkaeriError as error:
            kept = say(visitor.language, "text_kept")
            trouble = f"{error.ja} {kept}"
            return page.show(visitor, draft_id, trouble=trouble, status=status_of(error), unsaved=written)
        return RedirectResponse(f"/console/drafts/{draft_id}?said={Verb.EDIT.value}", 303)

    @router.post("/console/drafts/{draft_id}/check", response_class=HTMLResponse)
    def check(
        visitor: visiting, draft_id: str, written: writing, hx_request: Annotated[str, Header()] = ""
    ) -> Response:
        """The gate on the unsaved text; nothing is stored. A fragment for the editor, the whole page without script."""
        checked = _checked(decisions, draft_id, written, by=visitor.member.name)
        place = f"/console/drafts/{draft_id}"
        if hx_request == "true":
            return pages.render(
                "draft_check.html",
                visitor,
                path=place,
                checked=checked,
                fragment=True,
                mail=written.subject is not None,
            )
        return page.show(visitor, draft_id, unsaved=replace(written, checked=checked))


async def unsaved_text(request: Request) -> Unsaved:
    """The editor's fields as sent. An empty field is an empty text, a missing one None. Raises HTTPException 422 beyond the limits."""
    form = await request.form()

    def sent(name: str, longest: int) -> str | None:
        text = form.get(name)
        if not isinstance(text, str):
            return None
        if len(text) > longest:
            raise HTTPException(422, say(language_of(request), "text_too_long", n=f"{longest:,}"))
        return plain_lines(text)

    body = sent("body", LONGEST_TEXT) or ""
    return Unsaved(body, one_line(sent("subject", LONGEST_LINE)), one_line(sent("preheader", LONGEST_LINE)))


def _checked(decisions: DecideDraft, draft_id: str, written: Unsaved, *, by: str) -> Checked:
    try:
        version, judged = decisions.look(
            draft_id, by=by, text=written.body, subject=written.subject, preheader=written.preheader
        )
    except NotFound:
        raise
    except OkaeriError as error:
        return Checked(trouble=error.ja)
    findings = judged.findings or ()
    same = version.body.rstrip() == written.body.rstrip()
    return Checked(
        findings=findings,
        body=tuple(mark(version.body.rstrip(), findings, field="body")) if same else (),
        subject=tuple(mark(version.subject or "", findings, field="subject")),
        preheader=tuple(mark(version.preheader or "", findings, field="preheader")),
    )
