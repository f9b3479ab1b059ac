"""A judge's answer: a majority of readings, quotes that stand in the text, and "not judged" instead of a guess."""

import json
from datetime import date

import pytest
from sqlalchemy import Engine

from agent.chains.judge import JudgedText, compare, judge, judged_text
from agent.chains.model import AnswerUnusable, ModelDown
from agent.clock import FixedClock
from agent.domain.judgement import Better, Criterion
from agent.domain.message import Addressee, MessageContext, Offer, ProductFacts, ShopIdentity, StatedFact
from agent.domain.message import WrittenMessage as Message
from agent.domain.occasion import Channel, Occasion
from agent.llm.abilities import Abilities
from agent.llm.chat_client import Endpoint
from agent.llm.openai_compatible import OpenAICompatible
from agent.llm.scripted import ScriptedModel
from agent.ports import ModelCallMade
from agent.store.unit_of_work import SqlUnitOfWork
from tests.support.openai_server import Says, serving

BODY = "石田さま\n\n深煎りの豆は、開けてから二週間ほどが飲みごろです。しみが気にならなくなります。"
CONTEXT = MessageContext(
    context_id="c",
    shop=ShopIdentity("豆と湯気", "豆と湯気", "東京都", "03", "https://mame.example/u", "mame.example"),
    customer=Addressee("c1", "石田", "花子", facts=(StatedFact("f1", "深煎りを二度\nご購入"),)),
    products=(ProductFacts("p1", "深煎り 200g", 1200, "残り3点", ("中米産", "中挽き可")),),
    policies=("送料は全国一律500円",),
    offer=Offer("coupon", "MAME5", "5%OFF", date(2026, 12, 6), "1回限り"),
    occasion=Occasion.THANK_YOU,
    channel=Channel.EMAIL,
    today=date(2026, 11, 21),
)


def masked() -> JudgedText:
    return judged_text(
        CONTEXT, Message("d", "c", "お礼", BODY), mask=lambda text: text.replace("石田", "⟦NAME⟧")
    )


def rating(score: int | None, quote: str = "飲みごろです") -> dict[str, object]:
    return {"evidence": [{"quote": quote, "why": "役に立つ"}], "score": score}


def inspection(*problems: tuple[str, str], sure: bool = True) -> dict[str, object]:
    return {
        "problems": [
            {"check": check, "quote": quote, "why": "変化", "sure": sure} for check, quote in problems
        ]
    }


UNREADABLE = AnswerUnusable("no", ja="読めない答えでした。")


def test_a_judge_sees_the_text_and_its_sources_without_the_name() -> None:
    text = masked()
    assert text.facts == ("深煎りを二度 ご購入",), "one line, so that a note cannot pose as two"
    assert text.products == ("『深煎り 200g』 1,200円、在庫: 残り3点。中米産 / 中挽き可",)
    assert text.offer == "coupon、5%OFF、コード MAME5、2026年12月6日（日）まで、1回限り"
    assert text.today == "2026年11月21日（土）"
    assert not any("石田" in part for part in text.outside_texts())


async def test_the_score_is_the_median_of_the_repeats() -> None:
    model = ScriptedModel({"judge": [rating(2), rating(5), rating(4)]})
    found = await judge(model, Criterion.WARMTH, masked(), journal=[])
    assert (found.score, found.scores, found.judged) == (4.0, (2, 5, 4), True)
    assert found.reasons[0] == "「飲みごろです」: 役に立つ"
    assert {prompt.name for prompt in model.asked} == {"judge/warmth"}


async def test_an_unreadable_answer_is_outvoted() -> None:
    model = ScriptedModel({"judge": [rating(3), UNREADABLE, rating(3)]})
    found = await judge(model, Criterion.CLARITY, masked(), journal=[])
    assert (found.score, found.scores, found.asked) == (3.0, (3, 3), 3)


@pytest.mark.parametrize(
    "answers", [[rating(5), UNREADABLE, UNREADABLE], [rating(5), rating(None), rating(None)]]
)
async def test_too_few_usable_answers_are_not_judged_and_never_a_score(answers: list[object]) -> None:
    model = ScriptedModel({"judge": answers})  # type: ignore[dict-item]
    found = await judge(model, Criterion.RESPECT, masked(), journal=[])
    assert not found.judged
    assert found.score is None


