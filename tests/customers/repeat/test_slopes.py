"""Analytic derivatives agree with finite differences."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from customers.repeat import bg_nbd, gamma_gamma, mbg_nbd, pareto_nbd
from customers.repeat.history import Numbers, RepeatHistory


def _agree(objective: Callable[[Numbers], tuple[float, Numbers]], at: list[float]) -> None:
    logs = np.log(np.array(at))
    numeric = approx_fprime(logs, lambda theta: objective(np.exp(theta))[0], 1e-7)
    value, slopes = objective(np.exp(logs))
    assert slopes * np.exp(logs) == pytest.approx(numeric, rel=1e-4, abs=2e-6 * abs(value))


@pytest.fixture(scope="module")
def rows() -> RepeatHistory:
    rng = np.random.default_rng(3)
    x = np.concatenate([np.zeros(20), rng.poisson(4, 60), [300.0]])
    T = rng.uniform(0.05, 3, x.size)
    return RepeatHistory.of(x, T * rng.beta(3, 1, x.size), T, weight=rng.uniform(0.5, 3, x.size))


PLACES = [[0.7, 0.5, 0.8, 1.7], [3.0, 4.0, 0.05, 9.0], [0.1, 0.02, 5.0, 0.3]]


@pytest.mark.parametrize("at", PLACES)
@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_mbg_nbd_of_every_regularity(rows: RepeatHistory, at: list[float], k: int) -> None:
    _agree(lambda p: mbg_nbd.log_likelihood_with_slopes(p, rows, regularity=k), at)


@pytest.mark.parametrize("at", PLACES)
def test_bg_nbd_and_pareto_nbd(rows: RepeatHistory, at: list[float]) -> None:
    _agree(lambda p: bg_nbd.log_likelihood_with_slopes(p, rows), at)
    _agree(lambda p: pareto_nbd.log_likelihood_with_slopes(p, rows), at)


def test_gamma_gamma() -> None:
    rng = np.random.default_rng(4)
    purchases, spend = rng.integers(1, 30, 80).astype(float), rng.gamma(2, 1, 80)
    _agree(
        lambda p: gamma_gamma.log_likelihood_with_slopes(p, purchases, spend, np.ones(80)), [5.0, 3.0, 2.0]
    )


def test_the_objective_is_the_models_own_log_likelihood(rows: RepeatHistory) -> None:
    model = mbg_nbd.MbgNbd(0.7, 0.5, 0.8, 1.7, 1)
    value, _ = mbg_nbd.log_likelihood_with_slopes(np.array(PLACES[0]), rows, regularity=1)
    assert value == pytest.approx(rows.weight @ model.log_likelihood(rows))
