"""Give each row of a plain list kept in Excel an order number that survives re-import and re-sorting."""

import hashlib
from collections import Counter

import polars as pl

from customers.importing.columns import cell
from customers.importing.values import Unreadable, folded, plain, read_count, read_moment, read_yen

_PURCHASE = ("email", "line", "name", "family", "given", "line_title", "line_sku", "number")
"""Cells that say who bought what, beside the day, the count and the amount. Notes and consent are left out: staff add to
them later, and the row is still the same purchase."""


def keyed(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with `key`: a digest of the purchase and how often the same purchase came before in this file.

    Two equal rows are two orders; the same file again, or the same rows sorted otherwise, gives the same keys. Rows that
    differ only in notes are numbered by their whole content, not by where they stand.
    """
    rest = [name for name in rows.columns if name != "_row"]
    purchase = [_purchase(row) for row in rows.iter_rows(named=True)]
    whole = rows.select(pl.concat_str(rest, separator="\x1f")).to_series().to_list()
    times: Counter[str] = Counter()
    keys = [""] * len(rows)
    for at in sorted(range(len(rows)), key=lambda at: (purchase[at], whole[at], at)):
        times[purchase[at]] += 1
        keys[at] = f"{purchase[at]}-{times[purchase[at]]}"
    number = cell(rows, "number").to_list()
    shown = [said.strip() or key for said, key in zip(number, keys, strict=True)]
    return rows.with_columns(
        pl.Series("key", keys, dtype=pl.String), pl.Series("number", shown, dtype=pl.String)
    )


def _purchase(row: dict[str, str]) -> str:
    parts = [folded(plain(row.get(name) or "")) for name in _PURCHASE]
    for name, read in (("ordered", read_moment), ("line_quantity", read_count), ("total", read_yen)):
        shown = row.get(name) or ""
        try:
            parts.append(str(read(shown)))
        except Unreadable:
            parts.append(folded(shown))
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:20]
