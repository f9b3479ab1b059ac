"""What is set, for owners: never a secret."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from agent.clock import FixedClock
from agent.service.tell_settings import tell_settings
from agent.store.engine import migrate, open_engine
from tests.support.console_desk import ConsoleDesk
from tests.support.sending_desk import SETTINGS, without

SECRETS = {
    "chat_api_key": SecretStr("sk-very-secret"),
    "smtp_password": SecretStr("hunter2-mail"),
    "line_channel_access_token": SecretStr("line-token-1"),
    "line_channel_secret": SecretStr("line-secret-1"),
    "chat_base_url": "https://user:hunter3@models.example/v1",
}


@pytest.fixture
def desk(tmp_path: Path, clock: FixedClock) -> Iterator[ConsoleDesk]:
    engine = open_engine(f"sqlite:///{tmp_path / 'settings.sqlite'}")
    migrate(engine)
    desk = ConsoleDesk(engine, clock)
    desk.settings = without(SETTINGS, **SECRETS, send="live", shop_address=None)
    yield desk
    engine.dispose()


def test_no_secret_is_ever_shown_only_whether_there_is_one(desk: ConsoleDesk) -> None:
    page = desk.browser("oono").get("/console/settings").text
    for secret in ("sk-very-secret", "hunter2-mail", "line-token-1", "line-secret-1", "hunter3"):
        assert secret not in page
        assert secret not in repr(tell_settings(dict(desk.settings)))
    for said in (
        "設定済み",
        "未設定",
        "花の店",
        "本番",
        "OKAERI_SMTP_PASSWORD",
        "models.example/v1",
        "お詫び",
    ):
        assert said in page


def test_what_nothing_works_without_says_so(desk: ConsoleDesk) -> None:
    page = desk.browser("oono").get("/console/settings").text
    assert "これが空のあいだは、下書きを承認できません" in page


def test_only_owners_see_the_page_and_its_place(desk: ConsoleDesk) -> None:
    for who in ("mori", "kaki", "mita"):
        browser = desk.browser(who)
        assert browser.get("/console/settings").status_code == 403
        assert 'href="/console/settings"' not in browser.get("/console/drafts").text
    assert 'href="/console/settings"' in desk.browser("oono").get("/console/drafts").text
