"""Make the masked brief of one message, and the key with which its ids and slots are read back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from agent.chains.brief import Brief, ExampleLetter, Sheet
from agent.chains.material import Material
from agent.chains.slots import REWARD_SLOT, Slot, slots_of
from agent.domain.calendar_words import SEASON, when_words
from agent.domain.message import Passage
from agent.domain.occasion import Occasion
from agent.domain.occasion_brief import BRIEFS
from agent.domain.provenance import is_order_to_writer, is_recorded
from agent.domain.reward import COUPON, REWARD_FACT, RewardKind
from agent.service.literals import dates_in
from agent.service.pseudonyms import Pseudonyms

WEEKDAYS = "月火水木金土日"
MOST_EXAMPLES = 2
"""Approved letters shown; more would be copied from."""
LONGEST_EXAMPLE = 400
_PRODUCT = re.compile(r"『([^』]+)』")
_SENTENCE = re.compile(r"[^。]*。?")
_PLACE = "⟦ADDRESS⟧"
NEWEST_ORDERS = 6
"""Orders shown one by one; older ones only where the letter's material points to them. Sixty lines drown a small model."""
NO_SEASON = frozenset({Occasion.SERVICE_RECOVERY})
"""An apology does not begin with the weather."""


@dataclass(frozen=True, slots=True)
class Key:
    """What the brief's short ids and slots stand for.

    facts, passages: short id to record id.    words: slot name to what is said for it, unmasked.    code: of a granted coupon.
    granted: everything the policy says about what it grants.
    """

    facts: Mapping[str, str]
    passages: Mapping[str, str]
    words: Mapping[str, str] = field(default_factory=dict)
    code: str | None = None
    granted: str = ""

    def record(self, sheet_id: str) -> str:
        """The record behind F2 or P1; the id itself when nothing stands behind it."""
        return self.facts.get(sheet_id) or self.passages.get(sheet_id) or sheet_id

    def without_code(self, text: str) -> str:
        """A text as a model may see it: a coupon's code is none of its business."""
        return text.replace(self.code, COUPON) if self.code else text

    def without_reward(self, text: str) -> str:
        """A text with the slot for the granted reward in place of its sentences."""
        return self.without_code(text.replace(self.granted, f"⟦{REWARD_SLOT}⟧") if self.granted else text)


def make_brief(
    material: Material, pseudonyms: Pseudonyms, *, may_name: bool, instruct: str
) -> tuple[Brief, Key]:
    """The masked brief of a message and the key to it. The reward is no fact here: it has a slot of its own."""
    facts = _worth_showing(material)
    key_words: dict[str, str] = {}
    sheets: list[Sheet] = []
    for n, (fact_id, text) in enumerate(facts, start=1):
        values = _fact_slots(f"F{n}", fact_id, text, material)
        key_words.update((slot.name, slot.words) for slot in values)
        shown = pseudonyms.mask(_one_line(_as_shown(material, fact_id, text)), people=_spoken(fact_id))
        always = fact_id == material.orders_fact
        sheets.append(Sheet(f"F{n}", shown, always=always, slots=_masked(values, pseudonyms)))
    papers: list[Sheet] = []
    for n, passage in enumerate(material.passages, start=1):
        values = _passage_slots(f"P{n}", passage)
        key_words.update((slot.name, slot.words) for slot in values)
        title = pseudonyms.mask(_titled(material, passage))
        shown = _without_places(pseudonyms.mask(_without_title(passage)))
        papers.append(Sheet(f"P{n}", shown, title=title, slots=_masked(values, pseudonyms)))
    voice, reward = material.voice, material.reward
    brief = Brief(
        occasion=material.occasion.value,
        channel=material.channel.value,
        today=f"{material.today.year}年{material.today.month}月{material.today.day}日"
        f"（{WEEKDAYS[material.today.weekday()]}）",
        season="" if material.occasion in NO_SEASON else SEASON[material.today.month][0],
        may_name=may_name,
        facts=tuple(sheets),
        passages=tuple(papers),
        told=tuple(pseudonyms.mask(gist) for gist in material.told),
        instruct=pseudonyms.mask(instruct, people=True),
        task=BRIEFS[material.occasion],
        guide=tuple(pseudonyms.mask(_one_line(line), people=True) for line in voice.guide),
        rules=tuple(pseudonyms.mask(_one_line(line), people=True) for line in voice.rules),
        examples=tuple(
            ExampleLetter(
                pseudonyms.mask(_one_line(letter.subject), people=True),
                pseudonyms.mask(letter.middle[:LONGEST_EXAMPLE], people=True),
            )
            for letter in voice.letters[:MOST_EXAMPLES]
        ),
        reward=tuple(_slotted(pseudonyms.mask(_one_line(text))) for text in _says(material)),
        reward_optional=reward.kind is RewardKind.STORY,
    )
    key = Key(
        {f"F{n}": fact_id for n, (fact_id, _) in enumerate(facts, start=1)},
        {f"P{n}": p.passage_id for n, p in enumerate(material.passages, start=1)},
        key_words,
        reward.code,
        "".join(reward.says),
    )
    return brief, key


