"""A window for the next order, and a probability that means what it says."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from customers.ordering.fit import fit_ordering
from customers.ordering.fit_next_order import _verdict, fit_next_order
from customers.ordering.inputs import Floats, day_number, read_inputs
from customers.ordering.model import OrderingModel
from customers.ordering.next_order import NextOrderModel
from customers.ordering.past import Past, TooFew
from tests.customers.ordering.shops import OPENED, accumulated, bought, orders_of, simulated

CUT = date(2025, 1, 1)
SHOP = simulated(1200)
BEFORE = accumulated(SHOP)


HORIZON = 45


def fitted(
    orders: pl.DataFrame, *, cut: date = CUT, horizon: int = HORIZON
) -> tuple[OrderingModel, NextOrderModel]:
    """Both models on what came before the cut."""
    before, seen = accumulated(orders), bought(orders, before=cut)
    ordering = fit_ordering(before, seen, cut=cut, horizon_days=horizon, history_from=OPENED)
    return ordering, fit_next_order(before, seen, cut=cut, history_from=OPENED, ordering=ordering)


@pytest.fixture(scope="module")
def both() -> tuple[OrderingModel, NextOrderModel]:
    return fitted(SHOP)


@pytest.fixture(scope="module")
def model(both: tuple[OrderingModel, NextOrderModel]) -> NextOrderModel:
    return both[1]


@pytest.fixture(scope="module")
def p_order(both: tuple[OrderingModel, NextOrderModel]) -> Floats:
    """P(an order within HORIZON days) of everybody at the cut."""
    return both[0].p_order(BEFORE(CUT), CUT)


def test_as_many_windows_hold_as_was_said(model: NextOrderModel, p_order: Floats) -> None:
    found = model.windows(BEFORE(CUT), CUT, p_order)
    arrived = day_number(CUT) + Past(BEFORE, bought(SHOP, before=date(2025, 7, 1)), OPENED).at(CUT).wait
    held = (arrived >= found.first) & (arrived <= found.last)
    assert held.mean() == pytest.approx(found.probability.mean(), abs=0.05)


def test_of_those_who_come_four_in_five_come_inside_their_window(
    model: NextOrderModel, p_order: Floats
) -> None:
    found = model.windows(BEFORE(CUT), CUT, p_order)
    assert ((found.probability / found.comes) >= 0.8 - 1e-9).all()
    arrived = day_number(CUT) + Past(BEFORE, bought(SHOP, before=date(2025, 7, 1)), OPENED).at(CUT).wait
    came = arrived < day_number(CUT) + model.within
    held = (arrived >= found.first) & (arrived <= found.last)
    assert 0.76 <= held[came].mean() <= 0.9


def test_the_window_lies_ahead_and_holds_the_likely_day(model: NextOrderModel, p_order: Floats) -> None:
    found = model.windows(BEFORE(CUT), CUT, p_order)
    assert (found.first >= day_number(CUT)).all()
    assert (found.first <= found.likely).all()
    assert (found.likely <= found.last).all()
    assert (found.last < day_number(CUT) + model.within).all()


def test_the_likely_day_is_nearer_than_last_order_plus_usual_gap(model: NextOrderModel) -> None:
    figures = dict(model.backtests[0].figures)
    assert model.passed
    assert figures["mean_error_days"] < figures["usual_gap_mean_error_days"]


def test_one_customers_window_is_the_same_as_among_all(model: NextOrderModel, p_order: Floats) -> None:
    rows = BEFORE(CUT)
    all_of_them = model.windows(rows, CUT, p_order)
    one = model.window_of(read_inputs(rows[5], CUT), CUT, float(p_order[5]))
    assert day_number(one.first) == all_of_them.first[5]
    assert one.probability == pytest.approx(all_of_them.probability[5])


def test_a_kept_model_says_the_same(model: NextOrderModel, p_order: Floats) -> None:
    rows = BEFORE(CUT)
    again = NextOrderModel.from_json(model.to_json())
    assert again == model
    said, kept = (each.windows(rows, CUT, p_order).probability for each in (model, again))
    np.testing.assert_array_equal(kept, said)


def test_somebody_without_an_order_gets_no_window(model: NextOrderModel) -> None:
    rows = BEFORE(CUT)
    found = model.windows(rows, date(2020, 1, 1), np.zeros(len(rows)))
    assert (found.probability == 0).all()
    assert len(model.windows(rows[:0], CUT, np.zeros(0)).probability) == 0


def test_a_young_shop_gets_windows_from_the_closed_form_and_says_so() -> None:
    day = OPENED + timedelta(30)
    young = simulated(400).filter(pl.col("ordered_on") < day)
    ordering, told = fitted(young, cut=day, horizon=7)
    assert told.passed is None
    assert told.notes
    rows = accumulated(young)(day)
    found = told.windows(rows, day, ordering.p_order(rows, day))
    assert np.isfinite(found.probability).all()


# -- one distribution, not two


@pytest.mark.parametrize(
    ("people", "gap", "leaving", "seed", "horizon"),
    [(60, 25.0, 0.08, 3, 30), (150, 9.0, 0.02, 4, 14), (400, 60.0, 0.3, 5, 120), (120, 30.0, 0.1, 6, 37)],
)
def test_the_day_of_the_next_order_agrees_with_the_chance_of_one_in_any_shop(
    people: int, gap: float, leaving: float, seed: int, horizon: int
) -> None:
    orders = simulated(people, gap=gap, leaving=leaving, seed=seed)
    ordering, model = fitted(orders, horizon=horizon)
    rows = accumulated(orders)(CUT)
    p, inputs = ordering.p_order(rows, CUT), read_inputs(rows, CUT)
    arrived = model.anchored(model.arrived(inputs), p)
    days = np.arange(model.within + 1)
    by_day = np.stack([model.by(arrived, np.full(len(rows), day)) for day in days])
    np.testing.assert_allclose(by_day[horizon], p, atol=1e-9)
    assert (np.diff(by_day, axis=0) >= -1e-12).all()
    assert (by_day >= 0).all()
    assert (by_day <= 1).all()
    found, who = model.windows(rows, CUT, p), np.arange(len(rows))
    first, end = found.first - day_number(CUT), found.last - day_number(CUT) + 1
    np.testing.assert_allclose(found.probability, by_day[end, who] - by_day[first, who], atol=1e-9)
    assert (found.probability <= by_day[end, who] + 1e-9).all()
    inside = end <= horizon
    assert (found.probability[inside] <= p[inside] + 1e-9).all()
    whole = end >= horizon  # a window up to or past the horizon misses at most its own first tenth
    assert (found.probability >= p - by_day[first, who] - 1e-9)[whole].all()
    assert (found.comes >= p - 1e-9).all()


def test_a_horizon_beyond_the_longest_wait_is_never_exceeded(model: NextOrderModel) -> None:
    rows = BEFORE(CUT)
    far = replace(model, horizon_days=model.within + 100)
    p = np.full(len(rows), 0.2)
    found = far.windows(rows, CUT, p)
    assert found.comes.max() <= 0.2 + 1e-9
    assert found.comes.max() > 0.19


def test_waits_keep_their_shape_within_the_horizon_and_their_hazards_after_it(model: NextOrderModel) -> None:
    at = model.edges.index(HORIZON)
    plain = model.arrived(read_inputs(BEFORE(CUT), CUT))
    moved = model.anchored(plain, np.full(len(plain), 0.4))
    np.testing.assert_allclose(moved[:, 0] / moved[:, at], plain[:, 0] / plain[:, at])
    left, was = 1 - moved[:, at:], 1 - plain[:, at:]
    np.testing.assert_allclose(left[:, 1:] / left[:, :-1], was[:, 1:] / was[:, :-1], rtol=1e-6)


# -- the verdict


def test_shares_off_by_a_third_fail_and_the_figures_are_said() -> None:
    said, held = np.full(400, 0.2), np.zeros(400)
    held[:112] = 1  # 28 of a hundred
    passed, why = _verdict(held, said, np.zeros(30), trials=1)
    assert not passed
    assert "見積もり20%に対して実際は28%" in why
    assert "低く" in why
    assert "表示していません" in why


def test_what_chance_explains_passes_and_so_does_what_was_right() -> None:
    said, held = np.full(60, 0.2), np.zeros(60)
    held[::4] = 1
    assert _verdict(held, said, np.zeros(30), trials=1)[0]
    assert _verdict(np.tile([1.0, 0.0], 100), np.full(200, 0.5), np.zeros(30), trials=1)[0]


def test_probabilities_off_on_both_sides_fail_although_their_mean_is_right() -> None:
    said, held = np.repeat([0.1, 0.5], 300), np.zeros(600)
    held[:90] = 1  # 30 of a hundred, and again 30
    held[300:390] = 1
    assert not _verdict(held, said, np.zeros(30), trials=1)[0]


def test_days_farther_off_than_the_usual_gap_fail() -> None:
    said, held = np.full(200, 0.5), np.tile([1.0, 0.0], 100)
    passed, why = _verdict(held, said, np.linspace(1.0, 9.0, 60), trials=2)
    assert not passed
    assert "ふだんの間隔" in why


def test_a_shop_nobody_came_back_to_says_why_there_is_no_window() -> None:
    once = orders_of([(f"c{i}", f"o{i}", OPENED + timedelta(i), 100) for i in range(60)])
    ordering, _ = fitted(simulated(60, seed=3))
    with pytest.raises(TooFew) as told:
        fit_next_order(
            accumulated(once), bought(once, before=CUT), cut=CUT, history_from=OPENED, ordering=ordering
        )
    assert told.value.ja
