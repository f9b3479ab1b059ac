"""Groups found from behaviour: found, named, kept; and not invented."""

from collections import Counter
from datetime import date

import numpy as np
import polars as pl
import pytest

from customers.groups.model import GroupModel, fit_groups, group_model_from
from customers.taste.coded_lines import CodedLines, code_lines, days_of
from customers.taste.columns import TasteColumns, taste_columns
from customers.taste.shop_taste import measure_shop_taste

CUT = date(2026, 1, 1)
KINDS = ("スキンケア", "メイク", "香水", "コーヒー", "お茶", "菓子", "タオル", "寝具", "石けん")
LIKES = np.array(
    [
        [0.60, 0.15, 0.10, 0.02, 0.02, 0.03, 0.03, 0.02, 0.03],
        [0.03, 0.02, 0.02, 0.45, 0.20, 0.20, 0.03, 0.02, 0.03],
        [0.03, 0.02, 0.02, 0.03, 0.03, 0.02, 0.45, 0.35, 0.05],
    ]
)


def sales(customers: int = 900, *, seed: int = 0, likes: np.ndarray = LIKES, first: int = 0) -> pl.DataFrame:
    """People of as many kinds as `likes` has rows, six purchase days each; the second kind buys three things at a time."""
    rng = np.random.default_rng(seed)
    rows = []
    for person in range(first, first + customers):
        kind = person % len(likes)
        for _ in range(6):
            day = days_of(CUT) - int(rng.integers(1, 700))
            for item in rng.choice(len(KINDS), size=3 if kind == 1 else 1, p=likes[kind]):
                rows.append(
                    (f"c{person:05d}", day, f"{KINDS[item]}-{rng.integers(5)}", KINDS[item], 1, 1_000, 0)
                )
    names = ["customer_id", "day", "sku", "category", "quantity", "net_yen", "discount_yen"]
    return pl.DataFrame(rows, schema=names, orient="row")


def read(frame: pl.DataFrame, before: date = CUT) -> tuple[CodedLines, TasteColumns]:
    lines = code_lines(frame, before=before)
    return lines, taste_columns(lines, measure_shop_taste(lines))


def fitted(frame: pl.DataFrame, former: GroupModel | None = None) -> GroupModel:
    model = fit_groups(*read(frame), former=former)
    assert isinstance(model, GroupModel), model
    return model


def named(model: GroupModel, frame: pl.DataFrame) -> dict[str, tuple[str, str]]:
    """Customer to the id and name of their group."""
    lines, taste = read(frame)
    found = zip(lines.customers.to_list(), model.assign(lines, taste), strict=True)
    return {who: (model.ids[at], model.names[at]) for who, at in found if at >= 0}


def agreement(one: dict[str, tuple[str, str]], other: dict[str, tuple[str, str]]) -> float:
    shared = one.keys() & other.keys()
    return sum(one[who] == other[who] for who in shared) / len(shared)


@pytest.fixture(scope="module")
def shop() -> pl.DataFrame:
    return sales()


@pytest.fixture(scope="module")
def model(shop: pl.DataFrame) -> GroupModel:
    return fitted(shop)


def test_groups_are_found_and_named_for_what_they_buy(model: GroupModel, shop: pl.DataFrame) -> None:
    assert len(model.ids) == 3
    assert sum("スキンケア" in name for name in model.names) == 1
    assert next(name for name in model.names if "コーヒー" in name).endswith("・まとめ買い")
    assert sum(model.shares) == pytest.approx(1)
    kind_and_group = Counter((int(who[1:]) % 3, group) for who, (group, _) in named(model, shop).items())
    assert sum(people for _, people in kind_and_group.most_common(3)) / 900 > 0.85


def test_the_same_data_in_any_order_gives_the_same_groups(model: GroupModel, shop: pl.DataFrame) -> None:
    again = fitted(shop.sample(fraction=1, shuffle=True, seed=3))
    assert again.names == model.names
    assert agreement(named(model, shop), named(again, shop)) == 1


def test_the_next_day_keeps_people_in_their_named_group(model: GroupModel, shop: pl.DataFrame) -> None:
    tomorrow = pl.concat(
        [
            shop,
            sales(40, seed=9, first=900),
            shop.sample(60, seed=2).with_columns(day=pl.lit(days_of(CUT) - 1, pl.Int64)),
        ]
    )
    later = fitted(tomorrow, former=model)
    assert agreement(named(model, shop), named(later, tomorrow)) >= 0.9
    assert later.ids == model.ids


def test_groups_found_afresh_keep_their_names_through_their_people(
    model: GroupModel, shop: pl.DataFrame
) -> None:
    """Half the goods are renamed: the old reading is useless, the people are the same."""
    new_goods = shop.with_columns(
        pl.col("category").replace({"メイク": "コスメ", "寝具": "布団", "お茶": "茶葉"})
    )
    later = fitted(new_goods, former=model)
    assert set(later.ids) == set(model.ids)
    assert agreement(named(model, shop), named(later, new_goods)) >= 0.8


def test_a_really_new_group_gets_a_new_id(model: GroupModel) -> None:
    fourth = np.vstack([LIKES, [[0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.84]]])
    later = fitted(sales(1_200, likes=fourth), former=model)
    assert len(set(later.ids)) == len(later.ids) == 4
    assert "g4" in later.ids


def test_a_shop_without_any_pattern_is_given_no_groups() -> None:
    even = np.full((1, len(KINDS)), 1 / len(KINDS))
    for seed in range(4):
        refusal = fit_groups(*read(sales(400, likes=even, seed=seed)))
        assert isinstance(refusal, str)
        assert "まとまりが見つからない" in refusal


def test_few_customers_are_not_grouped() -> None:
    refusal = fit_groups(*read(sales(60)))
    assert (
        refusal == "2点以上お買い物をされたお客さまが60人のため、グループ分けはまだできません（100人から）。"
    )


def test_without_products_there_are_no_groups() -> None:
    bare = sales(200).with_columns(sku=pl.lit(None, pl.String), category=pl.lit(None, pl.String))
    assert fit_groups(*read(bare)) == "何を買われたかの記録がないため、グループ分けはできません。"
    assert isinstance(fit_groups(*read(bare.clear())), str)


def test_without_categories_products_make_the_groups_by_their_titles(shop: pl.DataFrame) -> None:
    bare = shop.with_columns(category=pl.lit(None, pl.String))
    titles = {sku: f"{sku}の名" for sku in shop["sku"].unique()}
    found = fit_groups(*read(bare), titles=titles)
    assert isinstance(found, GroupModel)
    assert any("の名" in name for name in found.names)


def test_who_bought_one_thing_only_is_in_no_group(model: GroupModel, shop: pl.DataFrame) -> None:
    one = shop.head(1).with_columns(customer_id=pl.lit("new"))
    assert named(model, one) == {}
    assert model.group(-1) is None


def test_a_stored_model_groups_the_same(model: GroupModel, shop: pl.DataFrame) -> None:
    again = group_model_from(model.as_bytes())
    assert named(again, shop) == named(model, shop)
    assert again.group(0) == model.group(0)
    assert len(set(model.names)) == len(model.names)
