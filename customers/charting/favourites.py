"""Which categories does a customer keep coming back to?"""

from collections import Counter
from collections.abc import Sequence

from agent.domain.history import OrderRecord

MOST = 3
"""How many favourites a chart names."""

ORDERS_NEEDED = 2
"""A category bought in one order only is a purchase, not a taste."""


def favourite_categories(orders: Sequence[OrderRecord]) -> tuple[str, ...]:
    """Up to three categories bought in at least two of these orders: most orders first, then most units, then by name."""
    in_orders: Counter[str] = Counter()
    units: Counter[str] = Counter()
    for order in orders:
        bought = [(name, line.quantity) for line in order.lines for name in category_names(line.category)]
        in_orders.update({name for name, _ in bought})
        for name, quantity in bought:
            units[name] += quantity
    liked = [name for name, count in in_orders.items() if count >= ORDERS_NEEDED]
    return tuple(sorted(liked, key=lambda name: (-in_orders[name], -units[name], name))[:MOST])


def category_names(category: str | None) -> list[str]:
    """The categories in a catalogue cell: Shopify writes a path (A > B, commas belong to names), EC-CUBE a list (A,B)."""
    if not category:
        return []
    if ">" in category:
        return [leaf] if (leaf := category.rsplit(">", 1)[1].strip()) else []
    return [name for part in category.replace("、", ",").split(",") if (name := part.strip())]
