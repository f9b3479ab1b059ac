"""Who gets in where: log-in, roles, form tokens, foreign sites."""

import re
from typing import Any

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.domain.draft import DraftState
from agent.domain.staff import RIGHTS, Role
from agent.service.staff import FAILURES_ALLOWED, IDLE_SECONDS
from console.frame.access import NEEDS
from tests.support.console_desk import HTTPS, PASSWORD, PEOPLE, Browser, ConsoleDesk


@pytest.fixture
def desk(engine: Engine, clock: FixedClock) -> ConsoleDesk:
    desk = ConsoleDesk(engine, clock)
    desk.customer()
    desk.draft()
    return desk


def routes(desk: ConsoleDesk) -> set[tuple[str, str]]:
    """Every route of the console as (method, path), from the service's own description."""
    described: dict[str, Any] = desk.app().openapi()["paths"]
    return {
        (method.upper(), path)
        for path, methods in described.items()
        for method in methods
        if path.startswith("/console")
    }


def at(path: str, *, draft_id: str = "d1", customer_id: str = "c1") -> str:
    """The route's address with its blanks filled in."""
    return path.format(
        draft_id=draft_id,
        customer_id=customer_id,
        occasion="birthday",
        rule_id="r0",
        selection_id="bs_0",
        name="nobody",
        token="forged",
    )


def test_every_route_of_the_console_says_what_it_needs(desk: ConsoleDesk) -> None:
    assert routes(desk) == set(NEEDS)


def test_a_route_nobody_declared_is_closed(desk: ConsoleDesk) -> None:
    app = desk.app()
    guarded = next(r for r in desk.router().routes if isinstance(r, APIRoute) and r.path == "/console/")
    app.add_api_route("/console/secret", guarded.endpoint, methods=["GET"])
    browser = Browser(app, HTTPS)
    browser.log_in("oono")
    assert browser.get("/console/secret").status_code == 403


def test_without_a_log_in_every_page_leads_to_the_door_and_every_answer_is_refused(desk: ConsoleDesk) -> None:
    browser = desk.browser()
    for method, path in sorted(routes(desk)):
        answer = browser.client.request(method, at(path))
        if NEEDS[method, path] == "nobody":
            told = 404 if "{token}" in path else 200  # a forged link opens nothing
            assert answer.status_code == (told if method == "GET" else 403), path
        elif method == "GET":
            assert answer.status_code == 303, path
            assert answer.headers["location"].startswith("/console/login?next=/console")
        else:
            assert answer.status_code == 403, path
    assert desk.state("d1") is DraftState.WAITING


@pytest.mark.parametrize("who", sorted(PEOPLE))
def test_each_role_may_do_what_the_table_says_and_nothing_else(desk: ConsoleDesk, who: str) -> None:
    browser = desk.browser(who)
    tokens = browser.fields("/console/")
    for (method, path), needed in sorted(NEEDS.items()):
        if needed == "nobody" or path == "/console/logout":
            continue
        answer = browser.client.request(
            method,
            at(path, draft_id="nothing", customer_id="nobody"),
            data=tokens if method == "POST" else None,
        )
        allowed = needed in RIGHTS[PEOPLE[who]]
        assert (answer.status_code != 403) is allowed, (who, method, path)


