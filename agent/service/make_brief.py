"""Make the masked brief of one message, and the key with which its ids and slots are read back."""

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
from agent.domain.reward import COUPON, REWARD_FACT
from agent.service.literals import dates_in
from agent.service.pseudonyms import Pseudonyms

WEEKDAYS = "月火水木金土日"
MOST_EXAMPLES = 2
"""Approved letters shown; more would be copied from."""
LONGEST_EXAMPLE = 400
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
    facts = [(i, text) for i, text in material.facts.items() if i != REWARD_FACT]
    key_words: dict[str, str] = {}
    sheets: list[Sheet] = []
    for n, (fact_id, text) in enumerate(facts, start=1):
        values = _fact_slots(f"F{n}", fact_id, text, material)
        key_words.update((slot.name, slot.words) for slot in values)
        shown = pseudonyms.mask(_one_line(_as_shown(material, fact_id, text)), people=_spoken(fact_id))
        always = fact_id == material.orders_fact
        sheets.append(Sheet(f"F{n}", shown, always=always, slots=_masked(values, pseudonyms)))
    papers: list[Sheet] = []
    bought = {words for name, words in key_words.items() if ".product" in name}
    for n, passage in enumerate(material.passages, start=1):
        values = tuple(v for v in _passage_slots(f"P{n}", passage) if v.words not in bought)
        key_words.update((slot.name, slot.words) for slot in values)
        title = pseudonyms.mask(_titled(material, passage))
        shown = pseudonyms.mask(_one_line(passage.text))
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
    )
    key = Key(
        {f"F{n}": fact_id for n, (fact_id, _) in enumerate(facts, start=1)},
        {f"P{n}": p.passage_id for n, p in enumerate(material.passages, start=1)},
        key_words,
        reward.code,
        "".join(reward.says),
    )
    return brief, key


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
    return slots if own else tuple(s for s in slots if ".product" not in s.name)


def _passage_slots(sheet_id: str, passage: Passage) -> tuple[Slot, ...]:
    if is_order_to_writer(passage.text):
        return ()
    product = passage.title if passage.sku or passage.document_id.startswith("product:") else ""
    return slots_of(sheet_id, _one_line(passage.text), product=_one_line(product))


def _masked(slots: tuple[Slot, ...], pseudonyms: Pseudonyms) -> tuple[Slot, ...]:
    return tuple(Slot(slot.name, pseudonyms.mask(slot.words)) for slot in slots)


def _as_shown(material: Material, fact_id: str, text: str) -> str:
    """A purchase with the words one would use for its day; somebody's own words marked as such."""
    if fact_id in material.days:
        return f"{text}（{when_words(material.days[fact_id], today=material.today)}）"
    return f"覚え書き: {text}" if _spoken(fact_id) else text


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
