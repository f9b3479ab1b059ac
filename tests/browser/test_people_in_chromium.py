"""Today, several at once, two people and colleagues at the same draft, in a real browser."""

import pytest
from playwright.sync_api import Browser

from agent.domain.draft import DraftState
from agent.domain.occasion import Occasion
from tests.support.console_desk import ConsoleDesk
from tests.support.watched import WIDTHS, Watched, serious


@pytest.mark.parametrize("size", sorted(WIDTHS))
def test_several_are_approved_after_reading_one_and_taken_back(
    browser: Browser, address: str, desk: ConsoleDesk, size: str
) -> None:
    watched = Watched(browser, address, size, scheme="dark" if size == "phone" else "light")
    page = watched.log_in()
    assert serious(page) == []
    for path in ("/console/people", "/console/drafts/d_mill/people", "/console/bulk"):
        page.goto(address + path)
        assert serious(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.get_by_role("button", name="次へ").click()
    page.wait_for_url("**/bulk/bs_*")
    assert page.get_by_role("button", name="承認して送信予約").is_disabled()
    page.get_by_role("button", name="見本の文面を開く").click()
    page.get_by_role("button", name="承認して送信予約").dblclick()
    page.get_by_role("button", name="取り消す").wait_for()
    assert serious(page) == []
    sent = len(desk.outbox(state="scheduled"))
    assert sent > 0
    page.get_by_role("button", name="取り消す").click()
    page.get_by_text("承認を取り消しました").wait_for()
    assert len(desk.outbox(state="scheduled")) < sent
    assert (watched.wrong, watched.abroad) == ([], [])
    watched.context.close()


def test_two_people_see_each_other_and_both_have_to_approve(
    browser: Browser, address: str, desk: ConsoleDesk
) -> None:
    desk.customer("c99")
    desk.draft("d_both", customer="c99", occasion=Occasion.VIP)
    first, second = Watched(browser, address, "desktop"), Watched(browser, address, "phone")
    one, other = first.log_in("mori"), second.log_in("oono")
    one.goto(f"{address}/console/drafts/d_both")
    one.get_by_text("いま見ているのは、あなただけです").wait_for()
    other.goto(f"{address}/console/drafts/d_both")
    other.get_by_text("moriさんが見ています").wait_for()
    one.get_by_role("button", name="承認して送信予約").click()
    one.wait_for_url("**said=first_approval**")
    assert desk.state("d_both") is DraftState.WAITING
    other.get_by_role("button", name="承認して送信予約").click()
    other.wait_for_url("**said=approve**")
    assert desk.state("d_both") is DraftState.SCHEDULED
    assert (first.wrong, second.wrong) == ([], [])
    first.context.close()
    second.context.close()
