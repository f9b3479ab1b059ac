"""The record, how things stand, the settings and a redraft offer, in a real browser on both sizes."""

import pytest
from playwright.sync_api import Browser

from docs.house_pictures import live_through_a_bad_day
from tests.support.console_desk import ConsoleDesk
from tests.support.watched import Watched, serious

PAGES = ("/console/audit", "/console/status", "/console/settings", "/console/drafts/d_h4")


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "dark"), ("phone", "light")])
def test_each_page_is_quiet_open_to_all_and_fits(
    browser: Browser, desk: ConsoleDesk, address: str, size: str, scheme: str
) -> None:
    live_through_a_bad_day(desk)
    watched = Watched(browser, address, size, scheme=scheme)
    page = watched.log_in("oono")
    for place in PAGES:
        page.goto(address + place)
        assert serious(page) == [], place
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), place
    page.goto(f"{address}/console/audit?about=d_h1")
    page.locator(".entry-more summary").first.click()
    assert page.locator(".entry-more[open] code").first.is_visible()
    page.goto(f"{address}/console/status")
    page.get_by_role("button", name="届いていた").click()
    page.wait_for_url("**/console/status?said=settle")
    assert page.get_by_text("結果を記録しました").is_visible()
    assert (watched.wrong, watched.abroad) == ([], [])
    watched.context.close()
