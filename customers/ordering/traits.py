"""Which numbers does the interval model weigh?

Every trait is a smooth or piecewise-linear function of the inputs, chosen for what is known to matter to repeat buying: how long
the silence is against the customer's own rhythm, how often they bought lately (decayed counts at several half-lives, as rates and as
the log-odds a steady buyer of that rate would have), how regular they are, what they spend, and what they did besides buying.
Own rhythm and rates are shrunk towards the shop's, so one gap does not make a habit.
"""

from dataclasses import dataclass
from math import exp, log, log1p
from typing import Final

import numpy as np

from customers.features.columns import HOT
from customers.ordering.inputs import Floats, Inputs

GAPS_OF_PRIOR: Final = 2.0
"""The shop's usual gap weighs as much as so many of the customer's own."""

DAYS_OF_PRIOR: Final = 10.0
"""The shop's usual rate weighs as much as so many days watched."""

BENDS: Final = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Where the effect of silence may bend, in own gaps."""

SILENCES: Final = (1, 2, 4, 8, 16, 32)
"""The same in the shop's gaps."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The shop's gaps between purchase days: mean and variance of their logarithms within a customer."""

    log_gap: float
    variance: float


def read_rhythm(inputs: Inputs) -> Rhythm:
    """From all gaps of all customers; a month with a wide spread where nobody came back."""
    repeats = inputs["days"] - 1
    seen = repeats > 0
    if not seen.any():
        return Rhythm(log(30.0), 1.0)
    each = inputs["gap_log"][seen] / repeats[seen]
    weight = np.minimum(repeats[seen], 10.0)  # so that a few who buy daily do not stand for the shop
    within = _within(inputs)[seen]
    freedom = np.maximum(repeats[seen] - 1, 0.0)
    spread = float(within.sum() / freedom.sum()) if freedom.sum() >= 10 else 1.0
    return Rhythm(float(np.average(each, weights=weight)), min(max(spread, 0.05), 4.0))


def own_gap(inputs: Inputs, rhythm: Rhythm) -> Floats:
    """Each customer's usual gap in days: geometric mean, shrunk towards the shop's."""
    repeats = inputs["days"] - 1
    return np.asarray(
        np.exp((inputs["gap_log"] + GAPS_OF_PRIOR * rhythm.log_gap) / (repeats + GAPS_OF_PRIOR))
    )


def bought_lately(inputs: Inputs, half_life: int) -> Floats:
    """Purchase days a day, decayed to the cut. 0 after a long silence."""
    window = half_life / log(2) * (1 - 0.5 ** ((inputs["span"] + inputs["since"] + 1) / half_life))
    return np.asarray(inputs[f"hot_{half_life}"] * 0.5 ** (inputs["since"] / half_life) / window)


def traits(inputs: Inputs, rhythm: Rhythm, horizon_days: int) -> tuple[Floats, tuple[str, ...]]:
    """The matrix (customers, traits), finite, and the traits' names."""
    found = _of_rhythm(inputs, rhythm) | _of_rates(inputs, rhythm, horizon_days)
    found |= _of_money(inputs) | _of_events(inputs)
    return np.column_stack(list(found.values())), tuple(found)


def _of_rhythm(inputs: Inputs, rhythm: Rhythm) -> dict[str, Floats]:
    days, since = inputs["days"], inputs["since"]
    gap = own_gap(inputs, rhythm)
    spread = np.sqrt((_within(inputs) + 4 * rhythm.variance) / (np.maximum(days - 2, 0.0) + 4))
    silence, overdue = np.log1p(since), np.log((since + 0.5) / gap)
    found = {
        "silence": silence,
        "watched": np.log1p(inputs["span"] + since),
        "days": np.log(days),
        "once": (days <= 1).astype(np.float64),
        "gap": np.log(gap),
        "spread": spread,
        "overdue": overdue,
        "overdue_in_spreads": overdue / spread,
        "last_gap": np.log1p(inputs["last_gap"]) - np.log(gap),
        "longest_gap": np.log1p(inputs["longest_gap"]),
        "beyond_longest": np.maximum(0.0, silence - np.log1p(inputs["longest_gap"])),
        "overall": np.log(days / (inputs["span"] + since + 10.0)),
    }
    for bend in BENDS:
        found[f"overdue_{bend}"] = np.maximum(0.0, overdue - log(bend))
    for bend in SILENCES:
        found[f"silence_{bend}"] = np.maximum(0.0, silence - log1p(bend * exp(rhythm.log_gap)))
    return found


def _of_rates(inputs: Inputs, rhythm: Rhythm, horizon_days: int) -> dict[str, Floats]:
    found = {}
    usual = 0.5 * np.exp(-rhythm.log_gap)
    watched = inputs["span"] + inputs["since"] + 1
    for half_life in HOT:
        rate = bought_lately(inputs, half_life)
        window = half_life / log(2) * (1 - 0.5 ** (watched / half_life))
        expected = (rate * window + usual * DAYS_OF_PRIOR) / (window + DAYS_OF_PRIOR) * horizon_days
        found[f"rate_{half_life}"] = np.log(rate + 0.02 / horizon_days)
        found[f"steady_{half_life}"] = np.log(np.expm1(np.clip(expected, 1e-3, 8.0)))
    return found


def _of_money(inputs: Inputs) -> dict[str, Floats]:
    return {
        "order_yen": np.log1p(inputs["order_yen"]),
        **{
            f"spend_{half}": np.log1p(inputs[f"spend_{half}"] * 0.5 ** (inputs["since"] / half))
            for half in (30, 120)
        },
        "orders_a_day": np.log(inputs["orders_a_day"]),
        "discounted": inputs["discounted"],
        "returned": inputs["returned"],
    }


def _of_events(inputs: Inputs) -> dict[str, Floats]:
    now = inputs["visit_14"] * 0.5 ** (inputs["since_visit"] / 14)
    usual = inputs["visit_90"] * 0.5 ** (inputs["since_visit"] / 90)
    return {
        "visits_now": np.log1p(now),
        "visits_usual": np.log1p(usual),
        "visits_turn": np.log((now + 0.5) / (usual * 14 / 90 + 0.5)),
        "seen": 0.5 ** (inputs["since_visit"] / 7),
        "unopened": np.log1p(inputs["unopened"]),
        "opened": inputs["opened"],
        "mailed": np.log1p(inputs["mailed"]),
        "opened_lately": 0.5 ** (inputs["since_open"] / 30),
        "cart": inputs["cart"],
        **{name: np.log1p(inputs[name]) for name in ("reviews", "referrals", "chats", "store_visits")},
        "nps": inputs["nps"],
    }


def _within(inputs: Inputs) -> Floats:
    """Sum of squares of each customer's log gaps around their own mean."""
    repeats = np.maximum(inputs["days"] - 1, 1.0)
    return np.maximum(0.0, inputs["gap_log_sq"] - inputs["gap_log"] ** 2 / repeats)
