"""Shopify's exports come in as the shop means them."""

from tests.support.import_desk import (
    SHOPIFY_CUSTOMER,
    SHOPIFY_ORDER,
    Desk,
    shopify_line,
    shopify_order,
    table,
)

TWO_LINES = [
    shopify_order("#1001", "Hanako@Example.jp", Total="5,000"),
    shopify_line("#1001", "Hanako@Example.jp", "石けん", 2, 1000),
    shopify_order("#1002", "taro@example.jp", Financial_Status="pending"),
]


def orders(desk: Desk, rows: list[dict[str, object]], name: str = "orders.csv") -> None:
    desk.write(name, table(SHOPIFY_ORDER, rows))


def test_order_cells_on_the_first_row_hold_for_all_lines(desk: Desk) -> None:
    path = desk.write("orders.csv", table(SHOPIFY_ORDER, TWO_LINES))
    report = desk.take(path)
    assert (report.platform, report.orders, report.order_lines, report.customers) == ("shopify", 2, 3, 2)
    assert (report.revenue_orders, report.net_revenue_yen, report.rejected) == (1, 5000, ())
    lines = desk.rows(
        "select title, variant, quantity, sku from order_lines where order_id = 'shopify:#1001' order by line_no"
    )
    assert lines == [
        {"title": "お茶", "variant": "100g", "quantity": 1, "sku": "T-1"},
        {"title": "石けん", "variant": None, "quantity": 2, "sku": None},
    ]


def test_an_order_whose_rows_lie_apart_is_one_order(desk: Desk) -> None:
    rows = [TWO_LINES[0], TWO_LINES[2], TWO_LINES[1]]
    report = desk.take(desk.write("orders.csv", table(SHOPIFY_ORDER, rows)))
    assert (report.orders, report.order_lines, report.net_revenue_yen, report.rejected) == (2, 3, 5000, ())


def test_net_is_total_less_refund_for_paid_orders_that_stand(desk: Desk) -> None:
    rows = [
        shopify_order("#1", "a@x.jp", Financial_Status="partially_refunded", Refunded_Amount="500"),
        shopify_order("#2", "a@x.jp", Financial_Status="refunded", Refunded_Amount="3000"),
        shopify_order("#3", "a@x.jp", Cancelled_at="2026-10-08 10:00:00 +0900"),
        shopify_order("#4", "a@x.jp", Financial_Status="voided"),
        shopify_order("#5", ""),
    ]
    report = desk.take(desk.write("orders.csv", table(SHOPIFY_ORDER, rows)))
    assert (report.orders, report.revenue_orders, report.net_revenue_yen, report.customers) == (5, 2, 5500, 1)
    assert desk.one("select customer_id from orders where order_id = 'shopify:#5'") == {"customer_id": None}


def test_amounts_in_another_currency_are_kept_out_of_yen(desk: Desk) -> None:
    rows = [
        shopify_order("#1", "a@x.jp", Currency="USD", Total="39.50", Lineitem_price="39.50"),
        shopify_order("#2", "b@x.jp"),
    ]
    report = desk.take(desk.write("orders.csv", table(SHOPIFY_ORDER, rows)))
    assert (report.orders, report.net_revenue_yen) == (2, 3000)
    assert any("USD" in warning for warning in report.warnings)
    assert desk.one("select stated_total, net_yen from orders where currency = 'USD'") == {
        "stated_total": "39.50",
        "net_yen": 0,
    }


def test_a_person_is_one_address_however_it_is_spelt(desk: Desk) -> None:
    rows = [
        shopify_order("#1", "Hanako@Example.jp "),
        shopify_order("#2", "ｈanako@example.jp"),
        shopify_order("#3", "ha.nako@example.jp"),
    ]
    customers = [
        {
            "Customer ID": "'55",
            "First Name": "花子",
            "Last Name": "髙橋",
            "Email": "HANAKO@example.jp",
            "Accepts Email Marketing": "yes",
        },
        {"Customer ID": "'56", "First Name": "次郎", "Last Name": "乙", "Accepts Email Marketing": "yes"},
        {"Customer ID": "'57", "First Name": "次郎", "Last Name": "乙", "Accepts Email Marketing": "yes"},
    ]
    report = desk.take(
        desk.write("orders.csv", table(SHOPIFY_ORDER, rows)),
        desk.write("customers.csv", table(SHOPIFY_CUSTOMER, customers)),
    )
    assert report.customers == 4
    assert desk.one(
        "select family_name, given_name, consent_email from customers where email_key = 'hanako@example.jp'"
    ) == {
        "family_name": "髙橋",
        "given_name": "花子",
        "consent_email": True,
    }
    known = desk.rows("select kind, value from identities where kind = 'shopify_customer' order by value")
    assert [row["value"] for row in known] == ["55", "56", "57"]


