"""An approval can be taken back until somebody begins to send."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.domain.draft import DraftState
from tests.support.console_desk import ConsoleDesk


@pytest.fixture
def desk(engine: Engine, clock: FixedClock) -> ConsoleDesk:
    desk = ConsoleDesk(engine, clock)
    desk.customer()
    desk.draft()
    return desk


def claimed(desk: ConsoleDesk) -> int:
    """How many messages a dispatcher may take now."""
    with desk.units() as unit:
        taken = unit.outbox.claim(owner="w1", lease_seconds=60, limit=10, real_now=desk.real_time)
        unit.commit()
    return len(taken)


def test_nothing_may_leave_for_ten_seconds(desk: ConsoleDesk, clock: FixedClock) -> None:
    desk.browser("mori").answer("d1", "approve")
    clock.moment += timedelta(seconds=10)
    assert claimed(desk) == 0
    clock.moment += timedelta(seconds=3)
    assert claimed(desk) == 1


def test_the_next_page_offers_to_take_it_back_and_the_draft_waits_again(desk: ConsoleDesk) -> None:
    browser = desk.browser("mori")
    place = browser.answer("d1", "approve").headers["location"]
    page = browser.get(place).text
    assert "10秒以内なら取り消せます" in page
    assert 'action="/console/drafts/d1/undo"' in page
    answer = browser.answer("d1", "undo")
    assert answer.headers["location"] == "/console/drafts/d1?said=undo"
    assert "承認を取り消しました" in browser.get("/console/drafts/d1?said=undo").text
    assert desk.state("d1") is DraftState.WAITING
    assert claimed(desk) == 0
    assert browser.answer("d1", "undo").status_code == 303
    assert browser.answer("d1", "approve").status_code == 303
    assert desk.state("d1") is DraftState.SCHEDULED


def test_too_late_is_said_plainly_and_nothing_changes(desk: ConsoleDesk, clock: FixedClock) -> None:
    browser = desk.browser("mori")
    browser.answer("d1", "approve")
    clock.moment += timedelta(seconds=30)
    claimed(desk)
    with desk.units() as unit:
        unit.drafts.move("d1", DraftState.DISPATCHING, by="w1", why="送信")
        unit.commit()
    answer = browser.answer("d1", "undo")
    assert answer.status_code == 409
    assert "取り消せませんでした" in answer.text
    assert desk.state("d1") is DraftState.DISPATCHING


def test_who_took_it_back_stands_in_the_audit_and_a_writer_may_not(desk: ConsoleDesk) -> None:
    desk.browser("mori").answer("d1", "approve")
    assert desk.browser("kaki").answer("d1", "undo").status_code == 403
    desk.browser("oono").answer("d1", "undo")
    with desk.units(read_only=True) as unit:
        assert unit.drafts.steps("d1")[-1].by == "oono"
