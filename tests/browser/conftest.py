"""A real browser, and a furnished console to open in it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from agent.clock import FixedClock
from agent.store.engine import migrate, open_engine
from tests.conftest import missing
from tests.support.browsing import CHROMIUM, chromium, serving
from tests.support.console_desk import ConsoleDesk
from tests.support.showcase import furnish


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        missing("Chromium", "Debian: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright, chromium(playwright) as browser:
        yield browser


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ConsoleDesk]:
    engine = open_engine(f"sqlite:///{tmp_path / 'okaeri.sqlite'}")
    migrate(engine)
    desk = ConsoleDesk(engine, FixedClock(datetime(2026, 11, 21, 1, 0, tzinfo=UTC)), public_url=None)
    furnish(desk)
    yield desk
    engine.dispose()


@pytest.fixture
def address(desk: ConsoleDesk) -> Iterator[str]:
    with serving(desk.app()) as address:
        yield address
