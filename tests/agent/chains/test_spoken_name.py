"""What a product is called aloud."""

import pytest

from agent.chains.spoken_name import is_a_product, spoken_name


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("【送料無料】深煎りブレンド 宵 200g", "深煎りブレンド 宵"),
        ("さっぱり化粧水150ml", "さっぱり化粧水"),
        ("焼きあごのだしパック 8g×20袋", "焼きあごのだしパック"),
        ("日やけ止めミルク SPF30 PA+++", "日やけ止めミルク"),
        ("手延べそうめん 木箱 50g×24束 贈答用 のし対応 送料込み", "手延べそうめん 木箱"),
        ("楽天1位★北海道産 ふっくら大豆 1kg ポイント10倍 あす楽", "北海道産 ふっくら大豆"),
        ("ゆうなぎ公式｜深煎りブレンド", "深煎りブレンド"),
        ("Tシャツ(ネイビー/L)", "Tシャツ"),
        ("洗いざらしのリネンシャツ - 藍 / M", "洗いざらしのリネンシャツ"),
        ("Organic Cotton Crew Neck T-Shirt Long Sleeve Men's - Navy / L", "Organic Cotton Crew Neck"),
        ("「極み」ほうじ茶", "『極み』ほうじ茶"),
        ("茶\nparagraph ok", "茶 paragraph ok"),
    ],
)
def test_decoration_goes_and_the_name_stays(title: str, said: str) -> None:
    assert spoken_name(title) == said


@pytest.mark.parametrize(
    "title", ["皿", "ABC", "2way", "30本", "（大）", "【限定】", "チークカラー 03 コーラル"]
)
def test_a_name_is_never_shortened_to_nothing(title: str) -> None:
    assert spoken_name(title)


@pytest.mark.parametrize(
    "title", ["送料", "ギフトラッピング（無料）", "ポイント利用", "10012345", "【送料無料】"]
)
def test_a_fee_or_a_bare_number_is_no_product(title: str) -> None:
    assert not is_a_product(title)


@pytest.mark.parametrize(
    "title", ["紙袋入りクッキー", "おまけ付きキャラメル", "のしいか", "食パン", "【極み】"]
)
def test_a_product_that_begins_like_a_fee_is_one(title: str) -> None:
    assert is_a_product(title)
