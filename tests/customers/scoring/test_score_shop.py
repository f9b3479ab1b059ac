"""A nightly `okaeri score` keeps what each customer is expected to bring, and every place shows the same rank from it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sqlalchemy import Engine, select

from agent.domain.errors import CallerMistake
from agent.store.tables import ExpectedValue
from customers.scoring.score_file import WRITTEN
from tests.support.lively_shop import TODAY, Lively, fill, shop_app

CUT = TODAY + timedelta(days=1)


@pytest.fixture
def shop(engine: Engine) -> Engine:
    fill(engine, Lively(people=33, silent=2, events=False))
    return engine


def scored(shop: Engine, home: Path, out: Path | None = None, **settings: Any) -> dict[str, Any]:
    report: dict[str, Any] = shop_app(shop, home, **settings).score(None, cut=CUT, horizon_days=None, out=out)
    return report


def kept(shop: Engine) -> dict[str, int]:
    with shop.connect() as connection:
        rows = connection.execute(select(ExpectedValue.customer_id, ExpectedValue.ltv_yen))
        return {row.customer_id: row.ltv_yen for row in rows}


def test_a_night_keeps_the_value_of_every_buyer_the_chart_shows(shop: Engine, tmp_path: Path) -> None:
    report = scored(shop, tmp_path)
    assert report["expected_values"] == 33
    app = shop_app(shop, tmp_path)
    shown = {}
    for chart in app.charts.charts(as_of=TODAY):
        if ltv := app.insight.expectations(chart).ltv:
            shown[chart.customer_id] = ltv.point
    assert kept(shop) == shown
    assert len(shown) == 33


def test_ranks_agree_in_chart_list_and_page_after_the_night(shop: Engine, tmp_path: Path) -> None:
    weights: dict[str, Any] = {"rank_silver_yen": 10_000, "rank_vip_yen": 20_000, "rank_expected_share": 1.0}
    app = shop_app(shop, tmp_path, **weights)
    before = {chart.customer_id: chart.rank for chart in app.charts.charts(as_of=TODAY)}
    scored(shop, tmp_path, **weights)
    app = shop_app(shop, tmp_path, **weights)
    after = {chart.customer_id: chart.rank for chart in app.charts.charts(as_of=TODAY)}
    assert after != before
    for who, rank in after.items():
        assert app.charts.chart(who, as_of=TODAY).rank == rank
    for line in app.insight.in_segment(None, as_of=TODAY, limit=99):
        assert line.rank == after[line.customer_id]
    for chart, _ in app.insight.listed(as_of=TODAY, by="ltv"):
        assert chart.rank == after[chart.customer_id]


def test_a_second_night_gives_the_same_again(shop: Engine, tmp_path: Path) -> None:
    scored(shop, tmp_path)
    first = kept(shop)
    scored(shop, tmp_path)
    assert kept(shop) == first


def test_the_file_of_a_night_has_the_columns_of_a_scored_file(shop: Engine, tmp_path: Path) -> None:
    out = tmp_path / "night.parquet"
    report = scored(shop, tmp_path, out)
    frame = pl.read_parquet(out)
    assert frame.columns == list(WRITTEN)
    assert len(frame) == report["customers"] == 33
    assert report["out"] == str(out)
    assert [path.name for path in tmp_path.glob("night*")] == ["night.parquet"]
    known = frame.drop_nulls("ltv_yen")
    assert dict(zip(known["customer_id"], known["ltv_yen"], strict=True)) == kept(shop)


def test_a_horizon_for_the_shops_own_records_is_refused_before_anything_is_kept(
    shop: Engine, tmp_path: Path
) -> None:
    with pytest.raises(CallerMistake) as wrong:
        shop_app(shop, tmp_path).score(None, cut=CUT, horizon_days=30, out=None)
    assert "--orders" in wrong.value.ja
    assert kept(shop) == {}


def test_a_shop_too_small_keeps_nothing_and_says_why(engine: Engine, tmp_path: Path) -> None:
    fill(engine, Lively(people=1, silent=0))
    report = scored(engine, tmp_path)
    assert report["expected_values"] == 0
    assert report["unknown"].keys() == {"churn", "ltv", "next_order"}
    assert report["notes"]
    assert kept(engine) == {}
