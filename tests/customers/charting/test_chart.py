"""Charts over real rows: one customer, all of them, in order of preciousness."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from agent.domain.chart import Segment
from agent.domain.errors import CallerMistake, NotFound
from agent.domain.occasion import Channel
from agent.store.history import SqlHistory
from customers.charting.chart import CustomerCharts
from tests.support.shop_rows import ShopRows

DAY = date(2026, 11, 21)


@pytest.fixture
def rows(engine: Engine) -> ShopRows:
    return ShopRows(engine)


@pytest.fixture
def charts(engine: Engine) -> CustomerCharts:
    return CustomerCharts(SqlHistory(engine, shop_id="default"))


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def test_a_chart_counts_orders_money_days_and_gaps(rows: ShopRows, charts: CustomerCharts) -> None:
    rows.customer("c1")
    for days, net in ((40, 3000), (10, 2000), (3, 1000)):
        rows.order("c1", ago(days), net_yen=net)
    chart = charts.chart("c1", as_of=DAY)
    assert (chart.orders, chart.net_revenue_yen, chart.recency_days) == (3, 6000, 3)
    assert chart.average_gap_days == 18.5
    assert chart.first_order_at == datetime(2026, 10, 12, 3, tzinfo=UTC)
    assert chart.last_order_at == datetime(2026, 11, 18, 3, tzinfo=UTC)
    assert chart.rank.yen_to_next == 24_000


def test_a_day_later_does_not_exist_for_an_earlier_chart(rows: ShopRows, charts: CustomerCharts) -> None:
    rows.customer("c1")
    rows.order("c1", ago(100))
    rows.order("c1", ago(1))
    assert charts.chart("c1", as_of=ago(2)).orders == 1
    assert charts.chart("c1", as_of=ago(1)).recency_days == 0
    assert charts.chart("c1", as_of=ago(101)).segment is Segment.NONE


def test_a_chart_shows_purchases_favourites_notes_and_consent(rows: ShopRows, charts: CustomerCharts) -> None:
    rows.customer("c1", birthday=date(1990, 5, 3))
    rows.product("化粧水", ("LOT-1", None, 1800), category="スキンケア")
    for days in (60, 30):
        rows.order("c1", ago(days), lines=[("LOT-1", "化粧水", 1, 1800)], order_id=f"shopify:#{days}")
    rows.note("c1", "無香料がお好き", fact_id="n1")
    rows.consent("c1", True, recorded_at=datetime(2026, 1, 1, tzinfo=UTC))
    chart = charts.chart("c1@EXAMPLE.com ", as_of=DAY)
    assert chart.favourite_categories == ("スキンケア",)
    assert [line.order_id for line in chart.purchases] == ["shopify:#30", "shopify:#60"]
    assert [fact.id for fact in chart.facts] == [
        "summary:orders",
        "summary:first_order",
        "summary:last_order",
        "summary:average_gap",
        "summary:favourites",
        "order:shopify:#30",
        "order:shopify:#60",
        "profile:birthday",
        "consent:email",
        "note:n1",
    ]


def test_what_cannot_be_known_is_none_and_says_why(rows: ShopRows, charts: CustomerCharts) -> None:
    rows.customer("c1", email=None, email_key=None, given_name=None, consent_email=None)
    chart = charts.chart("c1", as_of=DAY)
    empty = {name for name in chart.unknown if getattr(chart, name) not in (None, ())}
    assert empty == set()
    assert {"email", "line_user_id", "given_name", "consent_email", "consent_line", "rfm"} < set(
        chart.unknown
    )
    assert chart.average_gap_days is None
    assert chart.unknown["average_gap_days"] == "売上になったご注文がまだありません。"


def test_a_segment_says_what_was_compared_with_what(rows: ShopRows, charts: CustomerCharts) -> None:
    rows.customer("c1")
    rows.order("c1", ago(92))
    said = charts.chart("c1", as_of=DAY).reasons["segment"]
    assert "前回のご注文から92日" in said
    assert "店のふだんの購入間隔は60日（2日以上に分けて買われたお客さまが0人と少ないため、仮の値）" in said


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, True),
        ({"family_name": None}, False),
        ({"name_damaged": True}, False),
        ({"family_name": "?橋"}, False),
        ({"family_name": "髙橋"}, True),
    ],
)
def test_only_a_whole_family_name_may_be_greeted(
    rows: ShopRows, charts: CustomerCharts, fields: dict[str, object], expected: bool
) -> None:
    rows.customer("c1", **fields)
    assert charts.chart("c1", as_of=DAY).greetable is expected


def test_withdrawn_silenced_and_suppressed_people_cannot_be_contacted(
    rows: ShopRows, charts: CustomerCharts
) -> None:
    rows.customer("fine")
    rows.customer("left", withdrawn=True)
    rows.customer("never", never_contact=True)
    rows.customer("bounced")
    rows.customer("half", line_user_id="U9")
    rows.suppress(Channel.EMAIL, "bounced@example.com")
    rows.suppress(Channel.EMAIL, "half@example.com")
    contactable = {chart.customer_id: chart.contactable for chart in charts.charts(as_of=DAY)}
    assert contactable == {"fine": True, "left": False, "never": False, "bounced": False, "half": True}


def test_the_most_precious_bought_much_and_lately(rows: ShopRows, charts: CustomerCharts) -> None:
    for name, days, net in (("old", 700, 50_000), ("big", 5, 20_000), ("small", 5, 2_000)):
        rows.order(rows.customer(name), ago(days), net_yen=net)
    rows.customer("never")
    ranked = [chart.customer_id for chart in charts.charts(as_of=DAY, by="precious")]
    assert ranked == ["big", "old", "small", "never"]
    assert [chart.customer_id for chart in charts.charts(as_of=DAY, top=2)] == ["big", "old"]


def test_a_list_can_be_cut_to_one_segment(rows: ShopRows, charts: CustomerCharts) -> None:
    rows.order(rows.customer("fresh"), ago(3))
    rows.order(rows.customer("gone"), ago(300))
    rows.customer("never")
    new = [chart.customer_id for chart in charts.charts(as_of=DAY, segment=Segment.NEW)]
    lapsed = [chart.customer_id for chart in charts.charts(as_of=DAY, segment=Segment.LAPSED_ONCE, top=5)]
    none = [chart.customer_id for chart in charts.charts(as_of=DAY, segment=Segment.NONE)]
    assert (new, lapsed, none) == (["fresh"], ["gone"], ["never"])


def test_a_list_and_a_single_chart_agree(rows: ShopRows, charts: CustomerCharts) -> None:
    for number in range(60):
        name = rows.customer(f"c{number}")
        for order in range(number % 4):
            rows.order(name, ago(number + 40 * order), net_yen=500 * number)
    listed = {chart.customer_id: chart for chart in charts.charts(as_of=DAY)}
    assert len(listed) == 60
    for name in ("c0", "c1", "c7", "c59"):
        one, many = charts.chart(name, as_of=DAY), listed[name]
        same = ("orders", "net_revenue_yen", "recency_days", "average_gap_days", "rfm", "segment", "rank")
        assert [getattr(one, field) for field in same] == [getattr(many, field) for field in same]


def test_an_import_is_seen_by_charts_already_open(rows: ShopRows, charts: CustomerCharts) -> None:
    rows.order(rows.customer("c1"), ago(3))
    assert "1人" in charts.chart("c1", as_of=DAY).reasons["rfm"]
    rows.order(rows.customer("c2"), ago(3))
    rows.imported(1)
    assert "2人" in charts.chart("c1", as_of=DAY).reasons["rfm"]


@pytest.mark.parametrize("by", ["ltv", "churn"])
def test_charts_alone_are_not_ordered_by_predictions(charts: CustomerCharts, by: str) -> None:
    with pytest.raises(CallerMistake) as refusal:
        charts.charts(as_of=DAY, by=by)
    assert by in refusal.value.ja


def test_a_stranger_is_not_found_and_a_shared_number_asks_for_the_id(
    rows: ShopRows, charts: CustomerCharts
) -> None:
    rows.identity("shopify_customer", "12", rows.customer("c1"))
    assert charts.find("'12") == "c1"
    rows.identity("eccube_member", "12", rows.customer("c2"))
    with pytest.raises(CallerMistake, match="2 customers"):
        charts.find("12")
    for stranger in ("nobody@example.com", "", "  "):
        with pytest.raises(NotFound):
            charts.find(stranger)
