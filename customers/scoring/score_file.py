"""`okaeri score`: every customer of a transaction table, scored, with the proof beside it."""

import time
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, Final

import polars as pl

from agent.domain.errors import CallerMistake
from agent.domain.prediction import MODEL_JA, Backtest
from customers.features.purchases import Purchases
from customers.features.session import accumulate_in_parts, open_session
from customers.features.transactions import read_transactions
from customers.scoring.everyone import NO_ORDER, day_before, everyone, judged
from customers.scoring.fit import fit_shop
from customers.scoring.models import ShopModels
from customers.scoring.past import Progress, silent

WRITTEN: Final = (
    "customer_id",
    "p_order",
    "expected_orders",
    "p_alive",
    "ltv_yen",
    "ltv_low",
    "ltv_high",
    "next_gap_days",
    "next_on",
    "next_first",
    "next_last",
    "next_probability",
    "churn",
    "segment",
    "orders",
    "net_yen",
    "last_on",
    "unknown",
)
"""Columns of the result, in this order."""


def score_file(
    source: Path,
    *,
    cut: date,
    horizon_days: int | None,
    out: Path | None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Score a file as of the start of `cut` and write a parquet of `WRITTEN`. Raises CallerMistake for an unusable file or folder."""
    started = time.perf_counter()
    writable(out)
    progress("読み込み", 0, None)
    read = read_transactions(source, lines=False)
    frame, models = score_purchases(read.purchases, cut=cut, horizon_days=horizon_days, progress=progress)
    write(frame.select(WRITTEN), out)
    notes = list(models.notes)
    if read.aside.text:
        notes.append(f"読めなかった行は使っていません: {read.aside.text}")
    return {
        **report_of(frame, models, cut=cut),
        "rows_read": read.rows,
        "rows_set_aside": read.aside.rows,
        "notes": [*notes, *dict.fromkeys(models.missing.values()), *failed_notes(models)],
        "out": str(out) if out else None,
        "seconds": round(time.perf_counter() - started, 2),
    }


def score_purchases(
    purchases: Purchases, *, cut: date, horizon_days: int | None, progress: Progress = silent
) -> tuple[pl.DataFrame, ShopModels]:
    """Fit on what came before the cut, and score everybody who did anything by then: see `WRITTEN` and `everyone`."""
    with open_session() as session:
        models = fit_shop(purchases, cut=cut, horizon_days=horizon_days, progress=progress, session=session)
        progress("お客さまごとの計算", 0, len(purchases))
        done, parts = 0, []
        for part in accumulate_in_parts(purchases, before=cut, session=session):
            parts.append(everyone([part], models, cut=cut))
            done += len(part)
            progress("お客さまごとの計算", done, len(purchases))
    frame = pl.concat(parts) if parts else _nobody(purchases, models, cut)
    seen = purchases.orders.net[purchases.orders.net >= 0]
    few = seen[:100_000].tolist() if len(frame) < 1_000 else []
    frame, _ = judged(frame, as_of=day_before(cut), order_values=few)
    return with_reasons(frame, models), models


def _nobody(purchases: Purchases, models: ShopModels, cut: date) -> pl.DataFrame:
    with open_session() as session:
        from customers.features.session import accumulate

        return everyone([accumulate(purchases, before=cut, session=session)], models, cut=cut)


def with_reasons(frame: pl.DataFrame, models: ShopModels) -> pl.DataFrame:
    """Beside the nulls, why: one Japanese sentence a customer, null where everything is known."""
    why = " ".join(dict.fromkeys(models.missing.values()))
    reason = (
        pl.when(pl.col("orders") == 0)
        .then(pl.lit(NO_ORDER))
        .otherwise(pl.lit(why or None, dtype=pl.String))
        .alias("unknown")
    )
    return frame.with_columns(reason)


def report_of(frame: pl.DataFrame, models: ShopModels, *, cut: date) -> dict[str, Any]:
    """The report's part that needs no file: customers, the model chosen, its back-test and calibration."""
    ordering = models.ordering
    chosen = next((each for each in models.backtests if each.task == "order_within" and each.chosen), None)
    return {
        "as_of": cut.isoformat(),
        "horizon_days": models.horizon_days,
        "customers": len(frame),
        "orders": int(frame["orders"].sum()),
        "model": ordering.chosen if ordering else None,
        "passed": chosen.passed if chosen else None,
        "mean_p_order": _mean(frame["p_order"]),
        "backtest": backtest_json(chosen) if chosen else None,
        "backtests": [backtest_json(each) for each in models.backtests],
        "calibration": [asdict(part) for part in chosen.reliability] if chosen else [],
        "unknown": dict(models.missing),
    }


def failed_notes(models: ShopModels) -> list[str]:
    """Charts hide what failed its back-test; a program gets the numbers with this beside them, and `passed` in the report."""
    failed = [each for each in models.backtests if each.chosen and not each.passed]
    return [f"{MODEL_JA.get(each.model, each.model)}は参考値です。{each.verdict}。" for each in failed]


def backtest_json(test: Backtest) -> dict[str, Any]:
    """A back-test for programs."""
    shown = asdict(test) | {"cut": test.cut.isoformat(), "figures": dict(test.figures)}
    shown["auc"] = asdict(test.auc) if test.auc else None
    shown["brier"] = asdict(test.brier) if test.brier else None
    return shown


def writable(out: Path | None) -> None:
    """Refuse before the work, not after it. Raises CallerMistake."""
    if out is not None and not out.resolve().parent.is_dir():
        raise CallerMistake(
            f"no folder for {out}",
            ja=f"書き出し先のフォルダーがありません: {out.parent}。フォルダーを作るか、--out を変えてください。",
        )


def write(frame: pl.DataFrame, out: Path | None) -> None:
    """The whole file or none: written beside it, then moved. Raises CallerMistake when the place cannot be written to."""
    if out is None:
        return
    beside = out.with_name(out.name + ".part")
    try:
        frame.write_parquet(beside)
        beside.replace(out)
    except OSError as error:
        raise CallerMistake(f"cannot write {out}: {error}", ja=f"{out} に書き込めません: {error}") from error


def _mean(column: pl.Series) -> float | None:
    mean = column.mean()
    return round(float(mean), 6) if isinstance(mean, int | float) else None
