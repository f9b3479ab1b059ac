"""One customer is computed in milliseconds, by the same definition and with the same result."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from customers.features.few import accumulate_few
from customers.features.purchases import Purchases
from customers.features.session import accumulate
from customers.features.transactions import read_transactions
from tests.customers.features.histories import random_events, random_histories

CUT = date(2026, 3, 1)


@pytest.fixture
def purchases(tmp_path: Path) -> Purchases:
    path = tmp_path / "sales.parquet"
    random_histories(seed=5, customers=12).write_parquet(path)
    return read_transactions(path).purchases


def test_one_after_the_other_they_come_to_what_all_together_come_to(purchases: Purchases) -> None:
    alone = [
        accumulate_few(purchases.some(purchases.codes(pl.Series([who]))), before=CUT) for who in range(12)
    ]
    assert_frame_equal(pl.concat(alone), accumulate(purchases, before=CUT), rel_tol=1e-12)


def test_events_are_added_up_alike_and_not_left_behind_for_the_next(purchases: Purchases) -> None:
    events = random_events(seed=6, customers=12)
    with_events = accumulate_few(purchases, before=CUT, events=events)
    assert_frame_equal(with_events, accumulate(purchases, before=CUT, events=events), rel_tol=1e-12)
    assert accumulate_few(purchases, before=CUT)["visits"].sum() == 0
    assert accumulate_few(purchases, before=CUT, events=events.slice(0, 0))["visits"].sum() == 0


def test_nobody_before_the_cut_is_an_empty_frame(purchases: Purchases) -> None:
    nobody = accumulate_few(purchases, before=date(1999, 1, 1))
    assert nobody.schema == accumulate(purchases, before=CUT).schema
    assert nobody.is_empty()
