"""Which kind a product is, and so how one asks about it."""

import pytest

from agent.chains.product_kind import product_kind
from agent.domain.product_class import infer_product_class


@pytest.mark.parametrize(
    ("title", "category", "kind"),
    [
        ("浅煎りブレンド 朝凪 200g", "珈琲", "drink"),
        ("円すいペーパーフィルター 100枚", "珈琲の道具", "other"),
        ("茎ほうじ茶ティーバッグ 20包", "お茶", "drink"),
        ("水出しコーヒーバッグ 5個", "珈琲", "drink"),
        ("帆布のトートバッグ", "鞄", "accessory"),
        ("手挽きのコーヒーミル", "珈琲の道具", "tool"),
        ("焼きあごのだしパック 8g×20袋", "調味料", "food"),
        ("日やけ止めミルク SPF30 PA+++", "", "cosmetic"),
        ("洗いざらしのリネンシャツ", "トップス", "clothes"),
        ("綿のリブ靴下 3足組", "靴下", "footwear"),
        ("瑠璃釉のマグカップ", "うつわ", "tableware"),
        ("ひのきのお香 30本", "香り", "scent"),
        ("洗濯用液体せっけん", "洗剤", "care"),
        ("純米吟醸 凪 720ml", "日本酒", "alcohol"),
        ("泉州のバスタオル", "タオル", "textile"),
        ("木工用ボンド 180ml", "接着剤", "other"),
    ],
)
def test_the_head_noun_decides_then_the_class_then_the_category(title: str, category: str, kind: str) -> None:
    product_class = infer_product_class(title, [f"カテゴリ：{category}"] if category else [])
    assert product_kind(title, product_class=product_class, category=category) == kind
