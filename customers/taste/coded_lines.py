"""What was bought, as plain number columns?"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from customers.charting.favourites import category_names

COLUMNS = ("customer_id", "day", "sku", "category", "quantity", "net_yen", "discount_yen")
"""What is read of a lines table. `day` is days since 1970-01-01 in Tokyo; a table with `ordered_on` dates will do as well."""

NO_CATEGORY = -1
"""Code of a line whose category nobody recorded."""


@dataclass(frozen=True, slots=True)
class CodedLines:
    """Purchased product lines before `cut`, returns left out.

    customers: unique ids, in the order of their codes.    skus, categories: likewise.    who, sku, category: codes, the
    last NO_CATEGORY where unknown; day: days since 1970-01-01; price: yen paid a unit after discounts, NaN when not recorded;
    reduced: whether it had a discount. Arrays of shape (lines,), narrow because a large shop has tens of millions.
    """

    cut: int
    customers: pl.Series
    skus: pl.Series
    categories: tuple[str, ...]
    who: NDArray[np.int32]
    day: NDArray[np.int32]
    sku: NDArray[np.int32]
    category: NDArray[np.int32]
    price: NDArray[np.float32]
    reduced: NDArray[np.bool_]


def code_lines(lines: pl.DataFrame | pl.LazyFrame, *, before: date) -> CodedLines:
    """Read a lines table (see COLUMNS; missing ones of sku, category, discount_yen count as unknown or 0) up to `before`.

    Codes of customers cost most; lines sorted by customer, or customer ids that are integers, are several times faster.
    """
    cut = days_of(before)
    frame = _selected(lines).filter(
        (pl.col("day") < cut) & (pl.col("quantity") > 0) & (pl.col("net_yen").fill_null(0) >= 0)
    )
    price = (pl.col("net_yen") / pl.col("quantity")).cast(pl.Float32).fill_null(float("nan"))
    read = frame.select(
        "customer_id", "day", "sku", "category", price=price, reduced=pl.col("discount_yen") > 0
    ).collect()
    customers, who = _coded(read["customer_id"])
    skus, sku = _coded(read["sku"].fill_null(""))
    cells, cell = _coded(read["category"].fill_null(""))
    categories, of_cell = _categories(cells.to_list())
    return CodedLines(
        cut=cut,
        customers=customers,
        skus=skus,
        categories=categories,
        who=who,
        day=read["day"].to_numpy(),
        sku=sku,
        category=of_cell[cell],
        price=read["price"].to_numpy(),
        reduced=read["reduced"].to_numpy(),
    )


def lines_of(lines: CodedLines, people: NDArray[np.int64]) -> CodedLines:
    """The lines of some customers only, coded anew in the order of `people`, their codes in `lines`."""
    place = np.full(len(lines.customers), -1, dtype=np.int32)
    place[people] = np.arange(people.size, dtype=np.int32)
    kept = np.flatnonzero(place[lines.who] >= 0)
    return CodedLines(
        cut=lines.cut,
        customers=lines.customers.gather(people),
        skus=lines.skus,
        categories=lines.categories,
        who=place[lines.who[kept]],
        day=lines.day[kept],
        sku=lines.sku[kept],
        category=lines.category[kept],
        price=lines.price[kept],
        reduced=lines.reduced[kept],
    )


def days_of(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - date(1970, 1, 1).toordinal()


def _selected(lines: pl.DataFrame | pl.LazyFrame) -> pl.LazyFrame:
    frame = lines.lazy()
    names = frame.collect_schema().names()
    if "day" not in names:
        frame = frame.with_columns(day=pl.col("ordered_on").cast(pl.Date).to_physical())
    missing: dict[str, pl.Expr] = {
        "sku": pl.lit(None, pl.String),
        "category": pl.lit(None, pl.String),
        "quantity": pl.lit(1),
        "discount_yen": pl.lit(0),
    }
    frame = frame.with_columns(**{name: value for name, value in missing.items() if name not in names})
    return frame.select(
        "customer_id",
        pl.col("day").cast(pl.Int32),
        pl.col("sku").cast(pl.String),
        pl.col("category").cast(pl.String),
        pl.col("quantity").fill_null(1).cast(pl.Int64),
        pl.col("net_yen").cast(pl.Float64),
        pl.col("discount_yen").fill_null(0).cast(pl.Float64),
    ).drop_nulls(["customer_id", "day"])


def _coded(values: pl.Series) -> tuple[pl.Series, NDArray[np.int32]]:
    """Unique values and each row's place among them."""
    if values.is_empty():
        return values, np.zeros(0, dtype=np.int32)
    if values.is_sorted():
        runs = values.rle_id()
        return values.unique(maintain_order=True), runs.to_numpy().astype(np.int32)
    if values.dtype.is_integer():
        known, codes = np.unique(values.to_numpy(), return_inverse=True)
        return pl.Series(known), codes.astype(np.int32)
    dictionary = values.to_arrow().dictionary_encode()
    return pl.Series(dictionary.dictionary), dictionary.indices.to_numpy().astype(np.int32)


def _categories(cells: list[str]) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Names of the first category in each cell, sorted, and the code of each cell."""
    first = [names[0] if (names := category_names(cell)) else None for cell in cells]
    known = tuple(sorted({name for name in first if name is not None}))
    place = {name: code for code, name in enumerate(known)}
    codes = [NO_CATEGORY if name is None else place[name] for name in first]
    return known, np.array(codes, dtype=np.int32)
