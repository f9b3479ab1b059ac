"""Drafts for many: everybody once, reasons counted, interrupted runs gone on with, the cost told before."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from agent.cli.messages import send_advised_first
from agent.clock import FixedClock
from agent.domain.draft import Draft, Recommendation
from agent.domain.errors import CallerMistake
from agent.domain.occasion import Channel, Occasion
from agent.llm.batch_rounds import ProviderRounds, batching
from agent.llm.make_model import make_book, make_chat_model
from agent.llm.openai_compatible import OpenAICompatible
from agent.llm.prices import most_tokens
from agent.ports.campaigns import Standing
from agent.service.campaign import DraftCampaign, Wish, draft_id_of, general
from agent.service.campaign_estimate import EstimateCampaign, TaskPrice
from agent.settings import ModelPrice, Settings
from tests.support.campaigning import campaigning, people
from tests.support.drafting import LOTION, Shop, chart_of
from tests.support.openai_server import OpenAIServer, Says, serving

TODAY = date(2026, 11, 21)
THANKS = Wish(("new",), Occasion.THANK_YOU, Channel.EMAIL)
PLAN = {"angle": "お礼", "fact_ids": ["F2"], "passage_ids": [], "useful": "", "request": "", "avoid": []}
TEXT = "先日は、はじめてのご注文で「さっぱり化粧水」をお選びいただき、ありがとうございました。"
LETTER = {
    "subject": "ありがとうございました",
    "preheader": "",
    "paragraphs": [{"text": TEXT, "fact_ids": ["F1", "F2"], "passage_ids": []}],
}


def says(body: dict[str, Any]) -> Says:
    plan = body["response_format"]["json_schema"]["name"] == "Plan"
    return Says(json.dumps(PLAN if plan else LETTER, ensure_ascii=False))


def settings_for(server: OpenAIServer, **more: Any) -> Settings:
    return Settings(
        chat_base_url=server.base_url,
        chat_model="small",
        chat_timeout_seconds=2,
        prices={"small": {"in": 1000, "out": 1000}},
        **more,
    )


def model_of(shop: Shop, server: OpenAIServer, **more: Any) -> OpenAICompatible:
    made = make_chat_model(settings_for(server, **more), shop.units, shop.clock)
    assert isinstance(made, OpenAICompatible)
    return made


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with serving() as running:
        running.script = says
        yield running


async def ran(drafting: DraftCampaign, campaign_id: str) -> tuple[Standing, list[Draft]]:
    told: list[Draft] = []
    standing = await drafting.run(campaign_id, told=told.append, advance=lambda done, everybody: None)
    return standing, told


async def test_everybody_in_the_segment_gets_one_draft_and_the_others_a_reason(
    engine: Engine, clock: FixedClock
) -> None:
    charts = [
        *people(5),
        chart_of("no-mail", email=None),
        chart_of("no-wish", consent_email=False),
        chart_of("old", bought=((LOTION, date(2026, 3, 1)),)),
    ]
    shop, drafting = campaigning(engine, clock, charts)
    campaign = drafting.plan(THANKS)
    standing, told = await ran(drafting, campaign.campaign_id)
    assert (campaign.people, standing.waiting, standing.do_not_send, standing.failed) == (8, 5, 3, 0)
    assert sum(standing.reasons.values()) == 3
    assert "メールの宛先が登録されていません。" in standing.reasons
    assert standing.writers == {"embedded": 5}
    against_first = sorted(told, key=lambda draft: draft.recommendation is Recommendation.SEND)
    assert [draft.recommendation for draft in send_advised_first(against_first)] == (
        [Recommendation.SEND] * 5 + [Recommendation.DO_NOT_SEND] * 3
    )
    assert len({draft.draft_id for draft in told}) == 8
    assert drafting.campaign(campaign.campaign_id).state == "done"
    advised_against = next(draft for draft in told if draft.customer_id == "old")
    assert advised_against.version is None, "a text nobody should send is not written"
    with shop.units(read_only=True) as work:
        assert len(work.drafts.listed(None, limit=100)) == 8


async def test_nobody_and_an_unknown_segment_leave_no_campaign(engine: Engine, clock: FixedClock) -> None:
    shop, drafting = campaigning(engine, clock, people(2))
    for wish in (Wish(("loyal",), THANKS.occasion, THANKS.channel), Wish(("x",), *THANKS_REST)):
        with pytest.raises(CallerMistake):
            drafting.plan(wish)
    with shop.units(read_only=True) as work:
        assert work.campaigns.listed(limit=10) == []


THANKS_REST = (Occasion.THANK_YOU, Channel.EMAIL)


async def test_a_limit_takes_the_first_so_many(engine: Engine, clock: FixedClock) -> None:
    _, drafting = campaigning(engine, clock, people(5))
    campaign = drafting.plan(Wish(("new",), *THANKS_REST, most=2))
    standing, told = await ran(drafting, campaign.campaign_id)
    assert {draft.customer_id for draft in told} == {"p000", "p001"}
    assert standing.waiting == 2


async def test_run_twice_it_makes_nothing_twice(
    engine: Engine, clock: FixedClock, server: OpenAIServer
) -> None:
    _, drafting = campaigning(engine, clock, people(3), model=lambda shop: model_of(shop, server))
    campaign = drafting.plan(THANKS)
    first, told = await ran(drafting, campaign.campaign_id)
    asked = len(server.bodies)
    second, again = await ran(drafting, campaign.campaign_id)
    assert first == second
    assert (len(told), again, len(server.bodies), first.writers) == (3, [], asked, {"model:small": 3})
    assert first.cost_micro_yen


async def test_what_failed_is_made_when_the_model_is_back(
    engine: Engine, clock: FixedClock, server: OpenAIServer
) -> None:
    server.script = lambda body: Says(status=400, error="down")
    shop, drafting = campaigning(
        engine, clock, people(2), model=lambda shop: model_of(shop, server), on_model_down="wait"
    )
    campaign = drafting.plan(THANKS)
    standing, told = await ran(drafting, campaign.campaign_id)
    assert (standing.failed, standing.waiting, told) == (2, 0, [])
    assert standing.failures
    server.script = says
    standing, told = await ran(drafting, campaign.campaign_id)
    assert (standing.failed, standing.waiting, len(told)) == (0, 2, 2)
    with shop.units(read_only=True) as work:
        open_ones = work.drafts.open_for("p000", Occasion.THANK_YOU, Channel.EMAIL)
    assert len(open_ones) == 1, "the empty one was superseded"


async def test_no_more_drafts_are_under_way_than_allowed(
    engine: Engine, clock: FixedClock, server: OpenAIServer
) -> None:
    _, drafting = campaigning(
        engine, clock, people(9), model=lambda shop: model_of(shop, server, model_concurrency=3), at_once=3
    )
    standing, _ = await ran(drafting, drafting.plan(THANKS).campaign_id)
    assert standing.waiting == 9
    assert len(server.bodies) == 18


async def test_a_campaign_in_batches_ends_as_the_direct_one_for_half(
    engine: Engine, clock: FixedClock, server: OpenAIServer
) -> None:
    def rounds(shop: Shop) -> ProviderRounds:
        model = model_of(shop, server)
        book = make_book(settings_for(server), shop.units, clock)
        composer = shop.composer(batching(model, shop.units))
        return Finishing(composer, model, shop.units, book, server)

    _, direct = campaigning(engine, clock, people(1), model=lambda shop: model_of(shop, server))
    dear, _ = await ran(direct, direct.plan(THANKS).campaign_id)
    asked = len(server.bodies)
    _, drafting = campaigning(engine, clock, people(6)[1:], rounds=rounds)
    standing, told = await ran(
        drafting, drafting.plan(Wish(("new",), *THANKS_REST, in_batches=True)).campaign_id
    )
    assert (standing.waiting, len(told), len(server.bodies)) == (5, 5, asked)
    assert dear.cost_micro_yen is not None
    assert standing.cost_micro_yen == 5 * (dear.cost_micro_yen // 2)


class Finishing(ProviderRounds):
    """Rounds with a provider that ends its batches when asked how they stand a second time."""

    def __init__(self, *parts: Any) -> None:
        *own, self._server = parts
        super().__init__(*own, pause_seconds=0.01)

    async def round(self) -> None:
        for desk in self._desks:
            await desk.submit()
        self._server.batches.finish()
        await super().round()


async def test_batches_without_a_model_are_a_wrong_call(engine: Engine, clock: FixedClock) -> None:
    _, drafting = campaigning(engine, clock, people(1))
    with pytest.raises(CallerMistake, match="chat model"):
        drafting.plan(Wish(("new",), *THANKS_REST, in_batches=True))


async def test_the_estimate_is_near_what_is_spent_and_asks_nobody(
    engine: Engine, clock: FixedClock, server: OpenAIServer
) -> None:
    charts = [*people(30), *(chart_of(f"x{n}", consent_email=False) for n in range(10))]
    shop, drafting = campaigning(engine, clock, charts, model=lambda shop: model_of(shop, server))
    composer = shop.composer(model_of(shop, server))
    price = TaskPrice("small", ModelPrice(read=1000, written=1000))
    estimate = EstimateCampaign(
        units=shop.units, composer=lambda: composer, tasks={"plan": price, "write": price}, tokens=most_tokens
    )
    campaign = drafting.plan(THANKS)
    told = await estimate(campaign, today=TODAY)
    assert server.bodies == []
    assert (told.people, told.sampled, told.to_write, told.from_past) == (40, 20, 30, False)
    assert told.reasons == {"メールでの案内を希望されていません。": 5}
    assert [task.calls for task in told.tasks] == [(30, 30), (39, 90)]
    assert told.yen is not None
    likely, most = told.yen
    assert 0 < likely < most
    with shop.units(read_only=True) as work:
        assert work.drafts.listed(None, limit=10) == [], "an estimate stores nothing"
    server.script = lambda body: says(body)
    standing, _ = await ran(drafting, campaign.campaign_id)
    assert standing.cost_micro_yen is not None
    assert standing.cost_micro_yen / 1_000_000 < most


async def test_an_estimate_without_prices_says_so_instead_of_guessing(
    engine: Engine, clock: FixedClock, server: OpenAIServer
) -> None:
    shop, drafting = campaigning(engine, clock, people(3))
    composer = shop.composer(model_of(shop, server))
    tasks = {"plan": TaskPrice("small", None), "write": TaskPrice("small", None)}
    estimate = EstimateCampaign(units=shop.units, composer=lambda: composer, tasks=tasks, tokens=most_tokens)
    told = await estimate(drafting.plan(THANKS), today=TODAY)
    assert told.yen is None
    assert told.tasks[0].read[0] > 300


async def test_a_campaign_nobody_agreed_to_is_forgotten(engine: Engine, clock: FixedClock) -> None:
    shop, drafting = campaigning(engine, clock, people(3))
    drafting.discard(drafting.plan(THANKS).campaign_id)
    with shop.units(read_only=True) as work:
        assert work.campaigns.listed(limit=10) == []


def test_reasons_are_counted_without_what_makes_them_one_persons() -> None:
    assert general("前回のご注文から35日たっており、「お礼」には遅すぎます。") == general(
        "前回のご注文から1,020日たっており、「お祝い」には遅すぎます。"
    )


async def test_a_kind_of_reason_is_told_by_one_real_example_without_holes(
    engine: Engine, clock: FixedClock
) -> None:
    charts = [chart_of(f"old{n}", bought=((LOTION, date(2026, 3, n)),)) for n in (1, 2, 3)]
    _, drafting = campaigning(engine, clock, charts)
    standing, told = await ran(drafting, drafting.plan(THANKS).campaign_id)
    [(why, people)] = standing.reasons.items()
    assert people == 3
    assert why == min(told, key=lambda draft: draft.customer_id).why
    assert "○" not in why
    assert "「…」" not in why


def test_a_persons_draft_has_the_same_id_at_every_attempt() -> None:
    assert draft_id_of("k1", "c1") == draft_id_of("k1", "c1") != draft_id_of("k2", "c1")
    assert len(draft_id_of("k1", "c1")) <= 40
