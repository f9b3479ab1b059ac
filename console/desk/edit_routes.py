"""Edit a draft's text by hand, and have the gate read it while it is being typed."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Header
from starlette.responses import HTMLResponse, RedirectResponse, Response

from agent.domain.decision import Verb
from agent.domain.errors import NotFound, OkaeriError
from agent.service.decide_draft import DecideDraft
from console.desk.desk_page import Checked, DeskPage, Unsaved, one_line, plain_lines, status_of
from console.desk.marking import mark
from console.frame.access import Guard, Visitor
from console.frame.render import Pages
from console.frame.words import say

LONGEST_TEXT = 20_000
"""Characters a text may have when it comes from the editor; every channel's own limit is below."""


def add_edits(
    router: APIRouter, *, guard: Guard, decisions: DecideDraft, page: DeskPage, pages: Pages
) -> None:
    """POST /console/drafts/{draft_id}/edit and /check."""
    visiting = Annotated[Visitor, Depends(guard)]

    @router.post("/console/drafts/{draft_id}/edit", response_class=HTMLResponse)
    def edit(
        visitor: visiting,
        draft_id: str,
        digest: Annotated[str, Form(max_length=64)] = "",
        body: Annotated[str, Form(max_length=LONGEST_TEXT)] = "",
        subject: Annotated[str | None, Form(max_length=1000)] = None,
        preheader: Annotated[str | None, Form(max_length=1000)] = None,
    ) -> Response:
        written = Unsaved(plain_lines(body), one_line(subject), one_line(preheader))
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
        visitor: visiting,
        draft_id: str,
        body: Annotated[str, Form(max_length=LONGEST_TEXT)] = "",
        subject: Annotated[str | None, Form(max_length=1000)] = None,
        preheader: Annotated[str | None, Form(max_length=1000)] = None,
        hx_request: Annotated[str, Header()] = "",
    ) -> Response:
        """The gate on the unsaved text; nothing is stored. A fragment for the editor, the whole page without script."""
        written = Unsaved(plain_lines(body), one_line(subject), one_line(preheader))
        checked = _checked(decisions, draft_id, written, by=visitor.member.name)
        place = f"/console/drafts/{draft_id}"
        if hx_request == "true":
            return pages.render(
                "draft_check.html",
                visitor,
                path=place,
                checked=checked,
                fragment=True,
                mail=subject is not None,
            )
        unsaved = Unsaved(written.body, written.subject, written.preheader, checked)
        return page.show(visitor, draft_id, unsaved=unsaved)


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
