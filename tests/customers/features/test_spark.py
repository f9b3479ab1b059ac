"""One definition, two engines: DuckDB and Spark answer alike."""

import importlib.util
import shutil
from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from customers.features.pairs import pair_accumulators
from customers.features.purchases import Purchases
from customers.features.session import accumulate, pairs_in_parts
from customers.features.spark import accumulate_on_spark, evaluate_on_spark, local_spark
from customers.features.transactions import read_transactions
from tests.conftest import missing
from tests.customers.features.histories import random_events, random_histories

CUT = date(2026, 2, 1)


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """One Spark for the module: it takes seconds to start."""
    if importlib.util.find_spec("pyspark") is None:
        missing("pyspark", "uv pip install --require-hashes -r requirements-spark.lock")
    if shutil.which("java") is None:
        missing("Java", "apt-get install openjdk-17-jre-headless")
    with local_spark() as session:
        yield session


@pytest.fixture(scope="module")
def purchases(tmp_path_factory: pytest.TempPathFactory) -> Purchases:
    path = tmp_path_factory.mktemp("spark") / "sales.parquet"
    random_histories(seed=11, customers=150).write_parquet(path)
    return read_transactions(path).purchases


def _alike(ours: pl.DataFrame, theirs: pl.DataFrame) -> None:
    ours = ours.with_columns(pl.col("customer_id").cast(pl.String))
    ours = ours.sort([name for name in ("customer_id", "sku") if name in ours.columns])
    counts = [name for name, kind in ours.schema.items() if kind != pl.Float64]
    assert len(ours) > 100
    assert_frame_equal(theirs.select(counts), ours.select(counts), check_exact=True)
    assert_frame_equal(theirs, ours, rel_tol=1e-9, abs_tol=1e-9)


def test_spark_and_duckdb_add_orders_up_alike(spark: Any, purchases: Purchases) -> None:
    theirs = accumulate_on_spark(spark, purchases.orders_table(), before=CUT)
    _alike(accumulate(purchases, before=CUT), theirs)


def test_spark_and_duckdb_add_events_up_alike(spark: Any, purchases: Purchases) -> None:
    events = random_events(seed=12, customers=150)
    theirs = accumulate_on_spark(spark, purchases.orders_table(), before=CUT, events=events)
    _alike(accumulate(purchases, before=CUT, events=events), theirs)


def test_spark_and_duckdb_add_pairs_of_customer_and_product_up_alike(
    spark: Any, purchases: Purchases
) -> None:
    lines = purchases.lines_table()
    theirs = pl.DataFrame(
        evaluate_on_spark(spark, lambda lines: pair_accumulators(lines, before=CUT), lines=lines)
    )
    ours = pl.concat(pairs_in_parts(purchases, before=CUT))
    _alike(ours, theirs.sort("customer_id", "sku"))
