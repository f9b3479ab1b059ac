"""Turn whole columns of cells into values: the plain ones at once, the odd ones one by one."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import polars as pl

from agent.domain.identity import email_key, mailable
from customers.importing.values import Unreadable, plain, read_decimal, read_moment, read_name, read_yes_no

Faults = dict[int, str]
"""Position in the column → why its cell cannot be read, in Japanese."""


def _silent(cells: pl.Series) -> bool:
    """Whether a column says nothing at all: then nothing needs reading."""
    return len(cells) == 0 or bool((cells == "").all())


def _nothing(cells: pl.Series, kind: Any) -> pl.Series:
    return pl.repeat(None, len(cells), dtype=kind, eager=True).alias(cells.name)


def cell(frame: pl.DataFrame, name: str) -> pl.Series:
    """A column, or blanks when the file does not have it."""
    if name in frame.columns:
        return frame[name]
    return pl.repeat("", len(frame), dtype=pl.String, eager=True).alias(name)


def numbers(
    cells: pl.Series, check: Callable[[float], int], *, blank: int | None, exact: pl.Series | None = None
) -> tuple[pl.Series, Faults]:
    """Whole numbers. check: refuses what is out of bounds.    blank: what an empty cell means.
    exact: False where fractions are allowed and rounded off (another currency). Faulty cells become None."""
    if _silent(cells):
        return pl.repeat(blank, len(cells), dtype=pl.Int64, eager=True).alias(cells.name), {}
    whole = cells.cast(pl.Int64, strict=False)
    empty = cells.str.strip_chars() == ""
    if blank is not None and empty.any():
        whole = whole.zip_with(~empty, pl.repeat(blank, len(cells), dtype=pl.Int64, eager=True))
    faults: Faults = {}
    odd = ((whole.is_null() & ~empty) | (whole < 0) | (whole > 100_000)).fill_null(False).arg_true().to_list()
    if odd:
        values, written = whole.to_list(), cells.to_list()
        free = exact.to_list() if exact is not None else None
        for at in odd:
            try:
                amount = read_decimal(written[at])
                values[at] = check(amount if free is None or free[at] else float(round(amount)))
            except Unreadable as fault:
                values[at] = None
                faults[at] = str(fault)
        whole = pl.Series(cells.name, values, dtype=pl.Int64)
    return whole, faults


_SHOPIFY_MOMENT = "%Y-%m-%d %H:%M:%S %z"
_BELIEVED = (datetime(1980, 1, 1, tzinfo=UTC), datetime(2100, 12, 31, tzinfo=UTC))


def moments(cells: pl.Series) -> tuple[pl.Series, Faults]:
    """UTC moments; empty cells become None without a fault."""
    if _silent(cells):
        return _nothing(cells, pl.Datetime("us", "UTC")), {}
    read = cells.str.to_datetime(_SHOPIFY_MOMENT, strict=False, time_unit="us", time_zone="UTC")
    odd = (read.is_null() | ~read.is_between(*_BELIEVED)) & (cells != "")
    faults: Faults = {}
    places = odd.arg_true().to_list()
    if places:
        values = read.to_list()
        for at in places:
            text = cells[at]
            values[at] = None
            if text.strip():
                try:
                    values[at] = read_moment(text)[0]
                except Unreadable as fault:
                    faults[at] = str(fault)
        read = pl.Series(cells.name, values, dtype=pl.Datetime("us", "UTC"))
    return read, faults


def texts(cells: pl.Series) -> pl.Series:
    """Trimmed text without export wrapping; None when empty."""
    if _silent(cells):
        return _nothing(cells, pl.String)
    bare = cells.str.strip_chars(" \t\r\n\u3000\ufeff")
    if bare.str.contains(r"^['=]").any():
        bare = pl.Series(cells.name, [plain(text) for text in cells.to_list()], dtype=pl.String)
    return pl.select(pl.when(bare == "").then(None).otherwise(bare)).to_series().alias(cells.name)


def addresses(cells: pl.Series) -> tuple[pl.Series, pl.Series, Faults]:
    """Addresses as written and their keys; a cell that is no address becomes None, with a fault."""
    shown = texts(cells).to_list()
    keys = [None if text is None else _key(text) for text in shown]
    if keys.count(None) == shown.count(None):
        return _column("email", [text and mailable(text) for text in shown]), _column("email_key", keys), {}
    faults = {
        at: "メールアドレスの形ではありません（アドレスなしとして扱いました）。"
        for at, key in enumerate(keys)
        if key is None and shown[at] is not None
    }
    kept = [mailable(text) if text and key else None for text, key in zip(shown, keys, strict=True)]
    return _column("email", kept), _column("email_key", keys), faults


@lru_cache(maxsize=50_000)
def _key(text: str) -> str | None:
    return email_key(text)


def answers(cells: pl.Series) -> tuple[pl.Series, Faults]:
    """Yes, no or None; words that are neither become None, with a fault."""
    if _silent(cells):
        return _nothing(cells, pl.Boolean), {}
    values: list[bool | None] = []
    faults: Faults = {}
    for at, text in enumerate(cells.to_list()):
        try:
            values.append(read_yes_no(text))
        except Unreadable as fault:
            values.append(None)
            faults[at] = str(fault)
    return pl.Series(cells.name, values, dtype=pl.Boolean), faults


def names(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Names as written, and which of them are damaged."""
    if _silent(cells):
        return _nothing(cells, pl.String), pl.repeat(False, len(cells), dtype=pl.Boolean, eager=True).alias(
            "damaged"
        )
    read = [read_name(text) for text in cells.to_list()]
    return _column(cells.name, [name for name, _ in read]), pl.Series(
        "damaged", [bad for _, bad in read], dtype=pl.Boolean
    )


def _column(name: str, values: list[Any]) -> pl.Series:
    return pl.Series(name, values, dtype=pl.String)
