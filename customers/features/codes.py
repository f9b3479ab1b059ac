"""Which number stands for which customer or product, and in which order do rows go?"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from customers.features.purchases import Small


def coded(values: pl.Series) -> tuple[pl.Series, Small]:
    """Different values in ascending order, and each row's place among them; -1 for null."""
    words = isinstance(values.dtype, pl.String | pl.Categorical)
    numbers = values.cast(pl.Categorical).to_physical() if words else values
    lowest, highest = numbers.min(), numbers.max()
    if not isinstance(lowest, int) or not isinstance(highest, int):
        return (values.cast(pl.String) if words else values).clear(), np.full(len(values), -1, dtype=np.int32)
    if highest - lowest > 8 * len(numbers) + 1_000_000:  # scattered: a table of all between would not fit
        numbers = numbers.rank("dense")
        lowest, highest = 1, int(numbers.max() or 1)  # type: ignore[arg-type]
    wide = numbers if numbers.dtype == pl.UInt64 else numbers.cast(pl.Int64)
    places = (wide - lowest).cast(pl.Int64).fill_null(highest - lowest + 1).to_numpy()
    row_of = np.full(highest - lowest + 2, -1, dtype=np.int64)
    row_of[places] = np.arange(len(places), dtype=np.int64)
    row_of[-1] = -1
    named = row_of >= 0
    ids = values.gather(row_of[named])
    code = np.full(len(row_of), -1, dtype=np.int32)
    if words:
        ids = ids.cast(pl.String)
        ascending = ids.arg_sort().to_numpy()
        code[np.flatnonzero(named)[ascending]] = np.arange(len(ids), dtype=np.int32)
        ids = ids.gather(ascending)
    else:
        code[named] = np.arange(len(ids), dtype=np.int32)
    found: Small = code[places]
    return ids, found


def by_customer_and_moment(customer: Small, at: NDArray[np.integer]) -> NDArray[np.intp]:
    """The order of rows, by radix: two stable passes over 16 bits of the code, after one over the moments unless they are sorted."""
    if bool((at[1:] >= at[:-1]).all()):
        order = np.argsort((customer & 0xFFFF).astype(np.uint16), kind="stable")
    else:
        order = np.argsort(at)
        order = order[np.argsort((customer[order] & 0xFFFF).astype(np.uint16), kind="stable")]
    if len(customer) and int(customer.max()) > 0xFFFF:
        order = order[np.argsort((customer[order] >> 16).astype(np.uint16), kind="stable")]
    return order
