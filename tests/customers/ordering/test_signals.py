"""Reasons in words: each says what it really adds, and together they say everything."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from scipy.special import logit

from agent.domain.prediction import Churn
from customers.ordering.fit import fit_ordering
from customers.ordering.inputs import GROUPS, read_inputs
from customers.ordering.model import OrderingModel
from customers.ordering.signals import churn_of, contributions
from tests.customers.ordering.shops import OPENED, accumulated, bought, simulated

CUT = date(2025, 5, 1)
SHOP = simulated(1200)
BEFORE = accumulated(SHOP)
ROWS = BEFORE(CUT)


@pytest.fixture(scope="module")
def model() -> OrderingModel:
    return fit_ordering(BEFORE, bought(SHOP, before=CUT), cut=CUT, horizon_days=30, history_from=OPENED)


def told(model: OrderingModel, row: pl.DataFrame, cut: date = CUT) -> Churn:
    found = churn_of(model, row, cut, {"recency": ["orders:1"]})
    assert found is not None
    return found


@pytest.mark.parametrize("place", [0, 17, 300, 900])
def test_reasons_add_up_to_the_distance_from_the_shops_reference(model: OrderingModel, place: int) -> None:
    churn = told(model, ROWS[place])
    total = sum(signal.contribution for signal in churn.signals)
    assert total == pytest.approx(float(logit(churn.score) - logit(churn.reference)), abs=1e-6)


def test_the_reference_customer_has_no_reasons(model: OrderingModel) -> None:
    middle = {name: np.array([value]) for name, value in model.reference}
    assert sum(contributions(model, middle).values()) == 0.0


def test_silence_beyond_the_own_rhythm_is_the_first_reason_to_worry(model: OrderingModel) -> None:
    regular = ROWS.filter((pl.col("days") >= 8) & (pl.col("last_on") > date(2025, 4, 20)))[0]
    late = told(model, regular, date(2025, 8, 20))
    assert late.signals[0].code == "recency"
    assert late.signals[0].contribution > 0
    assert late.signals[0].text.startswith("前回から")
    assert late.signals[0].records == ("orders:1",)
    assert late.score > told(model, regular).score


def test_a_first_order_is_said_as_such(model: OrderingModel) -> None:
    fresh = ROWS.filter((pl.col("days") == 1) & (pl.col("last_on") > date(2025, 4, 20)))[0]
    texts = [signal.text for signal in told(model, fresh, date(2025, 7, 20)).signals]
    assert any(text.startswith("初回購入から") for text in texts)


def test_events_nobody_recorded_give_no_reason(model: OrderingModel) -> None:
    codes = {signal.code for place in (0, 17, 300) for signal in told(model, ROWS[place]).signals}
    assert not codes & {"visits", "mail", "contact"}


def test_every_input_belongs_to_exactly_one_reason() -> None:
    names = [name for group in GROUPS.values() for name in group]
    assert sorted(names) == sorted(read_inputs(ROWS, CUT))


def test_somebody_without_an_order_gets_no_score(model: OrderingModel) -> None:
    assert churn_of(model, ROWS[0], date(2023, 1, 1), {}) is None
    assert churn_of(model, ROWS[:0], CUT, {}) is None
