"""Does an amount follow from the prices, counts, fees and reductions that the message itself names?"""

import re
from collections.abc import Callable, Iterable
from itertools import combinations

from evals.checks import quantities as q
from evals.checks.fold import spelled
from evals.checks.ledger import Ledger, Source
from evals.checks.product_mentions import product_mentions
from evals.checks.quantities import Quantity, quantities
from evals.checks.reading import FieldText, Reading

_MOST = 100
"""Counts above this are no numbers of pieces somebody buys."""
_MOST_AMOUNTS = 8
"""So many prices and written amounts are put together, no more."""
_OF_REDUCTION = re.compile(r"引|OFF|オフ|割|ポイント|クーポン", re.IGNORECASE)
_REWARD = re.compile(
    r"\s*(?:分)?の?(?:お?買い?物)?(?:券|引|OFF|オフ|割|ポイント|クーポン|商品券|ギフト|相当)", re.IGNORECASE
)
"""After an amount: it is taken off, never added."""


def follows(
    reading: Reading, ledger: Ledger, text: FieldText, amount: Quantity, is_known: Callable[[Quantity], bool]
) -> bool:
    """True for what can be reckoned step by step: sums, multiples, differences, fees, reductions, and what follows from those.

    Operands: amounts of the context that the text writes or whose product it names or the customer bought, counts that it
    or the customer's facts give, reductions of offer and policies, and every amount before it in the text that follows.
    is_known: whether another amount of the text stands by itself.
    A price that is merely another product's multiple has no such operands and stays unexplained.
    """
    found = quantities(text.said)
    named = {mention.product.id for mention in product_mentions(reading, text)}
    bought = spelled(reading.known.customer)
    named |= {p.id for p in reading.known.products if any(n in bought for n in (*p.cores, *p.nicknames))}
    amounts = [one for one in found if one.kind == q.YEN]
    written = {
        one.value
        for one in amounts
        if one.start != amount.start and one.value in ledger.amounts and not _REWARD.match(text.said, one.end)
    }
    prices = {ledger.prices[key] for key in named if key in ledger.prices}
    prices |= written & set(ledger.prices.values())
    counts = {1.0, *_counts(found), *_counts(ledger.customer.quantities)}
    cuts = _of_reductions(ledger, q.YEN)  # 2袋なら1袋につき200円引き
    base = (
        _totals(prices, counts)
        | {(price - cut) * count for price in prices for cut in cuts for count in counts}
        | written
    )
    told_counts = _counts(found)
    if amount.value in {fee * count for fee in fees_each(ledger) for count in told_counts}:
        return True
    tells_fees = "料" in text.said or "込" in text.said
    for one in amounts:
        if one.start == amount.start:
            return _is_reached(ledger, base, one.value, tells_fees=tells_fees)
        if is_known(one) or _is_reached(ledger, base, one.value, tells_fees=tells_fees):
            base.add(one.value)
    return False


_EACH = re.compile(
    r"(?:1|一|ひと)(?:[本個点枚台足脚着組回箇]|か所|ヶ所|箇所|つ)(?:に?つき|あたり|当たり|の)?[^。、\d]{0,4}$"
)


def fees_each(ledger: Ledger) -> set[float]:
    """What policies charge for each piece: 工賃は1本1,100円."""
    text = ledger.policies.text
    return {
        one.value
        for one in ledger.policies.quantities
        if one.kind == q.YEN and _EACH.search(text[max(0, one.start - 10) : one.start])
    }


def _is_reached(ledger: Ledger, base: set[float], value: float, *, tells_fees: bool) -> bool:
    """True when one step leads from the base to a value: less a rate or an amount, with a fee, or two of the base together."""
    if value in base:
        return True
    rates = {0.0, *_of_reductions(ledger, q.PERCENT)}
    cuts = {0.0, *_of_reductions(ledger, q.YEN, q.POINT)}
    for total in base:
        for rate in rates:
            for reduced in _without(total, rate):
                for left in (reduced - cut for cut in cuts):
                    if left == value or (tells_fees and value in ledger.with_fees(left)):
                        return True
    return any((value - one in base and value != 2 * one) or value + one in base for one in base)


def _of_reductions(ledger: Ledger, *kinds: str) -> frozenset[float]:
    """What the offer takes off, and what lines of the policies and facts on reductions do."""
    return ledger.offer.values(*kinds).union(
        *(_on_reductions(source, kinds) for source in (ledger.policies, ledger.records))
    )


def _on_reductions(source: Source, kinds: tuple[str, ...]) -> Iterable[float]:
    for line in source.text.split("\n"):
        if _OF_REDUCTION.search(line):
            yield from (one.value for one in quantities(line) if one.kind in kinds)


def _counts(found: Iterable[Quantity]) -> set[float]:
    return {one.value for one in found if one.kind == q.COUNT and 1 <= one.value <= _MOST}


def _totals(prices: Iterable[float], counts: Iterable[float]) -> set[float]:
    """Each price by each count, and the sums of two or three of different prices."""
    few = sorted(prices)[:_MOST_AMOUNTS]
    by_price = {price: {price * count for count in counts} for price in few}
    found = {total for totals in by_price.values() for total in totals}
    for one, other in combinations(few, 2):
        found.update(a + b for a in by_price[one] for b in by_price[other])
    found.update(sum(chosen) for chosen in combinations(few, 3))
    return found


def _without(total: float, rate: float) -> set[float]:
    """A total less a percentage, rounded any way."""
    exact = total * (100 - rate) / 100
    return {float(int(exact)), float(-int(-exact // 1)), float(round(exact))}
