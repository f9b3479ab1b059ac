"""The embedded writer: the same facts and passages, phrased by message templates, when no model is there."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence

from agent.chains.letter import Letter
from agent.chains.material import Bought, Material, Remembered
from agent.chains.product_kind import EATEN, USED_UP, WORN, Kind, product_kind
from agent.chains.season_words import greetings, wishes
from agent.chains.spoken_name import spoken_name
from agent.chains.tips import Tip, find_tips
from agent.domain.calendar_words import adverb, span_words, when_words
from agent.domain.draft import PromptUsed
from agent.domain.errors import CallerMistake
from agent.domain.message import Paragraph
from agent.domain.occasion import Occasion
from agent.domain.reward import REWARD_FACT
from prompts.registry import PublishedPrompt, load_prompt

MANY_ORDERS = 6
"""From here on a customer is a familiar face: thanked for coming always, never told the count."""
FINISHED_DAYS = 30
"""Food older than this may be eaten up. Editorial choice."""
LONGEST_SUBJECT = 45
"""Characters; the channel's own limit is 50 (check too_long_for_channel)."""
LONGEST_PAIR = 26
"""Characters of two products' names in one sentence."""

Evidence = Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
"""What a template calls a piece of evidence, to its fact ids and passage ids."""


def write_embedded(
    material: Material, *, plain: bool = False, prompt: PublishedPrompt | None = None
) -> Letter:
    """Write the middle of a message from the occasion's newest message template.

    plain: quote nothing from the shop's product texts, for when the gate objects to what they say.
    prompt: another template with the same inputs, for trials.
    Raises CallerMistake when there is nothing to write about: no purchase, or an occasion without a template.
    """
    if not material.bought:
        raise CallerMistake("the embedded writer needs a purchase to write about")
    prompt = prompt or load_prompt(f"embedded/{material.occasion.value}")
    bought, tip = choose_subject(material)
    tip = None if plain else tip
    inputs = _inputs(material, bought, tip, plain=plain)
    lines = _render(prompt, material, inputs)
    subject = _subject({kind: text for kind, _, text in lines})
    evidence = _evidence(material, bought, tip)
    paragraphs = tuple(_paragraph(text, keys, evidence) for kind, keys, text in lines if kind == "paragraph")
    if material.reward.says:  # word for word: every term of it is the policy's
        granted = Paragraph("".join(material.reward.says), (REWARD_FACT,))
        paragraphs = (*paragraphs[:-1], granted, *paragraphs[-1:])
    plan: dict[str, object] = {
        "angle": f"{when_words(bought.on, today=material.today)}の「{bought.title}」のお買い物から書き起こす",
        "fact_ids": sorted({i for p in paragraphs for i in p.fact_ids}),
        "passage_ids": sorted({i for p in paragraphs for i in p.passage_ids}),
        "useful": tip.text if tip else "",
        "request": "",
        "avoid": [],
    }
    return Letter(
        subject, paragraphs, plan, "embedded", PromptUsed(prompt.name, prompt.version, prompt.digest)
    )


def choose_subject(material: Material) -> tuple[Bought, Tip | None]:
    """The purchase to speak of: of the newest order, the first product with a tip to pass on; else the first product.

    Who buys a product again, or its refill, knows how to use it: no tip then. A letter of thanks to a VIP teaches nothing.
    """
    newest = [b for b in material.bought if b.on == material.bought[0].on]
    if material.occasion is Occasion.VIP:
        staple = _said(material.staple)
        others = [b for b in newest if spoken_name(b.title) != staple] or newest
        return others[_number(material.variation, "subject") % len(others)], None
    shown = material.suggestion
    if shown and not shown.often:  # speak of the purchase that led to the suggestion
        return next(
            (b for b in material.bought if b.fact_id == shown.fact_id and b.category == shown.category),
            newest[0],
        ), None
    for bought in newest:
        if bought.again or bought.refill:
            continue
        if tips := [tip for tip in find_tips(bought.passages) if _timely(tip, bought, material)]:
            return bought, tips[_number(material.variation, "tip") % len(tips)]
    return newest[0], None


