"""What a writer is told of the shop's voice: guide, accepted rules, and letters of others without the others."""

from dataclasses import dataclass, field
from datetime import date

import pytest
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.domain.house_rule import HouseRule, RuleKind, RuleState, RuleStep
from agent.domain.message import Addressee, MessageContext, ProductFacts, StatedFact
from agent.domain.occasion import Channel, Occasion
from agent.domain.voice import NO_GUIDE, Voice
from agent.llm.scripted import ScriptedModel
from agent.service.compose_draft import ComposeDraft
from agent.service.confidences import without_confidences
from agent.service.gather_material import gather_material
from agent.service.speak_as_shop import MOST_LETTERS, SpeakAsShop
from agent.service.voice_guide import read_guide
from retrieval.embed import HashedEncoder
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
from tests.support.sending_desk import SendingDesk

GUIDE = read_guide("## 口調\n静かにあたたかく\n## 避ける言葉\nご購入 → お求め")
ABOUT_LOTION = (
    "さっぱり化粧水をお求めくださり、ありがとうございました。手のひらで温めると、なじみがよくなります。"
)
ABOUT_TEA = (
    "有機ほうじ茶 100gをお求めくださり、ありがとうございました。熱湯で香りが立ち、寒い日によく合います。"
)


@pytest.fixture
def desk(engine: Engine, clock: FixedClock) -> SendingDesk:
    desk = SendingDesk(engine, clock)
    for name in ("c1", "c2", "c3", "c4"):
        desk.customer(name)
    return desk


def approve(
    desk: SendingDesk, draft_id: str, customer: str, text: str, *products: ProductFacts, hand: str = ""
) -> None:
    desk.draft(draft_id, customer=customer, text=text, products=products)
    version = desk.read(draft_id).version
    assert version is not None
    if hand:
        desk.decide.edit(draft_id, by="kaki", text=version.body.replace(text, hand))
    decided = desk.decide.approve(draft_id, by="mori")
    assert decided.refusal is None, decided.refusal


def accept(desk: SendingDesk, rule: HouseRule) -> HouseRule:
    with desk.units() as work:
        for state in (RuleState.PROPOSED, RuleState.ACCEPTED):
            work.voice.add_step(RuleStep(rule, state, "mori", "", desk.clock.now()))
        work.commit()
    return rule


def told(
    desk: SendingDesk,
    *,
    bought: ProductFacts = LOTION,
    customer: str = "c9",
    occasion: Occasion = Occasion.THANK_YOU,
    **more: object,
) -> Voice:
    given = {"guide": lambda: NO_GUIDE, "keep_seconds": 0.0} | {
        k: v for k, v in more.items() if k != "letters"
    }
    speak = SpeakAsShop(units=desk.units, **given)  # type: ignore[arg-type]
    chart = chart_of(customer, bought=((bought, date(2026, 11, 18)),))
    gathered = gather_material(
        chart,
        occasion=occasion,
        channel=Channel.EMAIL,
        today=date(2026, 11, 21),
        told=(),
        catalogue=HandCatalogue(LOTION, TEA, VASE),
        retriever=HandRetriever(),
        variation="x",
    )
    return speak(gathered.material, customer_id=customer, letters=bool(more.get("letters", True)))


REPHRASE = HouseRule(RuleKind.REPHRASE, "ご使用", "お使い", 8, 10, 8)
CALM = HouseRule(RuleKind.FEWER_MARKS, "！", "0", 8, 9, 8)


def test_guide_and_accepted_rules_are_told_and_what_is_undone_is_not(desk: SendingDesk) -> None:
    accept(desk, REPHRASE)
    accept(desk, CALM)
    voice = told(desk, guide=lambda: GUIDE)
    assert "静かにあたたかく" in voice.guide
    assert set(voice.rules) == {"「ご使用」は「お使い」と書く", "「！」は使わない"}
    assert dict(voice.say_instead) == {"ご購入": "お求め", "ご使用": "お使い", "！": "。", "!": "。"}
    with desk.units() as work:
        work.voice.add_step(RuleStep(REPHRASE, RuleState.UNDONE, "mori", "", desk.clock.now()))
        work.commit()
    after = told(desk, guide=lambda: GUIDE)
    assert after.rules == ("「！」は使わない",)
    assert after.version != voice.version


