"""Which products a customer has never bought are worth considering? Neighbours of what they have, and the shop's best sellers."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from customers.features.purchases import Small
from customers.next_products.products import Products, among, rank_within
from customers.next_products.tally import Floats, Tally

FROM: Final = 6
"""Own products whose neighbours are looked at: those bought most of late."""

_SHELF: Final = np.float32(1e-6)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Sorted by person. alike: summed cosines to what the person has, 0 for a mere best seller."""

    person: Small
    item: Small
    alike: Floats


class Neighbourhood:
    """The products' neighbours laid out for `candidates`, built once for many runs of people."""

    def __init__(self, products: Products) -> None:
        items = len(products.fresh)
        near = np.flatnonzero(products.neighbours.ravel() >= 0)
        left, right = near // max(products.neighbours.shape[1], 1), products.neighbours.ravel()[near]
        shelf = products.shelf
        rows = np.concatenate([left, np.full(len(shelf), items)])
        columns = np.concatenate([right, shelf]).astype(np.int32)
        values = np.concatenate([products.alike.ravel()[near], np.full(len(shelf), _SHELF)])
        self.table = sparse.csr_array(
            (values.astype(np.float32), (rows, columns)), shape=(items + 1, max(items, 1))
        )
        self.pull = np.exp(0.5 * products.fresh).astype(np.float32)


def candidates(seen: Tally, around: Neighbourhood, most: int) -> Candidates:
    """At most so many products for each person, none of which they have, roughly the likeliest."""
    items = seen.items
    if not items or not seen.people:
        return Candidates(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.float32))
    many = seen.variety[seen.person] > FROM
    chosen = ~many
    crowd = np.flatnonzero(many)
    chosen[crowd[rank_within(seen.person[crowd], -seen.hot[2][crowd]) < FROM]] = True
    counts = np.bincount(seen.person[chosen], minlength=seen.people) + 1
    ends = np.cumsum(counts)
    columns = np.full(int(ends[-1]), items, np.int32)  # the last of each row asks for the shelf
    inner = np.ones(len(columns), bool)
    inner[ends - 1] = False
    columns[inner] = seen.item[chosen]
    had = sparse.csr_array(
        (np.ones(len(columns), np.float32), columns, np.append(0, ends).astype(np.int32)),
        shape=(seen.people, items + 1),
    )
    found = had @ around.table
    person = np.repeat(np.arange(seen.people, dtype=np.int32), np.diff(found.indptr))
    item, alike = found.indices, found.data
    new = ~_has(seen, person, item)
    person, item, alike = person[new], item[new], alike[new]
    best = rank_within(person, -(alike + np.float32(0.01)) * around.pull[item]) < most
    person, item, alike = person[best], item[best], alike[best]
    return Candidates(person, item.astype(np.int32), np.maximum(alike - _SHELF * 2, 0.0).astype(np.float32))


def _has(seen: Tally, person: Small, item: Small) -> NDArray[np.bool_]:
    if seen.people * seen.items <= 100_000_000:
        table = np.zeros(seen.people * seen.items, bool)
        table[seen.keys] = True
        return np.asarray(table[person.astype(np.int64) * seen.items + item])
    return among(person.astype(np.int64) * seen.items + item, seen.keys)