def test_an_answer_needs_the_token_of_this_very_session(desk: ConsoleDesk) -> None:
    browser, other = desk.browser("mori"), desk.browser("oono")
    page = "/console/drafts/d1"
    good, foreign = browser.fields(page), other.fields(page)
    for path in (p for m, p in sorted(NEEDS) if m == "POST" and "_id}" in p):
        address = at(path)
        for token in (None, "", "x" * 43, foreign["csrf"]):
            form = {name: value for name, value in good.items() if name != "csrf"}
            if token is not None:
                form["csrf"] = token
            assert browser.client.post(address, data=form).status_code == 403, (path, token)
    assert desk.state("d1") is DraftState.WAITING
    assert not any(fact.struck for fact in desk.insight.facts["c1"][:2])


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": HTTPS + ".evil.example"},
        {"Referer": "https://evil.example/console/"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_an_answer_from_another_site_is_refused_even_with_the_right_token(
    desk: ConsoleDesk, headers: dict[str, str]
) -> None:
    browser = desk.browser("mori")
    form = browser.fields("/console/drafts/d1")
    answer = browser.client.post("/console/drafts/d1/approve", data=form, headers=headers)
    assert answer.status_code == 403
    assert desk.state("d1") is DraftState.WAITING


def test_plain_text_is_no_form(desk: ConsoleDesk) -> None:
    browser = desk.browser("mori")
    form = browser.fields("/console/drafts/d1")
    answer = browser.client.post(
        "/console/drafts/d1/approve",
        content="&".join(f"{name}={value}" for name, value in form.items()),
        headers={"Content-Type": "text/plain"},
    )
    assert answer.status_code == 403


def test_opening_an_answers_address_changes_nothing(desk: ConsoleDesk) -> None:
    browser = desk.browser("mori")
    for path in (p for m, p in sorted(NEEDS) if m == "POST" and p != "/console/login"):
        assert browser.get(at(path)).status_code == 405, path
    assert desk.state("d1") is DraftState.WAITING


def test_the_session_cookie_is_sealed_over_https(desk: ConsoleDesk) -> None:
    cookie = desk.browser().log_in("mori").headers.get_list("set-cookie")[0]
    assert cookie.startswith("__Host-okaeri=")
    for part in ("Secure", "HttpOnly", "SameSite=lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie


def test_on_this_very_computer_plain_http_works_with_a_plain_cookie(desk: ConsoleDesk) -> None:
    browser = desk.browser("mori", base_url="http://127.0.0.1:8000")
    assert browser.client.cookies.get("okaeri_session")
    assert browser.get("/console/").status_code == 200


def test_over_plain_http_elsewhere_no_password_is_asked_for(desk: ConsoleDesk) -> None:
    browser = desk.browser(base_url="http://shop.example")
    page = browser.get("/console/login")
    assert page.status_code == 403
    assert 'type="password"' not in page.text
    assert "https" in page.text


def test_logging_in_gives_a_new_session_and_ends_the_old_one(desk: ConsoleDesk) -> None:
    browser = desk.browser("mori")
    old = browser.client.cookies.get("__Host-okaeri")
    page = browser.client.post("/console/logout", data=browser.fields("/console/"))
    assert page.status_code == 303
    browser.log_in("mori")
    assert browser.client.cookies.get("__Host-okaeri") != old
    assert old is not None
    assert desk.staff.session(old) is None


def test_a_cookie_given_before_the_log_in_is_not_taken_over(desk: ConsoleDesk) -> None:
    browser = desk.browser()
    browser.client.cookies.set("__Host-okaeri", "planted", domain="console.example")
    answer = browser.log_in("mori")
    assert "planted" not in answer.headers["set-cookie"]
    assert desk.staff.session("planted") is None


def test_a_session_that_ended_leads_back_to_the_same_draft_after_log_in(desk: ConsoleDesk) -> None:
    browser = desk.browser("mori")
    desk.real_time += IDLE_SECONDS + 1
    place = browser.get("/console/drafts/d1").headers["location"]
    assert place == "/console/login?next=/console/drafts/d1"
    answer = browser.post("/console/login", page=place, name="mori", password=PASSWORD)
    assert answer.headers["location"] == "/console/drafts/d1"


@pytest.mark.parametrize(
    "onward", ["https://evil.example", "//evil.example", "/console/../u/x", "/console/\r\nx", "/other"]
)
def test_after_log_in_nobody_is_led_away(desk: ConsoleDesk, onward: str) -> None:
    browser = desk.browser()
    answer = browser.post(
        "/console/login", page="/console/login", name="mori", password=PASSWORD, next=onward
    )
    assert answer.headers["location"] == "/console/"


def test_wrong_passwords_are_told_plainly_and_then_have_to_wait(desk: ConsoleDesk) -> None:
    browser = desk.browser()
    for _ in range(FAILURES_ALLOWED):
        refused = browser.log_in("mori", "wrong")
        assert refused.status_code == 401
        assert "お名前またはパスワードが違います" in refused.text
    waiting = browser.log_in("mori")
    assert waiting.status_code == 429
    assert int(waiting.headers["retry-after"]) > 0


def test_two_log_in_tabs_do_not_shut_each_other_out(desk: ConsoleDesk) -> None:
    browser = desk.browser()
    first = browser.fields("/console/login")
    browser.get("/console/login")
    form = first | {"name": "mori", "password": PASSWORD}
    assert browser.client.post("/console/login", data=form).status_code == 303


def test_a_viewer_sees_no_button_that_would_be_refused(desk: ConsoleDesk) -> None:
    page = desk.browser("mita").get("/console/drafts/d1").text
    assert re.findall(r'action="/console/drafts/[^"]*"', page) == []
    assert "閲覧のみ" in page


def test_a_writer_may_edit_but_sees_no_approve_button(desk: ConsoleDesk) -> None:
    page = desk.browser("kaki").get("/console/drafts/d1").text
    assert set(re.findall(r'action="/console/drafts/d1/(\w+)"', page)) == {"edit", "check", "rewrite"}


def test_the_roles_of_the_test_are_all_there_are() -> None:
    assert set(PEOPLE.values()) == set(Role)