def test_rules_of_another_occasion_or_channel_are_not_told(desk: SendingDesk) -> None:
    closing = HouseRule(RuleKind.CLOSING, "", "お返事は不要です。", 5, 5, 5, channel=Channel.LINE)
    accept(desk, closing)
    assert told(desk).rules == ()


def test_a_shop_without_a_voice_has_no_version(desk: SendingDesk) -> None:
    assert told(desk) == Voice()


def test_letters_are_others_own_and_tell_nothing_of_them(desk: SendingDesk) -> None:
    approve(desk, "d1", "c1", ABOUT_LOTION, LOTION)
    (letter,) = told(desk).letters
    assert "手のひらで温めると" in letter.middle
    for word in ("佐藤", "さっぱり化粧水", "配信を停止", "西荻"):
        assert word not in letter.subject + letter.middle
    assert told(desk, customer="c1").letters == ()
    assert told(desk, letters=False).letters == ()


def test_the_likest_letters_are_taken_two_at_most(desk: SendingDesk) -> None:
    approve(desk, "d1", "c1", ABOUT_LOTION, LOTION)
    approve(desk, "d2", "c2", ABOUT_TEA, TEA)
    approve(desk, "d3", "c3", ABOUT_TEA.replace("寒い", "静かな"), TEA)
    encoder = HashedEncoder()
    assert len(told(desk).letters) == MOST_LETTERS
    assert all("熱湯" in each.middle for each in told(desk, bought=TEA, encoder=encoder).letters)
    assert "手のひら" in told(desk, bought=LOTION, encoder=encoder).letters[0].middle


def test_letters_nobody_had_to_change_come_first(desk: SendingDesk) -> None:
    approve(desk, "d1", "c1", ABOUT_LOTION, LOTION)
    approve(desk, "d2", "c2", ABOUT_TEA, TEA, hand=ABOUT_TEA.replace("寒い", "静かな"))
    approve(desk, "d3", "c3", ABOUT_LOTION.replace("温めると", "温めてからのほうが"), LOTION)
    assert not any("熱湯" in letter.middle for letter in told(desk).letters)


def test_an_approved_draft_without_a_persons_approval_is_no_example(desk: SendingDesk) -> None:
    desk.draft("d1", text=ABOUT_LOTION, products=(LOTION,))
    assert told(desk).letters == ()


@dataclass
class Counting:
    """An encoder that counts what it is asked."""

    inner: HashedEncoder = field(default_factory=HashedEncoder)
    texts: int = 0

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.texts += len(texts)
        return self.inner.embed_documents(texts)


def test_letters_are_read_and_embedded_once_while_they_are_fresh(desk: SendingDesk) -> None:
    approve(desk, "d1", "c1", ABOUT_LOTION, LOTION)
    approve(desk, "d2", "c2", ABOUT_TEA, TEA)
    encoder, now = Counting(), [0.0]
    speak = SpeakAsShop(
        units=desk.units, guide=lambda: NO_GUIDE, encoder=encoder, keep_seconds=60, real_now=lambda: now[0]
    )
    chart = chart_of("c9")
    material = gather_material(
        chart,
        occasion=Occasion.THANK_YOU,
        channel=Channel.EMAIL,
        today=date(2026, 11, 21),
        told=(),
        catalogue=HandCatalogue(LOTION),
        retriever=HandRetriever(),
        variation="x",
    ).material
    speak(material, customer_id="c9", letters=True)
    speak(material, customer_id="c9", letters=True)
    assert encoder.texts == 2  # two products; what this customer bought is one of them
    approve(desk, "d3", "c3", ABOUT_TEA.replace("有機ほうじ茶 100g", "真鍮の一輪挿し"), VASE)
    speak(material, customer_id="c9", letters=True)
    assert encoder.texts == 2
    now[0] = 61.0
    speak(material, customer_id="c9", letters=True)
    assert encoder.texts == 3


