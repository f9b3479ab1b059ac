"""How much net revenue will a customer bring within a horizon, and between which bounds, by a fitted forecast?

Where nothing is likelier than 10 %, the interval runs from 0 to the 80 % quantile; else from the 10 % to the 90 % quantile. Where most
buy nothing and few buy much, the mean would lie at that upper end or above it: the interval then ends at the first further quantile
(`LEVELS_UP`) that lies clearly above the mean, and says in `coverage` how many it holds. No interval can hold 80 % of people of whom
95 % buy nothing; how likely nothing is stands beside it.
"""

import json
from dataclasses import asdict, dataclass
from typing import Self

import numpy as np

from agent.domain.prediction import Backtest, YenInterval
from customers.repeat.gamma_gamma import GammaGamma
from customers.repeat.history import Numbers
from customers.repeat.mbg_nbd import MbgNbd
from customers.worth.calibration import Calibration
from customers.worth.revenue_forecast import Mask, SpendHistory, forecast_revenue

COVERAGE = 0.8

LEVELS_UP = (0.9, 0.95, 0.99, 0.999)
"""Shares an interval from 0 may hold instead of 80 %, where most buy nothing."""

CLEARLY = 1.1
"""An upper end below so many times the mean describes no width."""

ROWS_AT_A_TIME = 250_000


@dataclass(frozen=True, slots=True)
class LtvMany:
    """Of each customer, whole yen; known: False for somebody who never bought, whose other values are 0.

    low <= point <= high, all >= 0.    coverage: share of such customers' outcomes that lies between, 0.8 or more.    p_nothing: share
    of them who bring nothing.
    """

    known: Mask
    point: Numbers
    low: Numbers
    high: Numbers
    coverage: Numbers
    p_nothing: Numbers


@dataclass(frozen=True, slots=True)
class Ltv:
    """A fitted forecast of net revenue.

    factor, drift: see `RevenueForecast.adjusted`.    key_days: horizon of the expected purchases by which calibration bands people.
    spend_frequency_correlation: of ln purchase days and ln mean spend among repeaters; far from 0 the product of the two models is
    biased, and the factor mends its sum.
    """

    repeat: MbgNbd
    spend: GammaGamma
    factor: float
    drift: float
    calibration: Calibration
    horizon_days: int
    key_days: int
    spend_frequency_correlation: float
    backtest: Backtest | None = None

    def predict(self, history: SpendHistory, *, cut: int) -> LtvMany:
        """For everybody, in chunks; a million customers take about two seconds."""
        parts = [
            self._predict(history.only(slice(i, i + ROWS_AT_A_TIME)), cut)
            for i in range(0, max(len(history), 1), ROWS_AT_A_TIME)
        ]
        names = ("known", "point", "low", "high", "coverage", "p_nothing")
        return LtvMany(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))

    def predict_one(self, history: SpendHistory, *, cut: int) -> YenInterval | None:
        """For a history of one customer; None if they never bought."""
        many = self._predict(history, cut)
        if not many.known[0]:
            return None
        return YenInterval(
            point=int(many.point[0]),
            low=int(many.low[0]),
            high=int(many.high[0]),
            horizon_days=self.horizon_days,
            coverage=shown_coverage(float(many.coverage[0])),
            p_nothing=float(many.p_nothing[0]),
        )

    def _predict(self, history: SpendHistory, cut: int) -> LtvMany:
        known = history.bought(cut)
        buyers = history if known.all() else history.only(known)
        out = [np.zeros(len(history)) for _ in range(5)]
        if known.any():
            ahead = forecast_revenue(
                self.repeat, self.spend, buyers, cut=cut, horizon=self.horizon_days
            ).adjusted(factor=self.factor, drift=self.drift)
            near = ahead.orders
            if self.key_days != self.horizon_days:
                near = self.repeat.expected_orders(buyers.repeats(cut), self.key_days)
            key = np.log(np.maximum(near, 1e-9))
            bottom = self.calibration.place((1 - COVERAGE) / 2, key)
            lump = bottom <= ahead.p_nothing  # nothing is likelier than 10 %
            top_level = np.where(
                lump,
                self.calibration.place(COVERAGE, key),
                self.calibration.place((1 + COVERAGE) / 2, key),
            )
            low = np.where(lump, 0.0, np.minimum(ahead.quantile(bottom), ahead.mean))
            high = ahead.quantile(top_level)
            held = np.full(high.size, COVERAGE)
            for level in LEVELS_UP:
                short = lump & (high < CLEARLY * ahead.mean)
                further = ahead.quantile(self.calibration.place(level, key))
                high, held = np.where(short, further, high), np.where(short, level, held)
            # what is still below the mean: nothing is surer than the last level, or the bulk of what comes lies above it
            raised = np.flatnonzero(high < ahead.mean)
            high = np.maximum(high, ahead.mean)
            if raised.size:
                below = ahead.only(raised).share_below(high[raised], within_nothing=np.ones(raised.size))
                beneath = np.where(lump[raised], 0.0, (1 - COVERAGE) / 2)
                reached = self.calibration.level(below, key[raised]) - beneath
                held[raised] = np.maximum(reached, np.where(lump[raised], held[raised], COVERAGE))
            nothing = self.calibration.level(ahead.p_nothing, key)
            point = np.rint(ahead.mean)
            ends = np.floor(low), np.maximum(np.ceil(high), point)
            for column, values in zip(out, (point, *ends, held, nothing), strict=True):
                column[known] = values
        return LtvMany(known, *out)

    def to_json(self) -> str:
        """Everything needed to predict; the back-test is kept elsewhere."""
        kept = {
            "repeat": self.repeat.to_json(),
            "spend": self.spend.to_json(),
            "factor": self.factor,
            "drift": self.drift,
            "calibration": asdict(self.calibration),
            "horizon_days": self.horizon_days,
            "key_days": self.key_days,
            "spend_frequency_correlation": self.spend_frequency_correlation,
        }
        return json.dumps({"model": "Ltv", **kept})

    @classmethod
    def from_json(cls, document: str) -> Self:
        """Raises ValueError for another model's document."""
        read = json.loads(document)
        if read.pop("model", None) != "Ltv":
            raise ValueError("not an Ltv document")
        bands = read.pop("calibration")
        return cls(
            repeat=MbgNbd.from_json(read.pop("repeat")),
            spend=GammaGamma.from_json(read.pop("spend")),
            calibration=Calibration(tuple(bands["keys"]), tuple(tuple(band) for band in bands["places"])),
            **read,
        )


def shown_coverage(coverage: float) -> float:
    """Whole points of a hundred, never rounded up to all."""
    return min(round(coverage, 2), 0.99)
