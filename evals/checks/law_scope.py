"""Which products a draft speaks of, and what the shop can prove about them: the frame of the checks on law."""

import re

from agent.domain.product_class import COSMETIC, OTHER
from evals.checks.fold import spelled
from evals.checks.knowledge import KnownProduct
from evals.checks.reading import FieldText, Reading

SKIN = re.compile(r"肌|はだ|顔|頬|ほほ|目元|目もと|口元|髪|頭皮|からだ|体|身体|すきん|年齢")
"""Words, spelled, that make a stain or a crease one of the body."""

LOW_STOCK = 10
"""At or under this many pieces 「残りわずか」 is no false urgency."""


def kinds_of(reading: Reading) -> frozenset[str]:
    """Legal classes of the products the draft names; of all products when it names none; empty when there are none."""
    products = reading.known.products
    whole = "\n".join(text.spelling.text for text in reading.fields)
    named = {
        _kind(p) for p in products if spelled(p.title) in whole or any(core in whole for core in p.cores)
    }
    return frozenset(named or {_kind(p) for p in products})


_PET_FOOD = re.compile(
    r"どっぐふーど|きゃっとふーど|ぺっとふーど|(?:犬|猫|ぺっと)用?の?(?:おやつ|総合栄養食|ふーど|ごはん|がむ|さぷり)|総合栄養食|成犬|成猫|子犬|子猫|どらいふーど|うぇっとふーど|きゃっと|どっぐ"
)


def eats(reading: Reading) -> bool:
    """True when a product is food for animals: it promises no effects either."""
    return any(_PET_FOOD.search(product.spelling) for product in reading.known.products)


_OF_SKIN = re.compile(
    r"spf|pa\+|保湿|美容|肌(?!触|ざわ|着|寒|掛|色|当|あた|心地|離)|素はだ|おはだ|ふぁんで|下地|こすめ|毛穴|りっぷ|ちーく"
)


def _kind(product: KnownProduct) -> str:
    """The product's class; one that seems to be a thing but speaks of skin is a cosmetic."""
    return COSMETIC if product.kind == OTHER and _OF_SKIN.search(product.spelling) else product.kind


def title_spans(reading: Reading, text: FieldText) -> list[tuple[int, int]]:
    """Where product titles stand in the spelled text: a name such as No.1 in them is no claim."""
    spans = []
    for product in reading.known.products:
        for name in (spelled(product.title), *product.cores):
            place = text.spelling.text.find(name) if len(name) > 2 else -1
            while place >= 0:
                spans.append((place, place + len(name)))
                place = text.spelling.text.find(name, place + 1)
    return spans


def backed(reading: Reading, row: int, words: str) -> bool:
    """True when facts, policies or the offer say these words themselves, or make their urgency true."""
    known = reading.known
    if words in known.claims or words in known.offer_spelling:
        return True
    if row == 61:
        return _urgency_is_true(reading, words)
    if row in (60, 63, 65, 82):
        return bool(known.offer) and any(
            sign in known.offer_spelling for sign in ("%", "割引", "円", "無料", "ぷれぜんと")
        )
    return row == 59 and bool(known.offer)


def _urgency_is_true(reading: Reading, words: str) -> bool:
    """A deadline or a scarcity that the facts contain."""
    offer, today = reading.context.offer, reading.context.today
    if words.startswith("残りわずか"):
        return any(is_low(product.stock) for product in reading.context.products)
    expires = offer.expires if offer else None
    if words.startswith(("本日限り", "今日だけ")):
        return expires == today
    if words.startswith(("今だけ", "期間限定")):
        return expires is not None or "限定" in reading.known.claims
    return False


def is_low(stock: int | str | None) -> bool:
    """True when little is left, by number or by the shop's own words."""
    if isinstance(stock, str):
        digits = re.search(r"残り[^\d]{0,3}(\d+)", stock)
        return bool(digits and int(digits[1]) <= LOW_STOCK) or bool(re.search(r"わずか|僅か|少", stock))
    return stock is not None and 0 < stock <= LOW_STOCK
