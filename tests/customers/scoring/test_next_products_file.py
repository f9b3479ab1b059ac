"""`okaeri next-products` on whatever table a shop has."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from agent.domain.errors import CallerMistake
from customers.scoring.next_products_file import next_products_file

CUT = date(2026, 9, 1)
Rows = list[tuple[Any, ...]]
COLUMNS = ["customer_id", "ordered_at", "amount_yen", "sku"]


def predicted(folder: Path, rows: Rows, *, k: int = 5, days: int = 30) -> tuple[pl.DataFrame, dict[str, Any]]:
    """The result and the report for these (customer, moment, yen, sku) rows."""
    source, out = folder / "orders.parquet", folder / "out.parquet"
    pl.DataFrame(rows, schema=COLUMNS, orient="row").write_parquet(source)
    report = next_products_file(source, cut=CUT, within_days=days, k=k, out=out)
    return pl.read_parquet(out), report


def day(back: int) -> datetime:
    """So many days before the cut, at noon."""
    return datetime.combine(CUT - timedelta(days=back), time(12))


def grocer(people: int, *, days: int = 300) -> Rows:
    """Everybody has three goods of their own, bought about every eight days, and now and then something else."""
    rng = np.random.default_rng(3)
    rows: Rows = []
    for who in range(people):
        own = rng.choice(60, 3, replace=False)
        for back in range(-40, days, 8):
            for good in own[rng.random(3) < 0.8]:
                rows.append((f"c{who}", day(back + int(rng.integers(0, 4))), 300, f"G{good:02d}"))
            if rng.random() < 0.3:
                rows.append((f"c{who}", day(back), 500, f"G{rng.integers(0, 60):02d}"))
    return rows


def test_everybody_gets_ranked_goods_and_their_own_come_first(tmp_path: Path) -> None:
    rows = grocer(150)
    frame, report = predicted(tmp_path, rows)
    assert frame.columns == ["customer_id", "sku", "rank", "probability"]
    assert frame.group_by("customer_id").len()["len"].unique().to_list() == [5]
    assert frame["probability"].is_between(0, 1).all()
    ordered = frame.sort("customer_id", "rank")
    fall = ordered.with_columns(step=pl.col("probability").diff().over("customer_id")).drop_nulls("step")
    assert (fall["step"] <= 1e-6).all()
    then = {(who, sku) for who, at, _, sku in rows if CUT <= at.date() < CUT + timedelta(days=30)}
    first = frame.filter(pl.col("rank") <= 3).select("customer_id", "sku").rows()
    assert sum(pair in then for pair in first) / len(first) > 0.9
    assert report["customers"] == 150
    assert (
        report["backtests"][0]["figures"]["recall_at_10"]
        > report["backtests"][0]["figures"]["recall_at_10_popular"]
    )


ODD: dict[str, Rows] = {
    "one line": [("a", day(5), 100, "X")],
    "one product": [(f"c{n % 40}", day(n), 100, "X") for n in range(200)],
    "never the same twice": [(f"c{n % 40}", day(n % 200), 100, f"S{n}") for n in range(400)],
    "all on one day": [(f"c{n % 40}", day(1), 100, f"S{n % 7}") for n in range(200)],
    "nothing before the day": [("a", day(-3), 100, "X")],
    "no product named": [("a", day(3), 100, None)] * 3,
    "only returns": [("a", day(3), -100, "X"), ("b", day(4), -50, "Y")],
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("days", [7, 400])
def test_an_odd_shop_gets_honest_numbers_or_none(tmp_path: Path, name: str, days: int) -> None:
    frame, report = predicted(tmp_path, ODD[name], days=days)
    assert frame["probability"].is_finite().all()
    assert frame["probability"].is_between(0, 1).all()
    assert frame.null_count().sum_horizontal()[0] == 0
    assert report["rows"] == len(frame)
    assert set(frame["sku"]) <= {sku for *_, sku in ODD[name]}


def test_a_table_without_products_says_which_column_is_missing(tmp_path: Path) -> None:
    source = tmp_path / "orders.parquet"
    pl.DataFrame([("a", day(3), 100)], schema=COLUMNS[:3], orient="row").write_parquet(source)
    with pytest.raises(CallerMistake) as wrong:
        next_products_file(source, cut=CUT, within_days=30, k=5, out=tmp_path / "out.parquet")
    assert "sku" in wrong.value.ja
    assert not (tmp_path / "out.parquet").exists()


def test_too_few_customers_get_no_list_and_are_told_how_many_are_missing(tmp_path: Path) -> None:
    frame, report = predicted(tmp_path, grocer(5))
    assert len(frame) == report["rows"] == 0
    assert "あと25名" in report["unknown"]["next_products"]
    assert report["trusted"] is False


def test_the_proof_stands_beside_the_lists(tmp_path: Path) -> None:
    _, report = predicted(tmp_path, grocer(150))
    (test,) = report["backtests"]
    assert report["trusted"] is test["passed"]
    assert test["cut"] < CUT.isoformat()
    assert report["calibration"]
    assert report["trusted"] or any(note.startswith("【ご注意】") for note in report["notes"])
