"""Tastes of one customer and of all, against the shop's."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.domain.history import LineRecord, OrderRecord
from customers.taste.coded_lines import code_lines, days_of
from customers.taste.columns import taste_columns
from customers.taste.levels import levels, prior_strength, shrunk
from customers.taste.one import sale_affinity_of, taste_of
from customers.taste.prices import places, price_scale, price_text
from customers.taste.seasons import months_of, season_text, seasons
from customers.taste.shop_taste import ShopTaste, measure_shop_taste, shop_taste_from

CUT = date(2026, 1, 1)
START = date(2023, 1, 1)


def sales(customers: int = 400, orders: int = 8, seed: int = 0) -> pl.DataFrame:
    """A shop of two kinds of goods, a few of them launched late, with no habits at all."""
    rng = np.random.default_rng(seed)
    rows = customers * orders
    item = rng.integers(0, 40, rows)
    span = (CUT - START).days
    launch = np.where(item >= 30, 200 + (item - 30) * 60, 0)
    day = days_of(START) + launch + (rng.random(rows) * (span - launch)).astype(int)
    price = np.where(item % 2 == 0, 1_000 + item * 100, 8_000 + item * 100)
    reduced = rng.random(rows) < 0.2
    return pl.DataFrame(
        {
            "customer_id": [f"c{n:04d}" for n in np.repeat(np.arange(customers), orders)],
            "day": day,
            "sku": [f"s{n}" for n in item],
            "category": np.where(item % 2 == 0, "ふきん", "鍋"),
            "quantity": 1,
            "net_yen": np.where(reduced, price * 0.9, price).astype(int),
            "discount_yen": np.where(reduced, price * 0.1, 0).astype(int),
        }
    )


def habit(
    day: Sequence[date], *, price: int = 1_500, sku: str = "s0", off: int = 0, name: str = "me"
) -> pl.DataFrame:
    rows = [(name, days_of(d), sku, "ふきん", 1, price - off, off) for d in day]
    return pl.DataFrame(rows, schema=sales(1, 1).schema, orient="row")


@pytest.fixture(scope="module")
def shop() -> ShopTaste:
    return measure_shop_taste(code_lines(sales(), before=CUT))


def of(frame: pl.DataFrame, shop: ShopTaste, before: date = CUT) -> dict[str, object]:
    found = taste_columns(code_lines(frame, before=before), shop).frame()
    return found.row(0, named=True)


def orders_of(frame: pl.DataFrame) -> list[OrderRecord]:
    found = []
    for at, row in enumerate(frame.iter_rows(named=True)):
        day = date(1970, 1, 1) + timedelta(days=row["day"])
        line = LineRecord(1, row["sku"], row["sku"], None, row["quantity"], row["net_yen"], row["category"])
        found.append(OrderRecord(f"o{at}", day, datetime(day.year, day.month, day.day, tzinfo=UTC), (line,)))
    return found


def every(days: int, times: int) -> list[date]:
    return [CUT - timedelta(days=1 + days * n) for n in range(times)]


def test_a_band_is_read_among_goods_of_the_same_kind(shop: ShopTaste) -> None:
    """1,100 yen is cheap for a cloth; 8,100 yen is cheap for a pot, though dear for the shop."""
    assert of(habit(every(40, 6), price=1_100), shop)["price_band"] == "low"
    assert of(habit(every(40, 6), price=4_600), shop)["price_band"] == "high"
    pots = habit(every(40, 6), price=8_100).with_columns(category=pl.lit("鍋"))
    assert of(pots, shop)["price_band"] == "low"


def test_two_purchases_make_no_band(shop: ShopTaste) -> None:
    assert of(habit(every(40, 2)), shop)["price_band"] is None


def test_a_customer_without_habits_is_seldom_said_to_have_one(shop: ShopTaste) -> None:
    found = taste_columns(code_lines(sales(seed=5), before=CUT), shop).frame()
    habits = (
        found["season_months"] != 0,
        found["sale_level"] != "usual",
        found["novelty_level"].fill_null("usual") != "usual",
    )
    assert all(habit.mean() < 0.1 for habit in habits)  # type: ignore[operator]


def test_a_yearly_season_is_found_and_a_single_burst_is_not(shop: ShopTaste) -> None:
    summers = [date(y, m, 10) for y in (2023, 2024, 2025) for m in (6, 7)] + [date(2024, 1, 5)]
    assert months_of(int(str(of(habit(summers), shop)["season_months"]))) == (6, 7)
    burst = [date(2025, 6, day) for day in range(1, 15, 2)]
    assert of(habit(burst), shop)["season_months"] == 0


def test_a_season_is_found_among_very_many_customers(shop: ShopTaste) -> None:
    many, own = 30_000, [days_of(date(y, 6, d)) for y in (2023, 2024, 2025) for d in (5, 15)]
    who = np.repeat(np.arange(many, dtype=np.int32), len(own))
    day = np.tile(np.array(own, dtype=np.int32), many)
    found = seasons(who, day, many, shop=shop.months, cut=days_of(CUT))
    assert set(found.tolist()) == {1 << 5}


def test_a_season_over_new_year_is_said_in_its_order() -> None:
    assert months_of(0b100000000011) == (12, 1, 2)
    assert season_text((12, 1, 2)).startswith("12月から2月に")
    assert months_of(0) == ()


def test_who_buys_what_is_new_is_told_from_who_does_not(shop: ShopTaste) -> None:
    launch = {sku: date(1970, 1, 1) + timedelta(days=day) for sku, day in shop.new_since.items()}
    early = pl.concat([habit([day + timedelta(days=10)], sku=sku) for sku, day in launch.items()])
    late = pl.concat([habit([day + timedelta(days=200)], sku=sku) for sku, day in launch.items()])
    assert of(early, shop)["novelty_level"] == "high"
    assert float(str(of(late, shop)["novelty"])) < float(str(of(early, shop)["novelty"])) / 2


def test_goods_of_the_opening_days_are_not_called_new(shop: ShopTaste) -> None:
    assert "s0" not in shop.new_since
    assert of(habit(every(5, 5)), shop)["novelty"] is None


def test_sale_affinity_describes_and_promises_nothing(shop: ShopTaste) -> None:
    often, none = sale_affinity_of(discounted_orders=9, orders=10, shop=shop)
    assert often is not None
    assert none is None
    assert often.level == "high"
    assert often.discounted_share < 0.9
    assert "クーポンを送るとご注文が増えるかどうかは、ここからは分かりません" in often.text


def test_few_orders_or_a_shop_without_discounts_give_a_reason(shop: ShopTaste) -> None:
    assert sale_affinity_of(discounted_orders=1, orders=2, shop=shop)[0] is None
    plain = measure_shop_taste(code_lines(sales().with_columns(discount_yen=0), before=CUT))
    affinity, why = sale_affinity_of(discounted_orders=0, orders=30, shop=plain)
    assert affinity is None
    assert why == "割引のあったご注文の記録が店にないため、分かりません。"


def test_one_customer_alone_reads_as_among_all(shop: ShopTaste) -> None:
    lines = sales(seed=9)
    everyone = taste_columns(code_lines(lines, before=CUT), shop).frame()
    for row in everyone.head(25).iter_rows(named=True):
        own = orders_of(lines.filter(customer_id=row["customer_id"]))
        taste, _ = taste_of(own, shop, before=CUT)
        assert taste.price_band == row["price_band"]
        assert taste.price_range_yen == (row["price_low_yen"], row["price_high_yen"])
        assert taste.novelty == pytest.approx(row["novelty"])
        assert sum(1 << (m - 1) for m in taste.seasons) == row["season_months"]
        assert (row["top_category"] is None) == (not taste.categories)


def test_sentences_speak_of_what_is_known_and_reasons_of_the_rest(shop: ShopTaste) -> None:
    taste, unknown = taste_of(orders_of(habit(every(30, 5), price=2_700)), shop, before=CUT)
    assert taste.texts[0] == "ふだん選ばれるのは2,700円前後の品です"
    assert taste.texts[1] == "「ふきん」を繰り返し選ばれています"
    assert set(unknown) == {"colours", "seasons", "novelty"}


def test_prices_are_said_as_people_say_them() -> None:
    assert price_text(1_980, 3_480, "middle") == "ふだん選ばれるのは2,000〜3,500円の品です"
    assert (
        price_text(980, 980, "low") == "ふだん選ばれるのは980円前後の品です。同じ種類の中では手頃なほうです"
    )


def test_the_shops_record_survives_being_stored(shop: ShopTaste) -> None:
    assert shop_taste_from(shop.as_json()) == shop


@pytest.mark.parametrize(
    "frame",
    [
        sales().clear(),
        sales(1, 1),
        sales().with_columns(net_yen=-100),
        sales().with_columns(day=pl.lit(days_of(CUT) + 5)),
        sales().with_columns(net_yen=0),
        sales().with_columns(sku=pl.lit(None, pl.String), category=pl.lit(None, pl.String)),
        sales().with_columns(day=pl.lit(days_of(CUT) - 1)),
        sales(1, 20_000),
        sales().drop("category", "discount_yen"),
    ],
    ids=["empty", "one order", "returns", "future", "free", "unnamed", "one day", "one customer", "plain"],
)
def test_odd_records_give_an_answer_or_none(frame: pl.DataFrame) -> None:
    lines = code_lines(frame, before=CUT)
    shop = measure_shop_taste(lines)
    found = taste_columns(lines, shop).frame()
    assert shop_taste_from(shop.as_json()) == shop
    for name in ("novelty", "discounted_share"):
        assert found[name].drop_nulls().is_between(0, 1).all()


def test_nobodys_orders_give_reasons_for_everything(shop: ShopTaste) -> None:
    taste, unknown = taste_of([], shop, before=CUT)
    assert taste.texts == ()
    assert set(unknown) == {"price_band", "categories", "colours", "seasons", "novelty"}


def test_dates_or_day_numbers_and_any_order_of_rows_are_the_same() -> None:
    lines = sales(60)
    dated = lines.with_columns(ordered_on=pl.col("day").cast(pl.Int32).cast(pl.Date)).drop("day")
    first = measure_shop_taste(code_lines(lines, before=CUT))
    assert measure_shop_taste(code_lines(dated.sample(fraction=1, shuffle=True, seed=1), before=CUT)) == first


SHARES = st.floats(0.01, 0.99)


@given(st.integers(0, 60), st.integers(0, 60), SHARES, st.floats(2, 40))
def test_more_evidence_never_lowers_a_share(hits: int, more: int, share: float, strength: float) -> None:
    trials = np.array([hits + more, hits + more])
    low, high = shrunk(np.array([max(0, hits - 1), hits]), trials, share=share, strength=strength)
    steps = levels(np.array([max(0, hits - 1), hits]), trials, share=share, strength=strength)
    assert 0 <= low <= high <= 1
    assert steps[0] <= steps[1]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=50))
def test_the_strength_of_the_shops_share_is_always_a_number(rows: list[tuple[int, int]]) -> None:
    hits = np.array([min(a, b) for a, b in rows])
    trials = np.array([max(a, b) for a, b in rows])
    assert 2 <= prior_strength(hits, trials) <= 40


@settings(max_examples=40)
@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=300), st.integers(1, 5))
def test_a_dearer_thing_never_stands_lower(prices: list[int], kinds: int) -> None:
    price = np.sort(np.array(prices, dtype=np.float32))
    category = (np.arange(price.size) % kinds).astype(np.int32)
    scale = price_scale(price, category, kinds)
    place = places(price, np.full(price.size, -1, dtype=np.int32), scale)
    assert (np.diff(place) >= 0).all()
    assert (place > 0).all()
    assert (place < 1).all()
