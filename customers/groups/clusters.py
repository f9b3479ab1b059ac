"""How many groups are there, and are they found again in other people of the same shop?

scikit-learn is imported where groups are found: it takes half a second, and most commands only read groups found before.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FEWEST, MOST = 2, 8

SMALLEST_SHARE = 0.02
"""A group of fewer is a curiosity, nothing a shop would act on."""

FOUND_AGAIN = 0.6
"""Agreement (adjusted Rand index, 1 perfect, 0 chance) of groups found in two halves of the customers, from which they count as real.
Halves know less than the whole, so the groups kept hold better than that. Hennig (2007) calls clusters doubtful below 0.6."""

CHOSEN_ON = 4_000
"""People on whom the number of groups is chosen."""

SILHOUETTE_ON = 1_500

HALVINGS = 3


@dataclass(frozen=True, slots=True)
class Clusters:
    """centroids: (groups, dimensions).    silhouette: -1 to 1.    agreement: mean adjusted Rand index between halves."""

    centroids: NDArray[np.float32]
    silhouette: float
    agreement: float


def find_clusters(at: NDArray[np.float32], *, seed: int) -> Clusters | None:
    """k-means with the number of groups of best silhouette among those found again in halves of the people; None when none is.

    at: points of shape (people, dimensions), in a fixed order.
    """
    few = at[:CHOSEN_ON]
    tried = [(k, *_judged(few, k, seed=seed)) for k in range(FEWEST, MOST + 1) if len(few) >= 10 * k]
    real = [(silhouette, agreement, k) for k, silhouette, agreement in tried if agreement >= FOUND_AGAIN]
    if not real:
        return None
    silhouette, agreement, k = max(real)
    return Clusters(_fit(at, k, seed=seed, starts=6), silhouette, agreement)


def moved_clusters(at: NDArray[np.float32], former: NDArray[np.float32]) -> NDArray[np.float32]:
    """Former centroids carried over to today's people: k-means started where it ended last time."""
    from sklearn.cluster import KMeans

    model = KMeans(len(former), init=former, n_init=1, max_iter=50).fit(at)
    return np.asarray(model.cluster_centers_, dtype=np.float32)


def silhouette_of(at: NDArray[np.float32], centroids: NDArray[np.float32]) -> float:
    """Mean silhouette of the groups these centroids make; -1 when all people fall into one."""
    from sklearn.metrics import silhouette_score

    few = at[:SILHOUETTE_ON]
    label = labels(few, centroids)
    return float(silhouette_score(few, label)) if 1 < np.unique(label).size < len(few) else -1.0


def labels(at: NDArray[np.float32], centroids: NDArray[np.float32]) -> NDArray[np.int64]:
    """The nearest centroid of each point."""
    return np.asarray((at @ centroids.T - (centroids**2).sum(axis=1) / 2).argmax(axis=1))


def _judged(at: NDArray[np.float32], k: int, *, seed: int) -> tuple[float, float]:
    """Silhouette and agreement between halves; agreement 0 where a group is too small."""
    from sklearn.metrics import adjusted_rand_score

    whole = _fit(at, k, seed=seed, starts=3)
    shares = np.bincount(labels(at, whole), minlength=k) / len(at)
    if shares.min() < SMALLEST_SHARE:
        return -1.0, 0.0
    agreements = []
    for turn in range(HALVINGS):
        order = np.random.default_rng(seed + turn).permutation(len(at))
        one, other = (
            labels(at, _fit(at[half], k, seed=seed + turn, starts=3)) for half in np.array_split(order, 2)
        )
        agreements.append(adjusted_rand_score(one, other))
    return silhouette_of(at, whole), float(np.mean(agreements))


def _fit(at: NDArray[np.float32], k: int, *, seed: int, starts: int) -> NDArray[np.float32]:
    from sklearn.cluster import KMeans

    model = KMeans(k, n_init=starts, random_state=seed, max_iter=100).fit(at)
    return np.asarray(model.cluster_centers_, dtype=np.float32)
