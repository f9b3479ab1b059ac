"""How much does a customer spend at one purchase, given what they spent so far? (Gamma-Gamma)

Fader, Hardie & Lee (2005), "RFM and CLV"; Fader & Hardie (2013), "The Gamma-Gamma model of monetary value". A purchase is
Gamma(p, rate nu), nu ~ Gamma(q, rate v), independent of how often one buys (`customers.worth.ltv` measures whether that holds).
"""

from dataclasses import dataclass
from math import lgamma

import numpy as np
from scipy.special import digamma, gammaln

from customers.repeat.document import Kept
from customers.repeat.history import MOST_ROWS, CannotFit, Numbers
from customers.repeat.likeliest import likeliest

LEAST_Q = 1.2
"""Below q = 1 the mean spend is infinite. A fit that ends there is refused; just above, a single buyer's mean is all prior."""


@dataclass(frozen=True, slots=True)
class GammaGamma(Kept):
    """Fitted parameters; v in the money unit of the data."""

    p: float
    q: float
    v: float

    @property
    def mean(self) -> float:
        """Expected spend at a purchase of somebody unknown."""
        return self.p * self.v / (self.q - 1)

    def log_likelihood(self, purchases: Numbers, mean_spend: Numbers) -> Numbers:
        """Of each row. purchases: >= 1; mean_spend: over them, > 0."""
        shape = self.p * purchases
        return np.asarray(
            gammaln(shape + self.q)
            - gammaln(shape)
            - lgamma(self.q)
            + self.q * np.log(self.v)
            + (shape - 1) * np.log(mean_spend)
            + shape * np.log(purchases)
            - (shape + self.q) * np.log(self.v + purchases * mean_spend)
        )

    def expected_spend(self, purchases: Numbers, mean_spend: Numbers) -> Numbers:
        """Expected spend at a future purchase, their own mean shrunk towards everybody's; purchases 0 gives everybody's."""
        return np.asarray(
            self.p * (self.v + purchases * np.maximum(mean_spend, 0.0)) / (self.p * purchases + self.q - 1)
        )

    def spread(self, purchases: Numbers) -> tuple[Numbers, float]:
        """Squared coefficients of variation: of their true mean spend, given the purchases seen, and of one purchase around it."""
        return 1 / np.maximum(self.p * purchases + self.q - 2, 0.5), 1 / self.p


def fit_gamma_gamma(
    purchases: Numbers,
    mean_spend: Numbers,
    *,
    weight: Numbers | None = None,
    prior: float = 0.0,
    most_rows: int = MOST_ROWS,
    seed: int = 0,
) -> GammaGamma:
    """Maximum likelihood (or posterior, see `likeliest`) parameters from rows with purchases >= 1 and mean_spend > 0; others are left out.

    Raises CannotFit when fewer than two such rows exist, when all spend the same, or when the mean spend would be infinite.
    """
    w = np.ones_like(purchases) if weight is None else weight
    usable = np.flatnonzero((purchases >= 1) & (mean_spend > 0) & np.isfinite(mean_spend) & (w > 0))
    if usable.size > most_rows:
        usable = np.sort(np.random.default_rng(seed).choice(usable, size=most_rows, replace=False))
    x, z, w = purchases[usable], mean_spend[usable], w[usable]
    if usable.size < 2 or np.ptp(z) <= 1e-9 * z.max():
        raise CannotFit("金額にちがいのある購入が少ないため、1回あたりの金額を学べません。")
    unit = float(z @ w / w.sum())
    guesses = [(2.0, 3.0, 1.0), (6.0, 4.0, 0.5)]
    p, q, v = likeliest(lambda g: log_likelihood_with_slopes(g, x, z / unit, w), guesses, prior=prior)
    if q < LEAST_Q:
        raise CannotFit("1回あたりの金額のばらつきが大きすぎて、平均を定められません。")
    return GammaGamma(p=float(p), q=float(q), v=float(v * unit))


def log_likelihood_with_slopes(
    parameters: Numbers, purchases: Numbers, mean_spend: Numbers, weight: Numbers
) -> tuple[float, Numbers]:
    """Weighted sum of log-likelihoods, and its derivatives in (p, q, v)."""
    model = GammaGamma(*(float(g) for g in parameters))
    p, q, v = model.p, model.q, model.v
    shape, total = p * purchases, v + purchases * mean_spend
    log_total, both = np.log(total), digamma(shape + q)
    by_shape = both - digamma(shape) + np.log(mean_spend) + np.log(purchases) - log_total
    slopes = np.array(
        [
            weight @ (purchases * by_shape),
            weight @ (both - digamma(q) + np.log(v) - log_total),
            weight @ (q / v - (shape + q) / total),
        ]
    )
    return float(weight @ model.log_likelihood(purchases, mean_spend)), slopes
