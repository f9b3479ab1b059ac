"""Who may open which page of the console, and whether a request really comes from our own pages."""

from dataclasses import dataclass
from hmac import compare_digest
from typing import Literal
from urllib.parse import quote, urlsplit

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from agent.domain.staff import Right, StaffMember, StaffSession
from agent.service.staff import Staff
from console.frame.cookies import CookieJar, jar_for, own_origins
from console.frame.words import Language, say

NEEDS: dict[tuple[str, str], Right | Literal["nobody"]] = {
    ("GET", "/console/login"): "nobody",
    ("POST", "/console/login"): "nobody",
    ("POST", "/console/logout"): Right.READ,
    ("GET", "/console"): Right.READ,
    ("GET", "/console/"): Right.READ,
    ("GET", "/console/today"): Right.READ,
    ("GET", "/console/drafts"): Right.READ,
    ("GET", "/console/notice/{token}"): "nobody",
    ("GET", "/console/people"): Right.READ,
    ("GET", "/console/drafts/{draft_id}/people"): Right.READ,
    ("POST", "/console/drafts/{draft_id}/looking"): Right.READ,
    ("POST", "/console/drafts/{draft_id}/assign"): Right.WRITE,
    ("GET", "/console/users"): Right.MANAGE,
    ("POST", "/console/users/add"): Right.MANAGE,
    ("POST", "/console/users/{name}/save"): Right.MANAGE,
    ("POST", "/console/users/{name}/password"): Right.MANAGE,
    ("POST", "/console/users/{name}/disable"): Right.MANAGE,
    ("GET", "/console/bulk"): Right.DECIDE,
    ("POST", "/console/bulk-selections"): Right.DECIDE,
    ("GET", "/console/bulk/{selection_id}"): Right.DECIDE,
    ("POST", "/console/bulk/{selection_id}/sample"): Right.DECIDE,
    ("POST", "/console/bulk/{selection_id}/approve"): Right.DECIDE,
    ("POST", "/console/bulk/{selection_id}/undo"): Right.DECIDE,
    ("GET", "/console/drafts/{draft_id}"): Right.READ,
    ("GET", "/console/drafts/{draft_id}/preview/mail"): Right.READ,
    ("GET", "/console/drafts/{draft_id}/preview/line"): Right.READ,
    ("GET", "/console/drafts/{draft_id}/variants"): Right.READ,
    ("POST", "/console/drafts/{draft_id}/check"): Right.WRITE,
    ("POST", "/console/drafts/{draft_id}/another"): Right.WRITE,
    ("POST", "/console/drafts/{draft_id}/take"): Right.WRITE,
    ("POST", "/console/drafts/{draft_id}/undo"): Right.DECIDE,
    ("POST", "/console/drafts/{draft_id}/edit"): Right.WRITE,
    ("POST", "/console/drafts/{draft_id}/rewrite"): Right.WRITE,
    ("POST", "/console/drafts/{draft_id}/approve"): Right.DECIDE,
    ("POST", "/console/drafts/{draft_id}/reject"): Right.DECIDE,
    ("POST", "/console/drafts/{draft_id}/redraft"): Right.WRITE,
    ("POST", "/console/drafts/{draft_id}/later"): Right.DECIDE,
    ("POST", "/console/drafts/{draft_id}/never"): Right.DECIDE,
    ("GET", "/console/customers"): Right.READ,
    ("GET", "/console/customers/{customer_id}"): Right.READ,
    ("GET", "/console/customers/{customer_id}/record"): Right.READ,
    ("POST", "/console/customers/{customer_id}/notes"): Right.WRITE,
    ("POST", "/console/customers/{customer_id}/facts/strike"): Right.WRITE,
    ("POST", "/console/customers/{customer_id}/facts/restore"): Right.WRITE,
    ("GET", "/console/accuracy"): Right.READ,
    ("GET", "/console/audit"): Right.DECIDE,
    ("GET", "/console/audit.csv"): Right.DECIDE,
    ("POST", "/console/audit/verify"): Right.DECIDE,
    ("GET", "/console/status"): Right.READ,
    ("POST", "/console/status/{draft_id}/retry"): Right.DECIDE,
    ("POST", "/console/status/{draft_id}/give-up"): Right.DECIDE,
    ("POST", "/console/status/{draft_id}/again"): Right.DECIDE,
    ("POST", "/console/status/{draft_id}/settle"): Right.DECIDE,
    ("GET", "/console/settings"): Right.MANAGE,
    ("GET", "/console/autonomy"): Right.READ,
    ("POST", "/console/autonomy/stop"): Right.DECIDE,
    ("POST", "/console/autonomy/resume"): Right.DECIDE,
    ("POST", "/console/autonomy/{occasion}/on"): Right.DECIDE,
    ("POST", "/console/autonomy/{occasion}/off"): Right.DECIDE,
    ("GET", "/console/rules"): Right.READ,
    ("POST", "/console/rules/propose"): Right.DECIDE,
    ("POST", "/console/rules/{rule_id}/accept"): Right.DECIDE,
    ("POST", "/console/rules/{rule_id}/reject"): Right.DECIDE,
    ("POST", "/console/rules/{rule_id}/undo"): Right.DECIDE,
}
"""What each route asks for; "nobody": no log-in. A route that is missing here is closed to everybody."""

