"""What models cost is counted, and a day's cap holds: at once, after a restart, and only where it can be counted."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import Engine

from agent.chains.model import ModelDown, ModelMisconfigured
from agent.clock import FixedClock
from agent.llm.make_model import make_chat_model, make_judge_model, routes
from agent.llm.openai_compatible import OpenAICompatible
from agent.llm.prices import most_tokens
from agent.llm.routed import RoutedModel
from agent.ports import ForDraft, ModelCallMade, Spent
from agent.settings import Settings
from agent.store.unit_of_work import SqlUnitOfWork
from prompts.registry import RenderedPrompt
from tests.support.openai_server import OpenAIServer, Says, serving

PROMPT = RenderedPrompt("greet", "v1", "d" * 64, "Reply", (("user", "やあ"),), {"max_tokens": 7})
PRICES = {"small": {"in": 1000, "out": 10_000}}
COST = 11 * 1000 + 7 * 10_000
"""Millionths of a yen of one call: the server counts 11 tokens read and 7 written."""
TODAY = date(2026, 11, 21)


class Reply(BaseModel):
    text: str


class Purse:
    """Models made from settings, on one store."""

    def __init__(self, engine: Engine, clock: FixedClock, server: OpenAIServer) -> None:
        self.engine, self.clock, self.server = engine, clock, server
        server.say(Says(json.dumps({"text": "こんにちは"}, ensure_ascii=False)))

    def units(self, *, read_only: bool = False) -> SqlUnitOfWork:
        return SqlUnitOfWork(self.engine, shop_id="default", clock=self.clock, read_only=read_only)

    def settings(self, **changes: Any) -> Settings:
        return Settings(
            chat_base_url=self.server.base_url, chat_model="small", chat_timeout_seconds=5, **changes
        )

    def model(self, **changes: Any) -> OpenAICompatible | RoutedModel:
        made = make_chat_model(self.settings(**changes), self.units, self.clock)
        assert made is not None
        return made

    def spent(self, first: date = TODAY, last: date = TODAY) -> dict[str, Spent]:
        with self.units(read_only=True) as work:
            return {one.task: one for one in work.spend.between(first, last)}


@pytest.fixture
def purse(engine: Engine, clock: FixedClock) -> Iterator[Purse]:
    with serving() as server:
        yield Purse(engine, clock, server)


async def ask(model: OpenAICompatible | RoutedModel, step: str = "write") -> list[ModelCallMade]:
    journal: list[ModelCallMade] = []
    await model.answer(PROMPT, Reply, step=step, journal=journal)
    return journal


async def test_a_call_is_billed_by_its_tokens_and_its_task(purse: Purse) -> None:
    [call] = await ask(purse.model(prices=PRICES, model_region="jp"), "plan")
    assert (call.cost_micro_yen, call.task, call.region) == (COST, "plan", "jp")
    assert purse.spent()["plan"] == Spent("plan", COST, 1, 0, 11, 7)
    assert purse.spent()["all"].micro_yen == COST


async def test_a_call_without_a_price_is_counted_and_said_to_have_none(purse: Purse) -> None:
    [call] = await ask(purse.model())
    assert call.cost_micro_yen is None
    assert purse.spent()["write"] == Spent("write", 0, 1, 1, 11, 7)


async def test_a_tasks_own_price_goes_before_the_models(purse: Purse) -> None:
    model = purse.model(prices={**PRICES, "plan": {"in": 1, "out": 1}})
    assert (await ask(model, "plan"))[0].cost_micro_yen == 18


async def test_a_cap_that_cannot_be_counted_stops_every_call(purse: Purse) -> None:
    with pytest.raises(ModelMisconfigured) as refused:
        await ask(purse.model(daily_yen_cap=1000))
    assert "[prices]" in refused.value.ja
    assert purse.server.bodies == []


async def test_a_cap_holds_when_sixty_four_ask_at_once(purse: Purse) -> None:
    """What one call may cost at most is set aside before it leaves, so the day never ends above its cap."""
    most = most_tokens("やあ") * 1000 + 7 * 10_000
    model = purse.model(prices=PRICES, daily_yen_cap=1)
    answers = await asyncio.gather(*(ask(model) for _ in range(64)), return_exceptions=True)
    refused = [error for error in answers if isinstance(error, ModelDown)]
    done = [journal for journal in answers if isinstance(journal, list)]
    assert len(refused) + len(done) == 64
    assert len(done) == len(purse.server.bodies)
    assert 1_000_000 // most <= len(done) <= 1_000_000 // COST
    assert purse.spent()["all"].micro_yen == len(done) * COST <= 1_000_000
    assert "上限（1円）" in refused[0].ja


async def test_the_cap_outlives_the_process_and_ends_with_the_day_in_tokyo(purse: Purse) -> None:
    options: dict[str, Any] = {"prices": {"small": {"in": 1, "out": 140_000}}, "daily_yen_cap": 1}
    await ask(purse.model(**options))
    with pytest.raises(ModelDown):
        await ask(purse.model(**options))
    purse.clock.moment = datetime(2026, 11, 21, 14, 59, tzinfo=UTC)
    with pytest.raises(ModelDown):
        await ask(purse.model(**options))
    purse.clock.moment = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
    await ask(purse.model(**options))
    assert [purse.spent(day, day)["all"].calls for day in (TODAY, date(2026, 11, 22))] == [1, 1]


async def test_a_cap_of_nothing_asks_nobody(purse: Purse) -> None:
    with pytest.raises(ModelDown):
        await ask(purse.model(prices=PRICES, daily_yen_cap=0))
    assert purse.server.bodies == []


async def test_what_was_refused_costs_nothing_and_what_was_lost_costs_what_it_may(purse: Purse) -> None:
    purse.server.say(Says(status=401))
    with pytest.raises(ModelMisconfigured):
        await ask(purse.model(prices=PRICES, daily_yen_cap=10))
    assert purse.spent()["all"].micro_yen == 0
    purse.server.say(Says(hang=True))
    slow = make_chat_model(
        purse.settings(prices=PRICES, daily_yen_cap=10).model_copy(update={"chat_timeout_seconds": 0.3}),
        purse.units,
        purse.clock,
    )
    assert slow is not None
    with pytest.raises(ModelDown):
        await ask(slow)
    assert purse.spent()["all"].micro_yen == most_tokens("やあ") * 1000 + 7 * 10_000


async def test_a_call_for_a_draft_is_its_row_with_its_cost(purse: Purse) -> None:
    model = purse.model(prices=PRICES).for_draft(ForDraft("d1", "c1", 1))
    [call] = await ask(model)
    with purse.units(read_only=True) as work:
        assert work.model_calls.of_draft("d1") == [call]
        assert work.model_calls.cost_of("d1") == COST
        assert work.model_calls.cost_of("d2") is None
    with purse.units() as work:
        assert work.model_calls.record([call], draft_id="d1", customer_id="c1") == [], "never twice"


async def test_a_draft_asked_again_uses_each_answer_it_has_once(purse: Purse) -> None:
    draft = ForDraft("d1", "c1", 1, resumed=True)
    await ask(purse.model().for_draft(draft))
    again = purse.model().for_draft(draft)
    assert await ask(again) == [], "found in the record"
    assert len(await ask(again)) == 1, "a second question of the same words is a second question"
    assert len(await ask(purse.model().for_draft(ForDraft("d1", "c1", 2, resumed=True)))) == 1
    assert len(purse.server.bodies) == 3


async def test_each_task_goes_to_its_own_model_and_key(purse: Purse) -> None:
    with serving() as other:
        other.say(Says('{"text": "ok"}'))
        options: dict[str, Any] = {
            "chat_api_key": "chat-key",
            "plan_model": "thinker",
            "plan_base_url": other.base_url,
            "judge_model": "judge",
        }
        model = purse.model(**options)
        await ask(model, "plan")
        await ask(model, "revise")
        judge = make_judge_model(purse.settings(**options), purse.units, purse.clock)
        assert judge is not None
        await ask(judge, "judge")
        assert [body["model"] for body in other.bodies] == ["thinker"]
        assert other.authorizations == ["Bearer none"], "the chat model's key stays at its own address"
        assert [body["model"] for body in purse.server.bodies] == ["small", "judge"]
        assert model.name == "small"
    assert set(routes(purse.settings(**options))) == {"plan", "write", "judge", "chat"}


def test_prices_are_read_from_the_shops_file(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "okaeri.toml"
    file.write_text('daily_yen_cap = 500\n[prices]\n"gpt-x.5" = {in = 20, out = 80.5, batch = 0.4}\n')
    monkeypatch.setenv("OKAERI_CONFIG", str(file))
    settings = Settings()
    price = settings.prices["gpt-x.5"]
    assert (price.read, price.written, price.batch, settings.daily_yen_cap) == (20, 80.5, 0.4, 500)
