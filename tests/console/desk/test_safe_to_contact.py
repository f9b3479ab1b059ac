"""The light and its parts: consent, opt-out, how often, troubles, refunds; and what happened before."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from agent.clock import FixedClock
from agent.domain.draft import DraftState
from agent.domain.occasion import Channel, Occasion
from agent.store.tables import Order
from tests.support.console_desk import ConsoleDesk


@pytest.fixture
def desk(engine: Engine, clock: FixedClock) -> ConsoleDesk:
    return ConsoleDesk(engine, clock)


def page_of(desk: ConsoleDesk, draft_id: str = "d1") -> BeautifulSoup:
    return BeautifulSoup(desk.browser("mori").get(f"/console/drafts/{draft_id}").text, "html.parser")


def parts(page: BeautifulSoup) -> dict[str, tuple[str, str]]:
    """Question to sign and words."""
    found = {}
    for row in page.select(".safe-parts > div"):
        sign, question = row.select("dt")[0].get_text(strip=True).split(":", 1)
        found[question.strip()] = (sign, row.select("dd")[0].get_text(strip=True))
    return found


def test_a_clear_case_is_fine_in_every_part(desk: ConsoleDesk) -> None:
    desk.customer()
    desk.draft()
    found = parts(page_of(desk))
    assert list(found) == ["同意", "配信停止", "お便りの間隔", "苦情・トラブル", "最近の返金"]
    assert {sign for sign, _ in found.values()} == {"よし"}


def test_a_letter_sent_yesterday_asks_for_care(desk: ConsoleDesk, clock: FixedClock) -> None:
    desk.customer()
    desk.draft("d0", state=DraftState.DELIVERED, occasion=Occasion.FOLLOW_UP)
    clock.moment += timedelta(days=1)
    desk.draft()
    page = page_of(desk)
    sign, words = parts(page)["お便りの間隔"]
    assert sign == "注意"
    assert "1日前に「その後いかがですか」" in words
    light = page.select_one(".light")
    assert light is not None
    assert "light-care" in light["class"]
    assert page.select_one("form.approve button:not([disabled])") is not None
    assert page.select_one('.story a[href="/console/drafts/d0"]') is not None


def test_a_stopped_address_and_a_declined_channel_say_so(desk: ConsoleDesk) -> None:
    desk.customer(consent_email=False)
    desk.rows.suppress(Channel.EMAIL, "c1@example.com")
    desk.draft()
    found = parts(page_of(desk))
    assert found["同意"][0] == "不可"
    assert found["配信停止"][0] == "不可"
    assert "bounced" in found["配信停止"][1]


def test_a_refund_and_an_open_complaint_are_told(
    desk: ConsoleDesk, engine: Engine, clock: FixedClock
) -> None:
    desk.customer()
    today = clock.now().date()
    order = desk.rows.order("c1", today - timedelta(days=5), net_yen=1_000, lines=[("T", "茶碗", 1, 1_000)])
    with Session(engine) as session:
        session.execute(
            update(Order)
            .where(Order.order_id == order)
            .values(refunded_yen=500, note="茶碗が割れて届いたため、当店の手違いとして一部返金")
        )
        session.commit()
    desk.draft()
    found = parts(page_of(desk))
    assert found["最近の返金"][0] == "注意"
    assert "500円" in found["最近の返金"][1]
    assert found["苦情・トラブル"][0] == "注意"
    assert "割れて" in found["苦情・トラブル"][1]


def test_an_apology_needs_no_consent_to_advertising(desk: ConsoleDesk) -> None:
    desk.customer(consent_email=None)
    desk.draft(occasion=Occasion.SERVICE_RECOVERY)
    assert parts(page_of(desk))["同意"] == ("よし", "お詫びは広告ではないため不要")


def test_a_deleted_customer_leaves_a_page_without_parts(desk: ConsoleDesk) -> None:
    desk.draft()
    page = page_of(desk)
    assert parts(page) == {}
    assert "カルテは見つかりません" in page.get_text()


def test_the_story_tells_orders_newest_first_and_folds_the_rest(desk: ConsoleDesk) -> None:
    desk.customer()
    for month in range(1, 8):
        desk.rows.order("c1", date(2026, month, 3), net_yen=1_000, lines=[("T", f"新茶 {month}月", 1, 1_000)])
    desk.draft()
    page = page_of(desk)
    shown = [one.get_text(" ", strip=True) for one in page.select(".background > .story li")]
    assert len(shown) == 5
    assert "10月1日" in shown[0]
    assert "新茶 7月" in shown[1]
    assert page.select(".background details .story li") != []


def test_the_next_and_the_previous_waiting_draft_are_one_key_away(
    desk: ConsoleDesk, clock: FixedClock
) -> None:
    for number in range(1, 5):
        desk.customer(f"c{number}")
        desk.draft(
            f"d{number}", customer=f"c{number}", state=DraftState.HELD if number == 3 else DraftState.WAITING
        )
        clock.moment += timedelta(minutes=number % 2)  # d2 and d3 share a moment
    links = {
        draft: {one["data-key"]: one["href"] for one in page_of(desk, draft).select(".beside a")}
        for draft in ("d1", "d2", "d3", "d4")
    }
    assert links["d1"] == {"j": "/console/drafts/d2"}
    assert links["d2"] == {"k": "/console/drafts/d1", "j": "/console/drafts/d4"}
    assert links["d3"] == {"k": "/console/drafts/d2", "j": "/console/drafts/d4"}
    assert links["d4"] == {"k": "/console/drafts/d2"}


def test_what_people_changed_is_held_against_the_models_own_words(desk: ConsoleDesk) -> None:
    desk.customer()
    desk.draft()
    version = desk.read().version
    assert version is not None
    browser = desk.browser("kaki")
    for words in ("本当に", "心より"):
        browser.answer("d1", "edit", subject="お礼", body=version.body.replace("誠に", words))
    page = page_of(desk)
    compare = page.select_one("details.compare")
    assert compare is not None
    assert "誠に" in compare.select("del")[-1].get_text()
    assert "心より" in compare.select("ins")[-1].get_text()
    assert "第1版 → 第3版" in compare.get_text()
