"""Owners manage who may log in; everything is on record and nobody locks the last owner out."""

import re

import pytest
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.domain.staff import Role
from tests.support.console_desk import ConsoleDesk

PAGE = "/console/users"


@pytest.fixture
def desk(engine: Engine, clock: FixedClock) -> ConsoleDesk:
    return ConsoleDesk(engine, clock)


def role_of(desk: ConsoleDesk, name: str) -> Role:
    return next(one.role for one in desk.staff.members() if one.name == name)


def once(text: str) -> str:
    found = re.search(r'class="once">([^<]+)<', text)
    assert found
    return found[1]


def test_a_new_person_gets_a_password_shown_once_and_can_log_in(desk: ConsoleDesk) -> None:
    owner = desk.browser("oono")
    answer = owner.post(f"{PAGE}/add", page=PAGE, name="𠮷田", role="approver", email="y@shop.example")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert desk.browser().log_in("𠮷田", once(answer.text)).status_code == 303
    assert 'class="once"' not in owner.get(PAGE).text
    assert desk.staff.emails() == {"𠮷田": "y@shop.example"}


def test_a_name_that_is_taken_and_a_bad_address_are_told(desk: ConsoleDesk) -> None:
    owner = desk.browser("oono")
    assert "既に登録されています" in owner.post(f"{PAGE}/add", page=PAGE, name="mori", role="viewer").text
    bad = owner.post(f"{PAGE}/mori/save", page=PAGE, role="approver", email="no address")
    assert bad.status_code == 422
    assert "メールアドレスの形" in bad.text


def test_a_role_holds_from_the_next_click_on(desk: ConsoleDesk) -> None:
    desk.customer()
    desk.draft()
    mori = desk.browser("mori")
    desk.browser("oono").post(f"{PAGE}/mori/save", page=PAGE, role="viewer", email="")
    assert mori.answer("d1", "approve").status_code == 403


def test_a_new_password_ends_every_session_and_the_old_one(desk: ConsoleDesk) -> None:
    mori = desk.browser("mori")
    fresh = once(desk.browser("oono").post(f"{PAGE}/mori/password", page=PAGE).text)
    assert mori.get("/console/").status_code == 303
    assert desk.browser().log_in("mori").status_code == 401
    assert desk.browser().log_in("mori", fresh).status_code == 303


def test_a_closed_account_is_out_at_once_and_only_after_a_confirmation(desk: ConsoleDesk) -> None:
    mori, owner = desk.browser("mori"), desk.browser("oono")
    owner.post(f"{PAGE}/mori/disable", page=PAGE)
    assert mori.get("/console/").status_code == 200
    owner.post(f"{PAGE}/mori/disable", page=PAGE, confirmed="yes")
    owner.post(f"{PAGE}/mori/disable", page=PAGE, confirmed="yes")
    assert mori.get("/console/").status_code == 303
    assert "利用停止" in owner.get(PAGE).text


def test_the_last_owner_can_neither_step_down_nor_be_shut_out(desk: ConsoleDesk) -> None:
    owner = desk.browser("oono")
    for answer in (
        owner.post(f"{PAGE}/oono/save", page=PAGE, role="viewer"),
        owner.post(f"{PAGE}/oono/disable", page=PAGE, confirmed="yes"),
    ):
        assert answer.status_code == 422
        assert "オーナーが一人もいなくなる" in answer.text
    assert role_of(desk, "oono") is Role.OWNER
    owner.post(f"{PAGE}/mori/save", page=PAGE, role="owner")
    assert owner.post(f"{PAGE}/oono/save", page=PAGE, role="viewer").status_code == 303


def test_every_change_is_on_record_under_the_owners_name_without_secrets(desk: ConsoleDesk) -> None:
    owner = desk.browser("oono")
    password = once(
        owner.post(f"{PAGE}/add", page=PAGE, name="ueno", role="writer", email="u@shop.example").text
    )
    owner.post(f"{PAGE}/ueno/save", page=PAGE, role="approver", email="u@shop.example")
    owner.post(f"{PAGE}/ueno/disable", page=PAGE, confirmed="yes")
    with desk.engine.connect() as connection:
        rows = connection.exec_driver_sql("select actor, action, detail from audit order by sequence").all()
    told = [row[1] for row in rows if row[0] == "oono"]
    assert told == ["user_added", "email_changed", "role_changed", "user_disabled"]
    assert password not in str(rows)
    assert "u@shop.example" not in str(rows)


def test_an_unknown_person_is_told_as_not_found(desk: ConsoleDesk) -> None:
    assert desk.browser("oono").post(f"{PAGE}/nobody9/password", page=PAGE).status_code == 404


@pytest.mark.parametrize("who", ["mori", "kaki", "mita"])
def test_only_owners_see_it(desk: ConsoleDesk, who: str) -> None:
    browser = desk.browser(who)
    assert browser.get(PAGE).status_code == 403
    assert "/console/users" not in browser.get("/console/people").text
