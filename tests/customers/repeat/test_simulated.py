"""What the models say of a simulated shop comes true in it."""

import numpy as np
import pytest

from customers.repeat.gamma_gamma import fit_gamma_gamma
from customers.repeat.mbg_nbd import MbgNbd, fit_mbg_nbd
from tests.customers.repeat.simulated_shop import Simulated, simulate

TRUE = {k: MbgNbd(r=0.9, alpha=20.0 / k, a=0.8, b=2.5, k=k) for k in (1, 2, 3, 4)}


@pytest.fixture(scope="module", params=[1, 2, 3, 4])
def shop(request: pytest.FixtureRequest) -> tuple[MbgNbd, Simulated]:
    seen = np.random.default_rng(1).uniform(30, 365, 20_000)
    return (
        TRUE[request.param],
        simulate(TRUE[request.param], people=20_000, seen=seen, ahead=180, seed=request.param),
    )


def test_the_rhythm_and_the_parameters_are_recovered(shop: tuple[MbgNbd, Simulated]) -> None:
    true, simulated = shop
    fitted = fit_mbg_nbd(simulated.history)
    assert fitted.k == true.k
    assert (fitted.r, fitted.alpha) == pytest.approx((true.r, true.alpha), rel=0.1)
    assert fitted.a / (fitted.a + fitted.b) == pytest.approx(true.a / (true.a + true.b), rel=0.1)


def test_as_many_are_alive_and_buy_as_expected_in_every_band(shop: tuple[MbgNbd, Simulated]) -> None:
    true, simulated = shop
    history = simulated.history
    for predicted, happened in [
        (true.p_alive(history), simulated.alive),
        (true.p_any(history, 60), np.where(simulated.wait <= 60, 1.0, 0.0)),
        (true.p_any(history, 180), np.where(simulated.orders > 0, 1.0, 0.0)),
        (true.expected_orders(history, 180), simulated.orders),
    ]:
        order = np.argsort(predicted)
        for band in np.array_split(order, 5):
            error = np.std(happened[band] - predicted[band]) / np.sqrt(band.size)
            assert abs(np.mean(happened[band]) - predicted[band].mean()) < 4 * error + 1e-9


def test_half_of_those_who_stay_have_bought_by_the_median_wait(shop: tuple[MbgNbd, Simulated]) -> None:
    true, simulated = shop
    stays = simulated.alive > 0
    for share in (0.1, 0.5):
        by = true.next_after(simulated.history, share)[stays]
        within = by <= 180  # the simulation ends there
        assert within.sum() > 500
        assert (simulated.wait[stays][within] <= by[within]).mean() == pytest.approx(share, abs=0.025)


def test_the_wait_and_its_survival_are_inverse(shop: tuple[MbgNbd, Simulated]) -> None:
    true, simulated = shop
    some = simulated.history.only(slice(0, 2000))
    wait = true.next_after(some, 0.3)
    assert np.allclose(true.still_quiet(some, wait)[wait < 1e5], 0.7, atol=1e-6)
    near = true.next_after(some, 0.5, within=90)
    assert np.allclose(1 - true.still_quiet(some, near), 0.5 * (1 - true.still_quiet(some, 90)), atol=1e-6)


def test_a_weak_prior_hardly_moves_a_large_shop_and_tames_a_tiny_one() -> None:
    seen = np.full(5000, 200.0)
    history = simulate(TRUE[1], people=5000, seen=seen, ahead=1, seed=9).history
    large, held = fit_mbg_nbd(history, regularity=1), fit_mbg_nbd(history, regularity=1, prior=1.0)
    assert held.expected_orders(history, 90).sum() == pytest.approx(
        large.expected_orders(history, 90).sum(), rel=0.02
    )
    tiny = history.only(slice(0, 30))
    assert 0.01 < fit_mbg_nbd(tiny, regularity=1, prior=1.0).a < 100


def test_spend_parameters_are_recovered_and_the_expectation_is_unbiased() -> None:
    rng = np.random.default_rng(5)
    purchases = rng.integers(1, 8, 30_000).astype(float)
    rate = rng.gamma(3.5, 1 / 5000.0, 30_000)
    seen = rng.gamma(4.0 * purchases, 1 / rate) / purchases
    model = fit_gamma_gamma(purchases, seen)
    assert (model.p, model.q, model.v) == pytest.approx((4.0, 3.5, 5000.0), rel=0.1)
    assert model.mean == pytest.approx((4.0 / rate).mean(), rel=0.05)
    expected = model.expected_spend(purchases, seen)
    top = expected > np.quantile(expected, 0.8)
    assert (4.0 / rate)[top].mean() == pytest.approx(expected[top].mean(), rel=0.03)
