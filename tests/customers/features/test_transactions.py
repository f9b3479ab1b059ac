"""Any transaction table is read, whoever wrote it; what cannot be read is counted or refused in Japanese."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from agent.domain.errors import CallerMistake
from customers.features.transactions import Aside, read_transactions

NEAR_MIDNIGHT = [datetime.fromisoformat("2026-05-01T23:59"), datetime.fromisoformat("2026-05-02T00:01")]


def _file(folder: Path, **columns: Any) -> Path:
    path = folder / "sales.parquet"
    pl.DataFrame(columns, strict=False).write_parquet(path)
    return path


def _orders(path: Path | str) -> list[tuple[Any, ...]]:
    purchases = read_transactions(path).purchases
    table = pl.DataFrame(purchases.orders_table())
    return table.select("customer_id", "ordered_on", "net_yen", "discount_yen").rows()


def test_lines_of_one_customer_at_one_moment_are_one_order(tmp_path: Path) -> None:
    at = datetime.fromisoformat("2026-05-01T10:00")
    path = _file(
        tmp_path,
        customer_id=[7, 7, 7, 8],
        ordered_at=[at, at, at + timedelta(hours=3), at],
        amount_yen=[1000, 500, 200, 300],
        sku=["A", "B", "A", None],
        discount_yen=[100, None, 0, 0],
    )
    read = read_transactions(path)
    day = date(2026, 5, 1)
    assert _orders(path) == [("7", day, 1500, 100), ("7", day, 200, 0), ("8", day, 300, 0)]
    lines = pl.DataFrame(read.purchases.lines_table())
    assert lines.select("customer_id", "sku", "net_yen").rows() == [
        ("7", "A", 1000),
        ("7", "B", 500),
        ("7", "A", 200),
        ("8", None, 300),
    ]


def test_rows_in_any_order_come_out_by_customer_and_moment(tmp_path: Path) -> None:
    days = [date(2026, 3, 1), date(2026, 1, 1), date(2026, 2, 1), date(2026, 1, 15)]
    path = _file(tmp_path, customer_id=["b", "a", "b", "a"], ordered_at=days, amount_yen=[1, 2, 3, 4])
    assert [(who, on.month, on.day) for who, on, _, _ in _orders(path)] == [
        ("a", 1, 1),
        ("a", 1, 15),
        ("b", 2, 1),
        ("b", 3, 1),
    ]


def test_more_customers_than_sixteen_bits_hold_are_still_kept_apart(tmp_path: Path) -> None:
    many = 70_000
    path = _file(
        tmp_path,
        customer_id=list(range(many)) * 2,
        ordered_at=[date(2026, 2, 1)] * many + [date(2026, 1, 1)] * many,
        amount_yen=[1] * (2 * many),
    )
    purchases = read_transactions(path).purchases
    assert purchases.orders.customer.tolist() == [n // 2 for n in range(2 * many)]
    assert purchases.orders.day[0] < purchases.orders.day[1]


@pytest.mark.parametrize(
    "moments",
    [
        pl.Series([date(2026, 5, 1), date(2026, 5, 2)]),
        pl.Series(NEAR_MIDNIGHT, dtype=pl.Datetime("ns")),
        pl.Series(NEAR_MIDNIGHT, dtype=pl.Datetime("ms")),
        pl.Series([datetime(2026, 4, 30, 15, 0, tzinfo=UTC), datetime(2026, 5, 1, 15, 0, tzinfo=UTC)]),
        pl.Series(["2026-05-01", "2026-05-02T09:00:00"]),
        pl.Series(["2026-05-01T00:00:00+09:00", "2026-05-01T15:00:00Z"]),
        pl.Series(["2026/05/01 10:00", "2026/05/02"]),
    ],
    ids=[
        "days",
        "nanoseconds",
        "milliseconds",
        "with a zone",
        "iso text",
        "text with a zone",
        "with slashes",
    ],
)
def test_a_moment_is_a_day_in_tokyo_however_it_is_written(tmp_path: Path, moments: pl.Series) -> None:
    path = _file(tmp_path, customer_id=[1, 1], ordered_at=moments, amount_yen=[1, 2])
    assert [on for _, on, _, _ in _orders(path)] == [date(2026, 5, 1), date(2026, 5, 2)]


@pytest.mark.parametrize(
    "amounts",
    [
        pl.Series([1200, -300], dtype=pl.Int32),
        pl.Series([1200.4, -299.6]),
        pl.Series(["1200.00", "-300.00"]).cast(pl.Decimal(10, 2)),
        pl.Series(["¥1,200", "-300円"]),
    ],
    ids=["whole", "float", "decimal", "text"],
)
def test_an_amount_is_whole_yen_however_it_is_written(tmp_path: Path, amounts: pl.Series) -> None:
    path = _file(
        tmp_path, customer_id=[1, 1], ordered_at=[date(2026, 5, 1), date(2026, 5, 2)], amount_yen=amounts
    )
    assert [net for _, _, net, _ in _orders(path)] == [1200, -300]


@pytest.mark.parametrize("kind", [pl.Int8, pl.UInt64, pl.Int64, pl.String, pl.Categorical, pl.Float64])
def test_customers_are_handed_back_in_the_type_they_came_in(tmp_path: Path, kind: Any) -> None:
    ids = pl.Series([5, 3, 5]).cast(pl.String).cast(kind)
    path = _file(tmp_path, customer_id=ids, ordered_at=[date(2026, 5, 1)] * 3, amount_yen=[1, 2, 3])
    purchases = read_transactions(path).purchases
    expected = {pl.Categorical: pl.String, pl.Float64: pl.Int64}.get(kind, kind)
    assert purchases.ids.dtype == expected
    assert purchases.ids.cast(pl.String).to_list() == ["3", "5"]


def test_numbers_far_apart_are_customers_like_any_other(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        customer_id=pl.Series([2**63 + 5, 1, 2**63 + 5], dtype=pl.UInt64),
        ordered_at=[date(2026, 5, 1)] * 3,
        amount_yen=[1, 2, 3],
    )
    assert read_transactions(path).purchases.ids.to_list() == [1, 2**63 + 5]


def test_rows_that_say_too_little_are_counted_and_set_aside(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        customer_id=["a", None, "a", "a", " "],
        ordered_at=["2026-05-01", "2026-05-01", "yesterday", "0001-01-01", "2026-05-01"],
        amount_yen=[1.0, 2.0, 3.0, 4.0, 5.0],
        weather=["rain"] * 5,
    )
    read = read_transactions(path)
    assert (read.rows, len(read.purchases.orders.day)) == (5, 1)
    assert read.aside == Aside(no_customer=2, no_date=2, no_amount=0)
    assert (
        read.aside.text
        == "お客様番号のない行が 2行、日付を読めない行が 2行ありました。これらは使っていません。"
    )


def test_amounts_that_are_no_numbers_are_set_aside(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        customer_id=[1, 1, 1, 1],
        ordered_at=[date(2026, 5, 1)] * 4,
        amount_yen=[float("nan"), float("inf"), None, 10.0],
    )
    read = read_transactions(path)
    assert read.aside == Aside(0, 0, 3)
    assert read.purchases.orders.net.tolist() == [10]


def test_a_folder_a_pattern_and_a_csv_are_read_alike(tmp_path: Path) -> None:
    for month in (1, 2):
        pl.DataFrame(
            {"customer_id": [1], "ordered_at": [date(2026, month, 1)], "amount_yen": [month]}
        ).write_parquet(tmp_path / f"2026-{month}.parquet")
    (tmp_path / "sales.csv").write_text(
        "amount_yen,customer_id,ordered_at\n1,1,2026-01-01\n2,1,2026-02-01\n", encoding="utf-8"
    )
    folder = _orders(tmp_path)
    assert len(folder) == 2
    assert _orders(f"{tmp_path}/2026-*.parquet") == folder
    assert _orders(tmp_path / "sales.csv") == folder


def test_a_missing_file_is_said_in_japanese(tmp_path: Path) -> None:
    with pytest.raises(CallerMistake) as found:
        read_transactions(tmp_path / "none.parquet")
    assert "見つかりません" in found.value.ja


def test_a_file_that_is_no_table_is_said_in_japanese(tmp_path: Path) -> None:
    path = tmp_path / "letter.parquet"
    path.write_text("拝啓", encoding="utf-8")
    with pytest.raises(CallerMistake) as found:
        read_transactions(path)
    assert "表として読めません" in found.value.ja


def test_missing_columns_are_named_beside_those_that_are_there(tmp_path: Path) -> None:
    path = _file(tmp_path, customer_id=[1], bought=[date(2026, 5, 1)])
    with pytest.raises(CallerMistake) as found:
        read_transactions(path)
    assert "ordered_at、amount_yen がありません" in found.value.ja
    assert "bought" in found.value.ja


def test_a_column_of_another_kind_is_refused_by_name(tmp_path: Path) -> None:
    path = _file(tmp_path, customer_id=[1], ordered_at=[20260501], amount_yen=[1])
    with pytest.raises(CallerMistake) as found:
        read_transactions(path)
    assert "ordered_at" in found.value.ja


def test_a_table_without_a_usable_row_is_refused(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        customer_id=pl.Series([None], dtype=pl.String),
        ordered_at=[date(2026, 5, 1)],
        amount_yen=[1],
    )
    with pytest.raises(CallerMistake) as found:
        read_transactions(path)
    assert "使える行がありません" in found.value.ja


def test_chosen_customers_alone_keep_their_rows(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        customer_id=["a", "b", "c", "b"],
        ordered_at=[date(2026, 5, 1)] * 3 + [date(2026, 5, 2)],
        amount_yen=[1, 2, 3, 4],
        sku=["x", "y", "z", "x"],
    )
    purchases = read_transactions(path).purchases
    some = purchases.some(purchases.codes(pl.Series(["c", "b", "nobody"])))
    assert pl.DataFrame(some.orders_table()).select("customer_id", "net_yen").rows() == [
        ("b", 2),
        ("b", 4),
        ("c", 3),
    ]
    assert pl.DataFrame(some.lines_table())["sku"].to_list() == ["y", "x", "z"]
