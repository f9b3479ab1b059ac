"""What would a shopkeeper call each group?"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from customers.groups.embedding import TRAITS

OVER = 1.3
"""An item names a group from 1.3 times the share it has in the whole shop."""

STILL = 1.1
"""A name already given stays true down to 1.1 times: else an item at the edge would rename its group every other night."""

SECOND = 0.6
"""A second item joins the name when it sets the group apart at least 0.6 times as much as the first."""

CLEAR = 0.4
"""Standard deviations a group's mean trait must lie off the shop's to be named."""

TRAIT_JA = {
    ("bulk", True): "まとめ買い",
    ("bulk", False): "少しずつ",
    ("sale", True): "セールのときに",
    ("novelty", True): "新しい品が好き",
    ("novelty", False): "定番が好き",
}
"""What a clear trait is called. Buying at full price is nothing to be named for."""

MIXED = "いろいろ"


def item_scores(
    rows: csr_array, label: NDArray[np.int64], groups: int, *, over: float = OVER
) -> NDArray[np.float64]:
    """What sets each group apart: share in the group * log(share in the group / share in the shop), shape (groups, items).

    0 below `over` times the shop's share. Shares are of each customer's own purchases, so that one heavy buyer does not name a group.
    """
    total = np.asarray(rows.sum(axis=1)).ravel()
    own = csr_array(
        (np.divide(rows.data, np.repeat(total, np.diff(rows.indptr))), rows.indices, rows.indptr),
        shape=rows.shape,
    )
    overall = np.asarray(own.sum(axis=0)).ravel() / max(1, rows.shape[0])
    scores = np.zeros((groups, rows.shape[1]))
    for group in range(groups):
        members = own[np.flatnonzero(label == group)]
        share = np.asarray(members.sum(axis=0)).ravel() / max(1, members.shape[0])
        lift = np.divide(share, overall, out=np.ones_like(share), where=overall > 0)
        scores[group] = np.where(lift >= over, share * np.log(np.maximum(lift, 1e-9)), 0.0)
    return scores


def trait_gaps(traits: NDArray[np.float64], label: NDArray[np.int64], groups: int) -> NDArray[np.float64]:
    """Each group's mean trait off the shop's, in standard deviations, shape (groups, traits); 0 where unknown."""
    gaps = np.zeros((groups, traits.shape[1]))
    for at in range(traits.shape[1]):
        known = np.isfinite(traits[:, at])
        column = traits[known, at]
        spread = float(column.std()) if column.size else 0.0
        for group in range(groups if spread > 1e-9 else 0):
            own = column[label[known] == group]
            gaps[group, at] = (own.mean() - column.mean()) / spread if own.size else 0.0
    return gaps


def top_items(scores: NDArray[np.float64], names: Sequence[str], *, most: int = 3) -> tuple[str, ...]:
    """The names of the items that set a group apart, best first. scores: one group's, shape (items,)."""
    order = np.argsort(-scores, kind="stable")[:most]
    return tuple(names[at] for at in order if scores[at] > 0)


def group_names(
    scores: NDArray[np.float64],
    gaps: NDArray[np.float64],
    items: Sequence[str],
    *,
    titles: Mapping[str, str] | None = None,
    kept: Mapping[int, str] | None = None,
) -> tuple[str, ...]:
    """A name a group, all different: 「スキンケア中心・まとめ買い」. titles: what items are called; kept: names given before, by group."""
    called = [(titles or {}).get(name, name) for name in items]
    names: dict[int, str] = dict(kept or {})
    for group in range(len(scores)):
        if group not in names:
            choices = _choices(scores[group], gaps[group], called)
            names[group] = next(name for name in choices if name not in names.values())
    return tuple(names[group] for group in range(len(scores)))


def _choices(scores: NDArray[np.float64], gaps: NDArray[np.float64], called: Sequence[str]) -> list[str]:
    """Names from the plainest that says enough to ever longer ones."""
    tops = top_items(scores, called)
    best = np.sort(scores)[::-1]
    pair = len(tops) > 1 and best[1] >= SECOND * best[0]
    head = "と".join(tops[:2]) if pair else f"{tops[0]}中心" if tops else MIXED
    strongest = sorted(range(len(TRAITS)), key=lambda at: -abs(gaps[at]))
    traits = [
        TRAIT_JA[TRAITS[at], bool(gaps[at] > 0)]
        for at in strongest
        if abs(gaps[at]) >= CLEAR and (TRAITS[at], bool(gaps[at] > 0)) in TRAIT_JA
    ]
    first = f"{head}・{traits[0]}" if traits else head
    longer = f"{'と'.join(tops)}・{traits[0]}" if traits else "と".join(tops) or MIXED
    return [first, longer, *(f"{first}（{n}）" for n in range(2, 20))]
