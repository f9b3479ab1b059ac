"""What was built on groceries must hold where people buy a few times in years: CDNOW's 2,357 sampled customers."""

from datetime import date
from importlib import metadata
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from customers.backtest.metrics import auc, brier, ece
from customers.ordering.candidates import rfm_sum
from customers.ordering.fit import fit_ordering
from customers.ordering.inputs import read_inputs
from customers.ordering.model import OrderingModel
from tests.customers.ordering.shops import accumulated, bought, ordered_within, orders_of

OPENED, CUT, HORIZON = date(1997, 1, 1), date(1998, 4, 1), 90


def cd_sales() -> pl.DataFrame:
    found = [f for f in metadata.files("lifetimes") or () if f.name == "CDNOW_sample.txt"]
    rows = [line.split() for line in Path(str(found[0].locate())).read_text().splitlines()]
    return orders_of(
        [
            (
                row[1],
                str(number),
                date(int(row[2][:4]), int(row[2][4:6]), int(row[2][6:])),
                round(100 * float(row[4])),
            )
            for number, row in enumerate(rows)
            if len(row) == 5 and row[0].isdigit()
        ]
    )


SALES = cd_sales()
ROWS = accumulated(SALES)(CUT)
HAPPENED = ordered_within(SALES, ROWS, CUT, HORIZON)


@pytest.fixture(scope="module")
def model() -> OrderingModel:
    seen = bought(SALES, before=CUT)
    return fit_ordering(accumulated(SALES), seen, cut=CUT, horizon_days=HORIZON, history_from=OPENED)


def test_everybody_of_the_sample_is_there() -> None:
    assert len(ROWS) == 2357


def test_ranking_and_probabilities_hold(model: OrderingModel) -> None:
    p = model.p_order(ROWS, CUT)
    ranked, habit = auc(HAPPENED, p), auc(HAPPENED, rfm_sum(read_inputs(ROWS, CUT)))
    missed, error = brier(HAPPENED, p), ece(HAPPENED, p)
    assert ranked is not None
    assert habit is not None
    assert missed is not None
    assert error is not None
    assert ranked.value > habit.value
    assert missed.value < 0.85 * HAPPENED.mean() * (1 - HAPPENED.mean())
    assert error < 0.04


def test_those_who_bought_once_are_not_all_the_same(model: OrderingModel) -> None:
    """BG/NBD's P(alive) calls every one of them alive; the chance of an order must not."""
    once = (ROWS["days"] == 1).to_numpy()
    p = model.p_order(ROWS, CUT)
    assert p[once].max() < 0.3
    assert p[once].mean() == pytest.approx(HAPPENED[once].mean(), abs=0.03)
    assert np.mean(p[~once]) > 2 * np.mean(p[once])
