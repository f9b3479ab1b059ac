"""A fit is made once, found again by the next process, and made anew when the records or the day change."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from agent.store.tables import Import, ShopModel
from customers.scoring.shop_fit import ShopFit
from tests.support.lively_shop import TODAY, Lively, fill, imported, shop_app, write

CUT = TODAY + timedelta(days=1)


@pytest.fixture
def shop(engine: Engine) -> Engine:
    fill(engine, Lively(people=31, events=False))
    return engine


def asked(shop: Engine, home: Path, cut: date = CUT) -> tuple[ShopFit, bool]:
    """A process that has only just started asks for a day's fit; and whether it had to fit."""
    steps: list[str] = []
    fit = shop_app(shop, home).fits.at(cut, progress=lambda label, *_: steps.append(label))
    return fit, bool(steps)


def test_another_process_uses_the_fit_without_fitting_again(shop: Engine, tmp_path: Path) -> None:
    first, fitted = asked(shop, tmp_path)
    assert fitted
    again, fitted = asked(shop, tmp_path)
    assert not fitted
    assert again.cut == first.cut == CUT
    assert again.orders.to_json() == first.orders.to_json()
    assert again.taste == first.taste
    assert again.no_groups == first.no_groups


def test_a_new_import_makes_a_new_fit(shop: Engine, tmp_path: Path) -> None:
    asked(shop, tmp_path)
    write(shop, {Import: [imported(2)]})
    assert asked(shop, tmp_path)[1]
    assert not asked(shop, tmp_path)[1]


def test_a_look_back_neither_uses_nor_displaces_the_fit_of_today(shop: Engine, tmp_path: Path) -> None:
    asked(shop, tmp_path)
    earlier, fitted = asked(shop, tmp_path, CUT - timedelta(days=60))
    assert (earlier.cut, fitted) == (CUT - timedelta(days=60), True)
    today, fitted = asked(shop, tmp_path)
    assert (today.cut, fitted) == (CUT, False)


def test_a_small_shop_is_fitted_anew_each_day(shop: Engine, tmp_path: Path) -> None:
    asked(shop, tmp_path)
    tomorrow, fitted = asked(shop, tmp_path, CUT + timedelta(days=1))
    assert (tomorrow.cut, fitted) == (CUT + timedelta(days=1), True)


def test_a_kept_fit_nobody_can_read_any_more_is_made_again(shop: Engine, tmp_path: Path) -> None:
    first, _ = asked(shop, tmp_path)
    with shop.begin() as connection:
        connection.execute(update(ShopModel).values(document=b'{"version": 0}'))
    again, fitted = asked(shop, tmp_path)
    assert fitted
    assert again.orders.to_json() == first.orders.to_json()


def test_a_shop_without_records_has_a_fit_that_says_what_is_missing(engine: Engine, tmp_path: Path) -> None:
    fit, _ = asked(engine, tmp_path)
    assert (fit.orders.ordering, fit.orders.next_order, fit.orders.ltv, fit.groups) == (None,) * 4
    assert set(fit.orders.missing) == {"churn", "next_order", "ltv"}
    assert fit.no_groups
    assert not asked(engine, tmp_path)[1]
