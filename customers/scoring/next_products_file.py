"""`okaeri next-products`: what each customer of a transaction table buys next."""

import time
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow.parquet as pq
from threadpoolctl import threadpool_limits

from agent.domain.errors import CallerMistake
from agent.domain.prediction import Backtest
from customers.features.purchases import Purchases
from customers.features.transactions import read_transactions
from customers.next_products.fit import fit_next_products
from customers.ordering.past import FEWEST
from customers.scoring.past import Progress, day_number, silent
from customers.scoring.score_file import backtest_json, not_counted, reason_in, writable

NO_SKU: Final = (
    "商品の列（sku）がないため、商品の見込みは出せません。sku の列を入れたファイルを指定してください。"
)


def next_products_file(
    source: Path, *, cut: date, within_days: int, k: int, out: Path | None, progress: Progress = silent
) -> dict[str, Any]:
    """Write customer_id, sku, rank, probability of everybody seen before `cut`. Raises CallerMistake for an unusable file."""
    started = time.perf_counter()
    writable(out)
    progress("読み込み", 0, None)
    read = read_transactions(source)
    if read.purchases.lines is None:
        raise CallerMistake(f"{source} has no sku column", ja=NO_SKU)
    report = next_products(read.purchases, cut=cut, within_days=within_days, k=k, out=out, progress=progress)
    if read.aside.text:
        report["notes"].append(read.aside.text)
    return {
        **report,
        "rows_read": read.rows,
        "rows_set_aside": read.aside.rows,
        "seconds": round(time.perf_counter() - started, 2),
    }


def next_products(
    purchases: Purchases, *, cut: date, within_days: int, k: int, out: Path | None, progress: Progress
) -> dict[str, Any]:
    """Fit, predict everybody, and write as it goes; the file appears when it is whole."""
    progress("商品の見込み", 0, len(purchases))
    buyers = _buyers(purchases, cut)
    if buyers < FEWEST:
        why = f"商品の見込みには、購入のあるお客さまが{FEWEST}名ほど必要です。いまは{buyers}名で、あと{FEWEST - buyers}名です。"
        return _refused(why, purchases, cut=cut, within_days=within_days, out=out)
    with threadpool_limits(1):  # small matrices: more threads only wait for one another
        model = fit_next_products(purchases, cut=cut, within_days=within_days)
    rows, people = 0, 0
    with _Sheet(out, purchases.ids.dtype) as sheet:
        for part in model.predict_all(purchases, cut=cut, k=k):
            sheet.add(part)
            rows += len(part)
            people += part["customer_id"].n_unique()
            progress("商品の見込み", people, len(purchases))
    doubt = _doubt(model.backtest)
    return {
        "as_of": cut.isoformat(),
        "within_days": within_days,
        "customers": people,
        "rows": rows,
        "products": len(model.skus),
        "trusted": doubt is None,
        "backtests": [backtest_json(model.backtest)] if model.backtest else [],
        "calibration": [asdict(part) for part in model.backtest.reliability] if model.backtest else [],
        "unknown": {},
        "notes": [*filter(None, (doubt, model.note)), *not_counted(purchases, cut)],
        "out": str(out) if out else None,
    }


def _buyers(purchases: Purchases, cut: date) -> int:
    """How many had ordered by then."""
    rows = purchases.orders
    return len(np.unique(rows.customer[(rows.day < day_number(cut)) & (rows.net >= 0)]))


def _doubt(test: Backtest | None) -> str | None:
    """What to know before using the probabilities; None where they held on the shop's own past."""
    if test is None:
        return "【ご注意】商品の見込みは、過去の実績でまだ確かめられていません。参考の数としてご覧ください。"
    if not test.passed:
        return (
            f"【ご注意】商品の見込み: {reason_in(test.verdict)}。参考の数です。判断には使わないでください。"
        )
    return None


def _refused(
    why: str, purchases: Purchases, *, cut: date, within_days: int, out: Path | None
) -> dict[str, Any]:
    """No row, and the reason: a file without rows is written, so that a program finds one."""
    with _Sheet(out, purchases.ids.dtype):
        pass
    return {
        "as_of": cut.isoformat(),
        "within_days": within_days,
        "customers": 0,
        "rows": 0,
        "products": 0 if purchases.lines is None else len(purchases.lines.skus),
        "trusted": False,
        "backtests": [],
        "calibration": [],
        "unknown": {"next_products": why},
        "notes": [why, *not_counted(purchases, cut)],
        "out": str(out) if out else None,
    }


class _Sheet:
    """A parquet file written part by part beside its place, and moved there when whole."""

    def __init__(self, out: Path | None, ids: pl.DataType) -> None:
        self._out, self._writer = out, None
        self._beside = out.with_name(out.name + ".part") if out else None
        self._empty = pl.DataFrame(
            schema={"customer_id": ids, "sku": pl.String, "rank": pl.Int32, "probability": pl.Float64}
        )
        self._schema = self._empty.to_arrow().schema

    def __enter__(self) -> "_Sheet":
        if self._beside is not None:
            try:
                self._writer = pq.ParquetWriter(self._beside, self._schema)
            except OSError as error:
                raise CallerMistake(
                    f"cannot write {self._out}: {error}", ja=f"{self._out} に書き込めません: {error}"
                ) from error
        return self

    def add(self, part: pl.DataFrame) -> None:
        """Append rows."""
        if self._writer is not None:
            self._writer.write_table(part.cast(dict(self._empty.schema)).to_arrow().cast(self._schema))

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._writer is None or self._beside is None or self._out is None:
            return
        self._writer.close()
        if kind is None:
            self._beside.replace(self._out)
        else:
            self._beside.unlink(missing_ok=True)
