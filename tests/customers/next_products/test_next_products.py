"""Which product next, with a probability that is true."""

from datetime import timedelta
from random import Random

import numpy as np
import polars as pl
import pytest

from agent.domain.prediction import WhyProduct
from customers.next_products.document import ModelUnreadable, from_bytes, to_bytes
from customers.next_products.fit import fit_next_products
from customers.next_products.model import NextProductsModel
from tests.customers.next_products.shops import DAY0, Row, line, on, purchases, tea_shop

CUT = on(DAY0 + 200)


@pytest.fixture(scope="module")
def shop() -> NextProductsModel:
    return fit_next_products(
        purchases(tea_shop()), cut=CUT, within_days=30, titles={"tea-a": "煎茶"}, supply_days={"sweet-b": 20}
    )


def everybody(rows: list[Row], *, within_days: int = 30, k: int = 5, day: int = 200) -> pl.DataFrame:
    cut = on(DAY0 + day)
    known = purchases(rows)
    model = fit_next_products(known, cut=cut, within_days=within_days)
    runs = list(model.predict_all(known, cut=cut, k=k))
    return pl.concat(runs) if runs else pl.DataFrame()


def test_what_it_says_happens_as_often_as_it_says(shop: NextProductsModel) -> None:
    rows = tea_shop(people=400, seed=9)
    said = pl.concat(list(shop.predict_all(purchases(rows), cut=CUT, k=5)))
    truth = {(row[0], row[2]) for row in rows if DAY0 + 200 <= row[1] < DAY0 + 230}
    happened = np.array([pair in truth for pair in said.select("customer_id", "sku").iter_rows()])
    probability = said["probability"].to_numpy()
    assert abs(happened.mean() - probability.mean()) < 0.03
    assert abs(happened[probability > 0.7].mean() - probability[probability > 0.7].mean()) < 0.08


def test_the_tea_they_always_drink_comes_first() -> None:
    said = everybody(tea_shop(), k=3).filter(pl.col("rank") == 1)
    assert said["sku"].str.starts_with("tea-").sum() >= 0.95 * len(said)


def test_every_customer_gets_a_full_list_in_falling_order() -> None:
    said = everybody(tea_shop(), k=5)
    lists = said.group_by("customer_id", maintain_order=True).agg(
        "rank", "probability", pl.col("sku").n_unique()
    )
    assert len(lists) == len({row[0] for row in tea_shop() if row[1] < DAY0 + 200})
    assert all(ranks == [1, 2, 3, 4, 5] for ranks in lists["rank"].to_list())
    assert all(each == sorted(each, reverse=True) for each in lists["probability"].to_list())
    assert set(lists["sku"]) == {5}


def test_what_is_bought_after_the_cut_changes_nothing() -> None:
    rows = tea_shop()
    later: list[Row] = [("c000", DAY0 + 201, "tea-d", 9, 100), ("new", DAY0 + 205, "tea-d", 1, 100)]
    assert everybody(rows).equals(everybody(rows + later))


def test_one_customer_is_told_the_same_as_everybody(shop: NextProductsModel) -> None:
    rows = tea_shop()
    said = pl.concat(list(shop.predict_all(purchases(rows), cut=CUT, k=4))).filter(
        pl.col("customer_id") == "c007"
    )
    own = shop.predict_one([line(row[1], row[2] or "") for row in rows if row[0] == "c007"], cut=CUT, k=4)
    assert [each.sku for each in own] == said["sku"].to_list()
    assert [each.probability for each in own] == pytest.approx(said["probability"].to_list(), abs=1e-3)


def test_a_rhythm_is_said_aloud_with_a_window(shop: NextProductsModel) -> None:
    own = shop.predict_one([line(DAY0 + day, "tea-a") for day in (88, 116, 144, 172)], cut=CUT, k=3)
    first = own[0]
    assert (first.sku, first.title, first.why) == ("tea-a", "煎茶", WhyProduct.REPEAT)
    assert first.reason == "煎茶を約28日おきに4回お求めで、前回は6月22日です。"
    assert first.window is not None
    assert CUT <= first.window[0] <= first.window[1] < CUT + timedelta(days=30)


