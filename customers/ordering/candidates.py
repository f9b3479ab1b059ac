"""Which ways are there to tell who orders within H days, each fitted on the same customers?

`closed`: the repeat-buying model MBG/NBD, four parameters, needs no outcomes.    `rfm`: a logistic regression on the three RFM
numbers.    `interval`: one on the interval traits and the closed form's log-odds.    `pairs`: the same with products of the main
traits, which gained on the plain one what a mean with gradient boosting gained (Complete Journey, CDNOW) without trees to keep. Each
gives log-odds.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from scipy.special import logit

from customers.ordering.inputs import Floats, Inputs
from customers.ordering.logistic import CLEAR, PENALTY, Logistic, fit_logistic, numbers_of, small_shop
from customers.ordering.traits import Rhythm, traits
from customers.repeat.history import RepeatHistory
from customers.repeat.mbg_nbd import MbgNbd

CLOSED: Final = "closed"
RFM: Final = "rfm"
INTERVAL: Final = "interval"
PAIRS: Final = "pairs"
NAMES: Final = (CLOSED, RFM, INTERVAL, PAIRS)

MAIN: Final = (
    "silence",
    "overdue",
    "rate_30",
    "rate_120",
    "days",
    "spread",
    "spend_30",
    "steady_30",
    "spend_120",
    "closed",
)
"""The traits whose products and squares `pairs` weighs, standardised and kept within three standard deviations."""

PAIRS_PENALTY: Final = 100.0
"""Ridge of `pairs`: there are many products, and few of them matter."""

FADE: Final = 0.8
"""What a training cut counts against the next later one: habits of the season before last are worth less."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """Customers at a past cut, and whether they ordered in the horizon_days after it (0 or 1, shape (customers,))."""

    cut: date
    inputs: Inputs
    happened: Floats


@dataclass(frozen=True, slots=True)
class Candidates:
    """All candidates as of one day, fitted on labels that had ended by then.

    rfm, interval, pairs: None where there was no earlier cut to learn from.    main_centre, main_spread: of the traits in MAIN.
    """

    horizon_days: int
    rhythm: Rhythm
    repeat: MbgNbd
    rfm: Logistic | None
    interval: Logistic | None
    pairs: Logistic | None = None
    main_centre: tuple[float, ...] = ()
    main_spread: tuple[float, ...] = ()

    def log_odds(self, name: str, inputs: Inputs) -> Floats:
        """Uncalibrated log-odds of an order within horizon_days, shape (customers,)."""
        if name == RFM and self.rfm is not None:
            return self.rfm.log_odds(rfm_traits(inputs))
        if name == INTERVAL and self.interval is not None:
            return self.interval.log_odds(_matrix(inputs, self.rhythm, self.repeat, self.horizon_days)[0])
        if name == PAIRS and self.pairs is not None:
            matrix, names = _matrix(inputs, self.rhythm, self.repeat, self.horizon_days)
            return self.pairs.log_odds(_with_pairs(matrix, names, self.main_centre, self.main_spread))
        return closed_log_odds(self.repeat, inputs, self.horizon_days)

    def names(self) -> tuple[str, ...]:
        """Those that could be fitted."""
        return NAMES if self.interval is not None else (CLOSED,)

    def document(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "horizon_days": self.horizon_days,
            "rhythm": [self.rhythm.log_gap, self.rhythm.variance],
            "repeat": self.repeat.to_json(),
            "rfm": _document(self.rfm),
            "interval": _document(self.interval),
            "pairs": _document(self.pairs),
            "main": [self.main_centre, self.main_spread],
        }

    @classmethod
    def of_document(cls, read: dict[str, Any]) -> "Candidates":
        """Raises KeyError, TypeError or ValueError for anything that is not such a document."""
        log_gap, variance = numbers_of(read["rhythm"])
        centre, spread = (numbers_of(each) for each in read["main"])
        return cls(
            horizon_days=int(read["horizon_days"]),
            rhythm=Rhythm(log_gap, variance),
            repeat=MbgNbd.from_json(read["repeat"]),
            rfm=_logistic(read["rfm"]),
            interval=_logistic(read["interval"]),
            pairs=_logistic(read["pairs"]),
            main_centre=centre,
            main_spread=spread,
        )


def fit_candidates(*, horizon_days: int, rhythm: Rhythm, repeat: MbgNbd, past: list[Labelled]) -> Candidates:
    """past: latest cut first; all labels ended by the day the candidates are for.

    The closed form's log-odds go in unpenalised and all else is held back, the more the fewer customers: a small shop's regression is
    its closed form, put right in level and slope.
    """
    past = [each for each in past if len(each.happened)]
    if not past:
        return Candidates(horizon_days, rhythm, repeat, None, None)
    happened = np.concatenate([each.happened for each in past])
    weight = np.concatenate([np.full(len(each.happened), FADE**age) for age, each in enumerate(past)])
    told = [_matrix(each.inputs, rhythm, repeat, horizon_days) for each in past]
    matrix, names = np.vstack([rows for rows, _ in told]), told[0][1]
    main = matrix[:, [names.index(name) for name in MAIN]]
    centre = tuple(float(each) for each in main.mean(axis=0))
    spread = tuple(float(each) for each in main.std(axis=0))
    wide = _with_pairs(matrix, names, centre, spread)
    people = len(past[0].happened)
    free = np.array([names.index("closed")])
    return Candidates(
        horizon_days,
        rhythm,
        repeat,
        rfm=fit_logistic(np.vstack([rfm_traits(each.inputs) for each in past]), happened, weight),
        interval=fit_logistic(matrix, happened, weight, penalty=small_shop(PENALTY, people), free=free),
        pairs=fit_logistic(wide, happened, weight, penalty=small_shop(PAIRS_PENALTY, people), free=free),
        main_centre=centre,
        main_spread=spread,
    )


def _matrix(
    inputs: Inputs, rhythm: Rhythm, repeat: MbgNbd, horizon_days: int
) -> tuple[Floats, tuple[str, ...]]:
    found, names = traits(inputs, rhythm, horizon_days)
    closed = closed_log_odds(repeat, inputs, horizon_days)
    return np.column_stack([found, closed]), (*names, "closed")


def _with_pairs(
    matrix: Floats, names: tuple[str, ...], centre: tuple[float, ...], spread: tuple[float, ...]
) -> Floats:
    main = matrix[:, [names.index(name) for name in MAIN]]
    main = np.clip((main - np.array(centre)) / np.maximum(np.array(spread), 1e-9), -3.0, 3.0)
    pairs = [main[:, i] * main[:, j] for i in range(len(MAIN)) for j in range(i, len(MAIN))]
    return np.column_stack([matrix, *pairs])


def closed_log_odds(repeat: MbgNbd, inputs: Inputs, horizon_days: int) -> Floats:
    """Log-odds of at least one order within horizon_days by the repeat-buying model: P(still a customer) counts in it."""
    p = repeat.p_any(history_of(inputs), horizon_days)
    return np.asarray(logit(np.clip(p, CLEAR, 1 - CLEAR)))


def history_of(inputs: Inputs) -> RepeatHistory:
    """The inputs as the repeat-buying models want them; T runs to the last day seen, the one before the cut."""
    return RepeatHistory.of(
        inputs["days"] - 1,
        np.where(inputs["days"] > 1, inputs["span"], 0.0),
        np.where(inputs["days"] > 1, inputs["span"], 0.0) + inputs["since"] - 1,
        log_gaps=inputs["gap_log"],
    )


def rfm_traits(inputs: Inputs) -> Floats:
    """Logarithms of days since the last order, of orders and of yen, shape (customers, 3)."""
    orders = inputs["orders_a_day"] * inputs["days"]
    return np.column_stack(
        [np.log1p(inputs["since"]), np.log(orders), np.log1p(inputs["order_yen"] * orders)]
    )


def rfm_sum(inputs: Inputs) -> Floats:
    """The shop's habit: scores 1 to 5 for recency, orders and yen by fifths of its customers, added up."""
    orders = inputs["orders_a_day"] * inputs["days"]
    ranked = (-inputs["since"], orders, inputs["order_yen"] * orders)
    total = np.zeros(len(orders))
    for values in ranked:
        if len(values):
            cuts = np.quantile(values, (0.2, 0.4, 0.6, 0.8))
            total += 1 + np.searchsorted(cuts, values, side="left")
    return total


def _document(fitted: Logistic | None) -> dict[str, Any] | None:
    if fitted is None:
        return None
    return {name: getattr(fitted, name) for name in ("intercept", "weights", "centre", "low", "high")}


def _logistic(read: dict[str, Any] | None) -> Logistic | None:
    if read is None:
        return None
    weights, centre, low, high = (numbers_of(read[name]) for name in ("weights", "centre", "low", "high"))
    if not len(weights) == len(centre) == len(low) == len(high):
        raise ValueError("weights and traits differ in number")
    return Logistic(numbers_of([read["intercept"]])[0], weights, centre, low, high)
