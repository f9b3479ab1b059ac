"""What a message's context offers to each of its sentences: names to mask, words that are backed, the frame it is said in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from agent.domain.message import MessageContext
from agent.domain.product_class import ALCOHOL, COSMETIC, FOOD, QUASI_DRUG
from evals.checks.fold import fold_width
from evals.checks.knowledge import knowledge_of

_BRACKETED = re.compile(r"[(\[【〔<《][^)\]】〕>》]*[)\]】〕>》]")
_SIZE_AND_AFTER = re.compile(r"\s*[×xX]?\s*\d.*$")
_ON_SKIN, _EATEN = frozenset({COSMETIC, QUASI_DRUG}), frozenset({FOOD, ALCOHOL})
_UNHAPPY = re.compile(
    r"苦情|クレーム|ご?不満|破損|割れ|遅れ|遅延|不良|間違|返金|交換|お怒り|低評価|お詫び|欠け|汚れ"
)


@dataclass(frozen=True)
class Surroundings:
    """One context as sentences are read in it.

    backing: everything its facts, policies, offer and titles say, width folded.
    frame: tokens of the situation, such as `occasion:win_back`, `kind:eaten`, `offer:none`.
    crossed: the few of them that change what a word means.    names: (pattern, stand-in) to mask; kept short.
    """

    backing: str
    frame: tuple[str, ...]
    crossed: tuple[str, ...]
    names: tuple[tuple[re.Pattern[str], str], ...]

    def masked(self, sentence: str) -> str:
        """The sentence with the names of shop, customer and products replaced, so that no weight hangs on a name."""
        for pattern, stand_in in self.names:
            sentence = pattern.sub(stand_in, sentence)
        return sentence


@lru_cache(maxsize=256)
def surroundings_of(context: MessageContext) -> Surroundings:
    """Read a context once for all its sentences. Cached: rewrites and edits share a context."""
    known = knowledge_of(context)
    kinds = sorted({_kind(product.kind) for product in known.products}) or ["none"]
    offer = "offer:none" if context.offer is None else "offer:granted"
    customer = context.customer
    vip = "vip" in f"{customer.rank or ''} {customer.segment or ''}".lower() or "VIP" in (customer.rank or "")
    unhappy = bool(_UNHAPPY.search(known.customer))
    occasion = f"occasion:{context.occasion.value}"
    frame = (
        occasion,
        f"channel:{context.channel.value}",
        offer,
        *(f"kind:{kind}" for kind in kinds),
        *(("vip",) if vip else ()),
        *(("unhappy",) if unhappy else ()),
    )
    crossed = (*(f"kind:{kind}" for kind in kinds), offer, occasion)
    return Surroundings(known.everything, frame, crossed, tuple(_names(context)))


def _kind(product_class: str) -> str:
    if product_class in _ON_SKIN:
        return "on_skin"
    return "eaten" if product_class in _EATEN else "thing"


def _names(context: MessageContext) -> list[tuple[re.Pattern[str], str]]:
    """Longest first within each kind: 「宇治 煎茶 さみどり 100g」 before 「宇治 煎茶 さみどり」."""
    titles: set[str] = set()
    for product in context.products:
        title = fold_width(product.title).text.strip()
        bare = _BRACKETED.sub("", title).strip()
        titles |= {title, bare, _SIZE_AND_AFTER.sub("", bare).strip()}
    customer = {fold_width(name).text for name in (context.customer.family_name, context.customer.given_name)}
    shop = {fold_width(name).text for name in (context.shop.name, context.shop.sender_name)}
    found = ((titles, "商品", 3), (shop, "当店", 2), (customer, "某", 1))
    return [
        (re.compile("|".join(map(re.escape, _longest_first(names, shortest)))), stand_in)
        for names, stand_in, shortest in found
        if _longest_first(names, shortest)
    ]


def _longest_first(names: set[str], shortest: int) -> Sequence[str]:
    return sorted((name for name in names if len(name) >= shortest), key=lambda name: (-len(name), name))
