"""How sure a share or a difference is: Wilson's interval, and the paired bootstrap over clusters."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import binomtest

RESAMPLES = 4_000
"""Enough for the ends of a 95 % interval to stand still in the third digit."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `of`, with Wilson's 95 % interval; value and ends None when `of` is 0: unknown is not zero."""

    hits: int
    of: int
    value: float | None
    low: float | None
    high: float | None

    def document(self) -> dict[str, float | int | None]:
        """As JSON."""
        return {
            "hits": self.hits,
            "of": self.of,
            "value": self.value,
            "low": self.low,
            "high": self.high,
        }


def share(hits: int, of: int, *, confidence: float = 0.95) -> Share:
    """A share with its Wilson score interval (without continuity correction; Wilson 1927, Newcombe 1998 method 3)."""
    if of == 0:
        return Share(0, 0, None, None, None)
    ends = binomtest(hits, of).proportion_ci(confidence_level=confidence, method="wilson")
    return Share(hits, of, hits / of, float(ends.low), float(ends.high))


@dataclass(frozen=True, slots=True)
class Difference:
    """After minus before, with its percentile interval. pairs: examples that both runs judged."""

    value: float
    low: float
    high: float
    pairs: int

    @property
    def real_drop(self) -> bool:
        """The whole interval lies under zero: not noise of which examples were drawn."""
        return self.high < 0

    def document(self) -> dict[str, float | int | bool]:
        """As JSON."""
        return {
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "pairs": self.pairs,
            "real_drop": self.real_drop,
        }


def paired_difference(
    before: Sequence[float],
    after: Sequence[float],
    *,
    clusters: Sequence[Hashable],
    seed: int = 0,
    resamples: int = RESAMPLES,
    confidence: float = 0.95,
) -> Difference:
    """Mean of after - before over the same examples; whole clusters are drawn with replacement.

    before, after: a score an example, shape (examples,).    clusters: what each belongs to, same shape: drafts of one shop
    resemble each other, and drawing them singly would make noise look smaller than it is.
    Raises ValueError when shapes differ or nothing is there. Percentile bootstrap (Efron and Tibshirani 1993, ch. 13).
    """
    if not (len(before) == len(after) == len(clusters)) or not before:
        raise ValueError("before, after and clusters must have the same length, at least one")
    change = np.asarray(after, dtype=float) - np.asarray(before, dtype=float)
    order = {cluster: number for number, cluster in enumerate(dict.fromkeys(clusters))}
    place = np.array([order[cluster] for cluster in clusters])
    sums = np.bincount(place, weights=change)
    sizes = np.bincount(place).astype(float)
    drawn = draws(len(order), resamples=resamples, seed=seed)
    means = (drawn @ sums) / (drawn @ sizes)
    low, high = ends(means, confidence)
    return Difference(float(change.mean()), low, high, len(before))


def draws(items: int, *, resamples: int, seed: int) -> Floats:
    """How often each item is drawn in each resample, shape (resamples, items)."""
    random = np.random.default_rng(seed)
    return random.multinomial(items, np.full(items, 1 / items), size=resamples).astype(float)


def ends(values: Floats, confidence: float = 0.95) -> tuple[float, float]:
    """The percentile interval of resampled values; NaN (a resample without variation) is left out."""
    tail = (1 - confidence) / 2
    known = values[~np.isnan(values)]
    if known.size == 0:
        return float("nan"), float("nan")
    low, high = np.quantile(known, [tail, 1 - tail])
    return float(low), float(high)
