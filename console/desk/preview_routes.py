"""How a draft looks when it arrives, drawn from the very bytes that would be sent."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from starlette.responses import HTMLResponse, Response

from agent.domain.delivery import OutgoingMessage
from agent.domain.errors import NotFound, OkaeriError
from agent.domain.occasion import Channel
from agent.ports import Clock
from agent.service.decide_draft import DecideDraft
from channels.email_message import build_email
from channels.line_message import push_body
from console.frame.access import Guard, Visitor
from console.frame.render import Pages

Scheme = Literal["light", "dark"]
IN_OUR_FRAME = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; sandbox",
    "X-Frame-Options": "SAMEORIGIN",
}
"""Shown in a frame of the draft's page and nowhere else: no script, nothing fetched, no link to follow."""


def add_previews(
    router: APIRouter, *, guard: Guard, decisions: DecideDraft, clock: Clock, pages: Pages
) -> None:
    """GET /console/drafts/{draft_id}/preview/mail and /preview/line."""
    visiting = Annotated[Visitor, Depends(guard)]

    @router.get("/console/drafts/{draft_id}/preview/mail", response_class=HTMLResponse)
    def mail(visitor: visiting, draft_id: str, scheme: Annotated[Scheme, Query()] = "light") -> Response:
        try:
            message = _message(decisions, draft_id, Channel.EMAIL)
            html = html_of(build_email(message, now=clock.now()).as_bytes())
        except OkaeriError as error:
            return _refused(visitor, draft_id, error)
        if html is None:
            return _page(visitor, "plain_preview.html", draft_id, text=message.body, scheme=scheme)
        return HTMLResponse(as_seen(html, scheme), headers=IN_OUR_FRAME)

    @router.get("/console/drafts/{draft_id}/preview/line", response_class=HTMLResponse)
    def line(visitor: visiting, draft_id: str) -> Response:
        try:
            message = _message(decisions, draft_id, Channel.LINE)
            body: dict[str, Any] = push_body(message)
        except OkaeriError as error:
            return _refused(visitor, draft_id, error)
        return _page(
            visitor,
            "line_preview.html",
            draft_id,
            messages=body["messages"],
            sender=message.sender_name,
        )

    def _page(
        visitor: Visitor, template: str, draft_id: str, *, status: int = 200, **values: Any
    ) -> Response:
        answer = pages.render(template, visitor, path=f"/console/drafts/{draft_id}", status=status, **values)
        answer.headers.update(IN_OUR_FRAME)
        return answer

    def _refused(visitor: Visitor, draft_id: str, error: OkaeriError) -> Response:
        if isinstance(error, NotFound):
            raise error
        return _page(visitor, "plain_preview.html", draft_id, status=409, text=error.ja, scheme="light")


def html_of(mail: bytes) -> str | None:
    """The HTML part of a mail; None for one of plain text."""
    from email import message_from_bytes
    from email.policy import default

    part = message_from_bytes(mail, policy=default).get_body(("html",))
    return str(part.get_content()) if part else None


def as_seen(html: str, scheme: Scheme) -> str:
    """The letter as a reader's light or dark screen draws it. Its links lead nowhere: a new window is refused by the sandbox."""
    seen = html.replace("(prefers-color-scheme: dark)", "all" if scheme == "dark" else "not all")
    seen = seen.replace('content="light dark"', f'content="{scheme}"')
    seen = seen.replace("color-scheme: light dark", f"color-scheme: {scheme}")
    return seen.replace("<head>", '<head><base target="_blank">', 1)


def _message(decisions: DecideDraft, draft_id: str, channel: Channel) -> OutgoingMessage:
    message = decisions.message(draft_id)
    if message is None or message.channel is not channel:
        raise NotFound(
            f"draft {draft_id} has no {channel} to show", ja="この下書きには、表示できる文面がありません。"
        )
    return message
