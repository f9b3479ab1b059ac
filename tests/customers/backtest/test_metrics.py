"""Figures that say how good a prediction was."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from customers.backtest.metrics import (
    auc,
    auc_difference,
    brier,
    brier_difference,
    ece,
    ece_by_chance,
    lift,
    log_loss,
    reliability,
    wilson,
)

ROLL = np.random.default_rng(7)
P = ROLL.random(4000)
Y = ROLL.random(4000) < P


def test_the_auc_is_the_textbook_one_ties_included() -> None:
    coarse = np.round(P, 1)
    found = auc(Y, coarse)
    assert found is not None
    assert found.value == pytest.approx(roc_auc_score(Y, coarse))


def test_the_interval_of_the_auc_holds_the_truth_about_95_times_in_100() -> None:
    truth, held = roc_auc_score(Y, P), 0
    for seed in range(200):
        some = np.random.default_rng(seed).choice(len(P), 150, replace=False)
        found = auc(Y[some], P[some])
        assert found is not None
        held += found.low <= truth <= found.high
    assert 180 <= held <= 200


def test_a_ranking_compared_with_itself_differs_by_nothing() -> None:
    same = auc_difference(Y, P, P * 3)
    assert same is not None
    assert (same.value, same.low, same.high) == (0.0, 0.0, 0.0)


def test_a_worse_ranking_is_clearly_worse() -> None:
    noisy = auc_difference(Y, P + ROLL.normal(0, 1, len(P)), P)
    assert noisy is not None
    assert noisy.high < 0


def test_the_true_probabilities_beat_the_base_rate_and_are_calibrated() -> None:
    better = brier_difference(Y, P, np.full(len(P), Y.mean()))
    assert better is not None
    assert better.high < 0
    error = ece(Y, P)
    assert error is not None
    assert error < 2 * ece_by_chance(P)


def test_probabilities_pushed_to_the_extremes_show_in_the_calibration() -> None:
    error = ece(Y, np.where(P > 0.5, 0.99, 0.01))
    assert error is not None
    assert error > 0.2


def test_each_reliability_bin_holds_equally_many_people_and_its_interval() -> None:
    bins = reliability(Y, P)
    assert [each.people for each in bins] == [400] * 10
    assert all(each.low <= each.happened <= each.high for each in bins)


def test_few_people_make_few_bins() -> None:
    assert len(reliability(Y[:60], P[:60])) == 2


def test_everybody_holds_everybody_and_ties_gain_nothing() -> None:
    steps = lift(Y, np.zeros(len(Y)))
    assert all(step.captured == pytest.approx(step.share) for step in steps)
    assert lift(Y, P)[-1].captured == pytest.approx(1.0)


def test_wilson_of_nobody_says_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)


def test_where_everybody_did_the_same_there_is_no_ranking_to_measure() -> None:
    assert auc([1, 1], [0.2, 0.3]) is None
    assert auc([], []) is None
    assert brier([], []) is None
    assert log_loss([], []) is None
    assert lift([0, 0], [0.1, 0.2]) == ()


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1, max_size=60))
def test_no_figure_is_ever_not_a_number(pairs: list[tuple[bool, float]]) -> None:
    y, p = [a for a, _ in pairs], [b for _, b in pairs]
    found = [auc(y, p), brier(y, p), brier_difference(y, p, p)]
    for each in found:
        assert each is None or (each.low <= each.value <= each.high)
    assert log_loss(y, p) is not None