def _timely(tip: Tip, bought: Bought, material: Material) -> bool:
    """Whether the customer can still follow a tip: not for what is eaten or used up by now."""
    kind = _kind_of(bought)
    if material.occasion is Occasion.WIN_BACK:
        return kind not in USED_UP
    return not (kind in EATEN and (material.today - bought.on).days > FINISHED_DAYS)


def _kind_of(bought: Bought) -> Kind:
    return product_kind(bought.title, product_class=bought.product_class, category=bought.category)


def _inputs(material: Material, bought: Bought, tip: Tip | None, *, plain: bool) -> dict[str, object]:
    kind, when = _kind_of(bought), when_words(bought.on, today=material.today)
    seed = f"{material.variation}|{material.occasion.value}"
    season = greetings(material.today.month, kind)
    wish = wishes(material.today.month)
    days = (material.today - bought.on).days
    return {
        "channel": material.channel.value,
        "product": spoken_name(bought.title),
        "items": _items(material, bought),
        "kind": kind,
        "group": "eat" if kind in EATEN else "wear" if kind in WORN else "use",
        "finished": kind in EATEN and days > FINISHED_DAYS,
        "when": when,
        "when_adverb": adverb(when),
        "orders": material.orders,
        "relation": _relation(material.orders),
        "again": bought.again,
        "refill": bought.refill,
        "available": bool(bought.available),
        "tip": _one_line(tip.text) if tip else "",
        "tip_topic": _topic(tip, kind),
        "season": season[_number(seed, "season words") % len(season)],
        "wish": wish[_number(seed, "wish") % len(wish)],
        "span": span_words(material.first_on, until=material.today) if material.first_on else None,
        **_memory(material, bought),
        **_shown(material, plain=plain),
    }


def _memory(material: Material, bought: Bought) -> dict[str, object]:
    """What is kept coming back for, and what came first; each empty when there is none or it is today's product anyway."""
    now = spoken_name(bought.title)
    staple = _said(material.staple)
    origin = _said(material.origin)
    old = material.origin is not None and (material.today - material.origin.on).days > 90
    return {
        "staple": staple,
        "staple_is_product": staple == now,
        "origin": origin if old and origin != now and origin != staple else "",
        "origin_more": "など" if material.origin and material.origin.others else "",
        "origin_when": when_words(material.origin.on, today=material.today) if material.origin else "",
    }


def _shown(material: Material, *, plain: bool) -> dict[str, object]:
    """A product made for this customer: name, describing sentence, and the category both like, when it can be said."""
    shown = None if plain else material.suggestion
    return {
        "suggestion": spoken_name(shown.title) if shown else "",
        "suggestion_text": _one_line(shown.text) if shown else "",
        "suggestion_often": bool(shown and shown.often),
        "category": shown.category if shown else "",
    }


def _said(remembered: Remembered | None) -> str:
    return spoken_name(remembered.title) if remembered else ""


def _one_line(text: str) -> str:
    """A shop's sentence cannot begin a line of its own in a template."""
    return " ".join(text.split())


def _items(material: Material, bought: Bought) -> str:
    """「A」と「B」 when the same day brought exactly two products with short names; else the product spoken of."""
    same_day = [spoken_name(b.title) for b in material.bought if b.on == bought.on]
    if len(set(same_day)) == len(same_day) == 2 and sum(map(len, same_day)) <= LONGEST_PAIR:
        return "「" + "」と「".join(same_day) + "」"
    return f"「{spoken_name(bought.title)}」"


def _relation(orders: int) -> str:
    """first, second, few or many orders."""
    if orders <= 2:
        return "first" if orders <= 1 else "second"
    return "few" if orders < MANY_ORDERS else "many"


