"""The draft's page as only a browser shows it: checks while typing, told rewrites, keys, swipes, an edit that outlives its log-in."""

from playwright.sync_api import Browser, Page

from agent.domain.draft import DraftState
from agent.domain.message import ProductFacts
from agent.llm.scripted import ScriptedModel
from agent.service.staff import IDLE_SECONDS
from tests.support.browsing import serving
from tests.support.console_desk import PASSWORD, ConsoleDesk
from tests.support.desk_writer import PLAN, composer, letter
from tests.support.watched import Watched, serious


def draft(page: Page, address: str, name: str) -> None:
    page.goto(f"{address}/console/drafts/{name}")


def test_a_finding_comes_and_goes_while_typing_and_the_edit_outlives_its_log_in(
    browser: Browser, address: str, desk: ConsoleDesk
) -> None:
    watched = Watched(browser, address, "desktop")
    page = watched.log_in("kaki")
    draft(page, address, "d_tea")
    page.keyboard.press("e")
    page.wait_for_function("document.activeElement.id === 'body'")
    page.keyboard.press("Control+Home")
    page.keyboard.type("【商品名】")
    page.wait_for_selector("#live .finding.sev-block")
    assert page.inner_text("#marks-body mark.sev-block") == "【商品名】"
    assert "直すまで承認できません" in page.inner_text("#live-verdict")
    under, over = page.locator("#marks-body").bounding_box(), page.locator("#body").bounding_box()
    assert under
    assert over
    assert abs(under["height"] - over["height"]) < 8, "marks and words drift apart"
    assert serious(page) == []
    page.fill("#body", desk.read("d_tea").version.body)  # type: ignore[union-attr]
    page.wait_for_selector("#live .live-none.live-ok")
    assert page.locator("#live .finding").count() == 0

    page.fill("#body", "松井さま\n\n" + page.input_value("#body"))
    desk.real_time += IDLE_SECONDS + 1
    watched.wrong.clear()
    page.get_by_role("button", name="保存して検査する").click()
    page.get_by_role("link", name="ログインする").click()
    page.fill("#name", "kaki")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/drafts/d_tea")
    page.wait_for_selector(".kept:not([hidden])")
    assert page.input_value("#body").startswith("松井さま\n\n")
    page.get_by_role("button", name="保存して検査する").click()
    page.wait_for_url("**said=edit")
    version = desk.read("d_tea").version
    assert version is not None
    assert version.author == "staff:kaki"
    assert version.body.startswith("松井さま\n\n")
    draft(page, address, "d_tea")
    assert not page.locator("#editor").evaluate("one => one.open"), "a saved text is not brought back"
    assert [said for said in watched.wrong if "403" not in said] == []
    assert watched.abroad == []
    watched.context.close()


def test_a_rewrite_is_told_and_ends_on_the_new_text_with_what_changed(
    browser: Browser, desk: ConsoleDesk
) -> None:
    said = letter("先日のご注文、ありがとうございました。", "新しい切り口の一文です。")
    writer = composer(desk, ScriptedModel({"plan": [PLAN, PLAN], "revise": [said], "write": [said]}))
    desk.rewrite_with(writer, variants=writer)
    with serving(desk.app()) as address:
        watched = Watched(browser, address, "phone")
        page = watched.log_in("kaki")
        draft(page, address, "d_mill")
        page.get_by_role("button", name="書き直し", exact=True).click()
        assert serious(page) == []
        page.get_by_role("button", name="もう少し短く").click()
        page.wait_for_url("**/console/drafts/d_mill?said=rewrite")
        assert page.locator("details.compare").evaluate("one => one.open")
        assert "新しい切り口の一文です。" in page.inner_text(".message .body")
        page.get_by_role("button", name="書き直し", exact=True).click()
        page.get_by_role("button", name="別の案も書く").click()
        page.wait_for_url("**/variants?said=variant")
        assert page.locator("article.text").count() >= 2
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert serious(page) == []
        page.get_by_role("button", name="この案にする").first.click()
        page.wait_for_url("**said=take")
        assert (watched.wrong, watched.abroad) == ([], [])
        watched.context.close()


