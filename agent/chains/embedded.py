"""The embedded writer: the same facts and passages, phrased by message templates, when no model is there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from agent.chains.in_our_words import in_our_words
from agent.chains.letter import Letter
from agent.chains.letter_inputs import (
    DULL,
    FINISHED_DAYS,
    Topic,
    describe,
    kind_of,
    letter_evidence,
    letter_inputs,
)
from agent.chains.material import Bought, Material
from agent.chains.product_kind import EATEN, USED_UP
from agent.chains.read_aloud import wince
from agent.chains.spoken_name import spoken_name
from agent.chains.template_lines import Evidence, Line, paragraph_of, read_lines, subject_of
from agent.chains.tips import Tip, find_tips
from agent.chains.wording import Seeded, Wording, fresh_angle, number, sayer
from agent.domain.calendar_words import when_words
from agent.domain.draft import PromptUsed
from agent.domain.errors import CallerMistake
from agent.domain.layout import PREHEADER_CHARACTERS
from agent.domain.message import Paragraph
from agent.domain.occasion import Occasion
from agent.domain.reward import REWARD_FACT, RewardKind
from prompts.registry import PublishedPrompt, load_prompt

TRIES = 24
"""Wordings that are weighed before one is taken; the first that reads well is."""
UNTAUGHT = frozenset({Occasion.VIP, Occasion.BIRTHDAY, Occasion.REPLENISHMENT, Occasion.REVIEW_REQUEST})
"""Who is thanked, congratulated or asked is not taught."""
_NEEDS = {
    Occasion.REPLENISHMENT: "refill",
    Occasion.BIRTHDAY: "birthday",
    Occasion.SERVICE_RECOVERY: "trouble",
}
"""Without this part of the material there is nothing to say."""


@dataclass(frozen=True, slots=True)
class _Rendered:
    """One wording of a letter. angle: what it starts from, empty where a template knows only one."""

    lines: list[Line]
    angle: str

    @property
    def paragraphs(self) -> list[str]:
        return [line.text for line in self.lines if line.kind == "paragraph"]


def write_embedded(
    material: Material,
    *,
    plain: bool = False,
    prompt: PublishedPrompt | None = None,
    wording: Wording | None = None,
) -> Letter:
    """Write the middle of a message from the occasion's newest message template.

    plain: quote nothing from the shop's product texts, for when the gate objects to what they say.
    prompt: another template, for trials.    wording: picks the wordings; None: by customer, occasion and what was told before.
    Raises CallerMistake when there is nothing to write about.
    """
    _require(material)
    prompt = prompt or load_prompt(f"embedded/{material.occasion.value}")
    topic = choose_topic(material, plain=plain)
    rendered = _best(prompt, material, topic, wording, plain=plain)
    evidence = letter_evidence(material, topic)
    own = in_our_words(material, [material.reward.says, topic.about, topic.tip.text if topic.tip else ""])
    heads = {line.kind: own(line.text) for line in rendered.lines}
    preheader = heads.get("preheader", "")
    paragraphs = tuple(
        paragraph_of(Line(line.kind, line.keys, own(line.text)), evidence)
        for line in rendered.lines
        if line.kind == "paragraph"
    )
    paragraphs = _with_reward(_with_subject(paragraphs, rendered.lines, evidence), rendered.lines, material)
    return Letter(
        own(subject_of(rendered.lines)),
        paragraphs,
        {
            "angle": _angle(material, topic, rendered.angle),
            "fact_ids": sorted({i for p in paragraphs for i in p.fact_ids}),
            "passage_ids": sorted({i for p in paragraphs for i in p.passage_ids}),
            "useful": topic.tip.text if topic.tip else "",
            "request": "",
            "avoid": [],
        },
        "embedded",
        PromptUsed(prompt.name, prompt.version, prompt.digest),
        preheader=preheader if len(preheader) <= PREHEADER_CHARACTERS else "",
    )


def choose_topic(material: Material, *, plain: bool = False) -> Topic:
    """What to speak of. plain: without anything from the shop's product texts."""
    if not material.bought:
        return Topic(None)
    bought, tip = choose_subject(material)
    tip = None if plain else tip
    about, passage = ("", "") if plain else _described(material, bought, tip)
    return Topic(bought, tip, about, passage)


def choose_subject(material: Material) -> tuple[Bought, Tip | None]:
    """The purchase to speak of: of the newest order, the first product with a tip to pass on; else the first product.

    A follow-up asks about the very first product.
    Who buys a product again, or its refill, knows how to use it: no tip then; nor one that an earlier letter gave.
    A letter of thanks to a VIP teaches nothing.
    """
    newest = [b for b in material.bought if b.on == material.bought[0].on]
    if material.occasion in (Occasion.REPLENISHMENT, Occasion.REVIEW_REQUEST, Occasion.SERVICE_RECOVERY):
        return material.bought[0], None
    if material.occasion is Occasion.BIRTHDAY:
        dear = [b for b in material.bought if kind_of(b) not in DULL and not b.refill] or newest
        return dear[number(material.variation, "subject") % len(dear)], None
    if material.occasion in UNTAUGHT:
        staple = spoken_name(material.staple.title) if material.staple else ""
        others = [b for b in newest if spoken_name(b.title) != staple] or newest
        return others[number(material.variation, "subject") % len(others)], None
    shown = material.suggestion
    if shown and not shown.often:  # speak of the purchase that led to the suggestion
        return next(
            (b for b in material.bought if b.fact_id == shown.fact_id and b.category == shown.category),
            newest[0],
        ), None
    if material.occasion is Occasion.FOLLOW_UP:  # the product that its reason names comes first
        newest = newest[:1]
    for bought in newest:
        if bought.again or bought.refill:
            continue
        known = material.passed_on
        if tips := [
            tip
            for tip in find_tips(bought.passages)
            if tip.text not in known and _timely(tip, bought, material)
        ]:
            return bought, tips[number(material.variation, "tip") % len(tips)]
    return newest[0], None


