"""What do the models read of a shop's own records: as they stand, with an order's discount shared out over its lines?"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from agent.ports.purchases import PurchaseHistory
from customers.features import history as records
from customers.features.history import read_events
from customers.features.purchases import LineRows, OrderRows, Purchases, Small, Whole

__all__ = ["read_events", "read_purchases"]


def read_purchases(
    history: PurchaseHistory, *, before: date, customer_ids: Sequence[str] | None = None, lines: bool = True
) -> Purchases:
    """Orders before a cut and, unless told otherwise, their product lines, of everybody or of some."""
    found = records.read_purchases(history, before=before, customer_ids=customer_ids, lines=lines)
    if found.lines is None:
        return found
    return replace(found, lines=_reduced(_bought(found.lines), found.orders))


def _bought(lines: LineRows) -> LineRows:
    """Without lines of nothing: a quantity taken back to 0 was never kept."""
    if lines.quantity is None or bool((lines.quantity > 0).all()):
        return lines
    kept = lines.quantity > 0
    return replace(
        lines,
        customer=lines.customer[kept],
        day=lines.day[kept],
        sku=lines.sku[kept],
        net=lines.net[kept],
        discount=lines.discount[kept],
        quantity=lines.quantity[kept],
        category=None if lines.category is None else lines.category[kept],
    )


def _reduced(lines: LineRows, orders: OrderRows) -> LineRows:
    """Lines that show no discount of their own carry their part of the day's: shops write it on the order or on its lines."""
    off = orders.discount > 0
    if not off.any():
        return lines
    day_of_order = _key(orders.customer[off], orders.day[off])
    days, place = np.unique(day_of_order, return_inverse=True)
    yen = np.bincount(place, weights=orders.discount[off])
    key = _key(lines.customer, lines.day)
    at = np.minimum(np.searchsorted(days, key), len(days) - 1)
    shares = (days[at] == key) & (lines.discount == 0)
    net = np.maximum(lines.net, 0).astype(np.float64)
    total = np.bincount(at[shares], weights=net[shares], minlength=len(days))
    discount = lines.discount.copy()
    part = net[shares] / np.maximum(total[at[shares]], 1.0)
    discount[shares] = np.ceil(yen[at[shares]] * part).astype(np.int64)
    return replace(lines, discount=discount)


def _key(customer: Small, day: Small) -> Whole:
    return customer.astype(np.int64) * 200_000 + day
