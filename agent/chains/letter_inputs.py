"""What may a message template name, and which evidence stands behind each name?"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from agent.chains.material import Bought, Material, Remembered, Suggestion
from agent.chains.product_kind import EATEN, WORN, Kind, product_kind
from agent.chains.purchase_words import bought_before, bought_beside, day_words, purchase_words, round_span
from agent.chains.review_words import review_words
from agent.chains.season_letters import letter_seasons, letter_wishes
from agent.chains.season_words import greetings, wishes
from agent.chains.spoken_name import spoken_name
from agent.chains.template_lines import Evidence
from agent.chains.tips import Tip, describing_sentence, sentences
from agent.chains.told_purchases import FIRST_ORDER, LONGEST_PAIR, earlier_purchase, told_purchases
from agent.chains.trouble_words import remedies_left, shipping_refunded, trouble_words
from agent.chains.wording import Wording
from agent.domain.calendar_words import adverb, span_words, when_words

MANY_ORDERS = 6
"""From here on a customer is a familiar face: thanked for coming always, never told the count."""
FINISHED_DAYS = 30
"""Food older than this may be eaten up. Editorial choice."""
_OF_ITSELF = re.compile(r"(?:です|ました|立ちます|残ります|香ります|ています|つくります|あります)。$")
"""Ends of sentences that say what a thing is, not what one may do with it."""
_NOT_ALONE = re.compile(
    r"その|この|同じ|なら|ことがあ|大丈夫|熟成|枚組|足組|足ずつ|下組|入りで|つずつ|杯分|添え|しました。$|行って"
    r"|[^、。]{1,8}と[^、。]{1,8}は|(?:は[^、。]{1,9}、){2}"
)
"""Says how it is packed, names a sister product, or needs the sentence before it: no words for a letter to quote."""
DULL: frozenset[Kind] = frozenset({"care", "other"})
"""Nobody is thanked for a detergent or a paper filter on their birthday."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What one letter speaks of. bought: None for an apology without a product.    tip: to pass on.

    about: a sentence of the shop's own text on the product, with its passage id; empty when there is none to quote.
    """

    bought: Bought | None
    tip: Tip | None = None
    about: str = ""
    about_passage: str = ""


def describe(bought: Bought, *, but: Tip | None, pick: Callable[[int], int]) -> tuple[str, str]:
    """A sentence that says what a product is like and its passage id; empty when its texts have none.

    but: said already.    pick: an index below a count, where several sentences would do.
    """
    found = [
        (one_line(said), passage.passage_id)
        for passage in bought.passages
        for sentence in sentences(passage.text)
        if (said := describing_sentence(sentence, product_class=bought.product_class))
        and stands_alone(said)
        and not (but and said == but.text)
    ]
    return found[pick(len(found))] if found else ("", "")


def stands_alone(said: str) -> bool:
    """Whether a sentence says what its product is and needs no other beside it."""
    return bool(_OF_ITSELF.search(said)) and not _NOT_ALONE.search(said)


def shown_sentences(shown: Suggestion) -> tuple[str, ...]:
    """Sentences of a suggested product's own text that describe it; the one chosen for it comes first."""
    others = (
        one_line(said)
        for sentence in sentences(shown.passage.text)
        if (said := describing_sentence(sentence, product_class=shown.product_class)) and stands_alone(said)
    )
    return tuple(dict.fromkeys((one_line(shown.text), *others)))


def kind_of(bought: Bought) -> Kind:
    """What kind of thing it is."""
    return product_kind(bought.title, product_class=bought.product_class, category=bought.category)


def one_line(text: str) -> str:
    """A shop's sentence cannot begin a line of its own in a template."""
    return " ".join(text.split())


