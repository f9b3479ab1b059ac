"""How do the same definitions run on Spark, for histories larger than one machine? Needs the extra `[spark]` and Java 17."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import polars as pl
import pyarrow as pa

from agent.domain.errors import OperatorMustFix
from customers.features.definition import accumulators
from customers.features.session import typed_columns


@contextmanager
def local_spark(*, threads: int = 2, memory: str = "1g") -> Iterator[Any]:
    """A Spark inside this machine that talks to 127.0.0.1 alone. Raises OperatorMustFix without pyspark or Java."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise OperatorMustFix(
            "pyspark is not installed: pip install 'okaeri[spark]'",
            ja="pyspark がありません。「pip install 'okaeri[spark]'」で入れてください。",
        ) from error
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        raise OperatorMustFix(
            "Java is missing: Spark needs Java 17", ja="Java がありません。Spark には Java 17 が必要です。"
        )
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    settings = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": memory,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": str(threads),
        "spark.sql.session.timeZone": "Asia/Tokyo",
    }
    builder = SparkSession.builder.master(f"local[{threads}]").appName("okaeri")
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    try:
        yield spark
    finally:
        spark.stop()


def evaluate_on_spark(spark: Any, define: Callable[..., ir.Table], **tables: pa.Table) -> pa.Table:
    """Run a definition on Spark (cf. `session.Session.evaluate`). define: takes the Ibis tables by the names given here."""
    for name, table in tables.items():
        spark.createDataFrame(table).createOrReplaceTempView(name)
    return evaluate_views(spark, define, *tables)


def evaluate_views(spark: Any, define: Callable[..., ir.Table], *views: str) -> pa.Table:
    """Run a definition on views or tables that Spark knows already, by their names."""
    backend = ibis.pyspark.connect(spark)
    return backend.to_pyarrow(define(**{name: backend.table(name) for name in views}))


def accumulate_on_spark(
    spark: Any, orders: pa.Table, *, before: date, events: pa.Table | None = None
) -> pl.DataFrame:
    """`session.accumulate` on Spark: the same columns, types and rows, by customer id as text."""
    if events is None:
        found = evaluate_on_spark(spark, lambda orders: accumulators(orders, before=before), orders=orders)
    else:
        found = evaluate_on_spark(
            spark,
            lambda orders, events: accumulators(orders, events, before=before),
            orders=orders,
            events=events,
        )
    return pl.DataFrame(found).select("customer_id", *typed_columns()).sort("customer_id")
