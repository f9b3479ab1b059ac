"""`okaeri score` on whatever table a shop has: an answer or a reason, never NaN, never an exception."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from agent.domain.chart import Segment
from agent.domain.errors import CallerMistake
from agent.domain.prediction import Backtest
from customers.backtest.judge import judge
from customers.scoring.models import ShopModels
from customers.scoring.score_file import WRITTEN, failed_notes, score_file, with_reasons

CUT = date(2026, 9, 1)
Rows = list[tuple[Any, ...]]


def on(year: int, month: int, day: int, hour: int = 0) -> datetime:
    """A moment as a shop's table has it: without a zone."""
    return datetime.combine(date(year, month, day), time(hour))


def scored(
    folder: Path, rows: Rows, *, horizon: int = 30, cut: date = CUT
) -> tuple[pl.DataFrame, dict[str, Any]]:
    """The result and the report of scoring these (customer, moment, yen) rows."""
    source, out = folder / "orders.parquet", folder / "out.parquet"
    pl.DataFrame(rows, schema=["customer_id", "ordered_at", "amount_yen"], orient="row").write_parquet(source)
    report = score_file(source, cut=cut, horizon_days=horizon, out=out)
    return pl.read_parquet(out), report


def shop(people: int, *, days: int = 500, seed: int = 1, every: float = 30.0) -> Rows:
    """Customers who come and go, at their own pace, until well after the cut."""
    rng = np.random.default_rng(seed)
    rows: Rows = []
    for who in range(people):
        pace, day = every * rng.lognormal(0, 0.6), float(rng.uniform(0, days * 0.7))
        while day < days:
            moment = on(2025, 7, 1, 10) + timedelta(days=day)
            rows.append((f"c{who:04d}", moment, int(rng.lognormal(8, 0.4))))
            if rng.random() < 0.08:
                break
            day += float(rng.gamma(2, pace / 2))
    return rows


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> tuple[pl.DataFrame, dict[str, Any], Rows]:
    rows = shop(400)
    frame, report = scored(tmp_path_factory.mktemp("shop"), rows)
    return frame, report, rows


def test_every_customer_before_the_day_has_one_row_with_all_columns(
    usual: tuple[pl.DataFrame, dict[str, Any], Rows],
) -> None:
    frame, report, rows = usual
    seen = {who for who, at, _ in rows if at.date() < CUT}
    assert frame.columns == list(WRITTEN)
    assert sorted(frame["customer_id"]) == sorted(seen)
    assert report["customers"] == len(seen)
    assert report["model"] is not None
    assert report["backtest"]["cut"] < CUT.isoformat()


def test_numbers_are_what_they_claim_to_be(usual: tuple[pl.DataFrame, dict[str, Any], Rows]) -> None:
    frame, _, rows = usual
    numbers = frame.select(pl.selectors.float())
    assert numbers.null_count().sum_horizontal()[0] == 0
    assert numbers.select(pl.all().is_finite().all()).row(0) == (True,) * numbers.width
    assert frame["p_order"].is_between(0, 1).all()
    assert np.allclose(frame["churn"] + frame["p_order"], 1)
    assert (frame["ltv_low"] <= frame["ltv_yen"]).all()
    assert (frame["ltv_yen"] <= frame["ltv_high"]).all()
    assert (frame["next_on"] >= CUT).all()
    assert (frame["next_gap_days"] == (frame["next_on"] - frame["last_on"]).dt.total_days()).all()
    assert set(frame["segment"]) <= {segment.value for segment in Segment}
    known = {who: at.date() for who, at, _ in sorted(rows, key=lambda row: row[1]) if at.date() < CUT}
    assert dict(zip(frame["customer_id"], frame["last_on"], strict=True)) == known


def test_those_who_came_had_been_given_the_higher_probabilities(
    usual: tuple[pl.DataFrame, dict[str, Any], Rows],
) -> None:
    frame, _, rows = usual
    came = {who for who, at, _ in rows if CUT <= at.date() < CUT + timedelta(days=30)}
    did = frame["customer_id"].is_in(list(came))
    mean = frame.group_by(did.alias("came")).agg(pl.col("p_order").mean()).sort("came")["p_order"]
    assert mean[1] > 2 * mean[0]
    assert abs(np.mean(frame["p_order"].to_numpy()) - np.mean(did.to_numpy())) < 0.06


