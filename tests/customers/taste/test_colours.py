"""Colours in product names and variants, and words that only look like colours."""

from datetime import UTC, date, datetime

import pytest

from agent.domain.history import LineRecord, OrderRecord
from customers.taste.colours import favourite_colours, line_colours


def line(title: str, variant: str | None = None, category: str | None = None) -> LineRecord:
    return LineRecord(1, "A", title, variant, 1, 1000, category)


def order(*lines: LineRecord) -> OrderRecord:
    return OrderRecord("o", date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC), lines)


@pytest.mark.parametrize(
    ("title", "variant", "colour"),
    [
        ("リネンシャツ", "ネイビー / M", "紺"),
        ("リネンシャツ", "Black", "黒"),
        ("リネンシャツ", "ダークグレー・L", "グレー"),
        ("リネンシャツ", "オレンジ / L", "オレンジ"),
        ("リネンシャツ", "生成り", "生成り"),
        ("トートバッグ", "カラー:アイボリー", "生成り"),
        ("黒のワンピース", None, "黒"),
        ("白いシャツ", None, "白"),
        ("ブラックデニム", None, "黒"),
        ("リネンシャツ(ネイビー)", None, "紺"),
        ("Linen Shirt White", "M", "白"),
        ("Black Linen Dress", None, "黒"),
        ("ミントグリーンのストール", None, "緑"),
        ("ﾌﾞﾗｯｸ ポーチ", None, "黒"),
        ("牛革バッグ", "キャメル", "茶"),
        ("パーティードレス", "ワインレッド", "ワインレッド"),
        ("マニキュア", "ワインレッド", "ワインレッド"),
    ],
)
def test_a_colour_goes_by_one_japanese_name(title: str, variant: str | None, colour: str) -> None:
    assert list(line_colours(line(title, variant))) == [colour]


@pytest.mark.parametrize(
    "title",
    [
        "白菜キムチ", "黒酢", "赤ちゃん用ソープ", "青汁 30包", "黒毛和牛", "白桃ゼリー", "緑茶", "ブラックコーヒー", "ブラックペッパー",
        "赤ワイン", "White Chocolate", "Green Tea", "Red Wine", "白い恋人", "ブルーベリージャム", "ホワイトニング歯みがき",
        "青森ひばの枕", "ブルーライトカット眼鏡", "黒豆茶", "茶碗", "紅茶", "オレンジの香りの石けん", "赤坂ロール", "紫蘇ふりかけ",
        "ゴールドキウイ", "シルバーリング", "白髪染め", "シャンプー", "ブラックジャックのなぞ",
    ],
)  # fmt: skip
def test_a_word_that_only_contains_a_colour_is_none(title: str) -> None:
    assert line_colours(line(title)) == {}


def test_food_has_no_colour_even_in_its_variant() -> None:
    assert line_colours(line("ブレンド", "ブラック", "Food, Beverages & Tobacco > Coffee")) == {}
    assert line_colours(line("グミ", "オレンジ")) == {}


def test_the_chosen_variant_outweighs_the_name_of_the_product() -> None:
    assert line_colours(line("ブラックデニム", "ホワイト")) == {"白": 2}


def test_a_colour_is_a_taste_when_chosen_again() -> None:
    navy, red = line("シャツ", "ネイビー"), line("シャツ", "赤")
    assert favourite_colours([order(navy), order(navy, red)]) == ("紺",)
    assert favourite_colours([order(navy)]) == ()
    assert favourite_colours([]) == ()
