"""The desk shows who approved an apology first, and asks for another person."""

import pytest
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.domain.draft import DraftState
from agent.domain.occasion import Occasion
from tests.support.console_desk import ConsoleDesk

SORRY = "お届けが遅れましたこと、誠に申し訳ございません。ご都合のよいときに、お聞かせください。"


@pytest.fixture
def desk(engine: Engine, clock: FixedClock) -> ConsoleDesk:
    desk = ConsoleDesk(engine, clock)
    desk.customer()
    desk.draft(occasion=Occasion.SERVICE_RECOVERY, text=SORRY, subject="お届けが遅れましたお詫び")
    return desk


def test_a_first_approval_says_so_and_a_second_click_asks_for_somebody_else(desk: ConsoleDesk) -> None:
    browser = desk.browser("mori")
    place = browser.answer("d1", "approve").headers["location"]
    assert "said=first_approval" in place
    assert "お一人目の承認を記録しました" in browser.get(place).text
    page = browser.get("/console/drafts/d1").text
    assert "お一人目の承認: moriさん" in page
    again = browser.answer("d1", "approve")
    assert again.status_code == 409
    assert "別の方" in again.text
    assert desk.state("d1") is DraftState.WAITING
    assert desk.outbox() == []
