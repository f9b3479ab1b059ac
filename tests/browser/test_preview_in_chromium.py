"""The preview and the letter as a person sees them, in a real browser."""

import pytest
from playwright.sync_api import Browser

from channels.letter_html import letter_html
from tests.channels.test_letter_html import LETTER_MESSAGE
from tests.support.watched import WIDTHS, Watched, serious


@pytest.mark.parametrize("size", sorted(WIDTHS))
@pytest.mark.parametrize("draft", ["d_mill", "d_lotion"])
def test_the_preview_shows_the_message_and_shuts_nobody_out(
    browser: Browser, address: str, size: str, draft: str
) -> None:
    watched = Watched(browser, address, size)
    page = watched.log_in()
    page.goto(f"{address}/console/drafts/{draft}")
    name = "石田さま" if draft == "d_mill" else "中村さま"
    assert page.locator(".preview iframe").count() == (2 if draft == "d_mill" else 1)
    for number in range(page.locator(".preview iframe").count()):
        frame = page.locator(".preview iframe").nth(number)
        frame.scroll_into_view_if_needed()
        frame.content_frame.get_by_text(name).first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert serious(page) == []
    assert (watched.wrong, watched.abroad) == ([], [])
    watched.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1024])
def test_a_letter_fits_every_screen_and_can_be_read_on_it(browser: Browser, width: int, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
        offline=True,
    )
    page = context.new_page()
    page.set_content(letter_html(LETTER_MESSAGE))
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert serious(page) == []  # contrast among others
    ink = page.locator(".ink div").first.evaluate("element => getComputedStyle(element).color")
    assert ink == ("rgb(236, 230, 220)" if scheme == "dark" else "rgb(42, 38, 34)")
    context.close()
