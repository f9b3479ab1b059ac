"""Broken files get a clear answer: which file, which line, what to do; and nothing half-read stays."""

from pathlib import Path

import pytest

from agent.domain.errors import CallerMistake
from tests.support.import_desk import ECCUBE_ORDER, SHOPIFY_ORDER, Desk, shopify_order, table

GOOD = table(SHOPIFY_ORDER, [shopify_order("#1", "a@x.jp"), shopify_order("#2", "b@x.jp")])
HEADER = ",".join(SHOPIFY_ORDER)


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"", 1, "ファイルが空です"),
        ((HEADER + "\n").encode(), 1, "見出しだけ"),
        (GOOD.split("\n", 1)[1].encode(), 1, "見出し行がない"),
        (GOOD.replace("Created at", "作成日").encode(), 1, "「Created at」"),
        ("りんご,みかん\n1,2\n".encode(), 1, "種類を判断できません"),
        (b"PK\x03\x04" + b"x" * 500, 1, "ZIP"),
        (GOOD.replace("#2,b@x.jp", '#2,"b@x.jp').encode() + b"#3,c\n#4,d\n", 3, "引用符"),
        (GOOD.replace("#2,b@x.jp", '#2,"b@x.jp').encode() + b'#3,"c",x\n', 3, "引用符"),
        (GOOD.replace("お茶", "茶").encode("euc_jp"), 1, "EUC-JP"),
        (GOOD.encode("iso2022_jp"), 1, "ISO-2022-JP"),
        (GOOD.encode().replace("茶".encode(), b"\xe8\x8c"), 2, "UTF-8"),
    ],
    ids=[
        "empty",
        "header only",
        "no header",
        "renamed",
        "unknown",
        "zip",
        "unclosed",
        "misclosed",
        "euc",
        "jis",
        "damaged",
    ],
)
def test_a_broken_file_is_refused_whole(desk: Desk, content: bytes, line: int, words: str) -> None:
    before = desk.dump()
    report = desk.take(desk.write("orders.csv", content))
    (told,) = report.rejected
    assert (told.file, told.row) == ("orders.csv", line)
    assert words in told.reason
    assert (report.import_id, desk.dump()) == (None, before)


def test_a_good_file_comes_in_beside_a_broken_one(desk: Desk) -> None:
    report = desk.take(desk.write("good.csv", GOOD), desk.write("bad.csv", "x"))
    assert (report.orders, [found.file for found in report.rejected]) == (2, ["bad.csv"])


@pytest.mark.parametrize("cut", [3, 30, 90])
def test_a_file_cut_off_mid_row_loses_only_that_order(desk: Desk, cut: int) -> None:
    rows = [
        shopify_order("#1001", "a@x.jp"),
        shopify_order("#1002", "b@x.jp"),
        {"Name": "#1002", "Lineitem name": "石けん", "Lineitem quantity": 1},
    ]
    whole = table(SHOPIFY_ORDER, rows).rstrip("\r\n")
    last = whole.rfind("#1002")
    report = desk.take(desk.write("orders.csv", whole[: last + min(cut, len(whole) - last - 5)]))
    assert [row["number"] for row in desk.rows("select number from orders")] == ["#1001"]
    assert [found.row for found in report.rejected] == [4]


def test_a_file_cut_inside_a_character_keeps_the_rest(desk: Desk) -> None:
    whole = table(SHOPIFY_ORDER, [shopify_order("#1", "a@x.jp"), shopify_order("#2", "b@x.jp")]).encode()
    report = desk.take(desk.write("orders.csv", whole[: whole.rfind("茶".encode()) + 1]))
    assert (report.encoding, report.orders, [found.row for found in report.rejected]) == ("utf-8", 1, [3])


def test_a_giant_cell_refuses_its_order_only(desk: Desk) -> None:
    rows = [shopify_order("#1", "a@x.jp", Notes="あ" * 1_000_000), shopify_order("#2", "b@x.jp")]
    report = desk.take(desk.write("orders.csv", table(SHOPIFY_ORDER, rows)))
    (told,) = report.rejected
    assert (told.row, told.column, report.orders) == (2, "Notes", 1)
    assert "1,000,000 文字" in told.reason


def test_a_row_with_the_wrong_number_of_cells_takes_its_order_along(desk: Desk) -> None:
    lines = table(SHOPIFY_ORDER, [shopify_order("#1", "a@x.jp"), shopify_order("#2", "b@x.jp")]).splitlines()
    lines.insert(2, "#1,a@x.jp,,")
    report = desk.take(desk.write("orders.csv", "\n".join(lines)))
    assert ([found.row for found in report.rejected], report.orders) == ([3], 1)
    assert [row["number"] for row in desk.rows("select number from orders")] == ["#2"]


def test_renamed_eccube_headers_never_pass_for_a_plain_list(desk: Desk) -> None:
    text = table(ECCUBE_ORDER, [{"注文ID": "1"}]).replace("支払合計", "お支払い")
    report = desk.take(desk.write("o.csv", text))
    assert "支払合計" in report.rejected[0].reason


def test_a_missing_path_is_the_callers_mistake(desk: Desk) -> None:
    with pytest.raises(CallerMistake):
        desk.take(Path("nowhere.csv"))


def test_a_folder_brings_its_files(desk: Desk) -> None:
    desk.write("orders.csv", GOOD)
    desk.write("README.md", "# 規約")
    report = desk.take(desk.folder)
    assert (report.orders, report.files) == (2, ("orders.csv",))
    assert "README.md" in report.warnings[0]


def test_the_wrong_platform_is_refused_by_name(desk: Desk) -> None:
    report = desk.take(desk.write("orders.csv", GOOD), platform="eccube")
    assert "EC-CUBE" in report.rejected[0].reason
