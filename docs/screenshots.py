"""Take the pictures of the console: serve a furnished shop on this machine, open it in Chromium, save PNGs in docs/screenshots.

Run `make screenshots`. Needs /usr/bin/chromium (or OKAERI_CHROMIUM) and a Japanese font (Debian: chromium, fonts-noto-cjk).
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from agent.clock import FixedClock
from agent.domain.house_rule import RuleState
from agent.store.engine import migrate, open_engine
from docs.house_pictures import live_through_a_bad_day
from tests.support.browsing import chromium, serving
from tests.support.console_desk import PASSWORD, ConsoleDesk
from tests.support.insight import SHOWN
from tests.support.record import live_through
from tests.support.rule_life import live_through_edits
from tests.support.showcase import furnish

FOLDER = Path(__file__).parent / "screenshots"
SIZES = {"desktop": (1280, 800), "phone": (390, 844)}
"""Width and height of the window in CSS pixels."""


def main() -> None:
    """Save every picture; prints one path a line."""
    FOLDER.mkdir(exist_ok=True)
    with furnished_console() as address, sync_playwright() as playwright, chromium(playwright) as browser:
        for size in SIZES:
            for picture in pictures(browser, address, size):
                print(picture.relative_to(FOLDER.parent.parent))
    with recorded_console() as address, sync_playwright() as playwright, chromium(playwright) as browser:
        for size in SIZES:
            for picture in pictures_of_autonomy(browser, address, size):
                print(picture.relative_to(FOLDER.parent.parent))
    with bad_day() as address, sync_playwright() as playwright, chromium(playwright) as browser:
        for size in SIZES:
            for picture in pictures_of_the_house(browser, address, size):
                print(picture.relative_to(FOLDER.parent.parent))
    with taught_console() as address, sync_playwright() as playwright, chromium(playwright) as browser:
        for size in SIZES:
            for picture in pictures_of_rules(browser, address, size):
                print(picture.relative_to(FOLDER.parent.parent))


@contextmanager
def furnished_console() -> Iterator[str]:
    """The console on a new database with the showcase shop; gives its address."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'okaeri.sqlite'}")
        migrate(engine)
        desk = ConsoleDesk(engine, FixedClock(datetime(2026, 11, 21, 1, 0, tzinfo=UTC)), public_url=None)
        furnish(desk)
        desk.insight.people = SHOWN
        with serving(desk.app()) as address:
            yield address
        engine.dispose()


@contextmanager
def recorded_console() -> Iterator[str]:
    """The console of a shop with eight weeks of decisions; gives its address."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'okaeri.sqlite'}")
        migrate(engine)
        clock = FixedClock(datetime(2026, 11, 21, 1, 0, tzinfo=UTC))
        desk = ConsoleDesk(engine, clock, public_url=None)
        live_through(desk, clock)
        with serving(desk.app()) as address:
            yield address
        engine.dispose()


@contextmanager
def bad_day() -> Iterator[str]:
    """The console of a shop where some sendings failed; gives its address."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'okaeri.sqlite'}")
        migrate(engine)
        desk = ConsoleDesk(engine, FixedClock(datetime(2026, 11, 21, 1, 0, tzinfo=UTC)), public_url=None)
        furnish(desk)
        live_through_a_bad_day(desk)
        with serving(desk.app()) as address:
            yield address
        engine.dispose()


def pictures_of_the_house(browser: Browser, address: str, size: str) -> Iterator[Path]:
    """The record, how things stand, the settings, and a draft the world overtook, as an owner sees them."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="ja-JP", timezone_id="Asia/Tokyo"
    )
    page = context.new_page()
    page.goto(f"{address}/console/login")
    page.fill("#name", "oono")
    page.fill("#password", PASSWORD)
    page.click("main button")
    for name in ("audit", "status", "settings"):
        page.goto(f"{address}/console/{name}")
        yield save(page, f"{name}-{size}")
    page.goto(f"{address}/console/drafts/d_h4")
    yield save(page, f"redraft-{size}", full=False)
    context.close()


@contextmanager
def taught_console() -> Iterator[str]:
    """The console of a shop whose staff keep changing the same words; gives its address."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'okaeri.sqlite'}")
        migrate(engine)
        clock = FixedClock(datetime(2026, 11, 21, 1, 0, tzinfo=UTC))
        desk = ConsoleDesk(engine, clock, public_url=None)
        live_through_edits(desk)
        first = desk.rules.propose(by="mori").found[0]
        desk.rules.decide(first.rule_id, RuleState.ACCEPTED, by="oono")
        with serving(desk.app()) as address:
            yield address
        engine.dispose()