def test_the_keyboard_alone_answers_and_takes_back_and_rests_while_somebody_types(
    browser: Browser, address: str, desk: ConsoleDesk
) -> None:
    watched = Watched(browser, address, "desktop")
    page = watched.log_in()
    draft(page, address, "d_mill")
    page.keyboard.press("j")
    page.wait_for_url(lambda url: not url.endswith("d_mill"))
    page.keyboard.press("k")
    page.wait_for_url("**/d_mill")
    page.keyboard.press("?")
    page.wait_for_selector("#keys:popover-open")
    assert serious(page) == []
    page.keyboard.press("a")
    page.keyboard.press("Escape")
    for key, sheet in (("x", "#reject"), ("n", "#never"), ("r", "#rewrite")):
        page.keyboard.press(key)
        page.wait_for_selector(f"{sheet}:popover-open")
        page.keyboard.press("Escape")
        page.wait_for_selector(f"{sheet}:popover-open", state="detached")
    page.keyboard.press("e")
    page.wait_for_function("document.activeElement.id === 'body'")
    page.keyboard.type("alxnj")
    assert desk.state("d_mill") is DraftState.WAITING
    page.get_by_text("直すのをやめる").click()
    page.evaluate("sessionStorage.clear(); document.activeElement.blur(); leaving = true")
    page.reload()
    page.keyboard.press("a")
    page.wait_for_url("**said=approve**")
    assert desk.state("d_mill") is DraftState.SCHEDULED
    undo = page.get_by_role("button", name="取り消す")
    undo.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/d_mill?said=undo")
    assert desk.state("d_mill") is DraftState.WAITING
    assert (watched.wrong, watched.abroad) == ([], [])
    watched.context.close()


def test_two_tabs_make_one_decision_and_a_changed_price_none(
    browser: Browser, address: str, desk: ConsoleDesk
) -> None:
    watched = Watched(browser, address, "desktop")
    first = watched.log_in()
    second = watched.context.new_page()
    for page in (first, second):
        draft(page, address, "d_mill")
    for page in (first, second):
        page.get_by_role("button", name="承認して送信予約").click()
        page.wait_for_url("**said=approve**")
    with desk.units(read_only=True) as unit:
        assert len(unit.drafts.decisions("d_mill")) == 1
    assert len(desk.outbox()) == 1

    mill = ProductFacts("CM-02", "手挽きコーヒーミル", 6_600, 8)
    text = "手挽きコーヒーミルは6,600円です。"
    desk.draft("d_price", customer="c8", text=text, products=(mill,))
    draft(first, address, "d_price")
    desk.set_variant("CM-02", price_yen=7_200)
    first.get_by_role("button", name="承認して送信予約").click()
    first.wait_for_selector("[role=alert]:visible")
    assert "検査で止まりました" in first.inner_text("[role=alert]:visible")
    assert desk.state("d_price") is DraftState.HELD
    assert len(desk.outbox()) == 1
    watched.context.close()


def test_a_swipe_to_the_right_asks_and_one_to_the_left_puts_off(
    browser: Browser, address: str, desk: ConsoleDesk
) -> None:
    watched = Watched(browser, address, "phone")
    page = watched.log_in()

    def swipe(start: int, end: int) -> None:
        page.evaluate(
            """([from, to]) => {
              const target = document.querySelector(".first");
              const at = (x) => [new Touch({ identifier: 1, target, clientX: x, clientY: 300 })];
              const send = (kind, x, touches) => target.dispatchEvent(
                new TouchEvent(kind, { bubbles: true, touches, changedTouches: at(x) }));
              send("touchstart", from, at(from));
              send("touchend", to, []);
            }""",
            [start, end],
        )

    draft(page, address, "d_mill")
    swipe(100, 300)
    page.wait_for_selector("#sure:popover-open")
    assert desk.state("d_mill") is DraftState.WAITING
    assert serious(page) == []
    page.locator("#sure").get_by_role("button", name="やめる").click()
    swipe(300, 250)
    swipe(300, 100)
    page.wait_for_url("**said=later**")
    with desk.units(read_only=True) as unit:
        assert [decision.verb.value for decision in unit.drafts.decisions("d_mill")] == ["later"]
    assert (watched.wrong, watched.abroad) == ([], [])
    watched.context.close()
