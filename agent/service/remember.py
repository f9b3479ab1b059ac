"""What would a shopkeeper remember of a customer: the first thing they bought, and what they keep coming back for?"""

from collections import defaultdict
from collections.abc import Sequence

from agent.chains.material import Remembered
from agent.chains.spoken_name import is_a_product
from agent.domain.chart import Chart, PurchasedLine

STAPLE_ORDERS = 3
"""Orders that make a product somebody's own. Twice may be chance. Editorial choice."""


def fact_of(line: PurchasedLine, facts: dict[str, str]) -> str:
    """The id of the fact that states a purchase; one is added when the chart's facts do not name it.

    An order of many products is told in short, each of its products in a fact of its own.
    """
    whole = f"order:{line.order_id}"
    own = [i for i, text in facts.items() if i.startswith(f"line:{line.order_id}:") and line.title in text]
    if whole in facts and (line.title in facts[whole] or not own):
        return whole
    if own:
        return own[0]
    day = line.ordered_on
    facts[whole] = f"{day.year}年{day.month}月{day.day}日に『{line.title}』を{line.quantity}点ご購入"
    return whole


def first_purchase(chart: Chart, facts: dict[str, str]) -> Remembered | None:
    """What the first order brought, its first product where there were several; None unless every order is known."""
    lines = [line for line in chart.purchases if line.quantity > 0 and is_a_product(line.title)]
    if not lines or len({line.order_id for line in chart.purchases}) != chart.orders:
        return None
    oldest = min(line.ordered_on for line in lines)
    first = [line for line in lines if line.ordered_on == oldest]
    others = len({line.title for line in first}) > 1
    return Remembered(first[0].title, oldest, (fact_of(first[0], facts),), others)


def staple(chart: Chart, facts: dict[str, str]) -> Remembered | None:
    """The product of the most orders; None below STAPLE_ORDERS or when two are level."""
    orders: dict[str, dict[str, PurchasedLine]] = defaultdict(dict)
    for line in chart.purchases:
        if line.quantity > 0 and is_a_product(line.title):
            orders[line.title][line.order_id] = line
    ranked = sorted(orders.items(), key=lambda item: -len(item[1]))
    if not ranked or len(ranked[0][1]) < STAPLE_ORDERS:
        return None
    if len(ranked) > 1 and len(ranked[1][1]) == len(ranked[0][1]):
        return None
    title, lines = ranked[0]
    newest: Sequence[PurchasedLine] = sorted(lines.values(), key=lambda line: line.ordered_on)[
        -STAPLE_ORDERS:
    ]
    return Remembered(
        title, newest[-1].ordered_on, tuple(dict.fromkeys(fact_of(line, facts) for line in newest))
    )