def test_the_customers_file_decides_consent_and_no_wins(desk: Desk) -> None:
    customers = [
        {"Customer ID": "1", "Email": "a@x.jp", "Accepts Email Marketing": "yes", "First Name": "甲"},
        {"Customer ID": "2", "Email": "A@x.jp", "Accepts Email Marketing": "no", "First Name": "甲"},
        {"Customer ID": "3", "Email": "b@x.jp", "Accepts Email Marketing": "yes", "First Name": "乙"},
    ]
    rows = [
        shopify_order("#1", "b@x.jp", Accepts_Marketing="no"),
        shopify_order("#2", "guest@x.jp", Accepts_Marketing="no", Created_at="2026-01-01 00:00:00 +0900"),
        shopify_order("#3", "guest@x.jp", Accepts_Marketing="yes", Created_at="2026-02-01 00:00:00 +0900"),
        shopify_order("#4", "silent@x.jp"),
    ]
    desk.take(
        desk.write("c.csv", table(SHOPIFY_CUSTOMER, customers)),
        desk.write("o.csv", table(SHOPIFY_ORDER, rows)),
    )
    said = {
        row["email_key"]: row["consent_email"]
        for row in desk.rows("select email_key, consent_email from customers")
    }
    agreed = {key: None if value is None else bool(value) for key, value in said.items()}
    assert agreed == {"a@x.jp": False, "b@x.jp": True, "guest@x.jp": True, "silent@x.jp": None}
    entry = desk.one(
        "select source_file, source_row, source_column, source_value from consents where source_value = 'no'"
    )
    assert entry == {
        "source_file": "c.csv",
        "source_row": 3,
        "source_column": "Accepts Email Marketing",
        "source_value": "no",
    }


def test_a_newer_export_replaces_and_an_older_one_does_not(desk: Desk) -> None:
    early = desk.write(
        "early.csv", table(SHOPIFY_ORDER, [shopify_order("#1", "a@x.jp", Financial_Status="pending")])
    )
    late = desk.write("late.csv", table(SHOPIFY_ORDER, [shopify_order("#1", "a@x.jp")]))
    desk.take(early)
    assert desk.take(late).changed == 1
    report = desk.take(early)
    assert (report.outdated, report.orders) == (1, 1)
    assert desk.one("select status, net_yen from orders") == {"status": "paid", "net_yen": 3000}


def test_one_bad_line_refuses_its_whole_order_and_no_other(desk: Desk) -> None:
    rows = [
        shopify_order("#1", "a@x.jp"),
        shopify_line("#1", "a@x.jp", "石けん", 1, "-100"),
        shopify_order("#2", "b@x.jp", Total="200000000"),
        shopify_order("#3", "c@x.jp", Created_at="2026-02-30 10:00:00 +0900"),
        shopify_order("#4", "d@x.jp"),
        shopify_order("#5", "e@x.jp", Lineitem_quantity="たくさん"),
    ]
    report = desk.take(desk.write("orders.csv", table(SHOPIFY_ORDER, rows)))
    told = [(found.row, found.column, found.value) for found in report.rejected]
    assert told == [
        (3, "Lineitem price", "-100"),
        (4, "Total", "200000000"),
        (5, "Created at", "2026-02-30 10:00:00 +0900"),
        (7, "Lineitem quantity", "たくさん"),
    ]
    assert [row["number"] for row in desk.rows("select number from orders")] == ["#4"]
    assert len(desk.rows("select * from order_lines")) == 1