def pictures_of_rules(browser: Browser, address: str, size: str) -> Iterator[Path]:
    """House rules as an approver sees them, one of them tried, in both languages."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="ja-JP", timezone_id="Asia/Tokyo"
    )
    page = context.new_page()
    page.goto(f"{address}/console/login")
    page.fill("#name", "mori")
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.goto(f"{address}/console/rules")
    yield save(page, f"rules-{size}")
    page.click(".rule .try")
    yield save(page, f"rules-tried-{size}")
    page.emulate_media(color_scheme="dark")
    page.goto(f"{address}/console/rules?lang=en")
    yield save(page, f"rules-english-dark-{size}")
    context.close()


def pictures_of_autonomy(browser: Browser, address: str, size: str) -> Iterator[Path]:
    """Sending without a person, as an owner sees it, in both languages."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="ja-JP", timezone_id="Asia/Tokyo"
    )
    page = context.new_page()
    page.goto(f"{address}/console/login")
    page.fill("#name", "oono")
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.goto(f"{address}/console/autonomy")
    yield save(page, f"autonomy-{size}")
    page.emulate_media(color_scheme="dark")
    page.goto(f"{address}/console/autonomy?lang=en")
    yield save(page, f"autonomy-english-dark-{size}")
    context.close()


def pictures(browser: Browser, address: str, size: str) -> Iterator[Path]:
    """Log in, and photograph each page in one window size."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
        reduced_motion="reduce",
        device_scale_factor=1.5 if size == "phone" else 1,
    )
    page = context.new_page()
    page.goto(f"{address}/console/login")
    yield save(page, f"login-{size}", full=False)
    page.fill("#name", "mori")
    page.fill("#password", PASSWORD)
    page.click("main button")
    yield save(page, f"today-{size}")
    page.goto(f"{address}/console/drafts")
    yield save(page, f"queue-{size}")
    page.goto(f"{address}/console/bulk")
    yield save(page, f"bulk-{size}")
    page.goto(f"{address}/console/people")
    yield save(page, f"people-{size}")
    page.goto(f"{address}/console/drafts/d_mill")
    yield save(page, f"draft-{size}", full=size == "desktop")
    page.click("button[popovertarget=reject]")
    yield save(page, f"reject-{size}", full=False)
    page.goto(f"{address}/console/drafts/d_lotion")
    yield save(page, f"draft-findings-{size}")
    page.get_by_role("link", name="直す", exact=True).click()
    page.locator("#body").press("Control+End")
    page.keyboard.type("かならず実感できます。")
    page.wait_for_selector("#live .finding")
    yield save(page, f"draft-editing-{size}", full=False)
    page.evaluate("sessionStorage.clear(); leaving = true")
    page.goto(f"{address}/console/drafts/d_tea")
    page.click("button[popovertarget=rewrite]")
    yield save(page, f"rewrite-{size}", full=False)
    page.goto(f"{address}/console/customers")
    yield save(page, f"customers-{size}", full=size == "desktop")
    page.goto(f"{address}/console/customers?tab=precious")
    yield save(page, f"customers-precious-{size}", full=size == "desktop")
    page.goto(f"{address}/console/customers/c1")
    yield save(page, f"chart-{size}", full=size == "desktop")
    page.goto(f"{address}/console/customers/c1#churn")
    yield save(page, f"chart-reasons-{size}", full=False)
    page.goto(f"{address}/console/customers/c1#facts")
    yield save(page, f"chart-notes-{size}", full=False)
    page.goto(f"{address}/console/customers/c7")
    yield save(page, f"chart-unknown-{size}", full=size == "desktop")
    page.goto(f"{address}/console/accuracy")
    yield save(page, f"accuracy-{size}", full=size == "desktop")
    page.goto(f"{address}/console/drafts/d_shirt?lang=en")
    yield save(page, f"draft-english-{size}", full=size == "desktop")
    page.emulate_media(color_scheme="dark")
    page.goto(f"{address}/console/drafts/d_mill?lang=ja")
    page.locator(".evidence summary").first.click()
    yield save(page, f"draft-dark-{size}", full=size == "desktop")
    page.goto(f"{address}/console/customers/c1")
    yield save(page, f"chart-dark-{size}", full=size == "desktop")
    page.goto(f"{address}/console/accuracy?lang=en")
    yield save(page, f"accuracy-english-dark-{size}", full=size == "desktop")
    context.close()


def save(page: Page, name: str, *, full: bool = True) -> Path:
    """One picture; a full page is taken in a window as tall as the page, so that what sticks to the bottom stays there."""
    path = FOLDER / f"{name}.png"
    usual = page.viewport_size
    if full and usual:
        tall = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": usual["width"], "height": max(usual["height"], tall)})
    page.screenshot(path=path)
    if usual:
        page.set_viewport_size(usual)
    return path


if __name__ == "__main__":
    main()
