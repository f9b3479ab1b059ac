"""Where does each customer stand, so that people who buy alike stand together?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from customers.groups.baskets import Items, baskets
from customers.taste.coded_lines import CodedLines
from customers.taste.columns import TasteColumns

DIMENSIONS = 12
"""Directions kept of the baskets. Groups are at most eight."""

TRAIT_WEIGHT = 0.15
"""A trait's standard deviation beside baskets of length 1: traits tip the scale between alike baskets, they do not make groups."""

TRAITS = ("bulk", "sale", "novelty")
"""Lines a purchase day (log), share of discounted purchase days, share of novelties."""

CHUNK = 100_000

LINES_NEEDED = 2
"""A single line is a purchase, not a habit: whoever has no more stands nowhere yet."""


@dataclass(frozen=True, slots=True)
class Embedding:
    """How baskets and traits become points. idf: (items,); basis: (items, dimensions); trait_mean, trait_scale: (traits,)."""

    items: Items
    idf: NDArray[np.float32]
    basis: NDArray[np.float32]
    trait_mean: NDArray[np.float64]
    trait_scale: NDArray[np.float64]


def learn_embedding(rows: csr_array, traits: NDArray[np.float64], items: Items, *, seed: int) -> Embedding:
    """Inverse document frequency, then a truncated singular value decomposition with a canonical sign.

    rows: (customers, items) of `baskets`.    traits: (customers, traits), NaN allowed.
    """
    buyers = np.bincount(rows.indices, minlength=len(items.names))
    idf = np.log((1 + rows.shape[0]) / (1 + buyers)).astype(np.float32) + 0.1
    dimensions = min(DIMENSIONS, len(items.names))
    from sklearn.utils.extmath import randomized_svd  # half a second, only where groups are found

    _, _, directions = randomized_svd(_weighted(rows, idf), dimensions, n_iter=6, random_state=seed)
    largest = directions[np.arange(dimensions), np.abs(directions).argmax(axis=1)]
    known = np.isfinite(traits)
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, traits, 0).sum(axis=0) / count
    scale = np.sqrt((np.where(known, traits - mean, 0) ** 2).sum(axis=0) / count)
    basis = (directions * np.sign(largest)[:, None]).T.astype(np.float32)
    return Embedding(items, idf, basis, mean, np.where(scale > 1e-9, scale, np.inf))


def points(rows: csr_array, traits: NDArray[np.float64], embedding: Embedding) -> NDArray[np.float32]:
    """Points of shape (customers, dimensions + traits); the basket's part has length 1, or 0 without a known item."""
    basket = _weighted(rows, embedding.idf) @ embedding.basis
    length = np.linalg.norm(basket, axis=1, keepdims=True)
    basket = np.divide(basket, length, out=np.zeros_like(basket), where=length > 1e-6)
    centred = (
        np.where(np.isfinite(traits), traits, embedding.trait_mean) - embedding.trait_mean
    ) / embedding.trait_scale
    return np.hstack([basket, TRAIT_WEIGHT * np.clip(centred, -2, 2)]).astype(np.float32)


def traits_of(taste: TasteColumns) -> NDArray[np.float64]:
    """Traits of shape (customers, traits); NaN where unknown."""
    bulk = np.log(np.maximum(taste.lines, 1) / np.maximum(taste.days, 1))
    return np.column_stack([bulk, taste.discounted_share, taste.novelty])


def nearest(
    lines: CodedLines, traits: NDArray[np.float64], embedding: Embedding, centroids: NDArray[np.float32]
) -> NDArray[np.int64]:
    """The nearest centroid of every customer, -1 without a known item. Shape (customers,)."""
    rows = baskets(lines, embedding.items)
    found = np.full(rows.shape[0], -1, dtype=np.int64)
    half = (centroids**2).sum(axis=1) / 2
    for start in range(0, rows.shape[0], CHUNK):
        part = slice(start, start + CHUNK)
        at = points(rows[part], traits[part], embedding)
        found[part] = (at @ centroids.T - half).argmax(axis=1)
    found[np.diff(rows.indptr) == 0] = -1
    return found


def _weighted(rows: csr_array, idf: NDArray[np.float32]) -> csr_array:
    return csr_array((rows.data * idf[rows.indices], rows.indices, rows.indptr), shape=rows.shape)
