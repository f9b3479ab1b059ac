"""Does an amount follow from the prices, counts and fees that the message itself names?"""

from collections.abc import Iterable
from itertools import combinations

from evals.checks import quantities as q
from evals.checks.ledger import Ledger
from evals.checks.product_mentions import product_mentions
from evals.checks.quantities import Quantity, quantities
from evals.checks.reading import FieldText, Reading

_MOST = 100
"""Counts above this are no numbers of pieces somebody buys."""
_MOST_AMOUNTS = 8
"""So many amounts of a message are put together, no more."""


def follows(reading: Reading, ledger: Ledger, text: FieldText, amount: Quantity) -> bool:
    """True for a sum, multiple or difference of amounts the message names, shipping and the offer's reduction included.

    Operands: amounts of the context that the text writes or whose product it names or the customer bought, and counts
    that it or the customer's facts give.
    A price that is merely another product's multiple has no such operands and stays unexplained.
    """
    value = amount.value
    named = {m.product.id for m in product_mentions(reading, text)}
    named |= {p.id for p in reading.known.products if p.title in reading.known.customer}
    written = {
        found.value
        for found in quantities(text.said)
        if found.kind == q.YEN and found.start != amount.start and found.value in ledger.amounts
    }
    prices = {ledger.prices[key] for key in named if key in ledger.prices}
    prices |= written & set(ledger.prices.values())
    counts = {1.0, *_counts(quantities(text.said)), *_counts(ledger.customer.quantities)}
    totals = _totals(prices, counts)
    tells_fees = "料" in text.said or "込" in text.said
    cuts = {0.0, *ledger.offer.values(q.YEN)}
    rates = {0.0, *ledger.offer.values(q.PERCENT)}
    for total in totals:
        for rate in rates:
            for reduced in _without(total, rate):
                for left in (reduced - cut for cut in cuts):
                    if left == value or (tells_fees and value in ledger.with_fees(left)):
                        return True
    operands = totals | written
    operands = set(sorted(operands)[: 4 * _MOST_AMOUNTS])
    return any(abs(one - other) == value for one, other in combinations(operands, 2))


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
