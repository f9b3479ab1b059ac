"""`okaeri score`: every customer of a transaction table, scored, with the proof beside it."""

import time
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, Final

import polars as pl

from agent.domain.errors import CallerMistake
from agent.domain.prediction import Backtest
from customers.features.purchases import Purchases
from customers.features.session import accumulate_in_parts, open_session
from customers.features.transactions import read_transactions
from customers.scoring.everyone import NO_ORDER, day_before, everyone, judged
from customers.scoring.fit import fit_shop
from customers.scoring.models import ShopModels
from customers.scoring.past import Progress, day_number, silent

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
    "trusted",
    "unknown",
)
"""Columns of the result, in this order. trusted: p_order, and churn with it, comes from a model that held on the shop's own past."""

OF_FIELD: Final = {
    "churn": ("expected_orders", "p_alive"),
    "ltv": ("ltv_yen", "ltv_low", "ltv_high"),
    "next_order": ("next_gap_days", "next_on", "next_first", "next_last", "next_probability"),
}
"""What is left empty when the prediction's back-test failed. p_order and churn stay, marked as not trusted: programs rely on them."""

FIELD_JA: Final = {
    "churn": "ご注文の見込み",
    "ltv": "これからのお買い物（LTV）",
    "next_order": "次のご注文の日",
}


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
        notes.append(read.aside.text)
    notes += not_counted(read.purchases, cut)
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
    """The columns `WRITTEN`: numbers of models that failed taken out, and beside the nulls, why.

    unknown: Japanese sentences, null where everything is known.
    """
    failed = failed_fields(models)
    chosen = next((each for each in models.backtests if each.task == "order_within" and each.chosen), None)
    held = chosen is not None and chosen.passed
    empty = [
        pl.lit(None, dtype=frame.schema[column]).alias(column)
        for field in failed
        for column in OF_FIELD[field]
        if column in frame.columns
    ]
    why = " ".join(dict.fromkeys([*models.missing.values(), *failed_notes(models)]))
    reason = (
        pl.when(pl.col("orders") == 0)
        .then(pl.lit(NO_ORDER))
        .otherwise(pl.lit(why or None, dtype=pl.String))
        .alias("unknown")
    )
    return frame.with_columns(reason, (pl.col("p_order").is_not_null() & held).alias("trusted"), *empty)


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


def failed_fields(models: ShopModels) -> dict[str, str]:
    """The predictions whose back-test failed, each with why, without a full stop."""
    verdicts = {field: models.hidden(field) for field in OF_FIELD if field not in models.missing}
    return {field: reason_in(verdict) for field, verdict in verdicts.items() if verdict}


def failed_notes(models: ShopModels) -> list[str]:
    """What to know of models that failed their back-test, or had none, before using the numbers."""
    notes = []
    for field, why in failed_fields(models).items():
        left = (
            "p_order と churn は参考の数として残しました（trusted が false）。判断には使わないでください"
            if field == "churn"
            else f"{OF_FIELD[field][0]} などは空欄にしました"
        )
        notes.append(f"【ご注意】{FIELD_JA[field]}: {why}。{left}。")
    tested = any(each.task == "order_within" for each in models.backtests)
    if models.ordering is not None and not tested:
        notes.append(
            "【ご注意】ご注文の見込みは、過去の実績でまだ確かめられていません（trusted が false）。参考の数としてご覧ください。"
        )
    return notes


def reason_in(verdict: str) -> str:
    """Why a back-test failed, without what charts do about it."""
    return verdict.rstrip("。").removesuffix("ため、表示していません")


def not_counted(purchases: Purchases, cut: date) -> list[str]:
    """What was read and not used, or not as an order, in Japanese: rows from the cut on, and returns."""
    rows, notes = purchases.orders, []
    late = int((rows.day >= day_number(cut)).sum())
    back = int((rows.net[rows.day < day_number(cut)] < 0).sum())
    if late:
        notes.append(f"{cut.isoformat()} 以降のご注文 {late:,}件は、予測する期間のものなので使っていません。")
    if late and late == len(rows.day):
        notes.append(
            f"{cut.isoformat()} より前のご注文がないため、予測できる方がいません。--as-of をご確認ください。"
        )
    if back:
        notes.append(f"金額がマイナスの {back:,}件は返品として数え、ご注文の回数に入れていません。")
    return notes


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
