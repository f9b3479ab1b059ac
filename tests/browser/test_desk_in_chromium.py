"""The desk as a person sees and touches it, in a real browser."""

import pytest
from playwright.sync_api import Browser

from agent.domain.draft import DraftState
from tests.support.console_desk import ConsoleDesk
from tests.support.watched import WIDTHS, Watched, serious

PAGES = (
    "/console/",
    "/console/drafts",
    "/console/drafts?tab=held",
    "/console/drafts/d_mill",
    "/console/drafts/d_lotion",
    "/console/drafts/d_pot",
    "/console/customers",
    "/console/customers?tab=precious",
    "/console/customers?tab=all",
    "/console/customers?q=1092",
    "/console/customers/c1",
    "/console/customers/c7",
    "/console/customers/c11",
    "/console/accuracy",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", sorted(WIDTHS))
def test_no_page_shuts_anybody_out(browser: Browser, address: str, size: str, scheme: str) -> None:
    watched = Watched(browser, address, size, scheme=scheme)
    watched.page.goto(f"{address}/console/login")
    assert serious(watched.page) == []
    page = watched.log_in()
    for path in PAGES:
        page.goto(address + path)
        assert serious(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} scrolls sideways"
    page.goto(f"{address}/console/drafts/d_mill")
    page.click("button[popovertarget=reject]")
    assert serious(page) == []
    assert (watched.wrong, watched.abroad) == ([], [])
    watched.context.close()


def test_a_thumb_finds_every_button_on_a_phone(browser: Browser, address: str) -> None:
    watched = Watched(browser, address, "phone")
    page = watched.log_in()
    for path in PAGES:
        page.goto(address + path)
        small = page.evaluate(
            """[...document.querySelectorAll('button, .button, summary, .tabs a, .quiet-button, input:not([type=hidden])')]
               .filter(e => e.checkVisibility() && !e.closest('[popover]'))
               .map(e => [e.outerHTML.slice(0, 80), Math.round(e.getBoundingClientRect().height)])
               .filter(([, height]) => height < 44)"""
        )
        assert small == [], path
    watched.context.close()


def test_from_log_in_to_an_approved_message_with_the_keyboard_alone(
    browser: Browser, address: str, desk: ConsoleDesk
) -> None:
    watched = Watched(browser, address, "desktop")
    page = watched.log_in()
    page.get_by_role("link", name="石田 真帆 様").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/drafts/d_mill")
    page.get_by_role("button", name="承認して送信予約").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**said=approve**")
    assert "承認しました" in page.inner_text("[role=status]")
    assert desk.state("d_mill") is DraftState.SCHEDULED
    assert (watched.wrong, watched.abroad) == ([], [])
    watched.context.close()


def test_a_hurried_double_click_approves_once(browser: Browser, address: str, desk: ConsoleDesk) -> None:
    watched = Watched(browser, address, "phone")
    page = watched.log_in()
    page.goto(f"{address}/console/drafts/d_mill")
    page.get_by_role("button", name="承認して送信予約").dblclick()
    page.wait_for_url("**said=approve**")
    assert len(desk.outbox()) == 1
    watched.context.close()


def test_a_finding_disappears_when_its_words_are_mended(
    browser: Browser, address: str, desk: ConsoleDesk
) -> None:
    watched = Watched(browser, address, "desktop")
    page = watched.log_in()
    page.goto(f"{address}/console/drafts/d_held")
    assert page.locator(".finding.sev-block").count() > 0
    page.get_by_role("link", name="直す", exact=True).click()
    page.fill("#subject", "いつものお礼")
    page.fill("#body", page.input_value("#body").replace("【商品名】", "台所せっけん"))
    page.get_by_role("button", name="保存して検査する").click()
    page.wait_for_url("**said=edit**")
    assert page.locator(".finding.sev-block").count() == 0
    assert desk.state("d_held") is DraftState.WAITING
    page.get_by_text("前の版との違い").click()
    assert "台所せっけん" in page.inner_text("ins >> nth=-1")
    assert (watched.wrong, watched.abroad) == ([], [])
    watched.context.close()


def test_rejecting_on_a_phone_takes_a_reason_and_moves_on(
    browser: Browser, address: str, desk: ConsoleDesk
) -> None:
    watched = Watched(browser, address, "phone")
    page = watched.log_in()
    page.goto(f"{address}/console/drafts/d_tea")
    page.get_by_role("button", name="却下", exact=True).click()
    page.get_by_text("今ではない").click()
    page.get_by_role("button", name="却下する").click()
    page.wait_for_url("**said=reject**")
    assert desk.state("d_tea") is DraftState.REJECTED
    watched.context.close()


def test_the_approve_button_stays_in_sight_on_a_phone(browser: Browser, address: str) -> None:
    watched = Watched(browser, address, "phone")
    page = watched.log_in()
    page.goto(f"{address}/console/drafts/d_mill")
    box = page.get_by_role("button", name="承認して送信予約").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= WIDTHS["phone"][1]
    watched.context.close()
