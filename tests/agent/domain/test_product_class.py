"""The legal class of a product is read from its words."""

import pytest

from agent.domain.product_class import infer_product_class


@pytest.mark.parametrize(
    ("title", "texts", "expected"),
    [
        ("うるおい化粧水 しっとり 120mL", [], "cosmetic"),
        ("酒粕化粧水", [], "cosmetic"),
        ("緑茶石けん", [], "cosmetic"),
        ("日本酒のフェイスパック", [], "cosmetic"),
        ("ナイトクリーム（緑茶の香り）", [], "cosmetic"),
        ("しっとりミルク", ["スキンケア"], "cosmetic"),
        ("ハンドクリーム", ["雑貨"], "cosmetic"),
        ("うるおいクリーム", [], "cosmetic"),
        ("薬用美白美容液", [], "quasi_drug"),
        ("ホワイトニングセラム", ["医薬部外品"], "quasi_drug"),
        ("静岡 深蒸し煎茶 100g", [], "food"),
        ("そば茶", [], "food"),
        ("季節の茶", ["食品 > お茶"], "food"),
        ("ブレンドコーヒー 200g", [], "food"),
        ("明石ブレンド 200g 豆", ["深煎り", "焙煎日から3日以内に発送"], "food"),
        ("京都ブレンド 中挽き", [], "food"),
        ("コーヒーミル 手挽き", ["粗挽きから細挽きまで"], "other"),
        ("コラーゲンゼリー", [], "food"),
        ("マルチビタミン サプリ", [], "food"),
        ("アイスクリーム詰め合わせ", [], "food"),
        ("甘酒", [], "food"),
        ("ノンアルコールビール", [], "food"),
        ("純米大吟醸 720ml", [], "alcohol"),
        ("赤ワイン", [], "alcohol"),
        ("山廃 無濾過原酒", ["日本酒"], "alcohol"),
        ("ワイングラス", [], "other"),
        ("コーヒーミル", ["キッチン用品"], "other"),
        ("リネンシャツ 茶色", [], "other"),
        ("ニット ワインレッド", [], "other"),
        ("チノパンツ（茶）", [], "other"),
        ("化粧ポーチ", ["コスメ雑貨"], "other"),
        ("ドッグフード チキン", ["ペット"], "other"),
        ("白磁の茶碗", [], "other"),
        ("Rose Item", ["Health & Beauty > Personal Care > Cosmetics > Skin Care"], "cosmetic"),
        ("House Red", ["Food, Beverages & Tobacco > Beverages > Alcoholic Beverages > Wine"], "alcohol"),
        ("木のおもちゃ", [], "other"),
        ("", [], "other"),
    ],
)
def test_a_product_falls_into_the_class_its_words_say(title: str, texts: list[str], expected: str) -> None:
    assert infer_product_class(title, texts) == expected
