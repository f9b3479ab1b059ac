"""A note that staff struck out stays struck, whatever is imported or undone afterwards."""

from typing import Any

from tests.support.import_desk import SHOPIFY_CUSTOMER, SHOPIFY_ORDER, Desk, shopify_order, table


def customers(desk: Desk, note: str = "猫が2匹", **more: Any) -> str | None:
    row = {"Customer ID": "1", "Email": "a@x.jp", "Accepts Email Marketing": "yes", "Note": note, **more}
    return desk.take(desk.write("c.csv", table(SHOPIFY_CUSTOMER, [row]))).import_id


def strike(desk: Desk) -> None:
    desk.run(
        "update facts set struck_at = '2026-11-20 00:00:00', struck_by = 'mori', struck_reason = '人違い'"
    )


def notes(desk: Desk) -> list[tuple[str, str | None, str | None]]:
    rows = desk.rows(
        "select text, struck_by, struck_reason from facts where struck_at is not null order by text"
    )
    return [(row["text"], row["struck_by"], row["struck_reason"]) for row in rows]


STRUCK = [("猫が2匹", "mori", "人違い")]


def test_it_stays_struck_when_the_same_row_comes_with_other_cells(desk: Desk) -> None:
    customers(desk)
    strike(desk)
    customers(desk, Phone="090")
    assert notes(desk) == STRUCK
    assert len(desk.rows("select * from facts")) == 1


def test_it_stays_struck_when_another_row_says_the_same_of_the_same_person(desk: Desk) -> None:
    order = [shopify_order("#1", "a@x.jp", Notes="猫が2匹")]
    desk.take(desk.write("o.csv", table(SHOPIFY_ORDER, order)))
    strike(desk)
    customers(desk)  # customer rows speak first: the note is now read off this one
    assert notes(desk) == STRUCK
    assert len(desk.rows("select * from facts")) == 1


def test_it_stays_struck_when_the_import_it_was_struck_in_is_undone(desk: Desk) -> None:
    order = [shopify_order("#1", "a@x.jp", Notes="猫が2匹")]
    desk.take(desk.write("o.csv", table(SHOPIFY_ORDER, order)))
    second = customers(desk)
    strike(desk)
    desk.undo(second)
    assert notes(desk) == STRUCK


def test_another_note_of_the_same_person_is_not_struck_with_it(desk: Desk) -> None:
    customers(desk)
    strike(desk)
    customers(desk, note="犬が1匹")
    assert notes(desk) == []
    assert [row["text"] for row in desk.rows("select text from facts")] == ["犬が1匹"]
