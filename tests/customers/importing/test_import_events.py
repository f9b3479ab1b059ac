"""A shop's list of what customers did: read, joined to people whenever they become known, and taken back."""

from itertools import permutations
from pathlib import Path

import pytest

from tests.support.import_desk import (
    ECCUBE_MEMBER,
    LIST,
    SHOPIFY_CUSTOMER,
    SHOPIFY_ORDER,
    Desk,
    shopify_order,
    table,
)

ENGLISH = ["id", "type", "customer_id", "email", "line_user_id", "at", "sku", "value", "text", "message_id"]
JAPANESE = ["ID", "種類", "メールアドレス", "日時", "商品コード", "点数", "コメント"]
KEPT = frozenset({"imports", "shops", "changed_customers"})


def events(desk: Desk, *rows: dict[str, object], name: str = "events.csv") -> Path:
    return desk.write(name, table(ENGLISH, rows))


def visit(number: object = 1, **cells: object) -> dict[str, object]:
    return {"id": f"v{number}", "type": "visit", "email": "a@x.jp", "at": "2026-11-01 10:00:00"} | cells


def owners(desk: Desk) -> dict[str, str | None]:
    return {
        row["event_id"]: row["customer_id"] for row in desk.rows("select event_id, customer_id from events")
    }


def customer(desk: Desk, address: str) -> str:
    return str(desk.one(f"select customer_id from customers where email_key = '{address}'")["customer_id"])


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig"])
def test_a_japanese_list_is_recognised_in_the_encodings_shops_use(desk: Desk, encoding: str) -> None:
    words = [
        "訪問",
        "閲覧",
        "カート",
        "配信",
        "開封",
        "クリック",
        "レビュー",
        "紹介",
        "チャット",
        "来店",
        "NPS",
        "アンケート",
    ]
    rows = [
        {
            "ID": n,
            "種類": word,
            "メールアドレス": "a@x.jp",
            "日時": "2026/11/1 9:30",
            "点数": "4" if n > 5 else "",
        }
        for n, word in enumerate(words)
    ]
    report = desk.take(desk.write("行動.csv", table(JAPANESE, rows).encode(encoding)))
    assert (report.events, report.rejected, report.platform) == (12, (), "generic")
    assert [row["kind"] for row in desk.rows("select kind from events order by length(event_id), event_id")] == [
        "visit", "view", "cart", "send", "open", "click", "review", "referral", "chat", "store_visit", "nps", "nps",
    ]  # fmt: skip


def test_an_event_says_when_what_and_where_it_was_read(desk: Desk) -> None:
    row = visit(
        type="review",
        sku="T-1",
        value="★5",
        text="香りがよい",
        message_id="d1",
        at="2026-11-01T00:30:00+09:00",
    )
    desk.take(events(desk, row))
    kept = desk.one("select * from events")
    assert (kept["kind"], kept["sku"], kept["value"], kept["text"]) == ("review", "T-1", 5, "香りがよい")
    assert (kept["message_id"], kept["source"], str(kept["happened_on"])) == (
        "d1",
        "events.csv#2",
        "2026-11-01",
    )
    assert str(kept["happened_at"]).startswith("2026-10-31 15:30:00")


def test_a_person_known_later_gets_their_events_in_any_order_of_files(desk: Desk) -> None:
    told = events(desk, visit(1), visit(2, email="", line_user_id="U9"), visit(3, email="", customer_id="7"))
    orders = desk.write("o.csv", table(SHOPIFY_ORDER, [shopify_order("#1", "a@x.jp")]))
    people = [{"会員ID": "7", "お名前(姓)": "甲", "お名前(名)": "花", "メールアドレス": "m@x.jp"}]
    members = desk.write("m.csv", table(ECCUBE_MEMBER, people))
    stall = desk.write(
        "l.csv", table(LIST, [{"顧客名": "乙", "LINE ID": "U9", "購入日": "2026-10-01", "金額": "500"}])
    )
    results = []
    for files in permutations((told, orders, members, stall)):
        imports = [desk.take(file).import_id for file in files]
        results.append(owners(desk))
        for import_id in reversed(imports):
            desk.undo(import_id)
    assert all(result == results[0] for result in results)
    assert None not in results[0].values()
    assert len(set(results[0].values())) == 3


def test_files_of_one_run_and_of_several_come_to_the_same(desk: Desk) -> None:
    told = events(desk, visit(1), visit(2, email="b@x.jp"))
    orders = desk.write("o.csv", table(SHOPIFY_ORDER, [shopify_order("#1", "a@x.jp")]))
    together = desk.take(told, orders)
    one = desk.rows("select event_id, customer_id, kind, happened_at, content_hash from events order by 1")
    assert (together.platform, together.events, together.orders) == ("shopify", 2, 1)
    desk.undo(together.import_id)
    assert desk.rows("select * from events") == []
    desk.take(orders)
    desk.take(told)
    assert (
        desk.rows("select event_id, customer_id, kind, happened_at, content_hash from events order by 1")
        == one
    )
    assert owners(desk) == {"v1": customer(desk, "a@x.jp"), "v2": None}


