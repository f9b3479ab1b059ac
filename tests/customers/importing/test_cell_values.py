"""What a cell means."""

from datetime import UTC, datetime

import pytest

from customers.importing.values import (
    Unreadable,
    plain,
    read_count,
    read_moment,
    read_name,
    read_yen,
    read_yes_no,
    split_name,
)

MIDNIGHT = datetime(2026, 1, 4, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "cell",
    [
        "2026/1/5",
        "2026-01-05",
        "2026年1月5日",
        "R8.1.5",
        "46027",
        "２０２６／０１／０５",
        "令和8年1月5日",
        "2026.1.5",
        "2026/1/5(月)",
        "'2026/1/5",
    ],
)
def test_a_day_in_any_of_its_shapes_is_midnight_in_tokyo(cell: str) -> None:
    assert read_moment(cell) == (MIDNIGHT, False)


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2025-10-07 09:50:26 +0200", datetime(2025, 10, 7, 7, 50, 26, tzinfo=UTC)),
        ("2025-10-07 09:50:26 -0330", datetime(2025, 10, 7, 13, 20, 26, tzinfo=UTC)),
        ("2025/10/7 9:05", datetime(2025, 10, 7, 0, 5, tzinfo=UTC)),
        ("2025-10-07T00:00:00Z", datetime(2025, 10, 7, tzinfo=UTC)),
        ("H31.4.30 23時59分", datetime(2019, 4, 30, 14, 59, tzinfo=UTC)),
        ("令和元年5月1日 0:00", datetime(2019, 4, 30, 15, 0, tzinfo=UTC)),
        ("46027.5", datetime(2026, 1, 5, 3, 0, tzinfo=UTC)),
    ],
)
def test_a_moment_keeps_its_offset_and_is_tokyo_without_one(cell: str, moment: datetime) -> None:
    assert read_moment(cell) == (moment, True)


@pytest.mark.parametrize(
    "cell", ["2026/2/30", "2026/13/1", "きのう", "1/5", "12345678", "1826/1/1", "2026/1/5 25:00", "5"]
)
def test_what_is_no_day_is_told(cell: str) -> None:
    with pytest.raises(Unreadable, match=r"日付|暦|年が"):
        read_moment(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "3980",
        "3,980円",
        "¥3,980",
        "￥３，９８０",
        "\\3,980",
        "3980.00",
        "3,980円(税込)",
        "'3980",
        "¥3,980-",
        " 3980 ",
    ],
)
def test_yen_in_any_of_its_shapes(cell: str) -> None:
    assert read_yen(cell) == 3980


@pytest.mark.parametrize(
    "cell", ["-1", "▲500", "100000001", "12.5", "=1+1", "無料", "1e5", "", "1 000万", "nan"]
)
def test_absurd_amounts_are_told(cell: str) -> None:
    with pytest.raises(Unreadable):
        read_yen(cell)


def test_pieces_may_carry_their_counter() -> None:
    assert [read_count(cell) for cell in ("1", "２個", "3 本", "1,000", "0")] == [1, 2, 3, 1000, 0]
    for cell in ("-1", "1.5", "たくさん", "100001", ""):
        with pytest.raises(Unreadable):
            read_count(cell)


def test_yes_no_and_silence() -> None:
    assert [read_yes_no(cell) for cell in ("可", "○", "YES", "１", "希望する", "TRUE")] == [True] * 6
    assert [read_yes_no(cell) for cell in ("不可", "×", "no", "0", "希望しない", "配信停止")] == [False] * 6
    assert [read_yes_no(cell) for cell in ("", " ", "-", "不明")] == [None] * 4
    with pytest.raises(Unreadable):
        read_yes_no("たぶん")


def test_names_keep_their_characters_and_damage_is_seen() -> None:
    assert read_name("髙橋 花子 様") == ("髙橋 花子", False)
    assert [read_name(name)[1] for name in ("?田", "山\ufffd", "=cmd()", "@x", "\ue000")] == [True] * 5
    assert [split_name(name) for name in ("山田　太郎", "山田太郎")] == [("山田", "太郎"), ("山田太郎", None)]


def test_export_wrapping_is_taken_off() -> None:
    assert [plain(cell) for cell in ("'0123", '="0123"', "\u30000123 ")] == ["0123"] * 3
