"""Photograph two drafted messages as they arrive: a mail file in a browser, light and dark, and a LINE message in the console's preview.

Run `.venv/bin/python docs/message_screenshots.py`. Reads docs/drafts, written by `okaeri preview` for two drafts of
docs/drafts.md; saves PNGs in docs/screenshots. Needs what docs/screenshots.py needs.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from playwright.sync_api import Browser, Page, sync_playwright

import console
from console.desk.preview_routes import html_of
from console.frame.words import say
from tests.support.browsing import chromium

HERE = Path(__file__).parent
FOLDER = HERE / "screenshots"
SIZES = {"desktop": (1280, 800), "phone": (390, 844)}
"""Width and height of the window in CSS pixels."""
SENDER = "ゆうなぎ商店 お客さま窓口"


def main() -> None:
    """Save every picture; prints one path a line."""
    with sync_playwright() as playwright, chromium(playwright) as browser:
        for picture in [*pictures_of_mail(browser), *pictures_of_line(browser)]:
            print(picture.relative_to(HERE.parent))


def pictures_of_mail(browser: Browser) -> Iterator[Path]:
    """The HTML part of the mail file, as a reader's browser draws it on light and dark screens."""
    html = html_of((HERE / "drafts" / "vip.eml").read_bytes())
    assert html, "the mail file has no HTML part"  # noqa: S101 - a broken file shows nothing
    for size, (width, height) in SIZES.items():
        for scheme in ("light", "dark"):
            page = browser.new_page(
                viewport={"width": width, "height": height}, color_scheme=scheme, locale="ja-JP"
            )
            page.set_content(html)
            yield save(page, f"message-mail-{scheme}-{size}")
            page.close()


def pictures_of_line(browser: Browser) -> Iterator[Path]:
    """The pushed message in the template of the console's preview."""
    pushed = json.loads((HERE / "drafts" / "thank_you_line.json").read_text(encoding="utf-8"))
    folder = Path(console.__file__).parent / "templates"
    templates = Environment(loader=FileSystemLoader(folder), autoescape=True)
    html = templates.get_template("line_preview.html").render(
        messages=pushed["messages"], sender=SENDER, say=lambda key: say("ja", key)
    )
    page = browser.new_page(viewport={"width": SIZES["phone"][0], "height": 560}, locale="ja-JP")
    page.set_content(html)
    yield save(page, "message-line-phone")
    page.close()


def save(page: Page, name: str) -> Path:
    """One picture of the whole message."""
    path = FOLDER / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path


if __name__ == "__main__":
    main()
