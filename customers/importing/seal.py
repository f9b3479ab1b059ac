"""Seal an order: a digest of all it states, so that the same order is known again."""

import hashlib

import polars as pl


def sealed(orders: pl.DataFrame, lines: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Seal each order with a digest of all it states, where it stood in the file excepted."""
    of_line = [name for name in lines.columns if name not in ("key", "order_id")]
    stated = (
        lines.select("key", text=_spelled(lines, of_line))
        .group_by("key", maintain_order=True)
        .agg(pl.col("text").str.join("\x1e"))
    )
    own = [
        name
        for name in orders.columns
        if name not in ("key", "order_id", "source_file", "source_row", "customer_id", "ordered_on")
    ]
    texts_of = orders.select("key", own=_spelled(orders, own)).join(
        stated, on="key", how="left", maintain_order="left"
    )
    seals = [
        hashlib.blake2b(f"{own}\x1d{text or ''}".encode(), digest_size=16).hexdigest()
        for own, text in zip(texts_of["own"].to_list(), texts_of["text"].to_list(), strict=True)
    ]
    sealed = orders.with_columns(pl.Series("content_hash", seals, dtype=pl.String))
    return sealed.drop("key"), lines.drop("key")


def _spelled(frame: pl.DataFrame, columns: list[str]) -> pl.Expr:
    """Columns as one text; a column that says nothing costs nothing."""
    parts = []
    for name in columns:
        series = frame[name]
        if series.null_count() == len(series):
            parts.append(pl.lit(""))
        elif isinstance(series.dtype, pl.Datetime):
            parts.append(pl.col(name).dt.epoch("s").cast(pl.String).fill_null(""))
        else:
            parts.append(
                (pl.col(name) if series.dtype == pl.String else pl.col(name).cast(pl.String)).fill_null("")
            )
    return pl.concat_str(parts, separator="\x1f")
