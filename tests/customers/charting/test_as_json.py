"""The document of `okaeri chart --json`."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from agent.store.history import SqlHistory
from customers.charting.as_json import chart_as_json
from customers.charting.chart import CustomerCharts
from tests.support.shop_rows import ShopRows

DAY = date(2026, 11, 21)
CONTRACT = {
    "customer_id",
    "email",
    "family_name",
    "given_name",
    "consent",
    "orders",
    "net_revenue_yen",
    "first_order_at",
    "last_order_at",
    "recency_days",
    "average_gap_days",
    "rfm",
    "segment",
    "rank",
    "churn",
    "ltv_yen",
    "next_order",
    "next_products",
    "sale_sensitivity",
    "nps",
    "facts",
    "unknown",
}


def nulls(value: object, path: str = "") -> list[str]:
    """Paths of every null outside the list of facts."""
    if isinstance(value, dict):
        inside = [nulls(v, f"{path}.{k}".lstrip(".")) for k, v in value.items() if k != "facts"]
        return [found for part in inside for found in part]
    return [path] if value is None else []


@pytest.mark.parametrize("orders", [0, 1, 3])
@pytest.mark.parametrize("net_yen", [1_000, 200_000])
def test_every_contract_field_is_there_and_every_null_has_its_reason(
    engine: Engine, orders: int, net_yen: int
) -> None:
    rows = ShopRows(engine)
    rows.customer("c1", consent_email=None)
    for number in range(orders):
        rows.order("c1", DAY - timedelta(days=30 * number), net_yen=net_yen)
    charts = CustomerCharts(SqlHistory(engine, shop_id="default"))
    listed = next(charts.charts(as_of=DAY))
    for chart in (charts.chart("c1", as_of=DAY), listed):
        document = chart_as_json(chart)
        unknown = document["unknown"]
        assert isinstance(unknown, dict)
        assert set(document) >= CONTRACT
        assert [path for path in nulls(document) if not unknown.get(path)] == []


def test_moments_are_written_with_tokyos_offset(engine: Engine) -> None:
    rows = ShopRows(engine)
    rows.order(rows.customer("c1"), date(2026, 10, 24))
    document = chart_as_json(CustomerCharts(SqlHistory(engine, shop_id="default")).chart("c1", as_of=DAY))
    assert document["last_order_at"] == "2026-10-24T12:00:00+09:00"
    assert document["rfm"] == {"r": 5, "f": 1, "m": 2}
    assert document["segment"] == "new"
