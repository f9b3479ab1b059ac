"""What did everybody buy, read from the shop's own store into `Purchases`?"""

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl
import pyarrow as pa

from agent.ports.purchases import PurchaseHistory
from customers.features.codes import by_customer_and_moment, coded
from customers.features.purchases import LineRows, OrderRows, Purchases


def read_purchases(
    history: PurchaseHistory,
    *,
    before: date,
    customer_ids: Sequence[str] | None = None,
    lines: bool = False,
) -> Purchases:
    """Orders before the cut, of everybody or of a few; with their product lines when asked.

    Somebody without an order is not among them. Ten million orders pass through in batches and take some 300 MB.
    """
    with history.orders(before=before, customer_ids=customer_ids) as reader:
        frame = _collected(reader, ("net_yen", "discount_yen", "refunded_yen"), "ordered_on")
    ids, customer = coded(frame["customer_id"])
    day = frame["ordered_on"].to_numpy()
    order = by_customer_and_moment(customer, day)
    refunded = frame["refunded_yen"].to_numpy()
    orders = OrderRows(
        customer[order],
        day[order],
        frame["net_yen"].to_numpy()[order],
        frame["discount_yen"].to_numpy()[order],
        refunded[order] if refunded.any() else None,
    )
    bought = None
    if lines:
        with history.lines(before=before, customer_ids=customer_ids) as reader:
            bought = _lines(_collected(reader, ("quantity", "net_yen", "discount_yen"), "ordered_on"), ids)
    return Purchases(ids, orders, bought)


def read_events(
    history: PurchaseHistory, *, before: date, customer_ids: Sequence[str] | None = None
) -> pa.Table | None:
    """Events before the cut; None when there are none."""
    with history.events(before=before, customer_ids=customer_ids) as reader:
        table = reader.read_all()
    return table if table.num_rows else None


def _collected(reader: pa.RecordBatchReader, yen: tuple[str, ...], on: str) -> pl.DataFrame:
    """Batches as narrow columns: names as categories, days as numbers."""
    words = [name for name in ("customer_id", "sku", "category") if name in reader.schema.names]
    narrow = [
        *(pl.col(name).cast(pl.Categorical) for name in words),
        pl.col(on).to_physical(),
        *(pl.col(name) for name in yen),
    ]
    parts = [pl.DataFrame(batch).select(narrow) for batch in reader]
    if not parts:
        parts = [pl.DataFrame(reader.schema.empty_table()).select(narrow)]
    return pl.concat(parts)


def _lines(frame: pl.DataFrame, ids: pl.Series) -> LineRows:
    """Lines under the codes of the orders' customers."""
    known = pl.DataFrame({"customer_id": ids, "code": pl.int_range(len(ids), dtype=pl.Int32, eager=True)})
    named = frame["customer_id"].unique()
    numbers = pl.DataFrame({"physical": named.to_physical(), "customer_id": named.cast(pl.String)})
    place = numbers.join(known, on="customer_id")
    codes = np.full(int(place["physical"].max() or 0) + 1, -1, dtype=np.int32)  # type: ignore[arg-type]
    codes[place["physical"].to_numpy()] = place["code"].to_numpy()
    customer = codes[frame["customer_id"].to_physical().to_numpy()]
    day = frame["ordered_on"].to_numpy()
    order = by_customer_and_moment(customer, day)
    skus, sku = coded(frame["sku"])
    categories, category = coded(frame["category"])
    return LineRows(
        customer[order],
        day[order],
        sku[order],
        frame["net_yen"].to_numpy()[order],
        frame["discount_yen"].to_numpy()[order],
        skus.cast(pl.String),
        frame["quantity"].to_numpy()[order],
        category[order] if len(categories) else None,
        categories.cast(pl.String),
    )
