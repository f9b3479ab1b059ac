"""The door: log in and log out."""

import re
from secrets import token_urlsafe
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from agent.domain.errors import OkaeriError
from agent.service.staff import Staff, TooManyFailures
from console.frame.access import Guard, Visitor
from console.frame.render import Pages
from console.frame.words import say

_INSIDE = re.compile(r"/console/((drafts|customers)/[A-Za-z0-9_-]{1,60}|customers|accuracy)?")
TOKEN_LENGTH = 43
"""Letters in 32 random bytes as `token_urlsafe` writes them."""


def add_door(router: APIRouter, *, guard: Guard, staff: Staff, pages: Pages) -> None:
    """GET and POST /console/login, POST /console/logout."""
    visiting = Annotated[Visitor, Depends(guard)]

    def form(
        request: Request,
        visitor: Visitor,
        *,
        onward: str,
        name: str = "",
        trouble: str | None = None,
        said: str | None = None,
        status: int = 200,
    ) -> Response:
        known = request.cookies.get(visitor.jar.form, "") if visitor.jar else ""
        token = (
            known if len(known) == TOKEN_LENGTH else token_urlsafe(32)
        )  # a second tab keeps the first one alive
        response = pages.render(
            "login.html",
            visitor,
            path="/console/login",
            status=status if visitor.jar else 403,
            csrf=token,
            onward=safe_path(onward),
            name=name,
            trouble=trouble,
            said=said,
            open=visitor.jar is not None,
        )
        if visitor.jar:
            visitor.jar.put(response, visitor.jar.form, token, max_age=3600)
        return response

    @router.get("/console/login", response_class=HTMLResponse)
    def log_in_page(
        request: Request,
        visitor: visiting,
        onward: Annotated[str, Query(alias="next")] = "/console/",
        said: Annotated[str, Query()] = "",
    ) -> Response:
        if visitor.session:
            return RedirectResponse("/console/", 303)
        bye = say(visitor.language, "said_log_out") if said == "log_out" else None
        return form(request, visitor, onward=onward, said=bye)

    @router.post("/console/login", response_class=HTMLResponse)
    def log_in(
        request: Request,
        visitor: visiting,
        name: Annotated[str, Form(max_length=200)] = "",
        password: Annotated[str, Form(max_length=1000)] = "",
        onward: Annotated[str, Form(alias="next", max_length=200)] = "/console/",
    ) -> Response:
        if visitor.jar is None:
            return form(request, visitor, onward=onward)
        address = request.client.host if request.client else "unknown"
        try:
            entered = staff.log_in(name, password, address=address)
        except TooManyFailures as error:
            refused = form(request, visitor, onward=onward, name=name, trouble=error.ja, status=429)
            refused.headers["Retry-After"] = str(error.seconds)
            return refused
        except OkaeriError as error:
            return form(request, visitor, onward=onward, name=name, trouble=error.ja, status=401)
        if old := request.cookies.get(visitor.jar.session):
            staff.log_out(old)
        response = RedirectResponse(safe_path(onward), 303)
        visitor.jar.put(response, visitor.jar.session, entered.token)
        visitor.jar.drop(response, visitor.jar.form)
        return response

    @router.post("/console/logout", response_class=HTMLResponse)
    def log_out(request: Request, visitor: visiting) -> Response:
        response = RedirectResponse("/console/login?said=log_out", 303)
        if visitor.jar:
            staff.log_out(request.cookies.get(visitor.jar.session, ""))
            visitor.jar.drop(response, visitor.jar.session)
        return response


def safe_path(path: str) -> str:
    """A page of ours to go to; anything else becomes the queue, so that nobody is led away after logging in."""
    return path if _INSIDE.fullmatch(path) else "/console/"
