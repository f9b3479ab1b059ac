"""Mails left unopened and visits that stopped are told as reasons, with the weight the shop's past gives them."""

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from customers.ordering.fit import fit_ordering
from customers.ordering.model import OrderingModel
from customers.ordering.signals import churn_of
from tests.customers.ordering.shops import OPENED, accumulated, bought, orders_of

CUT = date(2025, 5, 1)


def shop_with_events() -> tuple[pl.DataFrame, pl.DataFrame]:
    """People buy monthly until they lose interest; then they neither visit nor open the weekly mail."""
    roll = np.random.default_rng(5)
    orders: list[tuple[str, str, date, int]] = []
    events: list[tuple[str, str, str, date, datetime]] = []
    for person in range(400):
        who, leaves = f"c{person:04}", int(roll.integers(60, 700))
        for week in range(0, 485, 7):
            day = OPENED + timedelta(week + person % 7)
            told = ["send"] if week % 14 == 0 else []
            if week < leaves:
                told += ["open"] * bool(told) + ["visit"]
                if roll.random() < 0.25:
                    orders.append((who, f"o{len(orders)}", day, 3000))
            for hour, kind in enumerate(told):
                when = datetime(day.year, day.month, day.day, 9 + hour)  # noqa: DTZ001 - events hold Tokyo wall time
                events.append((f"e{len(events)}", who, kind, day, when))
    frame = pl.DataFrame(
        events,
        {
            "event_id": pl.String,
            "customer_id": pl.String,
            "kind": pl.String,
            "happened_on": pl.Date,
            "happened_at": pl.Datetime("us"),
        },
        orient="row",
    )
    return orders_of(orders), frame.with_columns(sku=pl.lit(None, pl.String), value=pl.lit(None, pl.Int64))


ORDERS, EVENTS = shop_with_events()
BEFORE = accumulated(ORDERS, EVENTS)


@pytest.fixture(scope="module")
def model() -> OrderingModel:
    return fit_ordering(BEFORE, bought(ORDERS, before=CUT), cut=CUT, horizon_days=30, history_from=OPENED)


def test_unopened_mails_and_stopped_visits_are_reasons_to_worry(model: OrderingModel) -> None:
    rows = BEFORE(CUT)
    lost = rows.filter((pl.col("unopened_streak") >= 3) & (pl.col("last_on") > date(2025, 2, 15)))[0]
    churn = churn_of(model, lost, CUT, {})
    assert churn is not None
    reasons = {signal.code: signal for signal in churn.signals}
    assert reasons["mail"].text == f"直近{lost['unopened_streak'][0]}通が未開封"
    assert reasons["mail"].contribution > 0
    assert reasons["visits"].contribution > 0


def test_a_shop_with_events_is_not_told_they_are_missing(model: OrderingModel) -> None:
    assert not any("記録がない" in note for note in model.notes)