def test_what_comes_after_the_day_changes_nothing(tmp_path: Path) -> None:
    rows = shop(60)
    past = [row for row in rows if row[1].date() < CUT]
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with_future, _ = scored(tmp_path / "a", rows)
    without, _ = scored(tmp_path / "b", past)
    assert with_future.sort("customer_id").equals(without.sort("customer_id"))


AT = on(2026, 8, 1, 12)
ODD: dict[str, Rows] = {
    "one order": [("a", AT, 3000)],
    "all in the future": [("a", on(2027, 1, 1), 3000)],
    "the clock stands before the data": [("a", on(2030, 1, 1), 3000)] * 3,
    "all on one day": [(f"c{n}", AT, 1000) for n in range(200)],
    "one customer with very many orders": [
        ("a", on(2025, 1, 1) + timedelta(hours=n), 100) for n in range(14_000)
    ],
    "only returns": [(f"c{n}", AT, -500) for n in range(40)],
    "returns beyond the purchases": [
        row for n in range(60) for row in ((f"c{n}", AT - timedelta(days=n), 100), (f"c{n}", AT, -900))
    ],
    "nothing costs anything": [(f"c{n % 50}", AT - timedelta(days=n), 0) for n in range(300)],
    "a shop closed for a year": [(f"c{n % 80}", on(2024, 1, 1) + timedelta(days=n), 900) for n in range(500)],
    "everybody bought once": [(f"c{n}", AT - timedelta(days=n), 900) for n in range(150)],
    "everybody buys every day": [
        (f"c{n}", AT - timedelta(days=day), 900) for n in range(40) for day in range(100)
    ],
    "twenty-nine customers": [(f"c{n % 29}", AT - timedelta(days=n), 900) for n in range(300)],
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_shop_gets_an_answer_or_a_reason(tmp_path: Path, name: str) -> None:
    frame, report = scored(tmp_path, ODD[name])
    floats = frame.select(pl.selectors.float())
    assert all(column.drop_nulls().is_finite().all() for column in floats)
    silent = frame.filter(pl.col("p_order").is_null())
    assert silent["unknown"].null_count() == 0
    assert frame["p_order"].drop_nulls().is_between(0, 1).all()
    assert report["customers"] == len(frame)
    if frame["p_order"].null_count():
        assert report["unknown"] or report["customers"] == 0 or silent["orders"].max() == 0


def test_below_thirty_customers_it_says_how_many_are_missing(tmp_path: Path) -> None:
    frame, report = scored(tmp_path, ODD["twenty-nine customers"])
    assert frame["p_order"].null_count() == 29
    assert "1名" in report["unknown"]["churn"]


@pytest.mark.parametrize("ids", [pl.Int64, pl.Int32, pl.String])
def test_customers_keep_the_kind_of_id_they_came_with(tmp_path: Path, ids: type[pl.DataType]) -> None:
    source, out = tmp_path / "orders.parquet", tmp_path / "out.parquet"
    rows = shop(40)
    frame = pl.DataFrame(rows, schema=["customer_id", "ordered_at", "amount_yen"], orient="row")
    number = pl.col("customer_id").str.slice(1).cast(pl.Int64).cast(ids)
    frame.with_columns(customer_id=number).write_parquet(source)
    score_file(source, cut=CUT, horizon_days=30, out=out)
    assert pl.read_parquet_schema(out)["customer_id"] == ids


def test_an_unusable_call_says_so_before_the_work(tmp_path: Path) -> None:
    source = tmp_path / "orders.parquet"
    pl.DataFrame({"kunde": [1]}).write_parquet(source)
    with pytest.raises(CallerMistake) as wrong:
        score_file(source, cut=CUT, horizon_days=30, out=None)
    assert "customer_id" in wrong.value.ja
    with pytest.raises(CallerMistake) as nowhere:
        score_file(source, cut=CUT, horizon_days=30, out=tmp_path / "no" / "out.parquet")
    assert "フォルダー" in nowhere.value.ja
    assert not (tmp_path / "no").exists()


def test_numbers_of_a_model_that_failed_are_left_out_and_the_reason_stands_beside_them(
    usual: tuple[pl.DataFrame, dict[str, Any], Rows],
) -> None:
    frame, _, _ = usual
    models = ShopModels(CUT, 30, None, None, None, backtests=(failed("ltv"), failed("next_order")))
    told = with_reasons(frame.drop("unknown", "trusted"), models)
    for column in ("ltv_yen", "ltv_low", "next_on", "next_gap_days", "next_probability"):
        assert told[column].null_count() == len(told), column
        assert told.schema[column] == frame.schema[column]
    assert told["p_order"].equals(frame["p_order"])
    (why,) = told["unknown"].unique().to_list()
    assert "当たりませんでした" in why
    assert "表示していません" not in why
    assert "。。" not in why


def test_a_probability_that_did_not_hold_is_marked_as_not_trusted(
    usual: tuple[pl.DataFrame, dict[str, Any], Rows],
) -> None:
    frame, _, _ = usual
    assert frame["trusted"].all()
    models = ShopModels(CUT, 30, None, None, None, backtests=(failed("order_within"),))
    told = with_reasons(frame.drop("unknown", "trusted"), models)
    assert not told["trusted"].any()
    assert told["p_order"].equals(frame["p_order"])
    assert told["expected_orders"].null_count() == told["p_alive"].null_count() == len(told)
    assert told["next_on"].null_count() == len(told)  # its day rests on that probability
    note, resting = failed_notes(models)
    assert "trusted が false" in note
    assert "next_gap_days" in resting
    assert note.startswith("【ご注意】")


def failed(task: str) -> Backtest:
    """A back-test that failed, in the words charts show."""
    (test,) = [
        judge([0, 1] * 20, [0.9, 0.1] * 20, task=task, model="m", cut=CUT, horizon_days=30, chosen=True)
    ]
    assert not test.passed
    return replace(test, verdict="当たりませんでしたため、表示していません。")


def test_rows_that_do_not_count_are_told(tmp_path: Path) -> None:
    rows = shop(40)
    late = sum(at.date() >= CUT for _, at, _ in rows)
    _, report = scored(tmp_path, [*rows, ("c0001", on(2026, 8, 1), -300), ("c0002", on(2026, 8, 2), -1)])
    said = " ".join(report["notes"])
    assert f"以降のご注文 {late:,}件" in said
    assert "マイナスの 2件" in said


def test_a_file_with_nothing_before_the_day_says_so(tmp_path: Path) -> None:
    _, report = scored(tmp_path, ODD["all in the future"])
    assert any("より前のご注文がない" in note for note in report["notes"])


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig"])
def test_a_table_as_excel_saves_it_in_japan_is_read(tmp_path: Path, encoding: str) -> None:
    source = tmp_path / "orders.csv"
    lines = [
        "customer_id,ordered_at,amount_yen,備考",
        *(f'山田{n % 35},2026/08/{1 + n % 28},"1,{n:03d}",髙島' for n in range(90)),
    ]
    source.write_bytes("\r\n".join(lines).encode(encoding))
    report = score_file(source, cut=CUT, horizon_days=30, out=tmp_path / "out.parquet")
    assert (report["customers"], report["rows_read"]) == (35, 90)
    assert "山田7" in pl.read_parquet(tmp_path / "out.parquet")["customer_id"].to_list()


def test_a_table_in_no_known_encoding_is_refused_with_what_to_do(tmp_path: Path) -> None:
    source = tmp_path / "orders.csv"
    source.write_bytes(b"customer_id,ordered_at,amount_yen\n\xff\xfe\x81,2026-08-01,100\n")
    with pytest.raises(CallerMistake) as wrong:
        score_file(source, cut=CUT, horizon_days=30, out=None)
    assert "UTF-8" in wrong.value.ja
