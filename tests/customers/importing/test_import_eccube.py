"""EC-CUBE's exports come in as the shop means them."""

import pytest

from tests.support.import_desk import ECCUBE_MEMBER, ECCUBE_ORDER, Desk, table

Row = dict[str, object]


def order(number: str, member: str = "", email: str = "a@x.jp", **cells: object) -> Row:
    """A product line of a delivered order of 3,300 yen."""
    return {
        "注文ID": number, "注文番号": f"N{number}", "会員ID": member, "お名前(姓)": "山﨑", "お名前(名)": "花", "メールアドレス": email,
        "合計": "3300", "支払合計": "3300", "対応状況(名称)": "発送済み", "受注日": "2026-10-07 09:50:26", "注文詳細ID": f"{number}-1",
        "商品ID": "12", "商品名": "表示ソ茶①", "商品コード": "T-1", "価格": "2500", "個数": "1", "明細区分(名称)": "商品", **cells,
    }  # fmt: skip


def pseudo(number: str, kind: str, price: str) -> Row:
    """送料, 手数料 or 割引 as a line."""
    return {
        **order(number),
        "注文詳細ID": f"{number}-{kind}",
        "商品ID": "",
        "商品名": kind,
        "商品コード": "",
        "価格": price,
        "明細区分(名称)": kind,
    }


def member(number: str, email: str, **cells: object) -> Row:
    return {
        "会員ID": number,
        "お名前(姓)": "髙橋",
        "お名前(名)": "一",
        "メールアドレス": email,
        "会員ステータス(名称)": "本会員",
        **cells,
    }


@pytest.mark.parametrize("encoding", ["cp932", "utf-8-sig"])
def test_only_product_lines_count_and_the_total_counts_once(desk: Desk, encoding: str) -> None:
    rows = [
        order("1"),
        pseudo("1", "送料", "800"),
        pseudo("1", "割引", "-300"),
        order("2", **{"対応状況(名称)": "注文取消し"}),
    ]
    report = desk.take(desk.write("受注.csv", table(ECCUBE_ORDER, rows), encoding))
    assert (report.platform, report.encoding, report.rejected) == ("eccube", encoding, ())
    assert (report.orders, report.order_lines, report.revenue_orders, report.net_revenue_yen) == (
        2,
        2,
        1,
        3300,
    )
    line = desk.one("select title, sku, product_id from order_lines where order_id = 'eccube:1'")
    assert line == {"title": "表示ソ茶①", "sku": "T-1", "product_id": "12"}
    assert desk.one("select family_name from customers") == {"family_name": "山﨑"}


def test_members_of_one_address_are_one_and_guests_join_them(desk: Desk) -> None:
    members = [member("1", "a@x.jp"), member("2", "Ａ@x.jp"), member("3", "c@x.jp"), member("4", "")]
    rows = [
        order("1", "1", "old@x.jp"),
        order("2", "", "a@x.jp"),
        order("3", "", "guest@x.jp"),
        order("4", "9", "nine@x.jp"),
    ]
    paths = desk.write("m.csv", table(ECCUBE_MEMBER, members)), desk.write("o.csv", table(ECCUBE_ORDER, rows))
    report = desk.take(*paths)
    assert (report.customers, len(desk.rows("select * from customers"))) == (5, 5)
    found = desk.one(
        "select count(*) as n from orders where customer_id = (select customer_id from identities where kind='eccube_member' and value='1')"
    )
    assert found == {"n": 2}
    assert desk.rows("select * from identities where value = 'old@x.jp'") == []


def test_a_withdrawn_member_stays_uncontactable_wherever_the_address_shows(desk: Desk) -> None:
    members = [
        member("1", "", **{"会員ステータス(名称)": "退会"}),
        member("2", "b@x.jp", **{"会員ステータス(名称)": "退会"}),
        member("3", "b@x.jp"),
        member("4", "old1@x.jp"),
    ]
    rows = [order("1", "1", "old1@x.jp"), order("2", "", "old1@x.jp"), order("3", "", "free@x.jp")]
    for name, content in (("m.csv", table(ECCUBE_MEMBER, members)), ("o.csv", table(ECCUBE_ORDER, rows))):
        desk.take(desk.write(name, content))
    living = desk.rows("select email_key, consent_email from customers where not withdrawn")
    assert living == [{"email_key": "free@x.jp", "consent_email": None}]


def test_who_once_withdrew_stays_withdrawn_in_either_order(desk: Desk) -> None:
    left = desk.write(
        "left.csv",
        table(
            ECCUBE_MEMBER, [member("1", "a@x.jp", **{"会員ステータス(ID)": "3", "会員ステータス(名称)": ""})]
        ),
    )
    back = desk.write("back.csv", table(ECCUBE_MEMBER, [member("1", "a@x.jp")]))
    desk.take(left)
    desk.take(back)
    assert desk.one("select withdrawn, family_name from customers") in (
        {"withdrawn": True, "family_name": "髙橋"},
    )
    desk.take(back)
    assert desk.one("select withdrawn from customers")["withdrawn"] in (True, 1)


def test_unknown_consent_stays_unknown(desk: Desk) -> None:
    desk.take(desk.write("m.csv", table(ECCUBE_MEMBER, [member("1", "a@x.jp")])))
    assert desk.one("select consent_email, consent_line from customers") == {
        "consent_email": None,
        "consent_line": None,
    }
    assert desk.rows("select * from consents") == []


def test_staff_notes_become_facts_with_their_row(desk: Desk) -> None:
    desk.take(
        desk.write("m.csv", table(ECCUBE_MEMBER, [member("1", "a@x.jp", ショップ用メモ欄="犬を飼っている")]))
    )
    assert desk.one("select kind, text, source from facts") == {
        "kind": "note",
        "text": "犬を飼っている",
        "source": "imports:m.csv#2",
    }


def test_products_keep_price_stock_and_class(desk: Desk) -> None:
    headers = ["商品ID", "公開ステータス(ID)", "公開ステータス(名称)", "商品名", "商品説明(詳細)", "商品規格ID", "規格分類1(名称)",
               "商品コード", "在庫数",
               "在庫数無制限フラグ", "通常価格", "販売価格", "送料", "商品カテゴリ(名称)", "タグ(名称)"]  # fmt: skip
    rows = [
        [
            "12",
            "1",
            "公開",
            "純米大吟醸",
            "辛口",
            "31",
            "720ml",
            "S-720",
            "5",
            "0",
            "",
            "3,300",
            "",
            "日本酒",
            "人気",
        ],
        [
            "12",
            "1",
            "公開",
            "純米大吟醸",
            "辛口",
            "32",
            "1800ml",
            "S-1800",
            "",
            "1",
            "",
            "6600",
            "",
            "日本酒",
            "人気",
        ],
        ["13", "2", "非公開", "升", "", "33", "", "", "3", "0", "", "高い", "", "酒器", ""],
    ]
    report = desk.take(desk.write("p.csv", table(headers, rows), "cp932"))
    assert (report.products, report.variants) == (1, 2)
    assert [(found.row, found.column, found.value) for found in report.rejected] == [(4, "販売価格", "高い")]
    assert desk.one("select product_class, category, published from products")["product_class"] == "alcohol"
    assert [row["stock"] for row in desk.rows("select stock from variants order by position")] == [5, None]