def test_the_same_file_twice_adds_nothing_and_holds_the_first_import(desk: Desk) -> None:
    told = events(desk, visit(1), visit(2), visit(2))
    first, second = desk.take(told), desk.take(told)
    assert (first.events, first.new, first.rejected) == (2, 2, ())
    assert (second.events, second.new, second.unchanged) == (2, 0, 2)
    with pytest.raises(Exception, match="rest on"):
        desk.undo(first.import_id)
    desk.undo(second.import_id)
    assert set(owners(desk)) == {"v1", "v2"}


def test_undoing_the_orders_leaves_the_events_waiting_for_their_person(desk: Desk) -> None:
    desk.take(events(desk, visit(1)))
    before = desk.dump(without=KEPT)
    orders = desk.take(desk.write("o.csv", table(SHOPIFY_ORDER, [shopify_order("#1", "a@x.jp")])))
    assert owners(desk) == {"v1": customer(desk, "a@x.jp")}
    desk.undo(orders.import_id)
    assert desk.dump(without=KEPT) == before
    assert owners(desk) == {"v1": None}


def test_events_follow_a_customer_who_turns_out_to_be_another(desk: Desk) -> None:
    people = [{"会員ID": "7", "お名前(姓)": "甲", "お名前(名)": "花", "メールアドレス": ""}]
    desk.take(desk.write("m.csv", table(ECCUBE_MEMBER, people)))
    desk.take(events(desk, visit(1, email="", customer_id="7")))
    first = owners(desk)["v1"]
    people = [{"会員ID": "7", "お名前(姓)": "甲", "お名前(名)": "花", "メールアドレス": "new@x.jp"}]
    second = desk.take(desk.write("m.csv", table(ECCUBE_MEMBER, people)))
    assert owners(desk)["v1"] == customer(desk, "new@x.jp") != first
    desk.undo(second.import_id)
    assert owners(desk)["v1"] == first


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (visit(type="踊り"), "type", "知らない種類"),
        (visit(at="2026-11-22"), "at", "未来"),
        (visit(at="いつか"), "at", "日付として読めません"),
        (visit(email=""), "email", "どのお客さまか"),
        (visit(email="nobody"), "email", "どのお客さまか"),
        (visit(type="nps", value="11"), "value", "0から10"),
        (visit(type="nps"), "value", "点数がありません"),
        (visit(type="review", value="4.5"), "value", "整数"),
    ],
)
def test_a_row_that_cannot_be_true_is_refused_with_its_reason_and_the_rest_comes_in(
    desk: Desk, row: dict[str, object], column: str, reason: str
) -> None:
    report = desk.take(events(desk, visit(9), row))
    (refused,) = report.rejected
    assert (refused.row, refused.column, reason in refused.reason, report.events) == (3, column, True, 1)


def test_two_events_under_one_id_are_told_and_the_first_stays(desk: Desk) -> None:
    report = desk.take(events(desk, visit(1), visit(1, at="2026-11-02")))
    assert (report.events, len(report.rejected), "同じID" in report.rejected[0].reason) == (1, 1, True)
    again = desk.take(events(desk, visit(1, type="view"), name="more.csv"))
    assert (again.events, again.rejected[0].file) == (0, "more.csv")
    assert desk.one("select kind from events")["kind"] == "visit"


def test_rows_without_an_id_are_known_again_by_what_they_say(desk: Desk) -> None:
    row = visit(id="")
    desk.take(events(desk, row, row, name="one.csv"))
    report = desk.take(events(desk, row, name="two.csv"))
    assert (report.unchanged, len(owners(desk))) == (1, 1)


def test_a_list_of_people_with_a_kind_and_a_date_is_still_a_list_of_people(desk: Desk) -> None:
    headers = ["顧客名", "メール", "種類", "日付"]
    report = desk.take(desk.write("c.csv", table(headers, [["甲", "a@x.jp", "一般会員", "2026-10-01"]])))
    assert (report.customers, report.events) == (1, 0)


def test_a_list_of_purchases_with_a_kind_is_still_a_list_of_purchases(desk: Desk) -> None:
    headers = ["顧客名", "メール", "日付", "種類", "金額"]
    report = desk.take(desk.write("o.csv", table(headers, [["甲", "a@x.jp", "2026-10-01", "茶", "500"]])))
    assert (report.orders, report.events) == (1, 0)


def test_a_dry_run_counts_events_and_keeps_none(desk: Desk) -> None:
    report = desk.take(events(desk, visit(1), visit(2)), dry_run=True)
    assert (report.events, report.import_id, desk.rows("select * from events")) == (2, None, [])


def test_customers_in_a_file_of_their_own_are_joined_by_their_shopify_number(desk: Desk) -> None:
    desk.take(events(desk, visit(1, email="", customer_id="'900")))
    people = [{"Customer ID": "'900", "Email": "a@x.jp", "Accepts Email Marketing": "yes"}]
    desk.take(desk.write("c.csv", table(SHOPIFY_CUSTOMER, people)))
    assert owners(desk) == {"v1": customer(desk, "a@x.jp")}
