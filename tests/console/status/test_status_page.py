"""How things stand: figures, problems with what to do, and what a person may do about a message that did not leave."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from agent.clock import FixedClock
from agent.domain.delivery import Outcome, SendResult
from agent.domain.draft import DraftState
from agent.ports.model_calls import Spent
from agent.store.engine import migrate, open_engine
from agent.store.status import SqlStatus
from console.today.today_page import Limits
from tests.support.console_desk import ConsoleDesk
from tests.support.scripted_channel import RealTime, ScriptedChannel, dispatch
from tests.support.sending_desk import SHOP

PLACE = "/console/status"
BUSY = SendResult(Outcome.RETRY, "451 混み合っています")
LOST = SendResult(Outcome.UNKNOWN, "応答がありません")


@pytest.fixture
def desk(tmp_path: Path, clock: FixedClock) -> Iterator[ConsoleDesk]:
    engine = open_engine(f"sqlite:///{tmp_path / 'status.sqlite'}")
    migrate(engine)
    desk = ConsoleDesk(engine, clock)
    desk.customer()
    yield desk
    engine.dispose()


def page(desk: ConsoleDesk, who: str = "mori", language: str = "ja") -> BeautifulSoup:
    answer = desk.browser(who).get(f"{PLACE}?lang={language}")
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


def problems(desk: ConsoleDesk) -> str:
    return " ".join(one.get_text(" ", strip=True) for one in page(desk).select(".problem"))


def press(desk: ConsoleDesk, verb: str, who: str = "mori", **fields: str) -> str:
    browser = desk.browser(who)
    answer = browser.post(f"{PLACE}/d1/{verb}", page=PLACE, **fields)
    return f"{answer.status_code} {answer.headers.get('location', '')}"


def given_up(desk: ConsoleDesk) -> None:
    """A message tried as often as allowed."""
    desk.approved()
    real = RealTime()
    for _ in range(8):
        dispatch(desk, ScriptedChannel(BUSY, BUSY), real_time=real)
        real.seconds += 100_000
    assert desk.state() is DraftState.HELD


def test_what_waits_for_a_sender_that_never_ran_is_told_with_what_to_do(desk: ConsoleDesk) -> None:
    desk.approved()
    said = problems(desk)
    assert "一度も動いていません" in said
    assert "okaeri dispatch" in said


def test_a_sender_that_ran_is_seen_and_one_that_fell_silent_is_missed(desk: ConsoleDesk) -> None:
    book = SqlStatus(desk.engine, shop_id=SHOP, clock=desk.clock)
    channel = ScriptedChannel()
    made = desk.dispatcher(channel, beat=lambda ended: book.beat("w1", "dispatch", real_now=5.0, ended=ended))
    asyncio.run(made.run())
    (seen,) = book.workers()
    assert (seen.worker, seen.seen, seen.ended) == ("w1", 5.0, True)
    desk.approved()
    assert "合図がありません" in problems(desk)


def test_a_passing_fault_can_be_retried_at_once_and_a_second_press_changes_nothing(desk: ConsoleDesk) -> None:
    desk.approved()
    dispatch(desk, ScriptedChannel(BUSY))
    assert "再送を待っています" in page(desk).get_text()
    assert press(desk, "retry").endswith("said=retry")
    assert press(desk, "retry").endswith("said=late")
    assert len(dispatch(desk, ScriptedChannel()).sent) == 1


def test_giving_up_holds_the_draft_and_nothing_leaves(desk: ConsoleDesk) -> None:
    desk.approved()
    dispatch(desk, ScriptedChannel(BUSY))
    assert press(desk, "give-up").endswith("said=give_up")
    assert press(desk, "give-up").endswith("said=late")
    assert desk.state() is DraftState.HELD
    assert dispatch(desk, ScriptedChannel(), real_time=lambda: 9e9).sent == []


def test_what_was_given_up_is_sent_again_by_a_new_approval_with_every_check(desk: ConsoleDesk) -> None:
    given_up(desk)
    assert "送れませんでした" in problems(desk)
    assert press(desk, "again").endswith("said=again")
    assert desk.state() is DraftState.SCHEDULED
    assert len(dispatch(desk, ScriptedChannel()).sent) == 1


def test_sending_again_looks_at_the_world_again(desk: ConsoleDesk) -> None:
    given_up(desk)
    desk.rows.note("c1", "お届けした器が割れていたとの苦情", at=datetime(2026, 11, 21, tzinfo=UTC))
    assert press(desk, "again").startswith("409")
    assert desk.state() is DraftState.HELD


def test_what_may_have_arrived_is_never_offered_again_and_can_be_settled_once(desk: ConsoleDesk) -> None:
    desk.approved()
    dispatch(desk, ScriptedChannel(LOST))
    assert "届いたかどうか分かりません" in problems(desk)
    assert page(desk).select('form[action$="/again"], form[action$="/retry"]') == []
    assert press(desk, "again").startswith("409")
    assert press(desk, "settle", became="delivered").endswith("said=settle")
    assert press(desk, "settle", became="lost").endswith("said=late")
    assert desk.state() is DraftState.DELIVERED
    assert press(desk, "settle").startswith("422")


def test_who_may_only_look_is_offered_no_button(desk: ConsoleDesk) -> None:
    desk.approved()
    dispatch(desk, ScriptedChannel(BUSY))
    assert page(desk, "mita").select(".acts") == []
    assert press(desk, "retry", "mita").startswith("403")


def test_the_money_of_each_day_is_drawn_against_the_cap(desk: ConsoleDesk) -> None:
    desk.limits = Limits(None, 100)
    with desk.units() as unit:
        for back, yen in ((0, 95), (1, 30)):
            day = date(2026, 11, 21) - timedelta(days=back)
            unit.spend.settle(day, Spent("write", yen * 1_000_000, 1, 0, 10, 10), held_micro_yen=0)
        unit.commit()
    shown = page(desk)
    bars = shown.select(".spend rect.day")
    assert len(bars) == 14
    assert float(str(bars[-1]["height"])) > 3 * float(str(bars[-2]["height"])) > 0
    assert "1日の上限 100円" in shown.get_text()
    assert "上限に近づいています" in problems(desk)


def test_a_forged_id_helps_and_a_quiet_shop_is_calm_in_both_languages(desk: ConsoleDesk) -> None:
    browser = desk.browser("mori")
    assert browser.post(f"{PLACE}/d_forged/retry", page=PLACE).status_code == 404
    with desk.units() as unit:
        unit.kept.put("last_backup", {"at": "2026-11-21T00:00:00+00:00"})
        unit.commit()
    assert "困りごとはありません" in page(desk).get_text()
    assert "Nothing needs attention" in page(desk, language="en").get_text()
