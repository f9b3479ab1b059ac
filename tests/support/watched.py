"""A page of the console watched in a browser: what went wrong on it, what it asked from elsewhere, whom it shuts out."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.support.console_desk import PASSWORD

WIDTHS = {"desktop": (1280, 800), "phone": (390, 844)}


class Watched:
    """A page, what went wrong on it, and what it asked from elsewhere."""

    def __init__(self, browser: Browser, address: str, size: str, *, scheme: str = "light") -> None:
        width, height = WIDTHS[size]
        self.context = browser.new_context(
            viewport={"width": width, "height": height},
            locale="ja-JP",
            color_scheme="dark" if scheme == "dark" else "light",
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.address, self.wrong, self.abroad = address, list[str](), list[str]()
        self.page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", lambda r: None if r.url.startswith(address) else self.abroad.append(r.url))

    def log_in(self, name: str = "mori") -> Page:
        self.page.goto(f"{self.address}/console/login")
        self.page.fill("#name", name)
        self.page.fill("#password", PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/console/")
        return self.page


def serious(page: Page) -> list[str]:
    """What axe-core calls serious or critical."""
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html']}" for v in found if v["impact"] in ("serious", "critical")]