def _described(material: Material, bought: Bought, tip: Tip | None) -> tuple[str, str]:
    seed = f"{material.variation}|{material.occasion.value}|{material.channel.value}"
    return describe(bought, but=tip, pick=lambda count: number(seed, "about") % count)


def _require(material: Material) -> None:
    needed = _NEEDS.get(material.occasion)
    if needed and getattr(material, needed) is None:
        raise CallerMistake(f"a letter for {material.occasion.value} needs its {needed}")
    if not material.bought and material.occasion is not Occasion.SERVICE_RECOVERY:
        raise CallerMistake("the embedded writer needs a purchase to write about")


def _timely(tip: Tip, bought: Bought, material: Material) -> bool:
    """Whether the customer can still follow a tip: not for what is eaten or used up by now."""
    kind = kind_of(bought)
    if material.occasion is Occasion.WIN_BACK:
        return kind not in USED_UP
    return not (kind in EATEN and (material.today - bought.on).days > FINISHED_DAYS)


def _best(
    prompt: PublishedPrompt, material: Material, topic: Topic, wording: Wording | None, *, plain: bool
) -> _Rendered:
    """The first wording that reads well, else the best of TRIES. A template of the first grammar has one wording only."""
    seed = f"{material.variation}|{material.occasion.value}"
    marked = prompt.settings.get("grammar", 1) >= 2
    if wording is not None or not marked:
        given = wording or Seeded(seed)
        return _render(prompt, material, topic, given, given, plain=plain)
    history = "|".join(material.told)
    seed = f"{seed}|{material.channel.value}"
    base = Seeded(f"{seed}|{history}" if history else seed)
    found: list[tuple[int, int, _Rendered]] = []
    for attempt in range(TRIES):
        words = Seeded(f"{base.seed}|{attempt}")
        made = _render(prompt, material, topic, words, base, plain=plain)
        points = wince(made.paragraphs, material.channel)
        if points == 0:
            return made
        found.append((points, attempt, made))
    return min(found, key=lambda one: one[:2])[2]


def _render(
    prompt: PublishedPrompt,
    material: Material,
    topic: Topic,
    wording: Wording,
    base: Wording,
    *,
    plain: bool,
) -> _Rendered:
    """One wording. base: picks the angle, so that every wording tried starts from the same."""
    inputs = letter_inputs(material, topic, wording, plain=plain)
    taken: list[str] = []

    def angle(options: Sequence[str]) -> str:
        chosen = fresh_angle(options, material.told, base)
        taken.append(chosen)
        return chosen

    words: dict[str, Callable[..., object]] = {
        "say": sayer(wording, inputs, marked=prompt.settings.get("grammar", 1) >= 2),
        "angle": angle,
        "recent_words": _recent_words,
    }
    declared = {name: value for name, value in inputs.items() if name in prompt.inputs}
    text = prompt.render(declared, words=words).messages[0][1]
    return _Rendered(read_lines(text), taken[0] if taken else "")


def _with_subject(
    paragraphs: tuple[Paragraph, ...], lines: list[Line], evidence: Evidence
) -> tuple[Paragraph, ...]:
    """What the subject names rests on the first paragraph's evidence: a subject has none of its own."""
    keys = tuple(key for line in lines if line.kind in ("subject", "short") for key in line.keys)
    if not keys or not paragraphs:
        return paragraphs
    named = paragraph_of(Line("paragraph", keys, ""), evidence)
    first = replace(
        paragraphs[0],
        fact_ids=tuple(dict.fromkeys((*paragraphs[0].fact_ids, *named.fact_ids))),
        passage_ids=tuple(dict.fromkeys((*paragraphs[0].passage_ids, *named.passage_ids))),
    )
    return (first, *paragraphs[1:])


def _with_reward(
    paragraphs: tuple[Paragraph, ...], lines: list[Line], material: Material
) -> tuple[Paragraph, ...]:
    """With what the policy grants, word for word, where the template leaves its place, else before the last paragraph.

    A story promises nothing: it is told only where a template leaves it a place, that is where nothing else is to tell.
    """
    if not material.reward.says:
        return paragraphs
    granted = Paragraph("".join(material.reward.says), (REWARD_FACT,))
    kinds = [line.kind for line in lines if line.kind in ("paragraph", "reward")]
    if "reward" not in kinds and material.reward.kind is RewardKind.STORY:
        return paragraphs
    at = kinds.index("reward") if "reward" in kinds else len(paragraphs) - 1
    return (*paragraphs[:at], granted, *paragraphs[at:])


def _angle(material: Material, topic: Topic, angle: str) -> str:
    """What the plan says the letter starts from; it begins with the angle, by which a later letter knows what was told."""
    if topic.bought is None:
        return angle or "記録にある出来事のお詫びから書き起こす"
    bought = f"{when_words(topic.bought.on, today=material.today)}の「{topic.bought.title}」のお買い物"
    return f"{angle}（{bought}）" if angle else f"{bought}から書き起こす"


def _recent_words(when: str) -> str:
    """How a thank-you opens: only a day near enough is named."""
    return f"{when}は" if when in ("本日", "昨日", "先日") else "このたびは"
