"""The files of a shop come in together or apart, in any order, with the same result."""

from itertools import permutations

from tests.support.import_desk import (
    ECCUBE_MEMBER,
    ECCUBE_ORDER,
    LIST,
    SHOPIFY_CUSTOMER,
    SHOPIFY_ORDER,
    Desk,
    shopify_order,
    table,
)

KEPT = frozenset({"imports", "shops", "replaced_records", "changed_customers"})

CUSTOMERS = table(
    SHOPIFY_CUSTOMER,
    [
        {
            "Customer ID": "1",
            "Email": "A@x.jp",
            "Last Name": "髙橋",
            "First Name": "花",
            "Accepts Email Marketing": "yes",
            "Note": "犬",
        },
        {
            "Customer ID": "2",
            "Email": "b@x.jp",
            "Last Name": "?田",
            "First Name": "花",
            "Accepts Email Marketing": "no",
        },
    ],
)
EARLY = table(
    SHOPIFY_ORDER,
    [
        shopify_order("#1", "a@x.jp", Accepts_Marketing="no"),
        shopify_order("#2", "guest@x.jp", Accepts_Marketing="yes"),
    ],
)
LATE = table(
    SHOPIFY_ORDER,
    [
        shopify_order(
            "#2",
            "guest@x.jp",
            Accepts_Marketing="yes",
            Financial_Status="partially_refunded",
            Refunded_Amount="100",
        ),
        shopify_order("#3", "guest@x.jp", Accepts_Marketing="no", Created_at="2026-11-01 00:00:00 +0900"),
    ],
)
MEMBERS = table(
    ECCUBE_MEMBER,
    [
        {"会員ID": "1", "お名前(姓)": "甲", "メールアドレス": "guest@x.jp", "会員ステータス(名称)": "本会員"},
        {"会員ID": "2", "お名前(姓)": "乙", "メールアドレス": "b@x.jp", "会員ステータス(名称)": "退会"},
    ],
)
ORDERS = table(
    ECCUBE_ORDER,
    [
        {"注文ID": "1", "会員ID": "2", "メールアドレス": "moved@x.jp", "支払合計": "100", "受注日": "2026-01-01",
         "対応状況(名称)": "発送済み", "商品名": "茶", "個数": "1", "価格": "100", "明細区分(名称)": "商品", "お名前(姓)": "乙"},
        {"注文ID": "2", "メールアドレス": "moved@x.jp", "支払合計": "100", "受注日": "2026-01-02", "対応状況(名称)": "発送済み",
         "商品名": "茶", "個数": "1", "価格": "100", "明細区分(名称)": "商品"},
    ],
)  # fmt: skip
A_LIST = table(
    LIST,
    [
        ["丙", "guest@x.jp", "2026/1/5", "茶", "1", "100", "可", "U9", ""],
        ["", "c@x.jp", "2026/1/6", "茶", "1", "100", "", "U9", ""],
    ],
)


def all_files(desk: Desk) -> list[str]:
    files = {
        "c.csv": CUSTOMERS,
        "early.csv": EARLY,
        "late.csv": LATE,
        "m.csv": MEMBERS,
        "o.csv": ORDERS,
        "l.csv": A_LIST,
    }
    for name, content in files.items():
        desk.write(name, content)
    return list(files)


def said(desk: Desk) -> dict[str, list[str]]:
    """What the store holds that staff or a chart would see."""
    return {name: rows for name, rows in desk.meaning().items() if name not in {"consents", "identities"}} | {
        "identities": sorted(
            repr(row)
            for row in desk.rows("select kind, value, customer_id from identities where kind <> 'former_id'")
        )
    }


def test_one_run_or_many_in_any_order(desk: Desk) -> None:
    names = all_files(desk)
    first = desk.take(*(desk.folder / name for name in names))
    expected = said(desk)
    assert first.rejected == ()
    for number, order in enumerate(permutations(names)):
        if number % 97:  # eight of 720 orders
            continue
        for import_id in [
            row["import_id"]
            for row in desk.rows("select import_id from imports where state='done' order by sequence desc")
        ]:
            desk.undo(import_id)
        assert desk.rows("select * from customers") == []
        for name in order:
            desk.take(desk.folder / name)
        assert said(desk) == expected, order


def test_importing_again_changes_nothing(desk: Desk) -> None:
    paths = [desk.folder / name for name in all_files(desk)]
    first = desk.take(*paths)
    before = desk.dump(without=KEPT)
    again = desk.take(*reversed(paths))
    assert desk.dump(without=KEPT) == before
    same = ("customers", "orders", "order_lines", "revenue_orders", "net_revenue_yen")
    assert [getattr(again, name) for name in same] == [getattr(first, name) for name in same]


def test_a_dry_run_counts_and_keeps_nothing(desk: Desk) -> None:
    paths = [desk.folder / name for name in all_files(desk)]
    before = desk.dump()
    dry = desk.take(*paths, dry_run=True)
    assert (desk.dump(), dry.import_id) == (before, None)
    real = desk.take(*paths).as_json()
    assert {k: v for k, v in real.items() if k not in {"import_id", "dry_run"}} == {
        k: v for k, v in dry.as_json().items() if k not in {"import_id", "dry_run"}
    }
