"""Acceptance C12 on every road to a model: plan, letter, revision, judges, a reviewer's wish, and the file of a batch."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine

from agent.chains.model import AwaitingBatch
from agent.clock import FixedClock
from agent.domain.chart import Chart
from agent.domain.occasion import Channel, Occasion
from agent.llm.batch import BatchDesk
from agent.llm.batching_model import BatchingModel
from agent.llm.make_model import make_book, make_chat_model
from agent.llm.openai_compatible import OpenAICompatible
from agent.service.ask_judges import AskJudges
from agent.service.personal_words import fold
from agent.settings import Settings
from agent.store.engine import migrate, open_engine
from tests.agent.service.test_what_leaves import a_customer
from tests.support.drafting import HandCharts, Shop
from tests.support.openai_server import OpenAIServer, Says, serving

WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
KANJI = str.maketrans("0123456789", "〇一二三四五六七八九")
BACK = str.maketrans("〇一二三四五六七八九", "0123456789")
PEOPLE = 300
WHOLE_ROAD = 10
"""Every tenth takes the whole road; all of them stand in the batch file."""


@pytest.fixture(scope="module")
def crowd() -> list[tuple[Chart, list[str]]]:
    """Customers whose notes are typed plainly, in full width, or with kanji numerals, in turn."""
    dice = random.Random(20261122)
    made = []
    for n in range(PEOPLE):
        chart, secrets = a_customer(n, dice)
        table = ({}, WIDE, KANJI)[n % 3]
        facts = tuple(
            replace(fact, text=fact.text.translate(table))
            if fact.id.startswith("note:") and (n % 3 != 2 or "〒" in fact.text)
            else fact
            for fact in chart.facts
        )
        made.append((replace(chart, facts=facts), secrets))
    return made


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with serving() as running:
        yield running


@pytest.fixture
def shop(crowd: list[tuple[Chart, list[str]]], tmp_path: Any) -> Iterator[Shop]:
    engine: Engine = open_engine(f"sqlite:///{tmp_path / 'o.sqlite'}")
    migrate(engine)
    clock = FixedClock(datetime(2026, 11, 21, 1, 0, tzinfo=UTC))
    yield Shop(engine, clock, HandCharts(*(chart for chart, _ in crowd)))
    engine.dispose()


def model_of(shop: Shop, server: OpenAIServer) -> OpenAICompatible:
    made = make_chat_model(
        Settings(chat_base_url=server.base_url, chat_model="small"), shop.units, shop.clock
    )
    assert isinstance(made, OpenAICompatible)
    return made


def says(body: dict[str, Any]) -> Says:
    """A plan; a letter that must be revised; a judge who finds nothing."""
    schema = body["response_format"]["json_schema"]["name"]
    said: dict[str, object]
    if schema == "Plan":
        said = {"angle": "お礼", "fact_ids": [], "passage_ids": [], "useful": "", "request": "", "avoid": []}
    elif "Answer" in schema:
        revising = "全品50%オフ" in json.dumps(body["messages"], ensure_ascii=False)
        text = "いつもありがとうございます。" + ("" if revising else "ただいま全品50%オフです。")
        said = {
            "paragraphs": [{"text": text, "fact_ids": [], "passage_ids": []}],
            "subject": "お礼",
            "preheader": "",
        }
        if schema == "LineAnswer":
            said = {"paragraphs": said["paragraphs"]}
    else:
        said = {"problems": []}
    return Says(json.dumps(said, ensure_ascii=False))


def leaked(secrets: list[str], sent: str) -> list[str]:
    plain = fold(sent)
    spoken = plain.translate(BACK)
    return [secret for secret in secrets if fold(secret) in plain or fold(secret) in spoken]


async def test_nothing_names_anybody_from_the_plan_to_a_reviewers_wish(
    shop: Shop, server: OpenAIServer, crowd: list[tuple[Chart, list[str]]]
) -> None:
    server.script = says
    model = model_of(shop, server)
    composer = shop.composer(model, judges=AskJudges(model))
    steps: set[str] = set()
    for chart, secrets in crowd[::WHOLE_ROAD]:
        before = len(server.bodies)
        draft = await composer(customer=chart.customer_id, occasion=Occasion.THANK_YOU, channel=Channel.EMAIL)
        if draft.version:
            wish = f"{chart.family_name}さまに、お電話０９０－１２３４－５６７８の件も。"
            await composer.rewrite(draft.draft_id, instruct=wish, by="佐藤")
        sent = json.dumps(server.bodies[before:], ensure_ascii=False)
        assert not leaked([*secrets, "090-1234-5678"], sent), chart.customer_id
        with shop.units(read_only=True) as work:
            steps |= {call.step.split(":")[0] for call, _ in work.model_calls.of_customer(chart.customer_id)}
    assert {"plan", "write", "revise"} <= steps
    assert any("judge" in step for step in steps)


async def test_nothing_in_a_batch_file_names_anybody(
    shop: Shop, server: OpenAIServer, crowd: list[tuple[Chart, list[str]]]
) -> None:
    server.script = says
    model = model_of(shop, server)
    first = crowd[0][0].customer_id
    await shop.composer(model)(customer=first, occasion=Occasion.THANK_YOU, channel=Channel.EMAIL)
    composer = shop.composer(BatchingModel(model, shop.units))
    asked: dict[str, list[str]] = {}
    for number, (chart, secrets) in enumerate(crowd):
        asked[f"d-{number}"] = secrets
        try:
            await composer(
                customer=chart.customer_id,
                occasion=Occasion.THANK_YOU,
                channel=Channel.EMAIL,
                draft_id=f"d-{number}",
            )
        except AwaitingBatch:
            continue
    desk = BatchDesk(model, shop.units, make_book(Settings(), shop.units, shop.clock))
    sent = await desk.submit()
    assert sent > PEOPLE / 2
    lines = b"".join(server.batches.files.values()).decode().splitlines()
    assert len(lines) == sent
    for line in lines:
        draft_id = json.loads(line)["custom_id"].split(".")[0]
        assert not leaked(asked[draft_id], line), draft_id
