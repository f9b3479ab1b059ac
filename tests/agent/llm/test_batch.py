"""Drafts whose questions travel in batches end as the direct ones do, cost half, and survive a crash at every step."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine

from agent.chains.model import AwaitingBatch, ModelDown, ModelMisconfigured
from agent.clock import FixedClock
from agent.domain.draft import Draft, DraftState
from agent.domain.errors import OperatorMustFix
from agent.domain.occasion import Channel, Occasion
from agent.llm.batch import BatchDesk
from agent.llm.batch_rounds import ProviderRounds, batching
from agent.llm.batching_model import BatchingModel
from agent.llm.call_book import CapReached
from agent.llm.make_model import make_book, make_chat_model
from agent.llm.openai_compatible import OpenAICompatible
from agent.llm.routed import RoutedModel
from agent.settings import Settings
from tests.support.drafting import HandCharts, Shop, chart_of
from tests.support.openai_server import OpenAIServer, Says, serving

PLAN = {"angle": "お礼", "fact_ids": ["F2"], "passage_ids": [], "useful": "", "request": "", "avoid": []}
TEXT = "先日は、はじめてのご注文で「さっぱり化粧水」をお選びいただき、ありがとうございました。"
LETTER = {
    "subject": "ありがとうございました",
    "paragraphs": [{"text": TEXT, "fact_ids": ["F1", "F2"], "passage_ids": []}],
}
PEOPLE = ("c1", "c2", "c3")


def says(body: dict[str, Any]) -> Says:
    plan = body["response_format"]["json_schema"]["name"] == "Plan"
    return Says(json.dumps(PLAN if plan else LETTER, ensure_ascii=False))


class Campaign:
    """Three customers, a model that takes batches, and a desk that sends them."""

    def __init__(self, engine: Engine, clock: FixedClock, server: OpenAIServer, **more: Any) -> None:
        server.script = says
        self.server = server
        self.shop = Shop(engine, clock, HandCharts(*(chart_of(one) for one in PEOPLE)))
        settings = Settings(
            chat_base_url=server.base_url,
            chat_model="small",
            chat_timeout_seconds=2,
            prices={"small": {"in": 1000, "out": 1000}},
            **more,
        )
        model = make_chat_model(settings, self.shop.units, clock)
        assert isinstance(model, OpenAICompatible)
        self.model = model
        self.batching = BatchingModel(model, self.shop.units)
        self.desk = BatchDesk(model, self.shop.units, make_book(settings, self.shop.units, clock))

    async def learn(self) -> None:
        """The first draft of all finds out how the model is asked."""
        await self.compose(self.model, "c1", "d-first")

    async def compose(self, model: Any, customer: str, draft_id: str | None = None) -> Draft:
        return await self.shop.composer(model)(
            customer=customer,
            occasion=Occasion.THANK_YOU,
            channel=Channel.EMAIL,
            draft_id=draft_id or f"d-{customer}",
        )

    async def round(self) -> list[Draft]:
        """Compose everybody; those that wait are left out."""
        done = []
        for customer in PEOPLE:
            try:
                done.append(await self.compose(self.batching, customer))
            except AwaitingBatch:
                continue
        return done


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with serving() as running:
        yield running


@pytest.fixture
async def campaign(engine: Engine, clock: FixedClock, server: OpenAIServer) -> Campaign:
    made = Campaign(engine, clock, server)
    await made.learn()
    return made


async def test_a_campaign_in_batches_ends_as_the_direct_one_for_half_the_price(campaign: Campaign) -> None:
    direct, asked = await campaign.compose(campaign.model, "c2", "d-direct"), len(campaign.server.bodies)
    for expected in ("plan", "write"):
        assert await campaign.round() == []
        assert await campaign.desk.submit() == 3, expected
        assert await campaign.desk.collect() == 1, "still under way"
        campaign.server.batches.finish()
        assert await campaign.desk.collect() == 0
    drafts = await campaign.round()
    assert len(campaign.server.bodies) == asked, "nothing was asked directly"
    assert [draft.state for draft in drafts] == [DraftState.WAITING] * 3
    assert drafts[1].version
    assert direct.version
    assert drafts[1].version.subject == direct.version.subject
    assert [p.text for p in drafts[1].version.paragraphs] == [p.text for p in direct.version.paragraphs]
    with campaign.shop.units(read_only=True) as work:
        whole, half = work.model_calls.cost_of("d-direct"), work.model_calls.cost_of("d-c2")
    assert whole is not None
    assert half == whole // 2


async def test_composing_again_puts_no_question_in_twice(campaign: Campaign) -> None:
    await campaign.round()
    await campaign.round()
    assert await campaign.desk.submit() == 3
    assert await campaign.desk.submit() == 0


async def test_a_batch_created_while_the_line_broke_is_found_and_not_sent_again(campaign: Campaign) -> None:
    await campaign.round()
    campaign.server.batches.lose_answer = True
    with pytest.raises(ModelDown):
        await campaign.desk.submit()
    assert await campaign.desk.submit() == 3
    assert campaign.server.batches.creations == 1


async def test_a_batch_taken_in_twice_is_paid_once(campaign: Campaign) -> None:
    await campaign.round()
    await campaign.desk.submit()
    campaign.server.batches.finish()
    await campaign.desk.collect()
    with campaign.shop.units(read_only=True) as work:
        before = work.spend.between(campaign.shop.clock.now().date(), campaign.shop.clock.now().date())
    await campaign.desk.collect()
    with campaign.shop.units(read_only=True) as work:
        assert before == work.spend.between(
            campaign.shop.clock.now().date(), campaign.shop.clock.now().date()
        )


async def test_what_an_expired_batch_left_out_is_asked_directly(campaign: Campaign) -> None:
    await campaign.round()
    await campaign.desk.submit()
    campaign.server.batches.finish(status="expired", first=2)
    await campaign.desk.collect()
    before = len(campaign.server.bodies)
    await campaign.round()
    assert len(campaign.server.bodies) == before + 1, "one plan"
    assert await campaign.desk.submit() == 3, "three letters"


async def test_an_answer_nobody_can_read_is_asked_directly(campaign: Campaign) -> None:
    await campaign.round()
    await campaign.desk.submit()
    campaign.server.script = lambda body: Says("よろこんで。")
    campaign.server.batches.finish()
    campaign.server.script = says
    await campaign.desk.collect()
    before = len(campaign.server.bodies)
    await campaign.round()
    assert len(campaign.server.bodies) == before + 3


async def test_a_batch_beyond_the_days_cap_does_not_leave(
    engine: Engine, clock: FixedClock, server: OpenAIServer
) -> None:
    await Campaign(engine, clock, server).learn()
    campaign = Campaign(engine, clock, server, daily_yen_cap=1)
    await campaign.round()
    with pytest.raises(CapReached):
        await campaign.desk.submit()
    assert server.batches.creations == 0


class Finishing(ProviderRounds):
    """Its providers answer as soon as everything is sent."""

    servers: tuple[OpenAIServer, ...] = ()

    async def round(self) -> None:
        for desk in self._desks:
            await desk.submit()
        for server in self.servers:
            server.batches.finish()
        for desk in self._desks:
            assert await desk.collect() == 0


def routed(
    engine: Engine, clock: FixedClock, planner: OpenAIServer, writer: OpenAIServer, name: str
) -> tuple[Campaign, Finishing]:
    """A campaign whose plans come from one server and whose letters from another."""
    planner.script = says
    made = Campaign(engine, clock, writer)
    settings = Settings(
        chat_base_url=writer.base_url,
        chat_model="small",
        chat_timeout_seconds=2,
        plan_base_url=planner.base_url,
        plan_model=name,
        prices={"plan": {"in": 2000, "out": 2000}, "small": {"in": 1000, "out": 1000}},
    )
    units = made.shop.units
    model = make_chat_model(settings, units, clock)
    assert isinstance(model, RoutedModel)
    made.batching = batching(model, units)
    rounds = Finishing(
        made.shop.composer(made.batching), model, units, make_book(settings, units, clock), pause_seconds=0.01
    )
    rounds.servers = (planner, writer)
    made.model = model  # type: ignore[assignment]
    return made, rounds


async def test_planner_and_writer_of_their_own_have_a_batch_each(
    engine: Engine, clock: FixedClock, server: OpenAIServer
) -> None:
    with serving() as planner:
        campaign, rounds = routed(engine, clock, planner, server, "thinker")
        await campaign.learn()
        asked = len(server.bodies), len(planner.bodies)
        while len(drafts := await campaign.round()) < len(PEOPLE):
            await rounds.round()
        assert (len(server.bodies), len(planner.bodies)) == asked, "nothing was asked directly"
        assert (planner.batches.creations, server.batches.creations) == (1, 1)
        for one, name in ((planner, "thinker"), (server, "small")):
            lines = one.batches.files["file-1"].decode().splitlines()
            assert {json.loads(line)["body"]["model"] for line in lines} == {name}
            assert len(lines) == len(PEOPLE)
        assert {draft.state for draft in drafts} == {DraftState.WAITING}


async def test_one_name_at_two_places_is_refused_before_anything_leaves(
    engine: Engine, clock: FixedClock, server: OpenAIServer
) -> None:
    with serving() as planner, pytest.raises(OperatorMustFix) as refused:
        routed(engine, clock, planner, server, "small")
    assert "--batch を付けずに" in refused.value.ja


async def test_a_server_without_a_batch_endpoint_is_named(campaign: Campaign) -> None:
    assert await campaign.round() == []
    campaign.server.batches.missing = True
    with pytest.raises(ModelMisconfigured) as refused:
        await campaign.desk.submit()
    assert "窓口がありません" in refused.value.ja
