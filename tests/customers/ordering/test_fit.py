"""Who orders within H days: learned from a shop's past, tried on it, and honest where the past is thin."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from customers.backtest.metrics import auc, brier, ece
from customers.ordering.fit import fit_ordering, stand_in
from customers.ordering.model import OrderingModel
from customers.ordering.past import TooFew
from tests.customers.ordering.shops import OPENED, accumulated, bought, ordered_within, orders_of, simulated

CUT = date(2025, 5, 1)
SHOP = simulated(1200)
BEFORE = accumulated(SHOP)


@pytest.fixture(scope="module")
def model() -> OrderingModel:
    return fitted(SHOP)


def fitted(orders: pl.DataFrame, *, cut: date = CUT, horizon: int = 30) -> OrderingModel:
    return fit_ordering(
        accumulated(orders), bought(orders, before=cut), cut=cut, horizon_days=horizon, history_from=OPENED
    )


def test_probabilities_hold_on_days_the_model_never_saw(model: OrderingModel) -> None:
    rows = BEFORE(CUT)
    happened, p = ordered_within(SHOP, rows, CUT, 30), model.p_order(rows, CUT)
    ranked, missed, error = auc(happened, p), brier(happened, p), ece(happened, p)
    assert ranked is not None
    assert missed is not None
    assert error is not None
    assert ranked.value > 0.8
    assert missed.value < 0.9 * happened.mean() * (1 - happened.mean())
    assert error < 0.06


def test_every_candidate_is_tried_one_horizon_ago_and_one_is_chosen(model: OrderingModel) -> None:
    assert {each.model for each in model.backtests} == {"closed", "rfm", "interval", "pairs"}
    assert sum(each.chosen for each in model.backtests) == 1
    assert {each.cut + timedelta(30) for each in model.backtests} == {CUT}
    assert model.passed


def test_nothing_after_the_cut_changes_the_model() -> None:
    later = orders_of([(f"c{i:05}", f"late{i}", CUT + timedelta(i % 40), 5000) for i in range(1200)])
    seen = pl.concat([SHOP.filter(pl.col("ordered_on") < CUT), later])
    told = replace(fitted(seen), backtests=())
    assert told.to_json() == replace(fitted(SHOP.filter(pl.col("ordered_on") < CUT)), backtests=()).to_json()


def test_a_kept_model_says_the_same(model: OrderingModel) -> None:
    rows = BEFORE(CUT)
    again = OrderingModel.from_json(model.to_json())
    assert again == model
    np.testing.assert_array_equal(again.p_order(rows, CUT), model.p_order(rows, CUT))


def test_a_document_that_is_not_a_model_is_refused(model: OrderingModel) -> None:
    with pytest.raises(ValueError, match="version"):
        OrderingModel.from_json(model.to_json().replace('"ordering": 1', '"ordering": 2'))
    with pytest.raises(ValueError, match="finite"):
        OrderingModel.from_json(model.to_json().replace('"intercept": ', '"intercept": 1e999, "was": '))


def test_somebody_who_bought_once_long_ago_is_not_expected(model: OrderingModel) -> None:
    rows = BEFORE(CUT)
    once = (rows["days"] == 1).to_numpy() & (rows["last_on"] < date(2024, 9, 1)).to_numpy()
    regular = (rows["days"] > 8).to_numpy() & (rows["last_on"] > date(2025, 4, 10)).to_numpy()
    p = model.p_order(rows, CUT)
    assert once.any()
    assert regular.any()
    assert p[once].max() < 0.15
    assert p[regular].mean() > 0.6
    assert model.outlook(rows, CUT).p_alive[once].max() < 0.5


def test_expected_orders_and_the_chance_of_any_go_together(model: OrderingModel) -> None:
    rows = BEFORE(CUT)
    outlook = model.outlook(rows, CUT)
    assert np.corrcoef(outlook.expected_orders, outlook.p_order)[0, 1] > 0.8
    assert (outlook.expected_orders >= outlook.p_order - 1e-12).all(), (
        "one order is expected of whoever surely orders"
    )
    assert (outlook.p_alive >= outlook.p_order).all(), "who orders is still a customer"
    np.testing.assert_array_equal(outlook.p_order, model.p_order(rows, CUT))


def test_a_small_shop_leans_on_the_closed_form_and_says_so() -> None:
    small = fitted(simulated(120, seed=4))
    assert any("少ない" in note for note in small.notes)


def test_below_thirty_customers_it_says_how_many_are_missing() -> None:
    with pytest.raises(TooFew) as told:
        fitted(simulated(20, seed=4))
    assert "あと" in told.value.ja


def test_a_shop_without_a_past_to_be_tested_on_says_when_it_can_be() -> None:
    young = simulated(400).filter(pl.col("ordered_on") < OPENED + timedelta(45))
    told = fitted(young, cut=OPENED + timedelta(45))
    assert told.backtests == ()
    assert told.passed is None
    assert told.chosen == "closed"
    assert any("確かめられ" in note for note in told.notes)


def test_absent_events_lower_confidence_and_say_so(model: OrderingModel) -> None:
    assert any("訪問やメール開封の記録がない" in note for note in model.notes)


def test_orders_ahead_of_the_cut_are_not_seen_and_strangers_get_nothing(model: OrderingModel) -> None:
    rows = accumulated(
        orders_of([("ahead", "1", date(2025, 6, 1), 100), ("gone", "2", date(2025, 4, 1), -100)])
    )(date(2025, 7, 1))
    np.testing.assert_array_equal(model.p_order(rows, CUT), [0.0, 0.0])
    np.testing.assert_array_equal(model.outlook(rows, CUT).expected_orders, [0.0, 0.0])


def fitted_or_reason(orders: pl.DataFrame) -> OrderingModel | str:
    try:
        return fitted(orders)
    except TooFew as reason:
        return reason.ja


ODD = {
    "everything on one day": [(f"c{i}", f"o{i}", date(2025, 1, 1), 100) for i in range(60)],
    "nobody came back": [(f"c{i}", f"o{i}", date(2025, 1, 1) + timedelta(i), 100) for i in range(60)],
    "closed for a year": [
        (f"c{i}", f"o{i}{k}", OPENED + timedelta(i % 30 + 9 * k), 100) for i in range(60) for k in range(4)
    ],
    "a daily buyer among others": [
        *[("many", f"m{k}", OPENED + timedelta(k % 480), 100) for k in range(3000)],
        *[
            (f"c{i}", f"o{i}{k}", OPENED + timedelta(7 * i + 30 * k), 100)
            for i in range(50)
            for k in range(3)
        ],
    ],
    "nothing paid": [
        (f"c{i}", f"o{i}{k}", OPENED + timedelta(9 * i + 20 * k), 0) for i in range(40) for k in range(3)
    ],
}


@pytest.mark.parametrize("name", ODD)
def test_odd_shops_get_finite_probabilities_or_a_reason(name: str) -> None:
    orders = orders_of(ODD[name])
    told = fitted_or_reason(orders)
    if isinstance(told, str):
        assert "です" in told or "ません" in told
        return
    rows = accumulated(orders)(CUT)
    outlook = told.outlook(rows, CUT)
    for found in (outlook.p_order, outlook.p_alive, outlook.expected_orders):
        assert np.isfinite(found).all()
        assert (found >= 0).all()
    assert told.p_order(rows, CUT).max() <= 1


def test_where_the_chosen_candidate_failed_one_that_held_takes_its_place(model: OrderingModel) -> None:
    failed = [replace(each, passed=each.model == "rfm") for each in model.backtests]
    tried, best = stand_in(tuple(failed))
    assert best == "rfm"
    assert [each.model for each in tried if each.chosen] == ["rfm"]
    nobody = tuple(replace(each, passed=False) for each in model.backtests)
    assert stand_in(nobody) == (nobody, None)
