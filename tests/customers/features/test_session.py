"""The definition runs in DuckDB on bounded memory, some customers at a time, with the same result."""

from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from polars.testing import assert_frame_equal

from customers.features.columns import COLUMNS
from customers.features.definition import accumulators
from customers.features.pairs import pair_accumulators
from customers.features.purchases import EVENTS, Purchases
from customers.features.session import accumulate, accumulate_in_parts, open_session, pairs_in_parts
from customers.features.transactions import read_transactions
from tests.customers.features.histories import events_of, random_histories

CUT = date(2026, 3, 1)


@pytest.fixture
def purchases(tmp_path: Path) -> Purchases:
    path = tmp_path / "sales.parquet"
    random_histories(seed=3, customers=60).write_parquet(path)
    return read_transactions(path).purchases


def test_some_customers_at_a_time_give_what_all_at_once_give(purchases: Purchases) -> None:
    parts = list(accumulate_in_parts(purchases, before=CUT, rows_at_a_time=7))
    assert len(parts) > 10
    assert_frame_equal(pl.concat(parts), accumulate(purchases, before=CUT), check_exact=True)


def test_the_compiled_statement_gives_what_the_definition_gives(purchases: Purchases) -> None:
    with open_session(threads=1) as session:
        found = session.evaluate(
            lambda orders: accumulators(orders, before=CUT), orders=purchases.orders_table()
        )
    direct = pl.DataFrame(found).with_columns(pl.col("customer_id").cast(pl.Int64)).sort("customer_id")
    assert_frame_equal(
        accumulate(purchases, before=CUT).select("customer_id", "orders", "last_on", "net_yen", "hot_30"),
        direct.select("customer_id", "orders", "last_on", "net_yen", "hot_30"),
        check_dtypes=False,
    )


def test_what_happens_on_the_cut_or_later_is_not_seen(purchases: Purchases) -> None:
    early = accumulate(purchases, before=date(2025, 7, 1))
    assert early["last_on"].max() < date(2025, 7, 1)  # type: ignore[operator]
    assert len(early) < len(accumulate(purchases, before=CUT))


def test_before_the_data_nobody_is_known_and_the_columns_still_are(purchases: Purchases) -> None:
    nobody = accumulate(purchases, before=date(1999, 1, 1))
    assert (nobody.columns, len(nobody)) == (list(COLUMNS), 0)
    assert nobody.schema == accumulate(purchases, before=CUT).schema


def test_somebody_known_from_events_alone_comes_along(purchases: Purchases) -> None:
    events = events_of([("1", "visit", "2026-01-05T10:00"), ("9001", "nps", "2026-01-06T10:00")])
    found = accumulate(purchases, before=CUT, events=events)
    assert found["customer_id"].to_list()[-1] == 9001
    assert found["orders"].to_list()[-1] == 0
    assert found.filter(pl.col("customer_id") == 1)["visits"].to_list() == [1]
    assert found.schema == accumulate(purchases, before=CUT).schema


def test_events_change_nothing_about_orders(purchases: Purchases) -> None:
    events = events_of([("1", "visit", "2026-01-05T10:00")])
    orders = [name for name in COLUMNS if "visit" not in name]
    with_events = list(accumulate_in_parts(purchases, before=CUT, events=events, rows_at_a_time=9))
    assert_frame_equal(
        pl.concat(with_events).select(orders),
        accumulate(purchases, before=CUT).select(orders),
        check_exact=True,
    )


def test_a_customer_with_a_hundred_thousand_orders_is_one_row(tmp_path: Path) -> None:
    start = datetime.fromisoformat("2020-01-01T00:00")
    moments = [start + timedelta(minutes=20 * n) for n in range(100_000)]
    path = tmp_path / "busy.parquet"
    pl.DataFrame(
        {"customer_id": ["x"] * 100_000, "ordered_at": moments, "amount_yen": [1] * 100_000}
    ).write_parquet(path)
    (row,) = accumulate(read_transactions(path).purchases, before=CUT).rows(named=True)
    assert (row["orders"], row["days"], row["net_yen"], row["longest_gap"]) == (100_000, 1_389, 100_000, 1)


def test_the_session_never_dials_out() -> None:
    with open_session() as session, pytest.raises(Exception, match=r"(?i)extension"):
        session.connection.sql("attach 'x.sqlite' as x (type sqlite)")


def test_no_events_at_all_are_an_empty_table(purchases: Purchases) -> None:
    empty = events_of([])
    assert isinstance(empty, pa.Table)
    assert empty.column_names == list(EVENTS)
    assert_frame_equal(accumulate(purchases, before=CUT, events=empty), accumulate(purchases, before=CUT))


def test_pairs_of_customer_and_product_come_some_at_a_time_as_well(purchases: Purchases) -> None:
    parts = pl.concat(pairs_in_parts(purchases, before=CUT, rows_at_a_time=7))
    # Fading sums are added up in no set order, so the last bit may differ.
    assert_frame_equal(parts, pl.concat(pairs_in_parts(purchases, before=CUT)), rel_tol=1e-12)
    with open_session(threads=1) as session:
        found = session.evaluate(
            lambda lines: pair_accumulators(lines, before=CUT), lines=purchases.lines_table()
        )
    direct = pl.DataFrame(found).with_columns(pl.col("customer_id").cast(pl.Int64)).sort("customer_id", "sku")
    assert_frame_equal(parts, direct, check_dtypes=False)
