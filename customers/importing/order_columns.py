"""Columns that only orders have: currency, who bought, variants, line numbers."""

import numpy as np
import polars as pl

from agent.domain.identity import person_id


def currency(cells: pl.Series) -> pl.Series:
    upper = cells.str.strip_chars().str.to_uppercase()
    return upper.replace({"": "JPY", "円": "JPY", "YEN": "JPY"})


def foreign_keys(rows: pl.DataFrame) -> list[str]:
    if "currency" not in rows.columns:
        return []
    other = rows.filter((rows["currency"] != "") & (currency(rows["currency"]) != "JPY"))
    return other["key"].unique().to_list()


def bare_counts(cells: pl.Series) -> pl.Series:
    return (
        cells.str.replace(r"[個点本枚袋箱つヶ缶瓶セット]+$", "")
        if cells.str.contains(r"[^\d]").any()
        else cells
    )


def anchors(external: pl.Series, email: pl.Series, line: pl.Series) -> pl.Series:
    """Who bought, as far as the row alone can tell: member number, else address, else LINE id, else nobody."""
    ids: list[str | None] = []
    known: dict[tuple[str, str], str] = {}
    for member, key, account in zip(external.to_list(), email.to_list(), line.to_list(), strict=True):
        leading = ("eccube_member", member) if member else ("email", key) if key else ("line", account)
        if not leading[1]:
            ids.append(None)
            continue
        if leading not in known:
            known[leading] = person_id(*leading)
        ids.append(known[leading])
    return pl.Series("customer_id", ids, dtype=pl.String)


def split_variants(title: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Shopify writes `Title - Variant` into one cell; the last dash parts them."""
    parts = title.str.extract(r"^(?s)(.+) - [^\n]+$", 1)
    variant = title.str.extract(r"^(?s).+ - ([^\n]+)$", 1)
    return parts.fill_null(title), variant


def counted_within(keys: pl.Series) -> pl.Series:
    """1, 2, … within each run of equal keys."""
    if keys.is_empty():
        return pl.Series(dtype=pl.Int64)
    changes = (keys != keys.shift(1)).fill_null(True).to_numpy()
    starts = np.flatnonzero(changes)
    return pl.Series(np.arange(len(keys)) - starts[np.cumsum(changes) - 1] + 1)
