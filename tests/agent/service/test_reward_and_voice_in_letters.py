"""A model phrases around a reward and in the shop's voice; neither its code nor its terms are the model's to write."""

from dataclasses import replace
from datetime import date

from sqlalchemy import Engine

from agent.chains.plan import Plan
from agent.chains.write import Written, WrittenParagraph
from agent.clock import FixedClock
from agent.domain.chart import Segment
from agent.domain.draft import Draft, PromptUsed
from agent.domain.message import Offer, Passage
from agent.domain.occasion import Channel, Occasion
from agent.domain.reward import REWARD_FACT, Reward, RewardKind
from agent.domain.reward_policy import FreeCode
from agent.domain.voice import ApprovedLetter, Voice
from agent.llm.scripted import ScriptedModel
from agent.ports import Leaning
from agent.service.compose_draft import ComposeDraft
from agent.service.gather_material import gather_material
from agent.service.make_brief import make_brief
from agent.service.promise_reward import PromiseReward
from agent.service.pseudonyms import Pseudonyms
from agent.service.read_letter import read_letter
from tests.support.drafting import (
    LOTION,
    TEA,
    VASE,
    HandCatalogue,
    HandCharts,
    HandRetriever,
    Shop,
    chart_of,
    sender,
)
from tests.support.rewarding import MOVED, POLICY, WELCOME

SILENT = chart_of(bought=((LOTION, date(2026, 3, 2)), (LOTION, date(2026, 5, 2))), segment=Segment.AT_RISK)
PLAN: dict[str, object] = {
    "angle": "以前の化粧水を覚えていること",
    "fact_ids": ["F3"],
    "passage_ids": [],
    "useful": "",
    "request": "",
    "avoid": [],
}


def paragraph(text: str) -> dict[str, object]:
    return {"text": text, "fact_ids": [], "passage_ids": []}


HELLO = paragraph("ご無沙汰しております。⟦F3.product⟧をお選びいただいたことを覚えております。")
BYE = paragraph("読み流していただいてかまいません。ご案内は、末尾のページからいつでもお止めいただけます。")


async def composed(engine: Engine, clock: FixedClock, model: ScriptedModel) -> tuple[Draft, ComposeDraft]:
    shop = Shop(engine, clock, HandCharts(SILENT))
    moved: Leaning = MOVED
    with shop.units() as work:
        work.rewards.add_codes(WELCOME.name, [FreeCode("OKAERI-001", None)])
        work.commit()
    composer = ComposeDraft(
        units=shop.units,
        charts=shop.charts,
        catalogue=shop.catalogue,
        retriever=shop.retriever,
        model=model,
        clock=clock,
        sender=sender,
        public_base="https://koharudo.example",
        rewards=PromiseReward(units=shop.units, policy=lambda: POLICY, leanings=lambda chart: moved),
    )
    return await composer(customer="c1", occasion=Occasion.WIN_BACK, channel=Channel.EMAIL), composer


def mail(*paragraphs: dict[str, object]) -> dict[str, object]:
    return {"subject": "化粧水のことを、ひとこと", "preheader": "", "paragraphs": list(paragraphs)}


async def test_the_rewards_own_words_stand_where_the_model_left_room(
    engine: Engine, clock: FixedClock
) -> None:
    model = ScriptedModel({"plan": [PLAN], "write": [mail(HELLO, paragraph("⟦REWARD⟧"), BYE)]})
    draft, _ = await composed(engine, clock, model)
    assert draft.version is not None
    assert draft.reward is not None
    assert "".join(draft.reward["says"]) == draft.version.paragraphs[1].text  # type: ignore[arg-type]
    assert draft.version.paragraphs[1].fact_ids == (REWARD_FACT,)
    assert draft.version.body.count("OKAERI-001") == 1
    shown = "".join(text for p in model.asked for _, text in p.messages)
    assert "OKAERI-001" not in shown
    assert "⟦COUPON⟧" in shown


async def test_a_reward_the_model_forgot_is_put_in_once(engine: Engine, clock: FixedClock) -> None:
    draft, _ = await composed(engine, clock, ScriptedModel({"plan": [PLAN], "write": [mail(HELLO, BYE)]}))
    assert draft.version is not None
    assert [REWARD_FACT in p.fact_ids for p in draft.version.paragraphs] == [False, True, False]
    assert draft.version.body.count("OKAERI-001") == 1