def _topic(tip: Tip | None, kind: Kind) -> str:
    """How a tip is introduced: brew, eat, store, place, wash, care, apply or use."""
    if tip is None:
        return ""
    if tip.kind == "keep":
        if kind in EATEN:
            return "store"
        if re.search(r"保管|保存|直射日光|冷暗|湿気|開封|使い切", tip.text):
            return "place"
        return "wash" if re.search(r"洗|干し|干す|ネット", tip.text) else "care"
    if kind == "drink":
        return "brew" if re.search(r"湯|注|落と|淹|いれ|水\d|煎|挽", tip.text) else "eat"
    return "eat" if kind in EATEN else "apply" if kind == "cosmetic" else "use"


def _evidence(material: Material, bought: Bought, tip: Tip | None) -> Evidence:
    shown = material.suggestion
    same_order = tuple(dict.fromkeys(b.fact_id for b in material.bought if b.on == bought.on))
    return {
        "bought": ((bought.fact_id,), ()),
        "pair": (same_order, ()),
        "orders": ((material.orders_fact,), ()),
        "first": ((material.first_fact,), ()),
        "origin": (material.origin.fact_ids if material.origin else (), ()),
        "staple": (material.staple.fact_ids if material.staple else (), ()),
        "tip": ((), (tip.passage_id,) if tip else ()),
        "liking": ((shown.fact_id,) if shown else (), ()),
        "suggestion": ((), (shown.passage.passage_id,) if shown else ()),
    }


def _render(
    prompt: PublishedPrompt, material: Material, inputs: dict[str, object]
) -> list[tuple[str, tuple[str, ...], str]]:
    words: dict[str, Callable[..., object]] = {"say": _sayer(material, inputs), "recent_words": _recent_words}
    return _lines(prompt.render(inputs, words=words).messages[0][1])


def _sayer(material: Material, values: dict[str, object]) -> Callable[[str, Sequence[str]], str]:
    """Picks one of several wordings, always the same for the same customer and occasion, and fills in {names}."""
    seed = f"{material.variation}|{material.occasion.value}"

    def say(slot: str, options: Sequence[str]) -> str:
        chosen = options[_number(seed, slot) % len(options)]
        return re.sub(r"\{(\w+)\}", lambda m: str(values[m[1]]).replace("\n", " "), chosen)

    return say


def _recent_words(when: str) -> str:
    """How a thank-you opens: only a day near enough is named."""
    return f"{when}は" if when in ("本日", "昨日", "先日") else "このたびは"


def _number(seed: str, slot: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}|{slot}".encode()).digest()[:8])


def _lines(rendered: str) -> list[tuple[str, tuple[str, ...], str]]:
    """`subject| text`, `short| text` and `paragraph| evidence keys | text`, one a line."""
    found: list[tuple[str, tuple[str, ...], str]] = []
    for line in rendered.splitlines():
        if line.startswith(("subject| ", "short| ")):
            kind, _, text = line.partition("| ")
            found.append((kind, (), text.strip()))
        elif line.startswith("paragraph| "):
            keys, _, said = line.removeprefix("paragraph|").partition("|")
            found.append(("paragraph", tuple(keys.split()), said.strip()))
        elif line.strip():
            raise CallerMistake(f"a message template rendered a stray line: {line[:40]!r}")
    return found


def _subject(heads: Mapping[str, str]) -> str:
    """The subject, or the template's short one when a product's name makes it too long to read in a list of mails."""
    subject = heads.get("subject", "")
    return heads.get("short", subject) if len(subject) > LONGEST_SUBJECT else subject


def _paragraph(text: str, keys: Sequence[str], evidence: Evidence) -> Paragraph:
    facts = tuple(dict.fromkeys(i for key in keys for i in evidence[key][0] if i))
    passages = tuple(dict.fromkeys(i for key in keys for i in evidence[key][1] if i))
    return Paragraph(text, facts, passages)
