"""Is a customer's share of something above, at or below the shop's, given how little we saw of them?"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

LEVELS = ("low", "usual", "high")
"""Levels as words; a column of levels counts in this order."""

SURE = 0.9
"""Posterior probability of lying on that side of the shop's share before we say so. A judgement: one wrong word in ten at most."""

CLEAR = 0.05
"""A difference below five points is nothing to speak of, however certain."""

WIDEST = 2_000
"""Up to this many purchases counts are looked up in a table instead of sorted."""

WEAKEST, STRONGEST = 2.0, 40.0
"""Bounds of how many purchases the shop's share counts for, where customers differ wildly or hardly at all."""


def prior_strength(hits: NDArray[Any], trials: NDArray[Any]) -> float:
    """How many purchases of a customer's own the shop's share is worth (a + b of a beta prior), from how much customers differ.

    hits, trials: shape (customers,), 0 <= hits <= trials. Moments of the beta-binomial: E sum (x - n p)^2 = p (1 - p) sum n
    (1 + (n - 1) rho), strength = 1 / rho - 1 (Kleinman, 1973). Within [WEAKEST, STRONGEST].
    """
    x, n = np.asarray(hits, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    total, pairs = float(n.sum()), float((n * (n - 1)).sum())
    share = float(x.sum()) / total if total else 0.0
    spread = share * (1 - share)
    if spread <= 0 or pairs <= 0:
        return STRONGEST
    rho = (float(((x - n * share) ** 2).sum()) / spread - total) / pairs
    return float(np.clip(1 / max(rho, 1e-9) - 1, WEAKEST, STRONGEST))


def shrunk(hits: NDArray[Any], trials: NDArray[Any], *, share: float, strength: float) -> NDArray[np.float64]:
    """Shares drawn towards the shop's, in [0, 1]; the shop's own without a trial."""
    x, n = np.asarray(hits, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    return np.asarray((x + strength * share) / (n + strength))


def levels(hits: NDArray[Any], trials: NDArray[Any], *, share: float, strength: float) -> NDArray[np.int64]:
    """Index into LEVELS for each customer; usual unless SURE of a CLEAR difference from the shop's share."""
    x, n = np.asarray(hits, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    mean = shrunk(x, n, share=share, strength=strength)
    if not 0 < share < 1:
        return np.ones(mean.shape, dtype=np.int64)
    below = _below(x, n, share=share, strength=strength)
    high = (mean >= share + CLEAR) & (below <= 1 - SURE)
    low = (mean <= share - CLEAR) & (below >= SURE)
    return np.asarray(1 + high.astype(np.int64) - low)


def _below(
    x: NDArray[np.float64], n: NDArray[np.float64], *, share: float, strength: float
) -> NDArray[np.float64]:
    """Posterior probability of lying below the shop's share. A million customers have a few thousand different counts."""
    if not n.size:
        return np.zeros(0)
    span = int(n.max()) + 1
    key = (n * span + x).astype(np.int64)
    if span <= WIDEST:
        seen = np.zeros(span * span, dtype=np.bool_)
        seen[key] = True
        known = np.flatnonzero(seen)
        place = np.empty(seen.size, dtype=np.int32)
        place[known] = np.arange(known.size, dtype=np.int32)
        each: NDArray[Any] = place[key]
    else:
        known, each = np.unique(key, return_inverse=True)
    tried, hit = known // span, known % span
    return np.asarray(betainc(strength * share + hit, strength * (1 - share) + tried - hit, share)[each])
