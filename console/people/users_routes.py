"""Users, for owners: add, give a role, make a new password, close an account."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from agent.domain.errors import CallerMistake, NotFound, OkaeriError
from agent.domain.staff import Role
from agent.service.staff import Staff
from console.desk.desk_page import said, status_of
from console.frame.access import Guard, Visitor
from console.frame.render import Pages


def add_users(router: APIRouter, *, guard: Guard, staff: Staff, pages: Pages) -> None:
    """GET /console/users, and what owners change there. A new password is shown once, on the page that answers the press."""
    visiting = Annotated[Visitor, Depends(guard)]

    def page(
        visitor: Visitor,
        *,
        code: str = "",
        trouble: str | None = None,
        made: tuple[str, str] | None = None,
        status: int = 200,
    ) -> Response:
        answer = pages.render(
            "users.html",
            visitor,
            path="/console/users",
            status=status,
            members=sorted(staff.members(), key=lambda one: (one.disabled, one.name)),
            emails=staff.emails(),
            roles=list(Role),
            said=said(visitor, code),
            trouble=trouble,
            made=made,
        )
        if made:
            answer.headers["Cache-Control"] = "no-store"
        return answer

    @router.get("/console/users", response_class=HTMLResponse)
    def users(visitor: visiting, code: Annotated[str, Query(alias="said")] = "") -> Response:
        return page(visitor, code=code)

    @router.post("/console/users/add", response_class=HTMLResponse)
    def add(
        visitor: visiting,
        name: Annotated[str, Form(max_length=200)] = "",
        role: Annotated[str, Form(max_length=20)] = "",
        email: Annotated[str, Form(max_length=300)] = "",
    ) -> Response:
        first, me = secrets.token_urlsafe(12), visitor.member.name
        try:
            member = staff.add_user(name, role, first, by=me)
        except OkaeriError as error:
            return page(visitor, trouble=error.ja, status=status_of(error))
        try:
            staff.change_email(member.name, email, by=me)
        except CallerMistake as error:
            return page(visitor, trouble=error.ja, made=(member.name, first), status=422)
        return page(visitor, made=(member.name, first))

    @router.post("/console/users/{name}/save", response_class=HTMLResponse)
    def save(
        visitor: visiting,
        name: str,
        role: Annotated[str, Form(max_length=20)] = "",
        email: Annotated[str, Form(max_length=300)] = "",
    ) -> Response:
        try:
            if role and not any(one.name == name and one.role == role for one in staff.members()):
                staff.change_role(name, role, by=visitor.member.name)
            staff.change_email(name, email, by=visitor.member.name)
        except NotFound:
            raise
        except OkaeriError as error:
            return page(visitor, trouble=error.ja, status=status_of(error))
        return RedirectResponse("/console/users?said=user_saved", 303)

    @router.post("/console/users/{name}/password", response_class=HTMLResponse)
    def password(visitor: visiting, name: str) -> Response:
        fresh = secrets.token_urlsafe(12)
        staff.change_password(name, fresh, by=visitor.member.name)
        return page(visitor, made=(name, fresh))

    @router.post("/console/users/{name}/disable", response_class=HTMLResponse)
    def disable(
        visitor: visiting, name: str, confirmed: Annotated[str, Form(max_length=10)] = ""
    ) -> Response:
        if confirmed != "yes":
            return RedirectResponse("/console/users", 303)
        try:
            if not any(one.name == name and one.disabled for one in staff.members()):
                staff.disable(name, by=visitor.member.name)
        except NotFound:
            raise
        except OkaeriError as error:
            return page(visitor, trouble=error.ja, status=status_of(error))
        return RedirectResponse("/console/users?said=user_disabled", 303)