async def test_a_quote_that_is_not_in_the_text_is_no_evidence() -> None:
    said = inspection(("yakkihou_claim", "しわが消えます"))
    found = await judge(ScriptedModel({"judge": [said, said, said]}), Criterion.LAW, masked(), journal=[])
    assert found.judged
    assert found.problems == ()


async def test_a_problem_needs_most_readings_and_may_be_quoted_longer_or_shorter() -> None:
    model = ScriptedModel(
        {
            "judge": [
                inspection(
                    ("yakkihou_claim", "しみが気にならなくなります"), ("keihyouhou_claim", "飲みごろです")
                ),
                inspection(("yakkihou_claim", "しみが気にならなく")),
                inspection(sure=False),
            ]
        }
    )
    found = await judge(model, Criterion.LAW, masked(), journal=[])
    assert [(p.check, p.votes, p.sure) for p in found.problems] == [("yakkihou_claim", 2, True)]
    assert found.scores == (2, 1, 0)


async def test_an_unsure_majority_is_marked_unsure() -> None:
    said = inspection(("yakkihou_claim", "しみが気にならなくなります"), sure=False)
    found = await judge(ScriptedModel({"judge": [said, said, said]}), Criterion.LAW, masked(), journal=[])
    assert [p.sure for p in found.problems] == [False]


async def test_a_model_that_is_down_has_not_judged() -> None:
    with pytest.raises(ModelDown):
        await judge(
            ScriptedModel({"judge": [ModelDown("down", ja="届きません。")]}),
            Criterion.LAW,
            masked(),
            journal=[],
        )


@pytest.mark.parametrize(
    ("straight", "swapped", "means"),
    [
        ("first", "second", Better.FIRST),
        ("second", "first", Better.SECOND),
        ("tie", "tie", Better.TIE),
        ("first", "first", Better.UNSTABLE),
        ("tie", "first", Better.UNSTABLE),
    ],
)
async def test_a_preference_counts_only_when_it_survives_the_swap(
    straight: str, swapped: str, means: Better
) -> None:
    model = ScriptedModel(
        {"compare": [{"why": "声がする", "better": straight}, {"why": "声がする", "better": swapped}]}
    )
    other = judged_text(CONTEXT, Message("e", "c", None, "お礼まで。"), mask=str)
    assert await compare(model, Criterion.WARMTH, masked(), other, journal=[]) is means
    one, two = (prompt.messages[-1][1] for prompt in model.asked)
    assert one.index("飲みごろ") < one.index("お礼まで。")
    assert two.index("お礼まで。") < two.index("飲みごろ"), "asked again with the texts exchanged"


async def test_an_unreadable_comparison_is_not_judged() -> None:
    model = ScriptedModel({"compare": [UNREADABLE]})
    assert await compare(model, Criterion.WARMTH, masked(), masked(), journal=[]) is Better.NOT_JUDGED


@pytest.mark.parametrize("answer", ['{"evidence": [], "score": 9}', "点数は5です", '{"score": '])
async def test_over_the_wire_an_answer_outside_the_scale_is_not_judged(
    engine: Engine, clock: FixedClock, answer: str
) -> None:
    def units(*, read_only: bool = False) -> SqlUnitOfWork:
        return SqlUnitOfWork(engine, shop_id="default", clock=clock, read_only=read_only)

    journal: list[ModelCallMade] = []
    with serving() as server:
        server.say(Says(answer))
        model = OpenAICompatible(Endpoint(server.base_url, "small", "sk", 20.0), Abilities(units))
        found = await judge(model, Criterion.WARMTH, masked(), journal=journal, repeats=1)
        assert not found.judged
        assert found.score is None
        assert len(journal) == len(server.bodies) >= 1


async def test_over_the_wire_three_readings_make_one_judgement(engine: Engine, clock: FixedClock) -> None:
    def units(*, read_only: bool = False) -> SqlUnitOfWork:
        return SqlUnitOfWork(engine, shop_id="default", clock=clock, read_only=read_only)

    with serving() as server:
        server.say(*(Says(json.dumps(rating(score), ensure_ascii=False)) for score in (4, 2, 4)))
        model = OpenAICompatible(Endpoint(server.base_url, "small", "sk", 20.0), Abilities(units))
        found = await judge(model, Criterion.WARMTH, masked(), journal=[])
    assert (found.score, found.model) == (4.0, "small")
