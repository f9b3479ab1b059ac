"""What may a customer's net revenue over a horizon come to, as a whole distribution?

P(nothing) is the repeat model's; what comes otherwise is taken as log-normal with the mean of the two models (expected purchases
times expected spend) and a spread added up from their parts. The shape is approximate by design: `customers.worth.calibration`
corrects it on the shop's own past.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from customers.repeat.gamma_gamma import GammaGamma
from customers.repeat.history import CannotFit, Numbers, RepeatHistory
from customers.repeat.mbg_nbd import MbgNbd

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SpendHistory:
    """What the shop's customers bought before a cut, an element of each array a customer, in the same order.

    days: distinct purchase days, 0 for somebody who never bought.    first_day, last_day: day numbers (days since 1970-01-01), any
    number where days is 0.    net_yen: sum of their purchases, refunds of these taken off; may be negative.    log_gaps: sum of ln
    gap between neighbouring purchase days, if known (it lets the rhythm be judged).
    """

    days: Numbers
    first_day: Numbers
    last_day: Numbers
    net_yen: Numbers
    log_gaps: Numbers | None = None

    def __len__(self) -> int:
        return int(self.days.size)

    def only(self, which: Mask | npt.NDArray[np.intp] | slice) -> "SpendHistory":
        """The customers asked for, by mask, index or slice."""
        gaps = None if self.log_gaps is None else self.log_gaps[which]
        return SpendHistory(
            self.days[which], self.first_day[which], self.last_day[which], self.net_yen[which], gaps
        )

    def bought(self, cut: int) -> Mask:
        """Mask: has bought before the cut (later purchases would be the future, and are not counted in)."""
        return np.asarray((self.days >= 1) & (self.last_day < cut) & (self.first_day <= self.last_day))

    def repeats(self, cut: int) -> RepeatHistory:
        """For the repeat model; all must have bought before the cut."""
        return RepeatHistory.of_days(
            self.days, self.first_day, self.last_day, cut=cut, log_gaps=self.log_gaps
        )

    def mean_spend(self) -> Numbers:
        """Yen a purchase day, at least 0."""
        return np.asarray(np.maximum(self.net_yen, 0.0) / np.maximum(self.days, 1.0))


@dataclass(frozen=True, slots=True)
class RevenueForecast:
    """Of each customer: p_nothing; orders, expected purchases; mean, over everything, nothing included; middle and width: of ln yen,
    if anything comes; years from the first purchase to the end of the horizon.
    """

    p_nothing: Numbers
    orders: Numbers
    mean: Numbers
    middle: Numbers
    width: Numbers
    years: Numbers

    def only(self, which: npt.NDArray[np.intp]) -> "RevenueForecast":
        """The customers asked for."""
        columns = (self.p_nothing, self.orders, self.mean, self.middle, self.width, self.years)
        return RevenueForecast(*(column[which] for column in columns))

    def adjusted(self, *, factor: float, drift: float) -> "RevenueForecast":
        """With every yen multiplied by factor, and room for rates that do not stay constant.

        drift: standard deviation by which the logarithm of somebody's yen a day wanders off within a year. If it is a random walk, its
        means over T days and over the H after them differ by a variance of drift^2 (T + H) / 3.
        """
        more = drift**2 * self.years / 3
        return replace(
            self,
            mean=self.mean * factor,
            middle=self.middle + np.log(factor) - more / 2,
            width=np.sqrt(self.width**2 + more),
        )

    def share_below(self, yen: Numbers, *, within_nothing: Numbers) -> Numbers:
        """P(outcome <= yen), in (0, 1); for an outcome of 0 or less the given share (0 to 1) of P(nothing).

        A random `within_nothing` makes the shares of a right forecast uniform in spite of the lump at 0.
        """
        some = ndtr((np.log(np.maximum(yen, 1e-9)) - self.middle) / self.width)
        below = self.p_nothing + (1 - self.p_nothing) * some
        return np.asarray(np.where(yen > 0, below, within_nothing * self.p_nothing))

    def quantile(self, share: Numbers) -> Numbers:
        """Yen that the outcome stays at or below with the given probability; 0 up to p_nothing."""
        left = (share - self.p_nothing) / np.maximum(1 - self.p_nothing, 1e-12)
        score = ndtri(np.clip(left, 1e-9, 1 - 1e-6))
        return np.asarray(np.where(left > 0, np.exp(np.minimum(self.middle + self.width * score, 60.0)), 0.0))


def forecast_revenue(
    repeat: MbgNbd,
    spend: GammaGamma,
    history: SpendHistory,
    *,
    cut: int,
    horizon: float,
) -> RevenueForecast:
    """Of customers who all bought before the cut, as if everyone's rate stayed constant; see `RevenueForecast.adjusted`."""
    seen = history.repeats(cut)
    sure = np.clip(repeat.p_any(seen, horizon), 1e-9, 1 - 1e-9)
    orders = np.maximum(repeat.expected_orders(seen, horizon), sure)
    basket = spend.expected_spend(history.days, history.mean_spend())
    often = orders / sure  # purchases if any
    doubt, one_purchase = spend.spread(history.days)
    squared = 1 / (repeat.r + repeat.k * seen.x) + 1 / (repeat.k * often) + one_purchase / often + doubt
    variance = np.log1p(squared)
    mean = orders * basket
    return RevenueForecast(
        p_nothing=1 - sure,
        orders=orders,
        mean=np.asarray(mean),
        middle=np.log(np.maximum(mean / sure, 1e-6)) - variance / 2,
        width=np.sqrt(variance),
        years=(seen.T + horizon) / 365,
    )


def usual_spend(history: SpendHistory, fitted_spend: GammaGamma | CannotFit) -> GammaGamma:
    """The fitted model, or where none can be: everybody's mean with a usual spread (a quarter around their own mean)."""
    if isinstance(fitted_spend, GammaGamma):
        return fitted_spend
    spent = history.mean_spend()[(history.days >= 1) & (history.net_yen > 0)]
    mean = float(spent.mean()) if spent.size else 0.0
    if mean <= 0:
        raise CannotFit("売上のある購入がまだありません。")
    return GammaGamma(p=16.0, q=17.0, v=mean)  # p v / (q - 1) = mean
