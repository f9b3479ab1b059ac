"""A prediction is shown only after it held on the shop's own past."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from agent.domain.prediction import Backtest
from customers.backtest.judge import judge

ROLL = np.random.default_rng(3)
P = ROLL.random(2000)
Y = ROLL.random(2000) < P


def judged(
    happened: NDArray[np.bool_], predicted: NDArray[np.float64], habit: NDArray[np.float64] | None = None
) -> Backtest:
    return judge(
        happened,
        predicted,
        task="order_within",
        model="test",
        cut=date(2025, 7, 1),
        horizon_days=30,
        chosen=True,
        habit_score=habit,
    )


def test_a_prediction_that_held_is_shown() -> None:
    found = judged(Y, P, habit=np.round(P))
    assert found.passed
    assert found.baseline_auc is not None
    assert found.auc is not None
    assert found.auc.value > found.baseline_auc


def test_a_prediction_worse_than_the_average_is_hidden_and_says_so() -> None:
    found = judged(Y, ROLL.random(2000))
    assert not found.passed
    assert "平均" in found.verdict


def test_a_prediction_the_habit_outranks_is_hidden_and_says_so() -> None:
    found = judged(Y, 0.5 + (P - 0.5) * 0.5 + ROLL.normal(0, 0.2, 2000), habit=P)
    assert not found.passed
    assert "RFM" in found.verdict


def test_a_prediction_that_always_promises_too_much_is_hidden_and_says_so() -> None:
    found = judged(Y, np.minimum(1, P + 0.15))
    assert not found.passed
    assert "高く" in found.verdict


def test_with_hardly_any_orders_it_is_not_called_tested() -> None:
    few = np.zeros(200, dtype=bool)
    few[:5] = True
    found = judged(few, np.full(200, 0.02))
    assert not found.passed
    assert "確かめられません" in found.verdict


def test_nobody_to_judge_by_is_an_answer_too() -> None:
    found = judged(np.zeros(0, dtype=bool), np.zeros(0))
    assert (found.people, found.auc, found.brier, found.passed) == (0, None, None, False)
