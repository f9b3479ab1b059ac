"""What a shopkeeper remembers: the first purchase and the one bought again and again."""

from dataclasses import replace
from datetime import date

from agent.domain.chart import PurchasedLine
from agent.service.remember import fact_of, first_purchase, staple
from tests.support.drafting import LOTION, TEA, VASE, chart_of

DAYS = [date(2025, m, 3) for m in (1, 3, 5, 7, 9)]


def facts_of(chart_facts: tuple[object, ...]) -> dict[str, str]:
    return {f.id: f.text for f in chart_facts}  # type: ignore[attr-defined]


def test_three_orders_make_a_product_somebodys_own_and_each_is_evidence() -> None:
    chart = chart_of(bought=((VASE, DAYS[0]), (TEA, DAYS[1]), (TEA, DAYS[2]), (TEA, DAYS[3])))
    facts = facts_of(chart.facts)
    found = staple(chart, facts)
    assert found is not None
    assert found.title == TEA.title
    assert len(found.fact_ids) == 3
    assert all(TEA.title in facts[i] for i in found.fact_ids)


def test_twice_may_be_chance_and_two_products_level_are_no_favourite() -> None:
    twice = chart_of(bought=((TEA, DAYS[0]), (TEA, DAYS[1])))
    assert staple(twice, facts_of(twice.facts)) is None
    both = chart_of(bought=tuple((p, day) for day in DAYS[:3] for p in (TEA, LOTION)))
    assert staple(both, facts_of(both.facts)) is None


def test_the_first_purchase_is_told_only_when_every_order_is_known() -> None:
    chart = chart_of(bought=((VASE, DAYS[0]), (TEA, DAYS[1])))
    first = first_purchase(chart, facts_of(chart.facts))
    assert first is not None
    assert (first.title, first.on) == (VASE.title, DAYS[0])
    assert first_purchase(replace(chart, orders=7), facts_of(chart.facts)) is None


def test_a_fee_is_neither_first_nor_favourite() -> None:
    fee = replace(VASE, title="送料")
    chart = chart_of(bought=((fee, DAYS[0]), (fee, DAYS[1]), (fee, DAYS[2]), (TEA, DAYS[3])))
    facts = facts_of(chart.facts)
    assert staple(chart, facts) is None
    first = first_purchase(chart, facts)
    assert first is not None
    assert first.title == TEA.title


def test_a_line_the_order_only_counts_is_proven_by_its_own_fact_or_a_new_one() -> None:
    line = PurchasedLine("o1", DAYS[0], "S", "六番目の品", None, 2, 500)
    facts = {
        "order:o1": "2025年1月3日に『一番目の品』を1点ほか5品ご購入",
        "line:o1:6": "2025年1月3日に『六番目の品』を2点ご購入",
    }
    assert fact_of(line, facts) == "line:o1:6"
    empty: dict[str, str] = {}
    assert fact_of(line, empty) == "order:o1"
    assert "『六番目の品』を2点" in empty["order:o1"]
