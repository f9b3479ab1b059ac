"""The yardstick models' forecasts come true in shops that behave as they say."""

import numpy as np

from customers.repeat.bg_nbd import BgNbd
from customers.repeat.history import Numbers, RepeatHistory
from customers.repeat.pareto_nbd import ParetoNbd

AHEAD = 40.0


def _comes_true(predicted: Numbers, happened: Numbers) -> None:
    for band in np.array_split(np.argsort(predicted), 5):
        error = np.std(happened[band] - predicted[band]) / np.sqrt(band.size)
        assert abs(happened[band].mean() - predicted[band].mean()) < 4 * error + 1e-9


def _bought(
    rate: Numbers, seen: Numbers, leaving: Numbers, drop: Numbers, seed: int
) -> tuple[RepeatHistory, Numbers]:
    """Purchases at a rate until the moment of leaving, or until dropping after a repeat purchase; orders within AHEAD."""
    rng = np.random.default_rng(seed)
    now, last, x, orders = (np.zeros(rate.size) for _ in range(4))
    here = np.ones(rate.size, dtype=bool)
    while here.any():
        now = now + rng.exponential(1 / rate)
        here &= now <= np.minimum(leaving, seen + AHEAD)
        early = here & (now <= seen)
        x += early
        orders += here & ~early
        last = np.where(early, now, last)
        here &= rng.random(rate.size) >= drop
    return RepeatHistory.of(x, last, seen), orders


def test_pareto_nbd_comes_true() -> None:
    model, people = ParetoNbd(r=0.8, alpha=10, s=0.9, beta=25), 40_000
    rng = np.random.default_rng(7)
    rate, leaving = rng.gamma(0.8, 1 / 10, people), rng.exponential(1 / rng.gamma(0.9, 1 / 25, people))
    seen = rng.uniform(10, 60, people)
    history, orders = _bought(np.maximum(rate, 1e-9), seen, leaving, np.zeros(people), 8)
    _comes_true(model.p_alive(history), np.where(leaving > seen, 1.0, 0.0))
    _comes_true(model.p_any(history, AHEAD), np.where(orders > 0, 1.0, 0.0))
    _comes_true(model.expected_orders(history, AHEAD), orders)


def test_bg_nbd_comes_true() -> None:
    model, people = BgNbd(r=0.8, alpha=10, a=0.8, b=2.5), 40_000
    rng = np.random.default_rng(9)
    rate, drop = rng.gamma(0.8, 1 / 10, people), rng.beta(0.8, 2.5, people)
    seen = rng.uniform(10, 60, people)
    history, orders = _bought(np.maximum(rate, 1e-9), seen, np.full(people, np.inf), drop, 10)
    _comes_true(model.p_any(history, AHEAD), np.where(orders > 0, 1.0, 0.0))
    _comes_true(model.expected_orders(history, AHEAD), orders)
