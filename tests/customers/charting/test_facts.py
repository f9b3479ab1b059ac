"""The sentences of a chart: true, on one line, each with its record."""

from datetime import UTC, date, datetime

import pytest

from agent.domain.history import ConsentRecord, LineRecord, NoteRecord, OrderRecord, OrderTally, PersonRecord
from customers.charting.facts import (
    one_line,
    product_name,
    profile_facts,
    purchase_facts,
    summary_facts,
    written_facts,
)
from customers.charting.favourites import favourite_categories

AT = datetime(2026, 10, 24, 3, 0, tzinfo=UTC)


def line(
    title: str, quantity: int = 1, variant: str | None = None, number: int = 1, category: str | None = None
) -> LineRecord:
    return LineRecord(number, "S", title, variant, quantity, 1800, category)


def order(*lines: LineRecord, order_id: str = "shopify:#1001") -> OrderRecord:
    return OrderRecord(order_id, date(2026, 10, 24), AT, lines)


def person(birthday: date | None = None, consent_email: bool | None = None) -> PersonRecord:
    return PersonRecord(
        "c1",
        "a@example.com",
        None,
        "佐藤",
        None,
        False,
        birthday,
        False,
        False,
        consent_email,
        None,
        False,
        False,
    )


def test_an_order_of_one_product_is_one_sentence_with_its_number() -> None:
    (fact,) = purchase_facts([order(line("さっぱり化粧水", variant="120mL"))])
    assert fact.id == "order:shopify:#1001"
    assert fact.text == "2026年10月24日に『さっぱり化粧水 120mL』を1点ご購入"
    assert (fact.source, fact.at) == ("orders:shopify:#1001", AT)


def test_an_order_of_several_products_also_tells_each_of_them() -> None:
    facts = list(purchase_facts([order(line("化粧水"), line("乳液", 2, number=2))]))
    assert [(fact.id, fact.text) for fact in facts] == [
        ("order:shopify:#1001", "2026年10月24日に『化粧水』を1点、『乳液』を2点ご購入"),
        ("line:shopify:#1001:1", "2026年10月24日に『化粧水』を1点ご購入"),
        ("line:shopify:#1001:2", "2026年10月24日に『乳液』を2点ご購入"),
    ]


def test_the_sixth_product_of_an_order_is_counted_and_a_line_of_nothing_is_not_told() -> None:
    lines = [line(f"品{number}", number=number) for number in range(1, 8)] + [line("返品", 0, number=8)]
    first, *rest = purchase_facts([order(*lines)])
    assert first.text.endswith("『品5』を1点ほか2品ご購入")
    assert len(rest) == 7


def test_an_order_without_products_gives_no_sentence() -> None:
    assert list(purchase_facts([order()])) == []


def test_the_numbers_are_told_with_first_and_last_order() -> None:
    tally = OrderTally("c1", 3, 3, 5400, date(2025, 3, 4), date(2026, 10, 24), AT, AT)
    assert [fact.text for fact in summary_facts(tally, 299.5)] == [
        "これまでのご注文は3回",
        "初めてのご注文は2025年3月4日",
        "直近のご注文は2026年10月24日",
        "ご注文の間隔は平均でおよそ300日",
    ]
    assert list(summary_facts(None, None)) == []


def test_a_birthday_never_tells_the_year() -> None:
    (fact,) = profile_facts(person(birthday=date(1980, 2, 29)), [])
    assert (fact.id, fact.text) == ("profile:birthday", "お誕生日は2月29日")


def test_consent_points_to_the_cell_it_was_read_from() -> None:
    def entry(state: bool, row: int) -> ConsentRecord:
        return ConsentRecord(f"k{row}", "email", state, "import", "customers.csv", row, "同意", "yes", AT)

    (fact,) = profile_facts(person(consent_email=True), [entry(False, 9), entry(True, 2)])
    assert fact.text == "メールでのお知らせを希望されています"
    assert fact.source == "consents:k2 customers.csv#2「同意」=yes"


def test_a_written_fact_keeps_its_kind_and_loses_line_breaks() -> None:
    (fact,) = written_facts([NoteRecord("7", "note", "無香料が\r\nお好き\u202e", "imports:i1#3", None)])
    assert (fact.id, fact.text, fact.source) == ("note:7", "無香料が お好き", "imports:i1#3")


@pytest.mark.parametrize(
    ("title", "variant", "name"),
    [
        ("化粧水", None, "化粧水"),
        ("化粧水", "Default Title", "化粧水"),
        ("化粧水 120mL", "120mL", "化粧水 120mL"),
        ("Tシャツ", "M / 白", "Tシャツ M / 白"),
    ],
)
def test_a_product_is_named_with_its_variant_once(title: str, variant: str | None, name: str) -> None:
    assert product_name(title, variant) == name


def test_a_joined_emoji_survives_becoming_one_line() -> None:
    assert one_line("👩\u200d🍳の\tレシピ") == "👩\u200d🍳の レシピ"


def test_favourites_are_bought_in_two_orders_or_more_and_the_commonest_comes_first() -> None:
    orders = [
        order(
            line("a", category="Health & Beauty > Skin, Care"),
            line("b", category="新入荷,食品"),
            order_id="1",
        ),
        order(line("a", 5, category="食品"), line("c", category="浴用"), order_id="2"),
        order(line("a", category="Health & Beauty > Skin, Care"), line("b", category="食品"), order_id="3"),
    ]
    assert favourite_categories(orders) == ("食品", "Skin, Care")
    assert favourite_categories(orders[:1]) == ()
