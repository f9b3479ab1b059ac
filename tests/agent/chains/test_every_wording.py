"""Every wording of every message template is judged by the gate before anybody receives it."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from agent.chains.embedded import write_embedded
from agent.chains.letter import Letter
from agent.chains.material import (
    Birthday,
    Bought,
    Material,
    Refill,
    Remedy,
    Remembered,
    ReviewAsk,
    Suggestion,
    Trouble,
    TroubleKind,
)
from agent.domain.finding import Severity
from agent.domain.message import Addressee, MessageContext, Passage, ProductFacts, StatedFact
from agent.domain.occasion import Channel, Occasion
from agent.domain.reward import NO_REWARD, REWARD_FACT, Reward, RewardKind
from agent.service.assemble_message import assemble_message
from agent.service.check_evidence import Dated, check_evidence
from evals.checks.gate import run_checks
from tests.support.drafting import sender

TODAY = date(2026, 11, 21)
LETTERS = 160
"""Enough for the longest list of wordings, season greetings and wishes aside: those are shared by all templates."""
KINDS = {
    "drink": ("川根の煎茶", "food", "香ばしいお茶です。", "70℃の湯で1分ほど蒸らしてください。"),
    "food": ("木桶の味噌", "food", "大豆を木桶で寝かせた味噌です。", "冷蔵庫で保存してください。"),
    "cosmetic": (
        "さっぱり化粧水",
        "cosmetic",
        "さらりとした感触の化粧水です。",
        "手のひらで温めてから、なじませてください。",
    ),
    "clothes": (
        "綿のシャツ",
        "other",
        "綿を織った軽いシャツです。",
        "ネットに入れて洗い、かげ干ししてください。",
    ),
    "tool": ("手挽きのコーヒーミル", "other", "燕市で組み立てたミルです。", "豆は20gまで入れてください。"),
}
TROUBLES: tuple[TroubleKind, ...] = (
    "late",
    "damaged",
    "wrong_item",
    "quality",
    "refund",
    "low_score",
    "told",
)
RECORDS = {
    "late": "『川根の煎茶』のご注文を11月18日に発送。お届けが遅れた。送料660円を返金済み",
    "damaged": "『川根の煎茶』の箱が破損し、傷んだ状態で届いた",
    "wrong_item": "『川根の煎茶』のご注文で、お届け間違い",
    "quality": "『川根の煎茶』に不具合",
    "refund": "『川根の煎茶』のご注文で660円を返金済み",
    "low_score": "アンケートの答え",
    "told": "お電話で、ご不快な思いをされたとのこと",
}

EARLY = Reward(RewardKind.EARLY_ACCESS, "", ("新しく入る品を、一般のご案内より先にお選びいただけます。",))
STORY = Reward(
    RewardKind.STORY, "", ("当店では、お取り扱いの品を、スタッフが実際に使ってから選んでいます。",)
)


@dataclass
class LeastSeen:
    """Always picks the wording that was seen least, so that a few letters show them all."""

    seen: Counter[tuple[str, int, int]] = field(default_factory=Counter)

    def pick(self, slot: str, count: int) -> int:
        index = min(range(count), key=lambda one: self.seen[slot, count, one])
        self.seen[slot, count, index] += 1
        return index


def purchase(kind: str, *, again: bool, tips: bool, on: date) -> Bought:
    title, product_class, about, tip = KINDS[kind]
    passage = Passage("p1", "product:A", "A", title, about + tip if tips else about)
    return Bought(title, on, 1, "order:1", product_class, not again, again, (passage,), "お茶")


def material_of(
    occasion: Occasion,
    channel: Channel,
    bought: Bought,
    *,
    orders: int,
    first_on: date = date(2024, 8, 3),
) -> Material:
    facts = {
        "summary:orders": f"これまでのご注文は{orders}回",
        "summary:first_order": "初めてのご注文は2024年8月3日",
        "summary:since_first": "初めてのご注文から2年あまり",
        "order:1": f"{bought.on.year}年{bought.on.month}月{bought.on.day}日に『{bought.title}』を1点ご購入",
        "order:0": "2024年8月3日に『小鉢』を1点ご購入",
        "refill": f"『{bought.title}』のご注文の間隔はおよそ34日",
        "profile:birthday": "お誕生日は11月24日",
    }
    return Material(
        occasion=occasion,
        channel=channel,
        today=TODAY,
        facts=facts,
        passages=bought.passages,
        bought=(bought,),
        days={"order:1": bought.on, "order:0": date(2024, 8, 3)},
        orders=orders,
        orders_fact="summary:orders",
        first_on=first_on,
        first_fact="summary:since_first",
        segment="loyal",
        rank="vip" if occasion is Occasion.VIP else "regular",
        variation="c1",
    )


def granted(material: Material, reward: Reward) -> Material:
    """The same material with a reward and the fact that states it."""
    if not reward.says:
        return material
    return replace(material, reward=reward, facts={**material.facts, REWARD_FACT: "".join(reward.says)})


def cases(occasion: Occasion, channel: Channel) -> list[Material]:
    """What a shop would meet: kinds of things, first and later orders, and the sides of each occasion."""
    recent, older = date(2026, 11, 12), date(2026, 9, 25)
    if occasion in (Occasion.THANK_YOU, Occasion.FOLLOW_UP):
        return [
            material_of(
                occasion,
                channel,
                purchase(kind, again=again, tips=tips, on=recent if tips else older),
                orders=n,
            )
            for kind in KINDS
            for n, again, tips in ((1, False, True), (2, False, False), (4, True, False), (9, False, True))
        ]
    kinds = [
        material_of(
            occasion,
            channel,
            purchase(kind, again=n > 4, tips=False, on=older),
            orders=n,
            first_on=older if n == 1 else date(2024, 8, 3),
        )
        for kind in KINDS
        for n in (1, 5, 9)
    ]
    if occasion in (Occasion.VIP, Occasion.WIN_BACK):
        passage = Passage("p9", "product:M", "M", "茎ほうじ茶", "香ばしいほうじ茶です。")
        return [
            granted(replace(one, **more, passages=(*one.passages, passage)), reward)
            for one in kinds
            if one.orders > 1 and one.bought[0].title == "川根の煎茶"
            for reward in ((NO_REWARD, EARLY) if occasion is Occasion.VIP else (STORY,))
            for more in (
                {"staple": Remembered(one.bought[0].title, one.bought[0].on, ("order:1",))},
                {
                    "origin": Remembered("小鉢", date(2024, 8, 3), ("order:0",)),
                    "suggestion": Suggestion(
                        "茎ほうじ茶", "food", "お茶", "order:1", one.orders > 5, passage.text, passage
                    ),
                },
            )
        ]
    if occasion is Occasion.REPLENISHMENT:
        return [
            replace(
                one,
                refill=Refill(
                    one.bought[0].title,
                    4,
                    older,
                    57,
                    60,
                    own,
                    3,
                    True,
                    ("refill", "order:1") if own else ("order:1",),
                ),
            )
            for one in kinds
            for own in (True, False)
            if one.bought[0].title != "綿のシャツ"
        ]
    if occasion is Occasion.BIRTHDAY:
        sides = [
            Birthday(11, 21, 0, "profile:birthday"),
            Birthday(11, 24, 3, "profile:birthday"),
            Birthday(11, 19, -2, "profile:birthday"),
            Birthday(11, None, None, "profile:birthday"),
        ]
        return [
            granted(replace(one, birthday=side, facts={**one.facts, "profile:birthday": told}), reward)
            for one in kinds
            for reward in (NO_REWARD, EARLY)
            for side, told in zip(
                sides,
                ("お誕生日は11月21日", "お誕生日は11月24日", "お誕生日は11月19日", "お誕生月は11月"),
                strict=True,
            )
        ]
    if occasion is Occasion.REVIEW_REQUEST:
        says = "レビューを投稿された方には、評価にかかわらず100ポイントをおつけします（当店からのお礼です）。"
        policy = Passage("policy:points#0", "policy:points", None, "ポイント", says)
        asked = ReviewAsk(says, 100, policy.passage_id)
        return [*kinds, *(replace(one, review=asked, passages=(*one.passages, policy)) for one in kinds)]
    remedy = Remedy("不良品のときは、返送と交換の送料を当店が負担します。", "policy:returns#0")
    rule = Passage("policy:returns#0", "policy:returns", None, "返品", remedy.text)
    return [
        replace(
            kinds[0],
            facts={**kinds[0].facts, "trouble": RECORDS[kind]},
            bought=kinds[0].bought if n else (),
            passages=(*kinds[0].passages, rule),
            trouble=Trouble(
                kind,
                RECORDS[kind],
                "trouble",
                None,
                kinds[0].bought[0].title if n else "",
                refunded_yen=660 if kind in ("refund", "late") else 0,
                fact_ids=("trouble",),
            ),
            remedies=(remedy,) if kind in ("damaged", "wrong_item", "quality") else (),
        )
        for kind in TROUBLES
        for n in (0, 1)
    ]


def context_of(material: Material) -> MessageContext:
    products = tuple(
        ProductFacts(f"A{n}", one.title, None, 5 if one.available else 0, tuple(p.text for p in one.passages))
        for n, one in enumerate(material.bought)
    )
    if material.suggestion:
        products = (
            *products,
            ProductFacts("M", material.suggestion.title, None, 5, (material.suggestion.text,)),
        )
    return MessageContext(
        "d1",
        sender(unsubscribe_url="https://koharudo.example/u/abc"),
        Addressee(
            "c1",
            "石田",
            "花子",
            segment=material.segment,
            rank=material.rank,
            facts=tuple(StatedFact(i, text) for i, text in material.facts.items()),
        ),
        products,
        tuple(p.text for p in material.passages if p.document_id.startswith("policy")),
        None,
        material.occasion,
        material.channel,
        TODAY,
    )


def problems(material: Material, letter: Letter) -> list[str]:
    context = context_of(material)
    message = assemble_message(
        draft_id="d1",
        channel=material.channel,
        shop=context.shop,
        customer=context.customer,
        greetable=True,
        subject=letter.subject,
        paragraphs=letter.paragraphs,
        preheader=letter.preheader,
    )
    found = [
        *run_checks(context, message).findings,
        *check_evidence(
            message.body,
            letter.paragraphs,
            facts=material.facts,
            passages={p.passage_id: p.text + p.title for p in material.passages},
            subject=letter.subject,
            dated=Dated(TODAY, material.days),
        ),
    ]
    return [f"{f.check}「{f.quote}」{message.body}" for f in found if f.severity is Severity.BLOCK]


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("occasion", list(Occasion))
def test_no_wording_of_any_template_is_held_by_the_gate(occasion: Occasion, channel: Channel) -> None:
    wording = LeastSeen()
    held: list[str] = []
    materials = cases(occasion, channel)
    for _ in range(max(4, LETTERS // len(materials))):
        for material in materials:
            held += problems(material, write_embedded(material, wording=wording))
    assert not held, held[:3]
    unseen = [
        (slot, index)
        for slot, count in {(slot, count) for slot, count, _ in wording.seen}
        for index in range(count)
        if not wording.seen[slot, count, index]
        and slot.partition("/")[0] not in ("greet", "wishing", "season words", "wish")
    ]
    assert not unseen, "a wording nobody judged: raise LETTERS"


def test_a_shipping_fee_given_back_is_called_so_and_not_promised_again() -> None:
    policy = Remedy("発送が遅れたときは、お支払いの送料を当店が返金します。", "policy:shipping#0")
    late = next(
        m for m in cases(Occasion.SERVICE_RECOVERY, Channel.EMAIL) if m.trouble and m.trouble.kind == "late"
    )
    said = "".join(p.text for p in write_embedded(replace(late, remedies=(policy,))).paragraphs)
    assert "送料660円" in said
    assert policy.text not in said


def test_a_letter_with_something_in_it_never_says_it_brings_thanks_alone() -> None:
    for channel in Channel:
        for material in cases(Occasion.VIP, channel):
            for turn in range(12):
                letter = write_embedded(replace(material, variation=f"c{turn}"))
                said = letter.preheader + "".join(p.text for p in letter.paragraphs)
                if material.reward.says:
                    assert not any(word in said for word in ("お礼だけ", "用向きはございません", "売り込み"))


def test_a_win_back_that_shows_a_product_goes_without_the_shops_story() -> None:
    for channel in Channel:
        for material in cases(Occasion.WIN_BACK, channel):
            texts = [p.text for p in write_embedded(material).paragraphs]
            assert material.suggestion is None or STORY.says[0] not in texts
