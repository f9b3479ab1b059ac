"""Whatever the records, a finite answer or a reason in Japanese."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaln, hyp2f1

from customers.repeat.bg_nbd import BgNbd, fit_bg_nbd
from customers.repeat.gamma_gamma import GammaGamma, fit_gamma_gamma
from customers.repeat.history import CannotFit, Numbers, RepeatHistory
from customers.repeat.mbg_nbd import MbgNbd, fit_mbg_nbd
from customers.repeat.pareto_nbd import ParetoNbd, fit_pareto_nbd

HARD = RepeatHistory.of(
    [0, 0, 0, 1, 1, 100_000, 100_000, 3],
    [0, 0, 0, 0, 900, 900, 10, 2],
    [0, 1, 3000, 0, 900, 900, 3000, 2],
    log_gaps=np.zeros(8),
)
MODELS = [
    BgNbd(0.24, 4.4, 0.79, 2.4),
    ParetoNbd(0.55, 10.6, 0.61, 11.7),
    ParetoNbd(2.0, 0.01, 1.0, 5000.0),
    *(MbgNbd(0.5, 6.2, 0.9, 1.6, k) for k in (1, 2, 3, 4)),
    MbgNbd(0.01, 1e-3, 1.0, 8000.0, 4),
    MbgNbd(50.0, 5e4, 1e-4, 1e-4, 3),
]


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_hard_customers_get_finite_numbers_in_range(model: BgNbd | ParetoNbd | MbgNbd) -> None:
    for horizon in (0.0, 1.0, 365.0, 1e6):
        sure, orders = model.p_any(HARD, horizon), model.expected_orders(HARD, horizon)
        assert ((sure >= 0) & (sure <= 1)).all()
        assert (orders >= 0).all()
        assert np.isfinite(orders).all()
        assert (orders >= sure * (1 - 2e-3) - 1e-9).all()  # the mean count is at least P(count > 0)
    assert np.isfinite(model.log_likelihood(HARD)).all()
    assert (model.p_any(HARD, 0) == 0).all()
    assert (model.p_any(HARD, 1e5) <= model.p_alive(HARD) + 1e-9).all()


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_many_customers_get_what_each_would_alone(k: int) -> None:
    model = MbgNbd(0.6, 40.0 / k, 0.8, 2.0, k)
    rng = np.random.default_rng(k)
    T = rng.integers(0, 900, 6000).astype(float)
    x = np.where(T > 10, rng.integers(0, 12, 6000), 0).astype(float)
    many = RepeatHistory.of(x, np.floor(T * rng.uniform(0.3, 1, 6000)), T)
    alone = many.only(slice(0, 300))
    for horizon in (0.0, 7.0, 365.0):
        together = model.expected_orders(many, horizon)[:300]
        assert together == pytest.approx(model.expected_orders(alone, horizon), rel=2e-5)


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_waits_of_hard_customers_are_finite_and_ordered(k: int) -> None:
    model = MbgNbd(0.5, 6.2, 0.9, 1.6, k)
    waits = [model.next_after(HARD, share, longest=5000) for share in (0.0, 0.1, 0.5, 0.9, 1.0)]
    assert all(((wait >= 0) & (wait <= 5000)).all() for wait in waits)
    assert all((later >= sooner - 1e-9).all() for sooner, later in pairwise(waits))


def test_expected_orders_agree_with_the_textbook_hypergeometric_form() -> None:
    model, h = MbgNbd(0.525, 6.183, 0.891, 1.614, 1), 39.0
    history = RepeatHistory.of([0, 1, 2, 7, 25], [0, 3, 30.43, 30, 36], [20, 38.86, 38.86, 33, 36.1])
    n, x, T = model.r + history.x, history.x, history.T
    form = hyp2f1(n, model.b + x + 1, model.a + model.b + x, h / (model.alpha + T + h))
    kept = 1 - form * ((model.alpha + T) / (model.alpha + T + h)) ** n
    textbook = model.p_alive(history) * (model.a + model.b + x) / (model.a - 1) * kept
    assert model.expected_orders(history, h) == pytest.approx(textbook, rel=1e-6)


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_expected_orders_agree_with_the_plain_series(k: int) -> None:
    model, h = MbgNbd(0.7, 9.0, 1.3, 2.0, k), 60.0
    history = RepeatHistory.of([4.0], [30.0], [30.0])  # bought just now: no step passed
    n, stay = model.r + k * 4, model.b + 5
    steps = np.arange(4000.0)
    share = np.exp(
        gammaln(n + steps) - gammaln(n) - gammaln(steps + 1) + n * np.log(39 / 99) + steps * np.log(60 / 99)
    )
    i = np.arange(4000.0)
    still = np.exp(
        gammaln(stay + i) - gammaln(stay) + gammaln(1.3 + stay) - gammaln(1.3 + stay + i)
    )  # E(1-p)^i
    made = np.concatenate([[0.0], np.cumsum(still)])[np.floor(steps / k).astype(int)]
    expected = model.p_alive(history)[0] * (share @ made)
    assert model.expected_orders(history, h)[0] == pytest.approx(expected, rel=1e-6)


NOT_ENOUGH = [
    RepeatHistory.of([], [], []),
    RepeatHistory.of([0, 0, 0], [0, 0, 0], [10, 20, 30]),
    RepeatHistory.of([1, 2, 0], [0, 0, 0], [0, 0, 0]),
    RepeatHistory.of([1, 2], [5, 5], [9, 9], weight=[0, 0]),
]


@pytest.mark.parametrize("history", NOT_ENOUGH, ids=["nobody", "no repeaters", "all on one day", "no weight"])
def test_records_that_say_too_little_are_refused_with_a_reason(history: RepeatHistory) -> None:
    for fit in (fit_bg_nbd, fit_mbg_nbd, fit_pareto_nbd):
        with pytest.raises(CannotFit) as refused:
            fit(history)
        assert refused.value.ja.endswith("。")


def test_spends_that_say_too_little_are_refused_with_a_reason() -> None:
    ones = np.ones(5)
    for spend in (ones * 3000, -ones, np.zeros(5), np.array([1.0, np.nan, 0, 0, 0])):
        with pytest.raises(CannotFit):
            fit_gamma_gamma(ones, spend)


@given(
    st.lists(st.tuples(st.integers(0, 40), st.floats(0, 1), st.floats(0, 800)), min_size=1, max_size=30),
    st.sampled_from([0.0, 1.0]),
)
@settings(max_examples=25, deadline=None)
def test_any_small_shop_is_fitted_finitely_or_refused(
    rows: list[tuple[int, float, float]], prior: float
) -> None:
    x, part, T = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    history = RepeatHistory.of(x, part * T, T, log_gaps=np.zeros(x.size))
    try:
        model = fit_mbg_nbd(history, prior=prior)
    except CannotFit:
        return
    for answer in (
        model.p_any(history, 30),
        model.expected_orders(history, 365),
        model.next_after(history, 0.5),
    ):
        assert np.isfinite(answer).all()


def test_constant_customers_are_fitted_without_nan() -> None:
    same = RepeatHistory.of(np.full(50, 5.0), np.full(50, 90.0), np.full(50, 100.0))
    orders = fit_mbg_nbd(same, prior=1.0).expected_orders(same, 100)
    assert ((orders > 2) & (orders < 8)).all()


def test_columns_that_cannot_be_are_refused() -> None:
    for x, t_x, T in (([1], [5], [4]), ([-1], [0], [4]), ([1], [1], [np.nan]), ([1, 2], [1], [4])):
        with pytest.raises(ValueError, match=r"row breaks|finite|lengths"):
            RepeatHistory.of(x, t_x, T)


def test_equal_rows_are_condensed_and_a_sample_keeps_the_weight() -> None:
    rng = np.random.default_rng(0)
    x = rng.integers(0, 4, 5000).astype(float)
    history = RepeatHistory.of(x, x * 2, np.full(5000, 10.0), log_gaps=x * 0.7)
    condensed = history.condensed()
    assert len(condensed) == 4
    assert condensed.weight.sum() == 5000
    gaps: Numbers | None = condensed.log_gaps
    assert gaps is not None
    assert gaps @ condensed.weight == pytest.approx((x * 0.7).sum())
    assert history.condensed(1000, seed=1).weight.sum() == pytest.approx(5000)


def test_a_model_survives_its_document_and_foreign_ones_are_refused() -> None:
    for model in (MODELS[0], MODELS[1], MODELS[4]):
        assert type(model).from_json(model.to_json()) == model
    spend = GammaGamma(6.25, 3.74, 15.44)
    assert GammaGamma.from_json(spend.to_json()) == spend
    for document in (
        spend.to_json(),
        '{"model": "BgNbd", "r": 1}',
        MODELS[0].to_json().replace("4.4", "NaN"),
    ):
        with pytest.raises(ValueError, match="BgNbd"):
            BgNbd.from_json(document)
