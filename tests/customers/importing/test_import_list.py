"""A purchase list kept in Excel comes in as the shop means it."""

from tests.support.import_desk import LIST, Desk, table

ROWS = [
    ["髙橋 花子", "A@x.jp", "2026/1/5", "煎茶", "1", "1,080円", "可", "", "贈り物が多い"],
    ["髙橋花子", "", "R8.2.5", "煎茶", "２", "\\2,160", "", "U1", ""],
    ["乙", "a@x.jp", "2026年3月5日", "ほうじ茶", "1", "￥９８０", "", "U1", ""],
    ["乙", "", "46000", "煎茶", "1", "1080", "不可", "U1", ""],
    ["丙", "", "2026-01-05", "煎茶", "1", "1080", "可", "", ""],
    ["丙", "", "2026-01-05", "煎茶", "1", "1080", "可", "", ""],
]


def test_people_join_by_address_then_line_id_never_by_name(desk: Desk) -> None:
    report = desk.take(desk.write("list.csv", table(LIST, ROWS), "cp932"))
    assert (report.platform, report.encoding, report.rejected) == ("generic", "cp932", ())
    assert (report.customers, report.orders, report.net_revenue_yen) == (1, 6, 1080 * 4 + 2160 + 980)
    person = desk.one("select email_key, line_user_id, consent_email from customers")
    assert (person["email_key"], person["line_user_id"]) == ("a@x.jp", "U1")
    assert person["consent_email"] in (False, 0)
    assert desk.one("select count(*) as n from orders where customer_id is null") == {"n": 2}
    days = [str(row["ordered_on"]) for row in desk.rows("select ordered_on from orders order by ordered_on")]
    assert days == ["2025-12-09", "2026-01-05", "2026-01-05", "2026-01-05", "2026-02-05", "2026-03-05"]


def test_two_equal_rows_are_two_orders_and_come_in_once(desk: Desk) -> None:
    desk.take(desk.write("list.csv", table(LIST, ROWS)))
    before = desk.meaning()
    again = desk.take(desk.write("renamed.csv", table(LIST, list(reversed(ROWS))), "utf-8-sig"))
    assert (again.orders, again.new, again.changed, again.unchanged) == (6, 0, 0, 6)
    assert desk.meaning() == before


def test_a_note_added_later_is_the_same_purchase(desk: Desk) -> None:
    desk.take(desk.write("list.csv", table(LIST, ROWS)))
    edited = [[*ROWS[0][:-3], "不可", "", "電話が苦手"], *ROWS[1:]]
    report = desk.take(desk.write("list.csv", table(LIST, edited)))
    assert (report.orders, report.changed, len(desk.rows("select * from orders"))) == (6, 1, 6)
    assert [row["text"] for row in desk.rows("select text from facts")] == ["電話が苦手"]


def test_synonyms_of_headers_are_understood(desk: Desk) -> None:
    headers = ["お客様名", "E-mail", "ご注文日", "品名", "数量", "合計金額", "メールマガジン", "LINE", "メモ"]
    report = desk.take(
        desk.write("list.tsv", table(headers, ROWS[:1]).replace(",", "\t").replace('"1\t080円"', "1080"))
    )
    assert (report.orders, report.customers, report.rejected) == (1, 1, ())


def test_bad_cells_are_told_and_good_rows_stay(desk: Desk) -> None:
    rows = [
        ["甲", "a@x.jp", "2026/2/30", "茶", "1", "100", "", "", ""],
        ["乙", "b@x.jp", "2026/2/3", "茶", "1", "=SUM(A1)", "", "", ""],
        ["=cmd()", "c@x.jp", "2026/2/3", "茶", "1", "300", "たぶん", "", "@note"],
    ]
    report = desk.take(desk.write("list.csv", table(LIST, rows)))
    assert [(found.row, found.column, found.value) for found in report.rejected] == [
        (2, "購入日", "2026/2/30"),
        (3, "金額", "=SUM(A1)"),
    ]
    assert (report.orders, len(report.warnings)) == (1, 2)
    kept = desk.one("select name_damaged, consent_email from customers")
    assert kept["name_damaged"] in (True, 1)
    assert kept["consent_email"] is None
