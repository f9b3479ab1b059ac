"""A long list says of a customer what their chart says, only without the reasons, and says why those are missing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agent.main import App
from customers.insight.in_numbers import in_numbers, reference_churn
from customers.scoring.expect import NOT_NOW
from tests.support.lively_shop import TODAY, Lively, file_shop, shop_app

CUT = TODAY + timedelta(days=1)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    home = tmp_path_factory.mktemp("shop")
    engine = file_shop(home, Lively(people=40))
    app = shop_app(engine, home)
    yield app
    app.engine.dispose()
    engine.dispose()


def first_row(shop: App) -> dict[str, Any]:
    return shop.insight.standings.at(CUT).filter(customer_id="c000").row(0, named=True)


def test_a_list_and_a_chart_say_the_same_of_everybody(shop: App) -> None:
    known = 0
    for chart, listed in shop.insight.listed(as_of=TODAY):
        own = shop.insight.expectations(chart)
        assert listed.ltv == own.ltv, chart.customer_id
        assert (listed.next_order is None) == (own.next_order is None)
        for name in ("churn", "ltv", "next_order"):
            assert dict(listed.unknown).get(name) == dict(own.unknown).get(name), chart.customer_id
        if listed.next_order and own.next_order:
            chance = own.next_order.probability
            assert listed.next_order.probability == pytest.approx(chance)
            assert replace(listed.next_order, probability=chance) == own.next_order
        if own.churn is None:
            assert (listed.churn, listed.p_alive, listed.expected_orders) == (None, None, None)
            continue
        known += 1
        assert listed.churn is not None
        assert listed.churn.score == pytest.approx(own.churn.score)
        assert listed.churn.reference == pytest.approx(own.churn.reference)
        assert (listed.churn.horizon_days, listed.churn.model) == (own.churn.horizon_days, own.churn.model)
        assert listed.p_alive == pytest.approx(own.p_alive)
        assert listed.expected_orders == pytest.approx(own.expected_orders)
    assert known == 40


def test_what_a_list_leaves_out_it_says(shop: App) -> None:
    fit = shop.fits.at(CUT)
    shown = in_numbers(first_row(shop), fit, reference=reference_churn(fit))
    assert shown.churn is not None
    assert shown.churn.signals == ()
    for name in ("churn.reasons", "next_products", "gain", "uplift", "group", "taste", "sale_affinity"):
        assert "okaeri chart" in dict(shown.unknown)[name]


def test_an_order_not_to_be_expected_soon_is_not_called_no_order_at_all(shop: App) -> None:
    fit = shop.fits.at(CUT)
    gone = first_row(shop) | dict.fromkeys(("next_first", "next_last", "next_on", "next_probability"))
    assert gone["orders"] > 0
    shown = in_numbers(gone, fit, reference=reference_churn(fit))
    assert (shown.next_order, dict(shown.unknown)["next_order"]) == (None, NOT_NOW)
    assert shown.churn is not None


def test_somebody_without_a_row_has_a_reason_for_every_field(shop: App) -> None:
    fit = shop.fits.at(CUT)
    shown = in_numbers(None, fit, reference=reference_churn(fit))
    why = dict(shown.unknown)
    for name in ("churn", "p_alive", "expected_orders", "ltv", "next_order"):
        assert getattr(shown, name) is None
        assert "ご注文がまだありません" in why[name]


def test_a_failed_model_is_hidden_in_the_list_as_in_the_chart(shop: App) -> None:
    fit = shop.fits.at(CUT)
    tests = tuple(replace(t, passed=False, verdict="外れました") for t in fit.orders.backtests)
    fit = replace(fit, orders=replace(fit.orders, backtests=tests))
    shown = in_numbers(first_row(shop), fit, reference=reference_churn(fit))
    why = dict(shown.unknown)
    for test in tests:
        if test.chosen:
            field = {"order_within": "churn", "next_order": "next_order", "ltv": "ltv"}[test.task]
            assert getattr(shown, field) is None
            assert "外れました" in why[field]
    assert (shown.p_alive, shown.expected_orders) == (None, None)
    assert why["p_alive"] == why["expected_orders"] == why["churn"]