async def test_an_accepted_rule_stands_in_the_next_prompt_and_its_version_with_the_draft(
    engine: Engine, clock: FixedClock
) -> None:
    desk = SendingDesk(engine, clock)
    shop = Shop(engine, clock, HandCharts(chart_of()))
    accept(desk, REPHRASE)
    plan: dict[str, object] = {
        "angle": "お礼",
        "fact_ids": [],
        "passage_ids": [],
        "useful": "",
        "request": "",
        "avoid": [],
    }
    paragraph = {"text": "このたびはありがとうございました。", "fact_ids": [], "passage_ids": []}
    letter: dict[str, object] = {"subject": "お礼", "preheader": "", "paragraphs": [paragraph]}
    model = ScriptedModel({"plan": [plan], "write": [letter]})
    composer = ComposeDraft(
        units=shop.units,
        charts=shop.charts,
        catalogue=shop.catalogue,
        retriever=shop.retriever,
        model=model,
        clock=clock,
        sender=sender,
        public_base="https://koharudo.example",
        voice=SpeakAsShop(units=shop.units, guide=lambda: GUIDE),
    )
    draft = await composer(customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.EMAIL)
    asked = "".join(text for prompt in model.asked for _, text in prompt.messages)
    assert "「ご使用」は「お使い」と書く" in asked
    assert "静かにあたたかく" in asked
    assert draft.version is not None
    assert draft.version.plan["voice"]


async def test_the_embedded_writer_says_the_shops_words(engine: Engine, clock: FixedClock) -> None:
    desk = SendingDesk(engine, clock)
    shop = Shop(engine, clock, HandCharts(chart_of()))

    async def middle(voice: SpeakAsShop | None) -> str:
        composer = ComposeDraft(
            units=shop.units,
            charts=shop.charts,
            catalogue=shop.catalogue,
            retriever=shop.retriever,
            model=None,
            clock=clock,
            sender=sender,
            public_base="https://koharudo.example",
            voice=voice,
        )
        draft = await composer(customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.EMAIL)
        assert draft.version is not None
        return "".join(paragraph.text for paragraph in draft.version.paragraphs)

    plain = await middle(None)
    assert "ありがとう" in plain
    accept(desk, HouseRule(RuleKind.REPHRASE, "ありがとう", "まことにありがとう", 5, 5, 5))
    own = await middle(SpeakAsShop(units=shop.units, guide=lambda: NO_GUIDE))
    assert own.count("まことにありがとう") == own.count("ありがとう") == plain.count("ありがとう")


def test_a_rule_that_adds_to_a_word_is_not_followed_twice(desk: SendingDesk) -> None:
    accept(desk, HouseRule(RuleKind.REPHRASE, "お試し", "よろしければお試し", 5, 5, 5))
    said = told(desk).say_instead
    assert said[0] == ("よろしければお試し", "よろしければお試し")
    assert said[1] == ("お試し", "よろしければお試し")


def test_what_a_customer_told_the_shop_is_left_out_of_examples() -> None:
    facts = (
        StatedFact("note:1", "お孫さんが来月入園。ほうじ茶がお好き"),
        StatedFact("order:1", "ほうじ茶を購入"),
    )
    context = MessageContext(
        context_id="d1",
        shop=sender(unsubscribe_url=""),
        customer=Addressee("c1", "石田", "花子", facts=facts),
        products=(TEA,),
        policies=(),
        offer=None,
        occasion=Occasion.THANK_YOU,
        channel=Channel.EMAIL,
        today=date(2026, 11, 21),
    )
    text = "このたびはありがとうございました。\nお孫さんのご入園、楽しみですね。ほうじ茶は熱湯でどうぞ。"
    assert (
        without_confidences(text, context) == "このたびはありがとうございました。\nほうじ茶は熱湯でどうぞ。"
    )


def test_an_apology_to_somebody_else_is_no_example(desk: SendingDesk) -> None:
    text = (
        "お届けが遅れましたこと、心よりお詫び申し上げます。ご迷惑をおかけし、本当に申し訳ございませんでした。"
    )
    desk.draft(
        "d1", customer="c1", text=text, occasion=Occasion.SERVICE_RECOVERY, subject="お詫び申し上げます"
    )
    desk.decide.approve("d1", by="mori")
    assert told(desk, occasion=Occasion.SERVICE_RECOVERY).letters == ()
