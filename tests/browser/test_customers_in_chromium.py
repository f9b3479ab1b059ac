"""Customers and the track record as a person sees and touches them, in a real browser."""

import pytest
from playwright.sync_api import Browser

from tests.support.console_desk import ConsoleDesk
from tests.support.watched import WIDTHS, Watched, serious

OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true; })"


@pytest.mark.parametrize("size", sorted(WIDTHS))
@pytest.mark.parametrize("path", ["/console/customers/c1", "/console/accuracy"])
def test_everything_that_folds_open_shuts_nobody_out_either(
    browser: Browser, address: str, size: str, path: str
) -> None:
    watched = Watched(browser, address, size)
    page = watched.log_in()
    page.goto(address + path)
    page.evaluate(OPEN_ALL)
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert (watched.wrong, watched.abroad) == ([], [])
    watched.context.close()


def test_a_word_heard_in_the_shop_is_kept_struck_out_and_restored_on_a_phone(
    browser: Browser, address: str, desk: ConsoleDesk
) -> None:
    watched = Watched(browser, address, "phone")
    page = watched.log_in("kaki")
    page.goto(f"{address}/console/customers/c1")
    page.fill("#note", "次は紅茶も試したいとのこと")
    page.get_by_role("button", name="残す", exact=True).click()
    page.wait_for_url("**said=note**")
    assert "メモを残しました" in page.inner_text("[role=status]")
    page.locator(".strike summary").first.click()
    page.fill("#why-1", "聞きまちがい")
    page.locator(".strike form button").first.click()
    page.wait_for_url("**said=strike**")
    assert "次は紅茶" in page.inner_text(".kept-struck >> nth=0")
    page.locator(".kept-struck button").first.click()
    page.wait_for_url("**said=restore**")
    assert desk.insight.facts["c1"][0].struck is None
    assert (watched.wrong, watched.abroad) == ([], [])
    watched.context.close()


def test_a_signal_leads_to_the_very_record_it_was_read_off(browser: Browser, address: str) -> None:
    watched = Watched(browser, address, "desktop")
    page = watched.log_in()
    page.goto(f"{address}/console/customers/c1")
    page.get_by_text("もとの記録（新しいほうから3件）").first.click()
    page.get_by_role("link", name="注文 #1092").click()
    assert "6,640円" in page.inner_text(".entry:target")
    watched.context.close()


def test_from_the_draft_to_the_chart_and_on_to_the_track_record(browser: Browser, address: str) -> None:
    watched = Watched(browser, address, "phone")
    page = watched.log_in()
    page.goto(f"{address}/console/drafts/d_mill")
    page.get_by_role("link", name="カルテを開く").click()
    assert page.inner_text("h1") == "石田 真帆 様"
    places = page.get_by_role("navigation", name="ページ")
    places.get_by_text("その他").click()
    places.get_by_role("link", name="予測の成績").last.click()
    assert page.inner_text("h1") == "予測の成績"
    watched.context.close()
