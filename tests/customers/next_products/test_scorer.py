"""A probability a small shop states must not be surer than the shop's few purchases allow."""

import numpy as np
import pytest

from customers.backtest.metrics import log_loss
from customers.next_products.scorer import Bools, calibrate, fit_calibrated, fit_scorer
from customers.next_products.tally import Floats


def pairs(count: int, seed: int, *, weight: float = 0.0, traits: int = 25) -> tuple[Floats, Bools]:
    """Traits of which only the first says anything, at a usual rate of about one in ten."""
    luck = np.random.default_rng(seed)
    found = luck.normal(size=(count, traits)).astype(np.float32)
    chance = 1 / (1 + np.exp(2.2 - weight * found[:, 0]))
    return found, luck.random(count) < chance


@pytest.mark.parametrize("seed", range(3))
def test_what_a_small_shop_learnt_by_heart_moves_back_to_its_usual_rate(seed: int) -> None:
    traits, happened = pairs(600, seed, weight=1.0)
    whose = (np.arange(600) // 3).astype(np.int32)
    alone = fit_scorer(traits, happened, crossed=10, penalty=10.0)
    by_heart = calibrate(alone, alone.raw(traits), happened)
    found = fit_calibrated(traits, happened, whose, crossed=10, penalty=10.0)
    others, truth = pairs(20_000, seed + 100, weight=1.0)
    said, before = (each.calibrated(each.raw(others)) for each in (found, by_heart))
    assert said.std() < before.std()
    loss, loss_before = log_loss(truth, said), log_loss(truth, before)
    assert loss is not None
    assert loss_before is not None
    assert loss < loss_before


def test_a_large_shop_keeps_what_its_traits_say() -> None:
    traits, happened = pairs(40_000, 1, weight=1.0)
    assert happened.sum() >= 2_000
    found = fit_calibrated(traits, happened, np.arange(40_000, dtype=np.int32), crossed=0, penalty=10.0)
    others, truth = pairs(20_000, 2, weight=1.0)
    said = found.calibrated(found.raw(others))
    sure = said > 0.4
    assert sure.sum() > 100
    assert abs(said[sure].mean() - truth[sure].mean()) < 0.05


def test_a_ranking_is_never_turned_round() -> None:
    traits, happened = pairs(300, 3)
    found = fit_calibrated(traits, happened, np.arange(300, dtype=np.int32), crossed=0, penalty=10.0)
    odds = np.linspace(-6, 6, 50, dtype=np.float32)
    assert (np.diff(found.calibrated(odds)) >= 0).all()
