"""Who looks after a draft, who is looking at it, and how much each carries."""

import pytest
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.service.share_work import LOOK_SECONDS
from tests.support.console_desk import ConsoleDesk

DRAFT = "/console/drafts/d1"


@pytest.fixture
def desk(engine: Engine, clock: FixedClock) -> ConsoleDesk:
    desk = ConsoleDesk(engine, clock)
    desk.customer()
    for draft_id in ("d1", "d2", "d3"):
        desk.draft(draft_id)
    return desk


def give(desk: ConsoleDesk, who: str, draft_id: str, to: str) -> int:
    page = f"/console/drafts/{draft_id}/people"
    return desk.browser(who).post(f"/console/drafts/{draft_id}/assign", page=page, to=to).status_code


def test_a_draft_is_given_to_somebody_and_stands_in_their_own_list(desk: ConsoleDesk) -> None:
    assert give(desk, "mori", "d2", "kaki") == 303
    mine = desk.browser("kaki").get("/console/drafts?of=kaki").text
    assert "/console/drafts/d2" in mine
    assert '/console/drafts/d1"' not in mine
    assert '/console/drafts/d2"' not in desk.browser("mori").get("/console/drafts?of=mori").text


def test_giving_it_again_changes_hands_and_twice_the_same_is_one_entry(desk: ConsoleDesk) -> None:
    for to in ("kaki", "kaki", "oono", ""):
        assert give(desk, "mori", "d1", to) == 303
    with desk.units(read_only=True) as unit:
        assert unit.people.assignments(["d1"]) == {}
        assert unit.audit.verify() is None
    assert "担当は決まっていません" in desk.browser("mori").get(f"{DRAFT}/people").text


def test_somebody_without_the_right_or_unknown_cannot_be_given_work(desk: ConsoleDesk) -> None:
    assert give(desk, "mori", "d1", "mita") == 422
    assert give(desk, "mori", "d1", "nobody") == 422


def test_an_assignment_locks_nothing(desk: ConsoleDesk) -> None:
    give(desk, "mori", "d1", "kaki")
    assert desk.browser("oono").answer("d1", "approve").status_code == 303


def test_each_ones_load_counts_open_drafts_only(desk: ConsoleDesk) -> None:
    for draft_id in ("d1", "d2"):
        give(desk, "mori", draft_id, "kaki")
    desk.browser("mori").answer("d1", "approve")
    page = desk.browser("mita").get("/console/people").text
    assert page.index("kaki") < page.index("oono")
    assert "1件" in page
    assert "2件" not in page


def test_who_has_the_draft_open_is_told_until_they_fall_silent(desk: ConsoleDesk) -> None:
    mori, oono = desk.browser("mori"), desk.browser("oono")
    assert "いま見ているのは、あなただけです" in mori.post(f"{DRAFT}/looking", page=DRAFT).text
    assert "moriさんが見ています" in oono.post(f"{DRAFT}/looking", page=DRAFT).text
    desk.real_time += LOOK_SECONDS + 1
    assert "あなただけです" in oono.post(f"{DRAFT}/looking", page=DRAFT).text


def test_old_looks_are_swept_away(desk: ConsoleDesk) -> None:
    desk.browser("mori").post(f"{DRAFT}/looking", page=DRAFT)
    desk.real_time += 11 * LOOK_SECONDS
    desk.browser("oono").post("/console/drafts/d2/looking", page=DRAFT)
    with desk.units(read_only=True) as unit:
        assert unit.people.looking("d1", since=0) == []


def test_a_forged_draft_is_told_as_not_found(desk: ConsoleDesk) -> None:
    assert desk.browser("mori").get("/console/drafts/nothing/people").status_code == 404


def test_the_draft_says_every_twenty_seconds_that_it_is_open(desk: ConsoleDesk) -> None:
    page = desk.browser("mori").get(DRAFT).text
    assert f'hx-post="{DRAFT}/looking" hx-trigger="load, every 20s"' in page
    assert f'href="{DRAFT}/people"' in page
