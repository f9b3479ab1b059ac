"""One frame for all lists: what it says of a customer is what their chart says."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sqlalchemy import Engine

from agent.main import App
from agent.store.tables import Event, Import, Order
from tests.support.lively_shop import (
    TODAY,
    Lively,
    event,
    file_shop,
    fill,
    imported,
    order,
    shop_app,
    write,
)

CUT = TODAY + timedelta(days=1)
PEOPLE = 60


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    home = tmp_path_factory.mktemp("shop")
    engine = file_shop(home, Lively(people=PEOPLE, silent=3))
    write(engine, {Event: [event("only-a-visit", f"c{PEOPLE:03d}", "visit", TODAY)]})
    app = shop_app(engine, home)
    yield app
    app.engine.dispose()
    engine.dispose()


def test_everybodys_numbers_are_those_of_their_own_chart(shop: App) -> None:
    frame = shop.insight.standings.at(CUT)
    assert len(frame) == PEOPLE + 1
    due = 0
    for row in frame.iter_rows(named=True):
        chart = shop.charts.chart(row["customer_id"], as_of=TODAY)
        expected = shop.insight.expectations(chart)
        churn, ltv, window = expected.churn, expected.ltv, expected.next_order
        assert row["segment"] == chart.segment.value
        assert (row["orders"], row["net_yen"]) == (chart.orders, chart.net_revenue_yen)
        assert row["churn"] == (pytest.approx(churn.score) if churn else None)
        assert row["expected_orders"] == (pytest.approx(expected.expected_orders) if churn else None)
        assert (row["ltv_yen"], row["ltv_low"], row["ltv_high"]) == (
            (ltv.point, ltv.low, ltv.high) if ltv else (None,) * 3
        )
        assert (row["next_first"], row["next_last"], row["next_on"]) == (
            (window.first, window.last, window.likely) if window else (None,) * 3
        )
        if chart.rfm:
            assert (row["r"], row["f"], row["m"]) == (chart.rfm.r, chart.rfm.f, chart.rfm.m)
        if expected.gain and row["gain_yen"] is not None:
            assert row["gain_yen"] == pytest.approx(expected.gain.yen)
            due += 1
    assert due > PEOPLE / 4


def test_somebody_who_only_looked_around_is_there_with_nothing_predicted(shop: App) -> None:
    row = shop.insight.standings.at(CUT).filter(customer_id=f"c{PEOPLE:03d}").row(0, named=True)
    assert (row["orders"], row["segment"]) == (0, "none")
    predicted = ("p_order", "churn", "ltv_yen", "next_on", "gain_yen", "precious", "r")
    assert {row[name] for name in predicted} == {None}


def test_no_number_is_nan_or_infinite(shop: App) -> None:
    for column in shop.insight.standings.at(CUT).select(pl.selectors.float()):
        assert column.drop_nulls().is_finite().all(), column.name


def test_a_look_back_sees_the_shop_as_it_stood(engine: Engine, tmp_path: Path) -> None:
    fill(engine, Lively(people=31, events=False))
    cut = CUT - timedelta(days=90)
    before = shop_app(engine, tmp_path).insight.standings.at(cut)
    write(engine, {Order: [order(9_000, "c000", TODAY)], Import: [imported(2)]})
    after = shop_app(engine, tmp_path).insight.standings.at(cut)
    assert after.sort("customer_id").equals(before.sort("customer_id"))
    assert before["last_on"].max() < cut  # type: ignore[operator]


def test_after_an_import_the_open_shop_reads_its_customers_anew(engine: Engine, tmp_path: Path) -> None:
    fill(engine, Lively(people=31, events=False))
    app = shop_app(engine, tmp_path)
    row = app.insight.standings.at(CUT).filter(customer_id="c000").row(0, named=True)
    write(engine, {Order: [order(9_000, "c000", TODAY, net_yen=7_000)], Import: [imported(2)]})
    now = app.insight.standings.at(CUT).filter(customer_id="c000").row(0, named=True)
    assert (now["orders"], now["net_yen"], now["last_on"]) == (
        row["orders"] + 1,
        row["net_yen"] + 7_000,
        TODAY,
    )


@pytest.fixture
def small(engine: Engine) -> Engine:
    fill(engine, Lively(people=31, silent=0, events=False))
    return engine


def people(engine: Engine, home: Path, cut: date = CUT, **settings: Any) -> dict[str, int]:
    """Customers of the lists of a process just started, with their orders."""
    frame = shop_app(engine, home, **settings).insight.standings.at(cut)
    return dict(zip(frame["customer_id"], frame["orders"], strict=True))


def test_somebody_with_an_order_in_the_future_stays_in_todays_lists(small: Engine, tmp_path: Path) -> None:
    before = people(small, tmp_path)
    later = CUT + timedelta(days=3)
    write(small, {Order: [order(9_000, "c000", later)], Import: [imported(2)]})
    assert people(small, tmp_path) == before
    on_the_day = people(small, tmp_path, later + timedelta(days=1), now=f"{later.isoformat()}T10:00:00+09:00")
    assert on_the_day == before | {"c000": before["c000"] + 1}


def test_a_look_ahead_leaves_todays_lists_whole(small: Engine, tmp_path: Path) -> None:
    before = people(small, tmp_path)
    assert people(small, tmp_path, CUT + timedelta(days=40)) == before
    assert people(small, tmp_path) == before


def test_a_clock_set_back_still_shows_everybody_known_by_then(small: Engine, tmp_path: Path) -> None:
    then = CUT - timedelta(days=200)
    expected = people(small, tmp_path, then)
    assert set(people(small, tmp_path)) > set(expected)
    assert people(small, tmp_path, then, now="2026-05-05T10:00:00+09:00") == expected
    assert then == date(2026, 5, 6)


def test_customers_without_any_order_can_be_listed(engine: Engine, tmp_path: Path) -> None:
    fill(engine, Lively(people=0, silent=3))
    app = shop_app(engine, tmp_path)
    for by in (None, "precious", "ltv", "churn"):
        listed = list(app.insight.listed(as_of=TODAY, by=by))
        assert all(expected.churn is None for _, expected in listed)
        assert len(listed) == (3 if by in (None, "precious") else 0)


def test_a_shop_without_customers_has_empty_lists(engine: Engine, tmp_path: Path) -> None:
    app = shop_app(engine, tmp_path)
    assert app.insight.standings.at(CUT).is_empty()
    assert app.insight.priorities(as_of=TODAY, limit=9) == []
    assert app.insight.precious(as_of=TODAY) == []
    assert app.insight.in_segment(None, as_of=TODAY, limit=9) == []
    assert set(app.insight.segments(as_of=TODAY).values()) == {0}
    assert app.insight.pareto(as_of=TODAY) is None
    assert list(app.insight.listed(as_of=TODAY, by="ltv")) == []
    assert app.insight.backtests() == []
    assert set(app.insight.unknown(as_of=TODAY)) >= {"priorities", "backtests", "precious", "pareto", "nps"}