def _worth_showing(material: Material) -> list[tuple[str, str]]:
    """The facts a writer reads: each order once, the newest ones and those the material points to, and all that is no order."""
    needed = {b.fact_id for b in material.bought}
    needed |= {i for r in (material.origin, material.staple) if r for i in r.fact_ids}
    days = {i: day for i, day in material.days.items() if i in material.facts}
    newest = sorted(days, key=lambda i: days[i], reverse=True)[:NEWEST_ORDERS]
    needed |= set(newest)
    shown = []
    for fact_id, text in material.facts.items():
        kind, _, rest = fact_id.partition(":")
        order = f"order:{rest.rpartition(':')[0]}"
        told = kind == "line" and set(_PRODUCT.findall(text)) <= set(
            _PRODUCT.findall(material.facts.get(order, ""))
        )
        old = (fact_id in days and fact_id not in needed) or (
            kind == "line" and order in days and order not in newest[:1]
        )
        if fact_id in needed or not (told or old or fact_id == REWARD_FACT):
            shown.append((fact_id, text))
    return shown


def _without_title(passage: Passage) -> str:
    """A passage's text without the title it often begins with, which stands before it anyway."""
    return _one_line(passage.text).removeprefix(_one_line(passage.title)).strip()


def _without_places(masked: str) -> str:
    """Without the sentences in which a place was hidden: half a sentence about where something is made teaches nothing."""
    kept = "".join(s for s in _SENTENCE.findall(masked) if _PLACE not in s).strip()
    return kept or masked


def _says(material: Material) -> tuple[str, ...]:
    return material.reward.says_slotted


def _slotted(text: str) -> str:
    """Masking makes 〔COUPON〕 of every foreign token; this one is ours."""
    return text.replace("〔COUPON〕", COUPON)


def _fact_slots(sheet_id: str, fact_id: str, text: str, material: Material) -> tuple[Slot, ...]:
    """What may be said of a fact. Somebody's own words name no product and grant no price; an order to a writer, nothing."""
    if is_order_to_writer(text):
        return ()
    own = is_recorded(fact_id)
    day = material.days.get(fact_id) or (next(iter(dates_in([text])), None) if own else None)
    when = when_words(day, today=material.today) if day and day <= material.today else ""
    slots = slots_of(sheet_id, _one_line(text), when=when, grants=own)
    return (
        slots
        if own and not fact_id.startswith("summary:")
        else tuple(s for s in slots if ".product" not in s.name)
    )


def _passage_slots(sheet_id: str, passage: Passage) -> tuple[Slot, ...]:
    if is_order_to_writer(passage.text):
        return ()
    product = passage.title if passage.sku or passage.document_id.startswith("product:") else ""
    return slots_of(sheet_id, _one_line(passage.text), product=_one_line(product))


def _masked(slots: tuple[Slot, ...], pseudonyms: Pseudonyms) -> tuple[Slot, ...]:
    return tuple(Slot(slot.name, pseudonyms.mask(slot.words)) for slot in slots)


def _as_shown(material: Material, fact_id: str, text: str) -> str:
    """A purchase with the words one would use for its day, and what it means; somebody's own words marked as such."""
    if fact_id not in material.days:
        return f"覚え書き: {text}" if _spoken(fact_id) else text
    said = [when_words(material.days[fact_id], today=material.today)]
    first, staple = material.origin, material.staple
    if first and fact_id in first.fact_ids:
        said.append("はじめてのお買い物")
    if staple and fact_id in staple.fact_ids and material.days[fact_id] == staple.on:
        said.append(f"『{staple.title}』はくり返しお求めの品")
    return f"{text}（{'。'.join(said)}）"


def _titled(material: Material, passage: Passage) -> str:
    """A passage's title; one that may be shown but was never bought says so."""
    shown = material.suggestion
    title = _one_line(passage.title)
    return (
        f"まだお求めでない品: {title}" if shown and shown.passage.passage_id == passage.passage_id else title
    )


def _one_line(text: str) -> str:
    """A piece of evidence on one line, so that a note cannot pose as the next one (F7: …)."""
    return " ".join(text.split())


def _spoken(fact_id: str) -> bool:
    """Somebody's own words, in which other people may be named."""
    return not is_recorded(fact_id)
