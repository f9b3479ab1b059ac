"""What a customer runs out of, and when."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from agent.chains.material import Refill
from agent.domain.message import ProductFacts
from agent.domain.occasion import Occasion
from agent.service.about_occasion import AboutOccasion
from agent.service.refill import find_refill
from agent.service.why_now import reason
from tests.support.drafting import LOTION, TEA, VASE, HandCatalogue, chart_of

TODAY = date(2026, 11, 21)
SOAP = ProductFacts(
    "SOAP-1", "台所のせっけん洗剤 詰め替え", 880, 12, ("食器用の洗剤です。1袋で約40日分です。",)
)


def refill(
    *days_ago: int, product: ProductFacts = LOTION, facts: dict[str, str] | None = None
) -> Refill | None:
    chart = chart_of(bought=tuple((product, TODAY - timedelta(days=ago)) for ago in days_ago))
    known = {} if facts is None else facts
    return find_refill(chart, HandCatalogue(LOTION, TEA, VASE, SOAP), known, today=TODAY)


def test_the_customers_own_rhythm_says_when_it_is_due_and_each_figure_has_a_fact() -> None:
    facts: dict[str, str] = {}
    found = refill(132, 99, 64, 30, facts=facts)
    assert found is not None
    assert (found.times, found.days_since, found.lasts_days, found.due_in) == (4, 30, 34, 4)
    assert found.own_rhythm
    assert found.available is True
    assert facts["summary:refill_gap"] == "『さっぱり化粧水』のご注文の間隔はおよそ34日"
    assert facts["summary:refill_since"] == "『さっぱり化粧水』の前回のご注文から30日"
    assert set(found.fact_ids) <= set(facts) | {"order:order-90004"}


def test_what_was_bought_once_counts_by_what_its_text_says() -> None:
    found = refill(38, product=SOAP)
    assert found is not None
    assert (found.lasts_days, found.due_in, found.own_rhythm) == (40, 2, False)


def test_a_vase_is_never_used_up() -> None:
    assert refill(90, 60, 30, product=VASE) is None


def test_buying_now_and_then_is_no_rhythm() -> None:
    assert refill(300, 290, 120, 30) is None


def test_two_bottles_last_twice_as_long() -> None:
    chart = chart_of(bought=tuple((LOTION, TODAY - timedelta(days=ago)) for ago in (90, 60, 30)))
    lines = (*chart.purchases[:-1], replace(chart.purchases[-1], quantity=2))
    found = find_refill(replace(chart, purchases=lines), HandCatalogue(LOTION), {}, today=TODAY)
    assert found is not None
    assert found.lasts_days == 60


def test_a_product_out_of_stock_says_so() -> None:
    found = refill(90, 60, 30, product=TEA)
    assert found is not None
    assert found.available is False


@pytest.mark.parametrize(
    ("ago", "stage", "why"),
    [
        (34, "before", "まもなく残り少なくなる"),
        (40, "now", "そろそろなくなる"),
        (54, "past", "もうなくなっている"),
    ],
)
def test_the_words_follow_how_far_along_the_supply_is(ago: int, stage: str, why: str) -> None:
    found = refill(ago, product=SOAP)
    assert found is not None
    assert found.stage == stage
    assert why in reason(chart_of(), Occasion.REPLENISHMENT, AboutOccasion(refill=found))