def letter_inputs(material: Material, topic: Topic, wording: Wording, *, plain: bool) -> dict[str, object]:
    """Everything a template may name. plain: nothing from the shop's product texts."""
    bought = topic.bought
    kind: Kind = kind_of(bought) if bought else "other"
    on = bought.on if bought else material.today
    when = when_words(on, today=material.today)
    season, wish = greetings(material.today.month, kind), wishes(material.today.month)
    greet, wishing = letter_seasons(material.today.month, kind), letter_wishes(material.today.month)
    days = (material.today - on).days
    return {
        "channel": material.channel.value,
        "product": spoken_name(bought.title) if bought else "",
        "items": _items(material, bought) if bought else "",
        "kind": kind,
        "group": "eat" if kind in EATEN else "wear" if kind in WORN else "use",
        "finished": kind in EATEN and days > FINISHED_DAYS,
        "when": when,
        "when_adverb": adverb(when),
        "days": days,
        "orders": material.orders,
        "relation": _relation(material.orders),
        "again": bool(bought and bought.again),
        "refill": bool(bought and bought.refill),
        "available": bool(bought and bought.available),
        "tip": one_line(topic.tip.text) if topic.tip else "",
        "tip_topic": _tip_topic(topic.tip, kind),
        "about": "" if plain else topic.about,
        "season": season[wording.pick("season words", len(season))],
        "wish": wish[wording.pick("wish", len(wish))],
        "greet": greet[wording.pick("greet", len(greet))],
        "wishing": wishing[wording.pick("wishing", len(wishing))],
        "span": span_words(material.first_on, until=material.today) if material.first_on else None,
        **purchase_words(material, bought),
        **_memory(material, bought),
        **told_purchases(material, bought, wording),
        **_shown(material, wording, plain=plain),
        **_refill(material),
        **_birthday(material),
        **_trouble(material),
        **trouble_words(material, plain=plain),
        **review_words(material.review),
        "rewarded": material.reward.kind.value if material.reward.says else "",
    }


def letter_evidence(material: Material, topic: Topic) -> Evidence:
    """What stands behind each name. Names without an entry (a season, a kind) state nothing about the customer."""
    bought, shown = topic.bought, material.suggestion
    same_order = tuple(dict.fromkeys(b.fact_id for b in material.bought if bought and b.on == bought.on))
    own = ((bought.fact_id,) if bought else (), ())
    origin = (material.origin.fact_ids if material.origin else (), ())
    first = ((material.first_fact,), ())
    shelf = ((), (shown.passage.passage_id,) if shown else ())
    before = earlier_purchase(material, bought) if bought else None
    earlier = ((before.fact_id,) if before else (), ())
    refill = (
        material.refill.fact_ids if material.refill else (),
        (material.refill.passage_id,) if material.refill and material.refill.passage_id else (),
    )
    trouble = (material.trouble.fact_ids if material.trouble else (), ())
    return {
        **dict.fromkeys(("bought", "product", "when", "when_adverb", "day", "ago"), own),
        "beside": _fact_of(bought_beside(material, bought) if bought else None),
        **dict.fromkeys(
            ("before", "before_when"), _fact_of(bought_before(material, bought) if bought else None)
        ),
        "first_past": ((FIRST_ORDER,) if FIRST_ORDER in material.facts else (), ()),
        **dict.fromkeys(("past", "past_ni", "past_wa"), own),
        **dict.fromkeys(("earlier", "earlier_past", "earlier_ni"), earlier),
        **dict.fromkeys(("pair", "items", "things", "things_wo"), (same_order, ())),
        "orders": ((material.orders_fact,), ()),
        **dict.fromkeys(("first", "span"), first),
        **dict.fromkeys(("origin", "origin_when", "origin_more"), origin),
        "staple": (material.staple.fact_ids if material.staple else (), ()),
        "tip": ((), (topic.tip.passage_id,) if topic.tip else ()),
        "about": ((), (topic.about_passage,) if topic.about else ()),
        **dict.fromkeys(("liking", "category"), ((shown.fact_id,) if shown else (), ())),
        **dict.fromkeys(("suggestion", "suggestion_text"), shelf),
        **dict.fromkeys(
            ("refilled", "refill_product", "refill_on", "refill_when", "refill_day", "refill_ago"), refill
        ),
        **dict.fromkeys(
            ("birthday", "birth_month"), ((material.birthday.fact_id,) if material.birthday else (), ())
        ),
        **dict.fromkeys(
            ("review_says", "review_points"),
            ((), (material.review.passage_id,) if material.review else ()),
        ),
        **dict.fromkeys(
            ("trouble", "trouble_product", "trouble_day", "late_by", "quoted", "refunded", "refunded_for"),
            trouble,
        ),
        "remedies": ((), tuple(dict.fromkeys(r.passage_id for r in material.remedies))),
    }


