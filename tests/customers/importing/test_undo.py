"""An import can be taken back, exactly, unless something rests on it."""

import pytest

from agent.domain.errors import NotFound, PolicyRefusal
from tests.support.import_desk import (
    ECCUBE_MEMBER,
    ECCUBE_ORDER,
    SHOPIFY_CUSTOMER,
    SHOPIFY_ORDER,
    Desk,
    shopify_line,
    shopify_order,
    table,
)

KEPT = frozenset({"imports", "shops", "changed_customers"})


def guest_order(desk: Desk) -> str | None:
    row = {"注文ID": "1", "メールアドレス": "z@x.jp", "支払合計": "100", "受注日": "2026-01-02", "対応状況(名称)": "発送済み",
           "商品名": "茶",
           "個数": "1", "価格": "100", "明細区分(名称)": "商品", "ショップ用メモ欄": "急ぎ"}  # fmt: skip
    return desk.take(desk.write("o.csv", table(ECCUBE_ORDER, [row]))).import_id


def draft_for(desk: Desk, customer_id: str, number: int = 1) -> None:
    moment = "2026-11-21 01:00:00.000000"
    desk.run(
        "insert into drafts (shop_id, draft_id, customer_id, occasion, channel, recipient, state, row_version, current_version, "
        f"recommendation, why, created_at) values ('default', 'd{number}', '{customer_id}', 'thank_you', 'email', 'x', 'waiting', 1, 1, "
        f"'send', 'w', '{moment}')"
    )


def test_replaced_rows_return_exactly(desk: Desk) -> None:
    first = [
        shopify_order("#1", "a@x.jp", Financial_Status="pending", Notes="赤い包装"),
        shopify_line("#1", "a@x.jp", "石けん", 1, 100),
    ]
    customers = [{"Customer ID": "1", "Email": "a@x.jp", "Accepts Email Marketing": "yes", "Note": "犬"}]
    desk.take(
        desk.write("o.csv", table(SHOPIFY_ORDER, first)),
        desk.write("c.csv", table(SHOPIFY_CUSTOMER, customers)),
    )
    before = desk.dump(without=KEPT)
    customers = [{"Customer ID": "1", "Email": "new@x.jp", "Accepts Email Marketing": "no", "Note": "猫"}]
    second = desk.take(
        desk.write(
            "o.csv", table(SHOPIFY_ORDER, [shopify_order("#1", "a@x.jp"), shopify_order("#9", "b@x.jp")])
        ),
        desk.write("c.csv", table(SHOPIFY_CUSTOMER, customers)),
    )
    assert (second.changed, second.new) == (2, 1)
    desk.undo(second.import_id)
    assert desk.dump(without=KEPT) == before


def test_a_person_who_became_another_is_followed_and_given_back(desk: Desk) -> None:
    members = [{"会員ID": "7", "お名前(姓)": "甲", "メールアドレス": ""}]
    guest_order(desk)
    orders = table(
        ECCUBE_ORDER,
        [
            {
                "注文ID": "2",
                "会員ID": "7",
                "支払合計": "100",
                "受注日": "2026-01-02",
                "商品名": "茶",
                "個数": "1",
            }
        ],
    )
    desk.take(desk.write("m.csv", table(ECCUBE_MEMBER, members)), desk.write("o2.csv", orders))
    member = desk.one("select customer_id from identities where kind = 'eccube_member'")["customer_id"]
    draft_for(desk, member)
    before = desk.dump(without=KEPT)
    joined = desk.take(
        desk.write("m.csv", table(ECCUBE_MEMBER, [{**members[0], "メールアドレス": "z@x.jp"}]))
    )
    person = desk.one("select customer_id from customers")["customer_id"]
    assert desk.one("select customer_id from drafts") == {"customer_id": person}
    assert desk.one("select customer_id from identities where kind = 'former_id'") == {"customer_id": person}
    assert desk.rows("select order_id from orders order by order_id") == [
        {"order_id": "eccube:1"},
        {"order_id": "eccube:2"},
    ]
    desk.undo(joined.import_id)
    assert desk.dump(without=KEPT) == before


def test_it_refuses_while_drafts_rest_on_it(desk: Desk) -> None:
    import_id = guest_order(desk)
    draft_for(desk, desk.one("select customer_id from customers")["customer_id"])
    before = desk.dump(without=frozenset())
    with pytest.raises(PolicyRefusal, match="drafts rest") as refusal:
        desk.undo(import_id)
    assert "下書きが 1 件あるため取り消せません" in refusal.value.ja
    assert desk.dump(without=frozenset()) == before


def test_it_refuses_while_a_later_import_rests_on_it(desk: Desk) -> None:
    first, second = guest_order(desk), guest_order(desk)
    with pytest.raises(PolicyRefusal, match="later imports"):
        desk.undo(first)
    desk.undo(second)
    desk.undo(first)
    assert desk.rows("select * from customers") == desk.rows("select * from orders") == []
    with pytest.raises(PolicyRefusal, match="undone already"):
        desk.undo(first)
    with pytest.raises(NotFound):
        desk.undo("imp_nothing")


def test_a_customers_own_no_outlives_every_import(desk: Desk) -> None:
    customers = [{"Customer ID": "1", "Email": "a@x.jp", "Accepts Email Marketing": "yes"}]
    desk.take(desk.write("c.csv", table(SHOPIFY_CUSTOMER, customers)))
    customer = desk.one("select customer_id from customers")["customer_id"]
    desk.run(
        "insert into consents (shop_id, consent_id, customer_id, channel, purpose, state, source, recorded_at) values "
        f"('default', 'c1', '{customer}', 'email', 'marketing', false, 'one_click', '2026-11-01 00:00:00.000000')"
    )
    desk.take(desk.write("c.csv", table(SHOPIFY_CUSTOMER, [{**customers[0], "Note": "新しい書き出し"}])))
    assert desk.one("select consent_email from customers")["consent_email"] in (False, 0)


def test_a_note_that_staff_struck_out_stays_struck(desk: Desk) -> None:
    guest_order(desk)
    desk.run("update facts set struck_at = '2026-11-21 00:00:00.000000'")
    desk.take(desk.write("o3.csv", table(SHOPIFY_ORDER, [shopify_order("#1", "z@x.jp")])))
    assert desk.one("select struck_at from facts")["struck_at"] is not None