async def test_a_rewrite_shows_the_slot_not_the_code(engine: Engine, clock: FixedClock) -> None:
    texts = mail(HELLO, paragraph("⟦REWARD⟧"), BYE)
    model = ScriptedModel({"plan": [PLAN, PLAN], "write": [texts], "revise": [texts]})
    draft, composer = await composed(engine, clock, model)
    again = await composer.rewrite(draft.draft_id, instruct="短く", by="mori")
    earlier = model.asked[-1].messages[-1][1].split("<前の文面>")[1].split("</前の文面>")[0]
    assert "⟦REWARD⟧" in earlier
    assert "OKAERI-001" not in "".join(text for p in model.asked for _, text in p.messages)
    assert again.version is not None
    assert again.version.body.count("OKAERI-001") == 1


def test_a_code_is_filled_by_code_and_a_second_reward_is_dropped() -> None:
    offer = Offer("coupon", "AB12", "500円引き", date(2026, 12, 31), "3,000円以上")
    reward = Reward(RewardKind.COUPON, "", ("クーポン AB12 は500円引き。",), offer)
    assert texts_read(reward, "[REWARD]", "⟦REWARD⟧ またどうぞ。") == [
        "クーポン AB12 は500円引き。",
        "またどうぞ。",
    ]


def test_a_story_is_told_where_the_writer_put_it_and_may_be_left_out() -> None:
    story = Reward(RewardKind.STORY, "", ("スタッフが使ってから選んでいます。",))
    assert texts_read(story, "前。", "⟦REWARD⟧", "後。") == [
        "前。",
        "スタッフが使ってから選んでいます。",
        "後。",
    ]
    assert texts_read(story, "前。", "後。") == ["前。", "後。"]


def test_a_reward_slot_copied_from_an_example_grants_nothing() -> None:
    assert texts_read(Reward(RewardKind.NONE, ""), "前。", "⟦REWARD⟧") == ["前。"]


def test_every_amount_of_a_passage_has_its_slot_with_its_unit() -> None:
    texts = texts_read(
        Reward(RewardKind.NONE, ""),
        "⟦P1.number3⟧おいて。",
        "⟦P1.number4⟧回して。",
        passage="水30Lに対して30mL。10分おきます。",
    )
    assert texts == ["10分おいて。", "⟦P1.number4⟧回して。"]


def texts_read(reward: Reward, *texts: str, passage: str = "") -> list[str]:
    """What paragraphs become, with this reward and a passage of these words."""
    gathered = gather_material(
        SILENT,
        occasion=Occasion.WIN_BACK,
        channel=Channel.LINE,
        today=date(2026, 11, 21),
        told=(),
        catalogue=HandCatalogue(LOTION, TEA, VASE),
        retriever=HandRetriever(),
        variation="x",
    )
    material = replace(gathered.material, reward=reward)
    if passage:
        material = replace(material, passages=(replace(material.passages[0], text=passage),))
    pseudonyms = Pseudonyms(SILENT, addressed="石田さま")
    _, key = make_brief(material, pseudonyms, may_name=True, instruct="")
    written = Written(
        "",
        "",
        tuple(WrittenParagraph(text=t, fact_ids=[], passage_ids=[]) for t in texts),
        PromptUsed("p", "v", "d"),
    )
    letter = read_letter(written, Plan.model_validate(PLAN), key, material, pseudonyms, author="m")
    return [p.text for p in letter.paragraphs]


def test_voice_rules_and_examples_are_shown_masked_and_two_examples_at_most() -> None:
    gathered = gather_material(
        SILENT,
        occasion=Occasion.THANK_YOU,
        channel=Channel.EMAIL,
        today=date(2026, 11, 21),
        told=(),
        catalogue=HandCatalogue(LOTION, TEA, VASE),
        retriever=HandRetriever((Passage("p", "policy:x", None, "x", "y"),)),
        variation="x",
    )
    letters = tuple(
        ApprovedLetter("thank_you", "石田花子さまへ", f"{n}通目。090-1234-5678 まで。") for n in range(3)
    )
    voice = Voice(("やわらかく。",), ("「ご愛顧」は使わない",), letters)
    brief, _ = make_brief(
        replace(gathered.material, voice=voice),
        Pseudonyms(SILENT, addressed="石田さま"),
        may_name=True,
        instruct="",
    )
    assert (brief.guide, brief.rules) == (("やわらかく。",), ("「ご愛顧」は使わない",))
    assert [e.middle for e in brief.examples] == ["0通目。⟦PHONE⟧ まで。", "1通目。⟦PHONE⟧ まで。"]
    assert "石田" not in brief.examples[0].subject
