"""The models find what the literature found on CDNOW."""

import numpy as np
import pytest

from customers.repeat.bg_nbd import BgNbd, fit_bg_nbd
from customers.repeat.gamma_gamma import fit_gamma_gamma
from customers.repeat.history import Numbers, RepeatHistory
from customers.repeat.mbg_nbd import fit_mbg_nbd
from customers.repeat.pareto_nbd import ParetoNbd, fit_pareto_nbd

CDNOW = tuple[RepeatHistory, Numbers]


def test_bg_nbd_matches_fader_hardie_and_lee(cdnow: CDNOW) -> None:
    history, _ = cdnow
    model = fit_bg_nbd(history)
    assert len(history) == 2357
    assert [round(p, 3) for p in (model.r, model.alpha, model.a, model.b)] == pytest.approx(
        [0.243, 4.414, 0.793, 2.426], abs=1.1e-3
    )
    assert model.log_likelihood(history).sum() == pytest.approx(-9582.4, abs=0.05)


def test_pareto_nbd_matches_fader_and_hardie(cdnow: CDNOW) -> None:
    history, _ = cdnow
    model = fit_pareto_nbd(history)
    assert (model.r, model.s) == pytest.approx((0.553, 0.606), abs=1e-3)
    assert (model.alpha, model.beta) == pytest.approx((10.578, 11.669), abs=5e-3)
    assert model.log_likelihood(history).sum() == pytest.approx(-9595.0, abs=0.05)


def test_mbg_nbd_matches_batislam_denizel_and_filiztekin(cdnow: CDNOW) -> None:
    model = fit_mbg_nbd(cdnow[0])
    assert (model.r, model.alpha, model.a, model.b, model.k) == pytest.approx(
        (0.525, 6.183, 0.891, 1.614, 1), abs=1e-3
    )


def test_gamma_gamma_matches_the_note_on_946_repeaters(cdnow: CDNOW) -> None:
    history, spend = cdnow
    again = history.x > 0
    model = fit_gamma_gamma(history.x[again], spend[again])
    assert again.sum() == 946
    assert (model.p, model.q, model.v) == pytest.approx((6.25, 3.74, 15.44), abs=0.01)


def test_expected_orders_match_the_worked_examples() -> None:
    first = RepeatHistory.of([2], [30.43], [38.86])
    assert BgNbd(0.243, 4.414, 0.793, 2.426).expected_orders(first, 39)[0] == pytest.approx(1.226, abs=5e-4)
    customer_1516 = RepeatHistory.of([26], [30.86], [31])
    pareto = ParetoNbd(0.5534, 10.5802, 0.6061, 11.6562)
    assert pareto.expected_orders(customer_1516, 52)[0] == pytest.approx(25.46, abs=0.01)
    assert pareto.p_alive(customer_1516)[0] == pytest.approx(0.9979, abs=1e-4)


def test_other_time_units_change_only_the_rate(cdnow: CDNOW) -> None:
    weeks, _ = cdnow
    days = RepeatHistory.of(weeks.x, weeks.t_x * 7, weeks.T * 7)
    by_week, by_day = fit_mbg_nbd(weeks), fit_mbg_nbd(days)
    assert by_day.alpha == pytest.approx(7 * by_week.alpha, rel=1e-3)
    assert np.allclose(by_day.expected_orders(days, 273), by_week.expected_orders(weeks, 39), rtol=1e-3)


def test_one_time_buyers_fade_under_mbg_but_never_under_bg(cdnow: CDNOW) -> None:
    history, _ = cdnow
    once = history.only(history.x == 0)
    assert (fit_bg_nbd(history).p_alive(once) == 1).all()
    assert fit_mbg_nbd(history).p_alive(once).max() < 0.6
