"""The chance of an order within the horizon and the days of the next order come from one distribution, wherever staff read them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest

from agent.demo.shop.write_exports import write_exports
from agent.domain.prediction import Backtest
from agent.main import App
from agent.store.purchases import SqlPurchaseHistory
from customers.scoring.score_file import score_purchases
from customers.scoring.shop_purchases import read_purchases
from tests.support.lively_shop import TODAY, Lively, file_shop, shop_app

CUT = TODAY + timedelta(days=1)


@pytest.fixture(scope="module", params=["demo", "small", "larger"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The demo shop as its files are imported, and two made by chance."""
    home = tmp_path_factory.mktemp(request.param)
    people = {"demo": 0, "small": 45, "larger": 150}[request.param]
    engine = file_shop(home, Lively(people=people, seed=people, silent=0))
    app = shop_app(engine, home)
    if request.param == "demo":
        files = write_exports(home / "exports", today=TODAY)
        shopify = [path for path in files.imports if path != files.store_sales]
        for paths in (shopify, [files.store_sales]):
            app.import_files(paths, platform="auto", dry_run=False)
    yield app
    app.engine.dispose()
    engine.dispose()


def coherent(frame: pl.DataFrame, horizon: int) -> int:
    """How many windows were held against the chance of an order within the horizon."""
    told = frame.filter(pl.col("p_order").is_not_null() & pl.col("next_probability").is_not_null())
    for row in told.iter_rows(named=True):
        window, chance, who = row["next_probability"], row["p_order"], row["customer_id"]
        assert window >= 0.8 * chance - 1e-9, who  # the middle 80 % of the waits of all who come
        if (row["next_last"] - CUT).days < horizon:
            assert window <= chance + 1e-9, who
    return len(told)


def test_list_chart_and_score_file_never_say_two_things_of_one_customer(shop: App) -> None:
    horizon = shop.fits.at(CUT).orders.horizon_days
    frame = shop.insight.standings.at(CUT)
    assert coherent(frame, horizon) > 10
    named = {row["customer_id"]: row for row in frame.iter_rows(named=True)}
    for who in list(named)[::9]:
        expected = shop.insight.expectations(shop.charts.chart(who, as_of=TODAY))
        if expected.next_order is None or expected.churn is None:
            continue
        assert expected.next_order.probability == pytest.approx(named[who]["next_probability"], abs=1e-9)
        assert expected.next_order.probability >= 0.8 * (1 - expected.churn.score) - 1e-9
    purchases = read_purchases(SqlPurchaseHistory(shop.engine, shop_id=shop.shop_id), before=CUT)
    scored, models = score_purchases(purchases, cut=CUT, horizon_days=None)
    told = coherent(scored, models.horizon_days)
    assert told == 0 if models.hidden("next_order") else told > 10


def test_the_next_day_is_hidden_with_the_chance_it_rests_on(shop: App) -> None:
    models = shop.fits.at(CUT).orders

    def failing(test: Backtest) -> Backtest:
        return replace(test, passed=test.task != "order_within", verdict="当たりませんでした")

    failed = replace(models, backtests=tuple(map(failing, models.backtests)))
    assert failed.hidden("next_order") == "当たりませんでした"
    assert failed.hidden("ltv") is None
