"""Which things did each customer buy, as one sparse row a customer?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from customers.taste.coded_lines import CodedLines

CATEGORIES_NEEDED = 4
"""Fewer categories tell too little apart; then single products are read."""

COVERED = 0.5
"""Share of lines that must have a category for categories to be read."""

MOST_ITEMS = 600
"""Categories or products read, best known first. Rarer ones are in too few baskets to say anything of a group."""

BUYERS_NEEDED = 5
"""Buyers of an item before it is read: a thing of four people describes these four."""


@dataclass(frozen=True, slots=True)
class Items:
    """What baskets are read by. kind: `category` or `sku`; names: in the order of the columns."""

    kind: str
    names: tuple[str, ...]


def choose_items(lines: CodedLines) -> Items:
    """Categories where the shop has enough of them, else products; the most bought first."""
    named = lines.category >= 0
    if len(lines.categories) >= CATEGORIES_NEEDED and named.mean() >= COVERED:
        return Items("category", _most_bought(lines.who, lines.category, list(lines.categories)))
    return Items("sku", _most_bought(lines.who, lines.sku, lines.skus.to_list()))


def baskets(lines: CodedLines, items: Items) -> csr_array:
    """log(1 + times bought) of each item, shape (customers, items), float32; unknown items are left out."""
    codes, names = (
        (lines.category, list(lines.categories))
        if items.kind == "category"
        else (lines.sku, lines.skus.to_list())
    )
    place = {name: at for at, name in enumerate(items.names)}
    column = np.array([place.get(name, -1) for name in names] + [-1], dtype=np.int64)[codes]
    bits = len(items.names).bit_length()
    kept = column >= 0
    key = (lines.who[kept].astype(np.int64) << bits) | column[kept]
    key.sort()
    starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if key.size else key
    pair, times = key[starts], np.diff(np.append(starts, key.size))
    customers = len(lines.customers)
    ends = np.concatenate([[0], np.cumsum(np.bincount(pair >> bits, minlength=customers))])
    shape = (customers, len(items.names))
    return csr_array((np.log1p(times).astype(np.float32), pair & (1 << bits) - 1, ends), shape=shape)


def _most_bought(who: NDArray[np.int32], code: NDArray[np.int32], names: list[str]) -> tuple[str, ...]:
    """Names of the items with most buyers, equals by name; nameless ones left out."""
    known = code >= 0
    pair = np.unique((who[known].astype(np.int64) << 32) | code[known])
    buyers = np.bincount(pair & (1 << 32) - 1, minlength=len(names))
    most = [(-int(n), name) for n, name in zip(buyers, names, strict=True) if n >= BUYERS_NEEDED and name]
    return tuple(name for _, name in sorted(most)[:MOST_ITEMS])