def test_one_order_with_two_totals_is_refused(desk: Desk) -> None:
    rows = [
        shopify_order("#1", "a@x.jp"),
        shopify_order("#2", "b@x.jp"),
        shopify_order("#1", "a@x.jp", Total="9000"),
    ]
    report = desk.take(desk.write("orders.csv", table(SHOPIFY_ORDER, rows)))
    assert [(found.column, found.value) for found in report.rejected] == [("Total", "9000")]
    assert (report.orders, report.net_revenue_yen) == (1, 3000)


def test_columns_may_stand_in_any_order_and_optional_ones_may_be_missing(desk: Desk) -> None:
    headers = [
        "Lineitem quantity",
        "Total",
        "Name",
        "Created at",
        "Lineitem name",
        "Financial Status",
        "Email",
    ]
    report = desk.take(
        desk.write(
            "o.csv", table(headers, [["2", "500", "#1", "2026-10-07 09:50:26 +0200", "茶", "paid", "a@x.jp"]])
        )
    )
    assert (report.orders, report.net_revenue_yen, report.customers) == (1, 500, 1)
    assert str(desk.one("select ordered_on from orders")["ordered_on"]) == "2026-10-07"


def test_a_page_that_an_export_names_is_kept_and_anything_else_is_none(desk: Desk) -> None:
    head = ["Handle", "Title", "Variant SKU", "Variant Price", "URL"]
    pages = ("https://hana.example.jp/tea", "/products/lotion", "http://hana.example.jp/x", "")
    rows: list[dict[str, object]] = [
        {"Handle": f"p{n}", "Title": f"品{n}", "Variant SKU": f"S{n}", "Variant Price": "1080", "URL": page}
        for n, page in enumerate(pages)
    ]
    desk.take(desk.write("products.csv", table(head, rows)))
    kept = [desk.one(f"select handle, url from products where product_id = 'p{n}'") for n in range(4)]
    assert [row["url"] for row in kept] == ["https://hana.example.jp/tea", None, None, None]
    assert kept[1]["handle"] == "p1"


def test_both_product_dialects_make_the_same_products(desk: Desk) -> None:
    old = ["Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published", "Option1 Value", "Variant SKU",
           "Variant Inventory Tracker",
           "Variant Inventory Qty", "Variant Price", "Variant Compare At Price", "Image Src", "Status"]  # fmt: skip
    rows: list[dict[str, object]] = [
        {"Handle": "lotion", "Title": "うるおい化粧水", "Body (HTML)": "<p>しっとり&amp;やさしい</p>",
         "Type": "スキンケア", "Tags": "保湿, 人気",
         "Published": "TRUE", "Option1 Value": "120mL", "Variant SKU": "L-120", "Variant Inventory Tracker": "shopify",
         "Variant Inventory Qty": "8", "Variant Price": "2,980", "Status": "active"},
        {"Handle": "lotion", "Option1 Value": "200mL", "Variant SKU": "L-200", "Variant Price": "3980"},
        {"Handle": "lotion", "Image Src": "https://example.jp/x.png"},
        {"Handle": "tea", "Title": "煎茶", "Option1 Value": "Default Title", "Variant Price": "1080", "Published": "FALSE"},
    ]  # fmt: skip
    report = desk.take(desk.write("products.csv", table(old, rows)))
    before = desk.meaning()
    assert (report.products, report.variants) == (2, 3)
    assert desk.one("select title, description, product_class from products where product_id = 'lotion'") == {
        "title": "うるおい化粧水",
        "description": "しっとり&やさしい",
        "product_class": "cosmetic",
    }
    assert desk.one("select sku, title, price_yen, stock from variants where variant_id = 'L-120'") == {
        "sku": "L-120",
        "title": "120mL",
        "price_yen": 2980,
        "stock": 8,
    }
    names = {"Handle": "URL handle", "Body (HTML)": "Description", "Published": "Published on online store", "Variant SKU": "SKU",
             "Option1 Value": "Option1 value", "Variant Inventory Tracker": "Inventory tracker",
             "Variant Inventory Qty": "Inventory quantity",
             "Variant Price": "Price", "Variant Compare At Price": "Compare-at price", "Image Src": "Product image URL"}  # fmt: skip
    new = table(
        [names.get(h, h) for h in old], [{names.get(k, k): v for k, v in row.items()} for row in rows]
    )
    again = desk.take(desk.write("new.csv", new))
    assert (again.products, again.unchanged, desk.meaning()) == (2, 2, before)
