"""The page about sending without a person: what it tells, and the switches on it."""

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.domain.autonomy import NEEDED, Switch
from agent.domain.occasion import Occasion
from tests.support.console_desk import ConsoleDesk

PLACE = "/console/autonomy"


@pytest.fixture
def desk(engine: Engine, clock: FixedClock) -> ConsoleDesk:
    return ConsoleDesk(engine, clock)


def page(desk: ConsoleDesk, who: str = "oono", language: str = "ja") -> BeautifulSoup:
    answer = desk.browser(who).get(f"{PLACE}?lang={language}")
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


def approved(desk: ConsoleDesk, count: int) -> None:
    desk.customer()
    with desk.units() as unit:
        for number in range(count):
            unit.drafts.add(desk.composed(f"e{number}"), by="test", trigger=f"order:{number}")
        unit.commit()
    for number in range(count):
        assert desk.decide.approve(f"e{number}", by="mori").refusal is None


def test_every_occasion_has_a_card_that_says_what_is_missing(desk: ConsoleDesk) -> None:
    cards = page(desk).select(".occasion-card")
    assert len(cards) == len(Occasion)
    text = page(desk).get_text(" ", strip=True)
    assert "そのまま承認された下書きが50件になるまで、あと50件です。" in text
    assert "いつも人が確認" in text


def test_the_english_page_is_english(desk: ConsoleDesk) -> None:
    approved(desk, 3)
    main = page(desk, language="en").select_one("main")
    assert main is not None
    for japanese in main.select("[lang=ja]"):
        japanese.decompose()
    assert not any("\u3040" <= sign <= "\u30ff" for sign in main.get_text())


def test_progress_and_weeks_are_drawn_from_the_labels(desk: ConsoleDesk) -> None:
    approved(desk, 5)
    desk.draft("bad")
    desk.decide.reject("bad", by="mori", reason="tone")
    (card,) = [c for c in page(desk).select(".occasion-card") if "お礼" in c.h2.get_text()]  # type: ignore[union-attr]
    assert "5件（50件以上で自動に）" in card.get_text()
    assert "5／6件" in card.get_text()
    assert card.select_one(".progress .done")["width"] == "10"  # type: ignore[index]
    assert len(card.select(".weeks .share")) == 1
    assert len(card.select(".weeks .none")) == 7
    assert [end.get_text() for end in card.select(".weeks-axis span")] == [
        "9月27日からの週",
        "11月15日からの週",
    ]
    (link,) = card.select(".disagreed a")
    assert link["href"] == "/console/drafts/bad"


@pytest.mark.parametrize("who", ["mori", "kaki", "mita"])
def test_only_an_owner_sees_and_uses_the_button_that_lets_go(desk: ConsoleDesk, who: str) -> None:
    approved(desk, NEEDED)
    assert "自動にする" in page(desk, "oono").get_text()
    assert page(desk, who).find("button", string="自動にする") is None
    browser = desk.browser(who)
    answer = browser.post(f"{PLACE}/thank_you/on", page=PLACE)
    assert answer.status_code in (403, 409)
    assert desk.autonomy.history() == []
    done = desk.browser("oono").post(f"{PLACE}/thank_you/on", page=PLACE)
    assert (done.status_code, done.headers["location"]) == (303, f"{PLACE}?said=on")
    assert [switch.on for switch in desk.autonomy.history()] == [True]


def test_a_refused_switch_says_why_and_keeps_the_page(desk: ConsoleDesk) -> None:
    answer = desk.browser("oono").post(f"{PLACE}/thank_you/on", page=PLACE)
    assert answer.status_code == 409
    assert "あと50件" in answer.text


def test_anybody_who_decides_may_stop_everything_and_an_owner_lifts_it(desk: ConsoleDesk) -> None:
    with desk.units() as unit:
        unit.autonomy.turn(Switch(Occasion.THANK_YOU, True, False, "oono", "", desk.clock.now()))
        unit.commit()
    browser = desk.browser("mori")
    assert browser.post(f"{PLACE}/stop", page=PLACE).headers["location"] == f"{PLACE}?said=stop"
    shown = page(desk, "mori")
    assert "すべての自動送信を止めています" in shown.get_text()
    assert shown.find("button", string="停止を解除する") is None
    assert browser.post(f"{PLACE}/resume", page=PLACE).status_code == 409
    assert desk.browser("oono").post(f"{PLACE}/resume", page=PLACE).status_code == 303
    assert "すべての自動送信を止めています" not in page(desk).get_text()


def test_a_viewer_cannot_stop(desk: ConsoleDesk) -> None:
    assert desk.browser("mita").post(f"{PLACE}/stop", page=PLACE).status_code == 403


def test_an_unknown_occasion_is_no_page(desk: ConsoleDesk) -> None:
    assert desk.browser("oono").post(f"{PLACE}/lottery/on", page=PLACE).status_code in (404, 422)


def test_a_reason_with_markup_is_shown_as_text(desk: ConsoleDesk) -> None:
    desk.autonomy.stop_all(by="mori", why="<script>alert(1)</script>")
    answer = desk.browser("oono").get(PLACE).text
    assert "<script>alert" not in answer
    assert "&lt;script&gt;alert" in answer