def test_a_pack_that_should_be_running_out_is_the_reason(shop: NextProductsModel) -> None:
    own = shop.predict_one([line(DAY0 + 180, "sweet-b")], cut=CUT, k=9)
    sweet = next(each for each in own if each.sku == "sweet-b")
    assert (sweet.why, sweet.reason) == (
        WhyProduct.SUPPLY,
        "前回のsweet-b（約20日分）が、そろそろなくなる頃です。",
    )


def test_two_packs_last_twice_as_long(shop: NextProductsModel) -> None:
    def window(pieces: int) -> int:
        own = shop.predict_one([line(DAY0 + 195, "sweet-b", pieces)], cut=CUT, k=9)
        found = next(each for each in own if each.sku == "sweet-b").window
        assert found is not None
        return found[0].toordinal()

    assert window(2) > window(1)


def test_a_new_customer_is_offered_what_goes_with_their_purchase(shop: NextProductsModel) -> None:
    own = shop.predict_one([line(DAY0 + 190, "tea-a")], cut=CUT, k=9)
    chances = {each.sku: each for each in own}
    assert chances["sweet-a"].probability > chances["sweet-c"].probability
    assert chances["sweet-a"].why is WhyProduct.NEIGHBOUR


def test_a_kept_model_says_the_same(shop: NextProductsModel) -> None:
    kept = from_bytes(to_bytes(shop))
    own = [line(DAY0 + 190, "tea-a"), line(DAY0 + 150, "tea-a")]
    assert kept.predict_one(own, cut=CUT, k=5) == shop.predict_one(own, cut=CUT, k=5)
    assert kept.backtest == shop.backtest


def test_a_damaged_document_is_refused(shop: NextProductsModel) -> None:
    for document in (b"", b"not a model", to_bytes(shop)[:-400]):
        with pytest.raises(ModelUnreadable):
            from_bytes(document)


def test_the_back_test_beats_the_best_sellers(shop: NextProductsModel) -> None:
    assert shop.backtest is not None
    figures = dict(shop.backtest.figures)
    assert shop.backtest.cut == on(DAY0 + 170)
    assert figures["recall_at_10"] >= figures["recall_at_10_popular"]


@pytest.mark.parametrize("within_days", [1, 7, 30, 90, 400])
def test_any_horizon_gets_true_probabilities_or_a_note(within_days: int) -> None:
    known = purchases(tea_shop(people=40))
    model = fit_next_products(known, cut=CUT, within_days=within_days)
    said = pl.concat(list(model.predict_all(known, cut=CUT, k=3)))["probability"]
    assert said.is_finite().all()
    assert said.is_between(0, 1).all()
    assert (model.note is not None) == (within_days == 400)


def test_a_customer_whose_products_are_unknown_is_offered_the_best_sellers() -> None:
    said = everybody([*tea_shop(), ("unnamed", DAY0 + 190, None, 1, 900)], k=3)
    assert said.filter(pl.col("customer_id") == "unnamed")["sku"].len() == 3


def test_a_product_named_after_the_fit_is_left_out_and_the_others_stay(shop: NextProductsModel) -> None:
    rows = [*tea_shop(), ("c000", DAY0 + 199, "aaa-new", 1, 500)]
    said = pl.concat(list(shop.predict_all(purchases(rows), cut=CUT, k=5)))
    assert "aaa-new" not in set(said["sku"])
    assert said.filter(pl.col("customer_id") == "c007").equals(
        pl.concat(list(shop.predict_all(purchases(tea_shop()), cut=CUT, k=5))).filter(
            pl.col("customer_id") == "c007"
        )
    )


def test_pairs_bought_twice_carry_the_same_probability_as_the_lists(shop: NextProductsModel) -> None:
    known = purchases(tea_shop())
    pairs = shop.pair_probabilities(known, cut=CUT)
    both = pl.concat(list(shop.predict_all(known, cut=CUT, k=8))).join(pairs, on=["customer_id", "sku"])
    assert len(both) > 100
    assert pairs["times"].min() == 2
    assert both["probability"].to_list() == pytest.approx(both["probability_right"].to_list(), abs=1e-6)