LANGUAGE_COOKIE = "okaeri_lang"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is looking. session: None before log-in; jar: None where logging in is refused (plain http)."""

    language: Language
    jar: CookieJar | None
    session: StaffSession | None

    def may_open(self, place: str) -> bool:
        """True when this person's role opens a page; before log-in nothing is."""
        needed = NEEDS.get(("GET", place))
        return needed == "nobody" or (
            needed is not None and self.session is not None and self.session.member.may(needed)
        )

    @property
    def member(self) -> StaffMember:
        """The person. Raises AssertionError before log-in, which the guard makes impossible."""
        assert self.session is not None  # noqa: S101 - the guard has seen to it
        return self.session.member


class Guard:
    """Stands before every route of the console: session, role, form token, origin."""

    def __init__(self, staff: Staff, *, public_url: str | None) -> None:
        self._staff, self._public_url = staff, public_url

    async def __call__(self, request: Request) -> Visitor:
        """Let the request through as a Visitor. Raises HTTPException 303 to the log-in page, or 403."""
        language = language_of(request)
        jar = jar_for(request, public_url=self._public_url)
        route = request.scope.get("route")
        needed = NEEDS.get((request.method, getattr(route, "path", "")))
        if needed is None:
            raise HTTPException(403, say(language, "error_role"))
        if request.method != "GET" and not self._from_our_pages(request):
            raise HTTPException(403, say(language, "error_origin"))
        token = request.cookies.get(jar.session) if jar else None
        session = await run_in_threadpool(self._staff.session, token) if token else None
        if needed == "nobody":
            if request.method != "GET":
                await self._require_token(request, request.cookies.get(jar.form) if jar else None, language)
            return Visitor(language, jar, session)
        if session is None:
            raise _log_in_first(request, language)
        if request.method != "GET":
            await self._require_token(request, session.csrf, language)
        if not session.member.may(needed):
            raise HTTPException(403, say(language, "error_role"))
        return Visitor(language, jar, session)

    def _from_our_pages(self, request: Request) -> bool:
        """False when a browser says that another site sent this. Clients that say nothing still need the form token."""
        if request.headers.get("sec-fetch-site") in {"cross-site", "same-site"}:
            return False
        said = request.headers.get("origin")
        if said is None and (referrer := request.headers.get("referer")):
            parts = urlsplit(referrer)
            said = f"{parts.scheme}://{parts.netloc}"
        return said is None or said.lower() in own_origins(request, public_url=self._public_url)

    async def _require_token(self, request: Request, expected: str | None, language: Language) -> None:
        given = request.headers.get("x-csrf-token")
        if given is None:
            kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
            if kind in {"application/x-www-form-urlencoded", "multipart/form-data"}:
                field = (await request.form()).get("csrf")
                given = field if isinstance(field, str) else None
        if not expected or not given or not compare_digest(expected.encode(), given.encode()):
            raise HTTPException(403, say(language, "error_csrf"))


def language_of(request: Request) -> Language:
    """Japanese unless the address or the cookie asks for English."""
    asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    return "en" if asked == "en" else "ja"


def _log_in_first(request: Request, language: Language) -> HTTPException:
    if request.method == "GET":
        return HTTPException(
            303, headers={"Location": f"/console/login?next={quote(request.url.path, safe='/')}"}
        )
    return HTTPException(403, say(language, "error_expired"))
