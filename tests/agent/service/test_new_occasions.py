"""Refill, birthday, review request and apology from record to judged draft, on both channels."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from agent.clock import TOKYO, FixedClock
from agent.domain.chart import Chart, ChartFact
from agent.domain.draft import Draft, DraftState, Recommendation
from agent.domain.message import Passage
from agent.domain.occasion import Channel, Occasion
from agent.domain.occasion_brief import BRIEFS
from agent.llm.scripted import ScriptedModel
from agent.service.expiry import end_of_day
from agent.service.lay_out_desk import Desk, LayOutDesk
from agent.service.make_brief import Key, make_brief
from agent.service.pseudonyms import Pseudonyms
from agent.store.experience import SqlExperiences
from tests.support.drafting import LOTION, HandCatalogue, HandCharts, HandRetriever, Shop, chart_of, sender
from tests.support.shop_rows import ShopRows

TODAY = date(2026, 11, 21)
POINTS = Passage(
    "policy:points#0",
    "policy:points",
    None,
    "ポイントについて",
    "ポイントについて\n- レビューを投稿された方には、評価にかかわらず100ポイントをお付けします（当店からのお礼です）。",
)
LATE = Passage(
    "policy:late#0",
    "policy:late",
    None,
    "お届けが遅れたとき",
    "お届けが遅れたとき\n- 当店の手配もれで遅れたときは、お支払いの送料を当店が負担し、返金します。",
)


class Policed(HandCatalogue):
    """The hand-written catalogue with these policies."""

    def policies(self) -> tuple[str, ...]:
        return (POINTS.text, LATE.text)


@dataclass(frozen=True)
class Case:
    """A customer for whom an occasion is due, and a letter a good writer would send."""

    chart: Chart
    subject: str
    texts: tuple[str, ...]


def bought(*days_ago: int, **more: object) -> Chart:
    return chart_of(bought=tuple((LOTION, TODAY - timedelta(days=ago)) for ago in days_ago), **more)  # type: ignore[arg-type]


def born(day: str) -> Chart:
    chart = bought(40)
    stated = ChartFact("profile:birthday", f"お誕生日は{day}", "customers:c1", None)
    return replace(chart, facts=(*chart.facts, stated))


CASES = {
    Occasion.REPLENISHMENT: Case(
        bought(98, 64, 30),
        "化粧水は、そろそろ残り少ないころでしょうか",
        (
            "いつも「さっぱり化粧水」をお使いくださり、ありがとうございます。"
            "そろそろ残り少ないころかと思い、ひと声おかけしました。",
            "まだたっぷりあるようでしたら、このまま読み流してくださいね。",
        ),
    ),
    Occasion.BIRTHDAY: Case(
        born("11月21日"),
        "お誕生日おめでとうございます",
        (
            "お誕生日おめでとうございます。お健やかな一年になりますように。",
            "以前お選びいただいた「さっぱり化粧水」も、お役に立てていればうれしく思います。",
        ),
    ),
    Occasion.REVIEW_REQUEST: Case(
        bought(45),
        "化粧水のご感想をお聞かせください",
        (
            "「さっぱり化粧水」の使い心地はいかがでしょう。"
            "よかった点も困った点も、ひとことお聞かせいただけると、次に選ぶ方の助けになります。",
            "レビューを投稿された方には、評価にかかわらず100ポイントをお付けします（当店からのお礼です）。",
        ),
    ),
    Occasion.SERVICE_RECOVERY: Case(
        bought(11, consent_email=None, consent_line=None),
        "お届けが遅れましたこと、お詫び申し上げます",
        (
            "このたびは「さっぱり化粧水」のお届けが遅れ、本当に申し訳ございません。",
            "送料660円は返金の手続きをいたしました。このお便りへのお返事は店の者が拝見します。",
        ),
    ),
}


@pytest.fixture
def shop(engine: Engine, clock: FixedClock) -> Shop:
    shop = Shop(engine, clock, HandCharts(), HandRetriever((POINTS, LATE)), Policed(LOTION))
    ShopRows(engine).order(
        "c1",
        TODAY - timedelta(days=11),
        order_id="order-90001",
        net_yen=1_980,
        lines=((LOTION.id, LOTION.title, 1, 1_980),),
    )
    return shop


def desk(shop: Shop, occasion: Occasion, channel: Channel = Channel.EMAIL) -> Desk:
    lay_out = LayOutDesk(
        units=shop.units,
        charts=shop.charts,
        catalogue=shop.catalogue,
        retriever=shop.retriever,
        sender=sender,
        public_base="https://koharudo.example",
        with_policies=True,
        experiences=SqlExperiences(shop.engine, shop_id="default"),
    )
    return lay_out(
        "d1", customer="c1", occasion=occasion, channel=channel, now=shop.clock.now(), variation=""
    )


def due(shop: Shop, occasion: Occasion) -> Case:
    """Make the occasion due for c1, in the store where it is read from there."""
    case = CASES[occasion]
    shop.charts = HandCharts(case.chart)
    with shop.engine.begin() as connection:
        if occasion is Occasion.SERVICE_RECOVERY:
            connection.exec_driver_sql(
                "update orders set refunded_yen = 660, note = '当店の手配もれで発送が遅れ、送料を返金'"
            )
        if occasion is Occasion.REVIEW_REQUEST:
            connection.exec_driver_sql(
                "update orders set ordered_on = '2026-10-07', fulfilled_at = '2026-10-08 03:00:00'"
            )
    return case


async def write(shop: Shop, occasion: Occasion, channel: Channel) -> Draft:
    case = due(shop, occasion)
    laid = desk(shop, occasion, channel).gathered.material
    facts = [f"F{n}" for n in range(1, len(laid.facts) + 1)]
    passages = [f"P{n}" for n in range(1, len(laid.passages) + 1)]
    _, key = make_brief(laid, Pseudonyms(case.chart, addressed=""), may_name=False, instruct="")
    said = [{"text": _slotted(text, key), "fact_ids": facts, "passage_ids": passages} for text in case.texts]
    plan: dict[str, object] = {
        "angle": "この方に、いま",
        "fact_ids": facts,
        "passage_ids": passages,
        "useful": "",
        "request": "",
        "avoid": [],
    }
    answer: dict[str, object] = {"paragraphs": said}
    if channel is Channel.EMAIL:
        answer["subject"] = case.subject
    model = ScriptedModel({"plan": [plan], "write": [answer], "revise": [answer, answer]})
    return await shop.composer(model)(customer="c1", occasion=occasion, channel=channel)


def _slotted(text: str, key: Key) -> str:
    """The text with every amount it states written as its slot, as the prompt asks."""
    for name, words in key.words.items():
        if any(sign.isdigit() for sign in words):
            text = text.replace(words, f"⟦{name}⟧")
    return text


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("occasion", sorted(CASES))
async def test_a_good_letter_for_each_occasion_waits_for_a_person_without_a_finding(
    shop: Shop, occasion: Occasion, channel: Channel
) -> None:
    draft = await write(shop, occasion, channel)
    assert draft.version is not None, draft.why
    assert [f for f in draft.findings if f.severity != "note"] == []
    assert draft.state is DraftState.WAITING
    assert draft.recommendation is Recommendation.SEND, draft.why
    assert CASES[occasion].texts[0] in draft.version.body


def test_an_apology_is_shown_what_went_wrong_and_nothing_to_sell(shop: Shop) -> None:
    due(shop, Occasion.SERVICE_RECOVERY)
    material = desk(shop, Occasion.SERVICE_RECOVERY).gathered.material
    assert material.trouble is not None
    assert material.trouble.refunded_yen == 660
    assert set(material.facts) == {
        "order_note:order-90001",
        "refund:order-90001",
        "order:order-90001",
        "summary:orders",
    }
    assert [p.passage_id for p in material.passages] == ["policy:late#0"]
    assert [remedy.passage_id for remedy in material.remedies] == ["policy:late#0"]
    assert all(not b.passages for b in material.bought)
    assert (material.suggestion, material.staple, material.origin) == (None, None, None)


def test_no_letter_about_a_refill_is_shown_a_price(shop: Shop) -> None:
    due(shop, Occasion.REPLENISHMENT)
    material = desk(shop, Occasion.REPLENISHMENT).gathered.material
    assert material.refill is not None
    assert material.bought[0].title == material.refill.title
    assert "円" not in "".join(material.facts.values())


def test_the_wording_of_a_birthday_letter_does_not_outlive_the_day(shop: Shop) -> None:
    due(shop, Occasion.BIRTHDAY)
    assert desk(shop, Occasion.BIRTHDAY).expires_at == datetime(2026, 11, 21, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize("occasion", sorted(set(Occasion) - {Occasion.BIRTHDAY}))
def test_no_other_draft_lives_longer_than_its_brief_says(shop: Shop, occasion: Occasion) -> None:
    shop.charts = HandCharts(bought(98, 64, 30))
    laid = desk(shop, occasion)
    today = shop.clock.now().astimezone(TOKYO).date()
    assert shop.clock.now() < laid.expires_at <= end_of_day(today + BRIEFS[occasion].expires_after)


async def test_a_birthday_nobody_told_us_is_stored_as_do_not_send_with_the_reason(shop: Shop) -> None:
    shop.charts = HandCharts(bought(40))
    draft = await shop.composer()(customer="c1", occasion=Occasion.BIRTHDAY, channel=Channel.LINE)
    assert (draft.state, draft.version) == (DraftState.HELD, None)
    assert draft.recommendation is Recommendation.DO_NOT_SEND
    assert "うかがっていない" in draft.why