def test_a_day_of_another_year_is_said_with_its_year(shop: NextProductsModel) -> None:
    own = shop.predict_one([line(DAY0 - 5, "tea-b"), line(DAY0 - 60, "tea-b")], cut=CUT, k=9)
    assert (
        next(each for each in own if each.sku == "tea-b").reason
        == "tea-bを2回お求めで、前回は2024年12月27日です。"
    )


def test_nobody_is_expected_to_buy_before_a_first_order(shop: NextProductsModel) -> None:
    assert shop.predict_one([], cut=CUT, k=5) == ()
    assert shop.predict_one([line(DAY0 + 230, "tea-a")], cut=CUT, k=5) == ()


def test_where_nothing_is_bought_twice_taste_still_tells() -> None:
    luck = Random(3)
    rows: list[Row] = []
    for person in range(300):
        style, start = person % 6, luck.randrange(150)
        wardrobe = luck.sample([f"{style}-{piece}" for piece in range(15)], 6)
        rows += [
            (f"c{person:03d}", DAY0 + start + 22 * n, piece, 1, 4000) for n, piece in enumerate(wardrobe)
        ]
    said = everybody(rows, k=5)
    style_of = {row[0]: row[2][0] for row in rows if row[2]}
    same = [sku[0] == style_of[who] for who, sku in said.select("customer_id", "sku").iter_rows()]
    assert sum(same) > 0.9 * len(same)
    bought = {(row[0], row[2]) for row in rows if DAY0 + 200 <= row[1] < DAY0 + 230}
    came = [pair in bought for pair in said.select("customer_id", "sku").iter_rows()]
    assert said["probability"].to_numpy().mean() == pytest.approx(np.mean(came), abs=0.05)


def test_too_few_purchases_to_test_are_not_shown() -> None:
    rows = [(f"c{n}", DAY0 + day, "tea", 1, 100) for n in range(4) for day in (0, 90, 180)]
    model = fit_next_products(purchases(rows), cut=CUT, within_days=30)
    assert model.backtest is not None
    assert not model.backtest.passed
    assert model.backtest.verdict == "実績がまだ少なく、予測が当たるかどうか確かめられません"


ODD_SHOPS: dict[str, list[Row]] = {
    "one order": [("a", DAY0, "tea", 1, 100)],
    "one day": [(f"c{n}", DAY0, "tea", 1, 100) for n in range(50)],
    "one product": [(f"c{n}", DAY0 + n + d * 20, "tea", 1, 100) for n in range(40) for d in range(6)],
    "nothing twice": [
        (f"c{n}", DAY0 + (n * 37 + d * 41) % 190, f"shirt-{n}-{d}", 1, 100)
        for n in range(60)
        for d in range(3)
    ],
    "only returns": [("a", DAY0, "tea", 1, -100)],
    "no product named": [("a", DAY0, None, 1, 100), ("b", DAY0 + 5, None, 1, 100)],
    "closed for a year": [
        ("a", DAY0 - 700, "tea", 1, 100),
        ("b", DAY0 - 690, "tea", 1, 100),
        ("a", DAY0 + 1, "cup", 1, 100),
    ],
    "tomorrow alone": [("a", DAY0 + 300, "tea", 1, 100)],
}


@pytest.mark.parametrize("shop_name", ODD_SHOPS)
def test_an_odd_shop_gets_an_answer_or_an_empty_list(shop_name: str) -> None:
    said = everybody(ODD_SHOPS[shop_name])
    if len(said):
        assert said["probability"].is_finite().all()
        assert said["probability"].is_between(0, 1).all()


def test_a_shop_of_one_day_is_told_that_little_is_known() -> None:
    model = fit_next_products(purchases(ODD_SHOPS["one day"]), cut=on(DAY0 + 1), within_days=30)
    assert model.note == "購入の記録がまだ数日分のため、確率は控えめな目安です。"
    assert model.backtest is None