def _memory(material: Material, bought: Bought | None) -> dict[str, object]:
    """What is kept coming back for, and what came first; each empty when there is none or it is today's product anyway."""
    now = spoken_name(bought.title) if bought else ""
    staple = _said(material.staple)
    origin = _said(material.origin)
    old = material.origin is not None and (material.today - material.origin.on).days > 90
    return {
        "staple": staple,
        "staple_is_product": staple == now,
        "staple_dull": bool(staple) and _dull(material.staple),
        "dull": bought is None or kind_of(bought) in DULL or bought.refill,
        "origin": origin if old and origin != now and origin != staple else "",
        "origin_more": "など" if material.origin and material.origin.others else "",
        "origin_when": when_words(material.origin.on, today=material.today) if material.origin else "",
    }


def _shown(material: Material, wording: Wording, *, plain: bool) -> dict[str, object]:
    """A product made for this customer: name, describing sentence, and the category both like, when it can be said."""
    shown = None if plain else material.suggestion
    said = shown_sentences(shown) if shown else ("",)
    return {
        "suggestion": spoken_name(shown.title) if shown else "",
        "suggestion_text": said[wording.pick("of the suggestion", len(said))],
        "suggestion_often": bool(shown and shown.often),
        "category": shown.category if shown else "",
    }


def _refill(material: Material) -> dict[str, object]:
    refill = material.refill
    return {
        "refill_product": spoken_name(refill.title) if refill else "",
        "refill_on": when_words(refill.last_on, today=material.today) if refill else "",
        "refill_when": adverb(when_words(refill.last_on, today=material.today)) if refill else "",
        "refill_day": day_words(refill.last_on, today=material.today) if refill else "",
        "refill_ago": round_span(refill.days_since) if refill else "",
        "refill_times": refill.times if refill else 0,
        "own_rhythm": bool(refill and refill.own_rhythm),
        "refill_due": refill.due_in if refill else 0,
        "refill_stage": refill.stage if refill else "now",
        "refill_ready": bool(refill and refill.available),
    }


def _birthday(material: Material) -> dict[str, object]:
    """birth: today, soon, past or month; the age is never known."""
    told = material.birthday
    if told is None:
        return {"birth": "", "birth_month": ""}
    until = told.days_until
    birth = "month" if until is None else "today" if until == 0 else "soon" if until > 0 else "past"
    return {"birth": birth, "birth_month": f"{told.month}月"}


def _trouble(material: Material) -> dict[str, object]:
    trouble = material.trouble
    only = material.bought[0].title if len(material.bought) == 1 else ""
    product = (trouble.product or only) if trouble else ""
    return {
        "trouble_kind": ("low_score" if trouble.mild else trouble.kind) if trouble else "",
        "trouble_product": spoken_name(product) if product else "",
        "trouble_words": bool(trouble and trouble.words),
        "refunded": f"{trouble.refunded_yen:,}円" if trouble and trouble.refunded_yen else "",
        "refunded_shipping": shipping_refunded(material),
        "remedies": remedies_left(material),
    }


def _said(remembered: Remembered | None) -> str:
    return spoken_name(remembered.title) if remembered else ""


def _fact_of(bought: Bought | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return ((bought.fact_id,) if bought else (), ())


def _dull(remembered: Remembered | None) -> bool:
    return remembered is not None and product_kind(remembered.title, product_class="other") in DULL


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


def _tip_topic(tip: Tip | None, kind: Kind) -> str:
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
