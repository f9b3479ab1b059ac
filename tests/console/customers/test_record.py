"""A customer's record shows every yes and no with its evidence, and every word a model was shown."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from agent.clock import FixedClock
from agent.ports import ModelCallMade
from agent.store.tables import Consent
from tests.support.console_desk import ConsoleDesk
from tests.support.sending_desk import SHOP
from tests.support.shop_rows import ShopRows

AT = datetime(2026, 3, 31, 16, 0, tzinfo=UTC)
"""Already the first of April in Tokyo."""
HOSTILE = '<script>alert("x")</script>'


@pytest.fixture
def desk(engine: Engine, clock: FixedClock) -> ConsoleDesk:
    ShopRows(engine).customer("c1", family_name="𠮷田", given_name="美咲")
    return ConsoleDesk(engine, clock)


def consent(engine: Engine, number: int, *, state: bool, **fields: object) -> None:
    known: dict[str, object] = {"channel": "email", "purpose": "marketing", "source": "import"}
    with Session(engine) as session:
        session.add(
            Consent(
                shop_id=SHOP,
                consent_id=f"k{number}",
                customer_id="c1",
                state=state,
                recorded_at=AT + timedelta(days=number),
                **(known | fields),
            )
        )
        session.commit()


def words(desk: ConsoleDesk, path: str) -> str:
    page = desk.browser("mita").get(path)
    assert page.status_code == 200
    assert HOSTILE not in page.text
    return re.sub(r"\s+", " ", BeautifulSoup(page.text, "html.parser").get_text(" "))


def test_each_consent_tells_where_when_and_in_which_words(desk: ConsoleDesk, engine: Engine) -> None:
    consent(
        engine,
        0,
        state=True,
        source_file="customers.csv",
        source_row=12,
        source_column="メルマガ",
        source_value=f"希望する {HOSTILE}",
    )
    consent(engine, 3, state=False, source="one_click")
    for path in ("/console/customers/c1", "/console/customers/c1/record"):
        page = words(desk, path)
        assert "お断り 2026年4月4日（土） お便りの配信停止ボタン" in page
        assert "2026年4月1日（水） 取り込んだファイル customers.csv の12行目" in page
        assert "列「メルマガ」 「希望する" in page
        assert page.index("お断り") < page.index("同意あり")


def test_channels_and_purposes_are_kept_apart(desk: ConsoleDesk, engine: Engine) -> None:
    consent(engine, 0, state=True)
    consent(engine, 1, state=False, channel="line")
    page = words(desk, "/console/customers/c1/record")
    assert "メール · ご案内のお便り 同意あり" in page
    assert "LINE · ご案内のお便り お断り" in page


def test_every_word_a_model_was_shown_can_be_read(desk: ConsoleDesk) -> None:
    asked = f"<事実>\n⟦N1⟧ 様は紅茶がお好き {HOSTILE}\n</事実>"
    call = ModelCallMade(
        step="write",
        prompt_name="write_letter",
        prompt_version="3",
        prompt_digest="ab" * 32,
        model="some-model",
        method="json",
        messages=(("system", "店員です"), ("user", asked)),
        response="こんにちは",
        error=None,
        prompt_tokens=10,
        completion_tokens=5,
        duration_ms=100,
        task="write",
    )
    with desk.units() as unit:
        unit.model_calls.record([call], draft_id=None, customer_id="c1")
        unit.commit()
    page = words(desk, "/console/customers/c1/record")
    for said in (
        "文章づくり",
        "渡した欄 事実",
        "some-model（地域は未設定）",
        "⟦N1⟧ 様は紅茶がお好き",
        "こんにちは",
    ):
        assert said in page


def test_a_customer_without_any_record_is_told_of_as_such(desk: ConsoleDesk) -> None:
    page = words(desk, "/console/customers/c1/record")
    assert "同意の記録はまだありません" in page
    assert "AIモデルに渡したものはありません" in page


def test_nobody_there_is_a_page_that_helps(desk: ConsoleDesk) -> None:
    assert desk.browser("mita").get("/console/customers/c_gone/record").status_code == 404
