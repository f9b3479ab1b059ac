"""A window for the next order, and a probability that means what it says."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from customers.ordering.fit_next_order import fit_next_order
from customers.ordering.inputs import day_number
from customers.ordering.next_order import NextOrderModel
from customers.ordering.past import Past, TooFew
from tests.customers.ordering.shops import OPENED, accumulated, bought, orders_of, simulated

CUT = date(2025, 1, 1)
SHOP = simulated(1200)
BEFORE = accumulated(SHOP)


@pytest.fixture(scope="module")
def model() -> NextOrderModel:
    return fit_next_order(BEFORE, bought(SHOP, before=CUT), cut=CUT, history_from=OPENED)


def test_as_many_windows_hold_as_was_said(model: NextOrderModel) -> None:
    found = model.windows(BEFORE(CUT), CUT)
    arrived = day_number(CUT) + Past(BEFORE, bought(SHOP, before=date(2025, 7, 1)), OPENED).at(CUT).wait
    held = (arrived >= found.first) & (arrived <= found.last)
    assert held.mean() == pytest.approx(found.probability.mean(), abs=0.05)


def test_of_those_who_come_four_in_five_come_inside_their_window(model: NextOrderModel) -> None:
    found = model.windows(BEFORE(CUT), CUT)
    assert ((found.probability / found.comes) >= 0.8 - 1e-9).all()
    arrived = day_number(CUT) + Past(BEFORE, bought(SHOP, before=date(2025, 7, 1)), OPENED).at(CUT).wait
    came = arrived < day_number(CUT) + model.within
    held = (arrived >= found.first) & (arrived <= found.last)
    assert 0.76 <= held[came].mean() <= 0.9


def test_the_window_lies_ahead_and_holds_the_likely_day(model: NextOrderModel) -> None:
    found = model.windows(BEFORE(CUT), CUT)
    assert (found.first >= day_number(CUT)).all()
    assert (found.first <= found.likely).all()
    assert (found.likely <= found.last).all()
    assert (found.last < day_number(CUT) + model.within).all()


def test_the_likely_day_is_nearer_than_last_order_plus_usual_gap(model: NextOrderModel) -> None:
    figures = dict(model.backtests[0].figures)
    assert model.passed
    assert figures["mean_error_days"] < figures["usual_gap_mean_error_days"]


def test_one_customers_window_is_the_same_as_among_all(model: NextOrderModel) -> None:
    rows = BEFORE(CUT)
    all_of_them, one = model.windows(rows, CUT), model.window(rows[5], CUT)
    assert one is not None
    assert day_number(one.first) == all_of_them.first[5]
    assert one.probability == pytest.approx(all_of_them.probability[5])


def test_a_kept_model_says_the_same(model: NextOrderModel) -> None:
    rows = BEFORE(CUT)
    again = NextOrderModel.from_json(model.to_json())
    assert again == model
    np.testing.assert_array_equal(again.windows(rows, CUT).probability, model.windows(rows, CUT).probability)


def test_somebody_without_an_order_gets_no_window(model: NextOrderModel) -> None:
    assert model.window(BEFORE(CUT)[:0], CUT) is None
    assert model.window(BEFORE(CUT)[0], date(2020, 1, 1)) is None


def test_a_young_shop_gets_windows_from_the_closed_form_and_says_so() -> None:
    young = simulated(400).filter(pl.col("ordered_on") < OPENED + timedelta(30))
    told = fit_next_order(
        accumulated(young), bought(young, before=CUT), cut=OPENED + timedelta(30), history_from=OPENED
    )
    assert told.passed is None
    assert told.notes
    found = told.windows(accumulated(young)(OPENED + timedelta(30)), OPENED + timedelta(30))
    assert np.isfinite(found.probability).all()


def test_a_shop_nobody_came_back_to_says_why_there_is_no_window() -> None:
    once = orders_of([(f"c{i}", f"o{i}", OPENED + timedelta(i), 100) for i in range(60)])
    with pytest.raises(TooFew) as told:
        fit_next_order(accumulated(once), bought(once, before=CUT), cut=CUT, history_from=OPENED)
    assert told.value.ja
