"""The page of the day: what needs care comes first, then the drafts most worth a person's time."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from agent.clock import FixedClock
from agent.domain.delivery import Outcome, SendResult
from agent.domain.draft import DraftState, Recommendation
from agent.domain.occasion import Channel, Occasion
from agent.ports import Spent
from agent.service.most_worthwhile import weight
from agent.store.expected_values import SqlExpectedValues
from agent.store.tables import OutboxRow
from console.today.today_page import Limits
from tests.support.console_desk import ConsoleDesk
from tests.support.scripted_channel import ScriptedChannel, dispatch
from tests.support.sending_desk import SHOP

SORRY = "お届けが遅れましたこと、誠に申し訳ございません。ご都合のよいときに、お聞かせください。"


@pytest.fixture
def desk(engine: Engine, clock: FixedClock) -> ConsoleDesk:
    return ConsoleDesk(engine, clock)


def page(desk: ConsoleDesk, who: str = "mita", path: str = "/console/") -> BeautifulSoup:
    answer = desk.browser(who).get(path)
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


def picks(desk: ConsoleDesk) -> list[str]:
    return [str(a["href"]).rsplit("/", 1)[1] for a in page(desk).select(".pick h3 a")]


def alarms(desk: ConsoleDesk) -> list[str]:
    return [one.get_text(" ", strip=True) for one in page(desk).select(".alarm")]


def people(desk: ConsoleDesk, expected: dict[str, int], **more: Any) -> None:
    """Customers with a waiting draft each, and what the nightly scoring expects of them."""
    for name in expected:
        desk.customer(name)
        desk.draft(f"d_{name}", customer=name, **more)
    values = SqlExpectedValues(desk.engine, shop_id=SHOP)
    values.replace([(name, yen) for name, yen in expected.items() if yen], as_of=desk.clock.now().date())


def test_a_shop_without_drafts_is_calm_and_says_what_will_stand_here(desk: ConsoleDesk) -> None:
    text = page(desk).get_text()
    for said in (
        "いま急ぎの用事はありません",
        "返答を待つお便りはありません",
        "保留の下書きはありません",
        "まだ送っていません",
    ):
        assert said in text


def test_five_drafts_of_the_customers_expected_to_bring_most_come_first_and_say_why(
    desk: ConsoleDesk,
) -> None:
    people(desk, {"a": 1_000, "b": 9_000, "c": 4_000, "d": 7_000, "e": 2_000, "f": 8_000, "g": 0})
    assert picks(desk) == ["d_b", "d_f", "d_d", "d_c", "d_e"]
    assert "約9,000円のお買い上げが見込まれる" in page(desk).select(".pick")[0].get_text()


def test_a_draft_that_ends_soon_goes_before_one_worth_a_little_more(desk: ConsoleDesk) -> None:
    people(desk, {"a": 10_000})
    desk.customer("b")
    desk.draft("d_b", customer="b", expires_at=desk.clock.now() + timedelta(hours=3))
    SqlExpectedValues(desk.engine, shop_id=SHOP).replace(
        [("a", 10_000), ("b", 7_000)], as_of=desk.clock.now().date()
    )
    assert picks(desk) == ["d_b", "d_a"]
    assert "期限まで3時間。先にお決めください" in page(desk).select(".pick")[0].get_text()


def test_nearness_never_more_than_doubles_a_weight() -> None:
    now = datetime(2026, 11, 21, tzinfo=UTC)
    assert weight(100, None, now=now) == 100
    assert weight(100, now + timedelta(days=1), now=now) == 150
    assert weight(100, now - timedelta(days=1), now=now) == 200


def test_before_the_first_scoring_past_sales_stand_in_and_the_page_says_so(desk: ConsoleDesk) -> None:
    people(desk, {"a": 0, "b": 0})
    desk.rows.order("b", date(2026, 9, 1), net_yen=50_000)
    assert picks(desk) == ["d_b", "d_a"]
    text = page(desk).get_text()
    assert "これまでに2回、53,300円お買い上げの方です" in text
    assert "見込みは、まだ計算していません" in text


def test_who_should_not_be_written_to_is_put_off_or_over_is_no_pick(desk: ConsoleDesk) -> None:
    people(desk, {"a": 1_000})
    desk.draft("d_rest", recommendation=Recommendation.DO_NOT_SEND, customer="a")
    desk.draft("d_over", customer="a", expires_at=desk.clock.now() - timedelta(minutes=1))
    desk.draft("d_later", customer="a")
    desk.decide.later("d_later", by="mori")
    desk.draft("d_held", customer="a", state=DraftState.HELD)
    assert picks(desk) == ["d_a"]


def test_one_customer_is_picked_once(desk: ConsoleDesk) -> None:
    people(desk, {"a": 1_000})
    desk.draft("d_again", customer="a", occasion=Occasion.FOLLOW_UP)
    assert len(picks(desk)) == 1


def test_an_apology_is_the_first_alarm_and_no_pick(desk: ConsoleDesk) -> None:
    people(desk, {"a": 1_000}, expires_at=desk.clock.now() + timedelta(hours=2))
    desk.draft("d_sorry", customer="a", occasion=Occasion.SERVICE_RECOVERY, text=SORRY)
    told = alarms(desk)
    assert told[0].startswith("お詫びのお便りが1件")
    assert told[1].startswith("24時間以内に期限が切れる下書きが1件")
    assert picks(desk) == ["d_a"]
    assert page(desk).select_one('.alarm a[href="/console/drafts/d_sorry"]')


def test_what_did_not_arrive_is_an_alarm_and_what_left_is_counted(desk: ConsoleDesk) -> None:
    for name in ("a", "b"):
        desk.customer(name)
        desk.approved(f"d_{name}", customer=name)
    dispatch(desk, ScriptedChannel(SendResult(Outcome.BOUNCED, "550 no such user")), concurrency=1)
    assert any(told.startswith("届かなかった、または結果が分からないお便りが1件") for told in alarms(desk))
    left = page(desk).select(".figures-of-day section")[1].get_text(" ", strip=True)
    assert "メール 送信済み 1件" in left
    assert "メール 届かず 1件" in left


def test_held_drafts_are_grouped_by_what_held_them(desk: ConsoleDesk) -> None:
    desk.customer()
    for n in range(3):
        desk.draft(f"d{n}", text="【商品名】はいかがでしたか。")
        assert desk.decide.approve(f"d{n}", by="mori").refusal
    reasons = page(desk).select(".held-for li")
    assert len(reasons) == 1
    assert reasons[0].get_text().endswith("3件")


def test_the_months_line_messages_are_counted_without_dry_runs(desk: ConsoleDesk) -> None:
    desk.limits = Limits(line_monthly_quota=2)
    for name, place in (("a", None), ("b", "var/outbox/x.json"), ("c", None)):
        desk.customer(name)
        desk.approved(f"d_{name}", customer=name, channel=Channel.LINE)
        dispatch(desk, ScriptedChannel(SendResult(Outcome.DELIVERED, "ok", place=place)))
    assert "あと0通（2通のうち2通を使用）" in page(desk).get_text()
    assert any("今月のLINEは残り0通です" in told for told in alarms(desk))


def test_money_of_the_day_is_shown_against_the_cap(desk: ConsoleDesk) -> None:
    desk.limits = Limits(daily_yen_cap=50)
    with desk.units() as unit:
        today = desk.clock.now().date()
        unit.spend.settle(today, Spent("write", 50_000_000, 3, 0, 10, 10), held_micro_yen=0)
        unit.commit()
    text = page(desk).get_text()
    assert "50.0円（上限 50円）" in text
    assert any("今日の上限に届きました" in told for told in alarms(desk))


def test_old_addresses_of_the_queue_lead_to_it(desk: ConsoleDesk) -> None:
    browser = desk.browser("mita")
    assert (
        browser.get("/console/?tab=held&offset=50").headers["location"]
        == "/console/drafts?tab=held&offset=50"
    )
    assert browser.get("/console/today").headers["location"] == "/console/"
    assert browser.get("/console").headers["location"] == "/console/"


def test_the_queue_can_be_read_by_what_ends_first(desk: ConsoleDesk) -> None:
    desk.customer()
    for name, hours in (("slow", 70), ("quick", 3), ("never", None)):
        until = desk.clock.now() + timedelta(hours=hours) if hours else None
        desk.draft(f"d_{name}", expires_at=until)
    shown = [str(a["href"]) for a in page(desk, path="/console/drafts?order=expiry").select(".row h2 a")]
    assert [one.rsplit("_", 1)[1] for one in shown] == ["quick", "slow", "never"]


def test_expired_drafts_of_today_are_told_whether_or_not_a_job_wrote_it_down(desk: ConsoleDesk) -> None:
    desk.customer()
    desk.draft(expires_at=desk.clock.now() - timedelta(minutes=5))
    assert any("今日期限が切れた下書きが1件" in told for told in alarms(desk))


def test_messages_waiting_for_another_try_are_told(desk: ConsoleDesk) -> None:
    desk.customer()
    desk.approved()
    with Session(desk.engine) as session:
        session.query(OutboxRow).update({"retry_at": 1.0})
        session.commit()
    assert any("送り直しを待っているお便りが1件" in told for told in alarms(desk))
