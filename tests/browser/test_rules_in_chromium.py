"""House rules as a manager sees and touches them, in a real browser."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from agent.clock import FixedClock
from agent.domain.house_rule import RuleState
from agent.store.engine import migrate, open_engine
from tests.support.browsing import serving
from tests.support.console_desk import ConsoleDesk
from tests.support.rule_life import live_through_edits
from tests.support.watched import WIDTHS, Watched, serious

OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true; })"


@pytest.fixture
def taught(tmp_path: Path) -> Iterator[ConsoleDesk]:
    engine = open_engine(f"sqlite:///{tmp_path / 'okaeri.sqlite'}")
    migrate(engine)
    desk = ConsoleDesk(engine, FixedClock(datetime(2026, 11, 21, 1, 0, tzinfo=UTC)), public_url=None)
    live_through_edits(desk)
    yield desk
    engine.dispose()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", sorted(WIDTHS))
def test_looking_trying_and_accepting_shuts_nobody_out(
    browser: Browser, taught: ConsoleDesk, size: str, scheme: str
) -> None:
    with serving(taught.app()) as address:
        watched = Watched(browser, address, size, scheme=scheme)
        page = watched.log_in()
        page.goto(f"{address}/console/rules")
        page.get_by_role("button", name="手直しから探す").click()
        assert serious(page) == []
        page.goto(f"{address}/console/rules")
        page.locator(".rule .try").first.click()
        page.evaluate(OPEN_ALL)
        assert serious(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        small = page.evaluate(
            """[...document.querySelectorAll('main button, main summary, main .try')]
               .map(e => [e.outerHTML.slice(0, 80), Math.round(e.getBoundingClientRect().height)])
               .filter(([, height]) => height < 44)"""
        )
        assert small == []
        page.locator(".rule").first.get_by_role("button", name="採用する").click()
        assert "採用しました" in page.inner_text("main")
        assert [step.state for step in taught.rules.standing()].count(RuleState.ACCEPTED) == 1
        assert (watched.wrong, watched.abroad) == ([], [])
        watched.context.close()
