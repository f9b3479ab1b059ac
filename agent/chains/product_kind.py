"""What kind of thing is a product, so that a letter can ask about it the right way? お口に合いましたか, 着心地, 使い勝手."""

import re
import unicodedata
from typing import Literal

from agent.chains.spoken_name import spoken_name

Kind = Literal[
    "drink",
    "food",
    "alcohol",
    "cosmetic",
    "clothes",
    "footwear",
    "accessory",
    "scent",
    "care",
    "tableware",
    "textile",
    "tool",
    "other",
]

EATEN: frozenset[Kind] = frozenset({"drink", "food", "alcohol"})
WORN: frozenset[Kind] = frozenset({"clothes", "footwear", "accessory"})
USED_UP: frozenset[Kind] = EATEN | {"cosmetic", "care", "scent"}
"""Gone after some months: a letter a year later must not speak of it as still at hand."""

_TERMS: dict[Kind, str] = {
    "tool": """
        ミル ドリッパー フィルター サーバー ケトル 鍋 フライパン 包丁 ナイフ まな板 はさみ ハサミ 鋏 のこぎり
        ノコギリ 鋸 かんな 金づち ハンマー ドライバー レンチ ペンチ 工具 ドリル スコップ シャベル じょうろ
        ジョウロ はかり スケール ブラシ ほうき ヘラ トング おたま せいろ やすり メジャー 脚立 鎌 くわ ザル
        ざる ボウル 弁当箱 水筒 魔法瓶 ランタン ライト 道具 金物 drill driver wrench hammer grinder kettle
    """,
    "tableware": """
        皿 碗 椀 小鉢 鉢 カップ マグ グラス タンブラー 湯呑 湯のみ 湯呑み 急須 ポット 箸 箸置き カトラリー
        スプーン フォーク うつわ 器 一輪挿し 花瓶 花器 食器 mugs? cups? plates? bowls? vase
    """,
    "textile": """
        タオル 手ぬぐい ふきん 布巾 シーツ 毛布 ブランケット クッション カバー ハンカチ ガーゼケット マット
        towels? blanket
    """,
    "footwear": """
        靴 シューズ スニーカー サンダル ブーツ パンプス 靴下 ソックス くつした 足袋 室内ばき 室内履き スリッパ
        レッグウォーマー タイツ socks? shoes? sneakers? boots? sandals?
    """,
    "clothes": """
        シャツ パンツ ワンピース スカート セーター ニット カーディガン ジャケット コート ブラウス パジャマ
        スウェット パーカー デニム ジーンズ トップス ボトムス アウター ベスト 肌着 インナー 浴衣 着物 作務衣
        エプロン 割烹着 ルームウェア (?:t-?)?shirts? tee pants dress skirt sweater knit jacket coat hoodie
        denim jeans
    """,
    "accessory": """
        ストール マフラー スカーフ 帽子 キャップ ハット 手袋 バッグ トート リュック 財布 ポーチ ネックレス ピアス
        イヤリング 指輪 リング ブローチ ベルト 傘 日傘 腕時計 アクセサリー 服飾小物 bags? totes? hat cap scarf
        stole necklace earrings? wallet
    """,
    "scent": """
        お香 線香 キャンドル ろうそく アロマオイル 精油 ディフューザー ルームスプレー サシェ 匂い袋 candles?
        incense diffuser
    """,
    "care": r"""
        洗剤 洗い 液体せっけん 柔軟剤 漂白剤 重曹 クエン酸 スポンジ たわし そうじ\S{0,6}セット 掃除\S{0,6}セット
        掃除 ワックス
    """,
}
_WORDS = {kind: "|".join(terms.split()) for kind, terms in _TERMS.items()}
"""Regular expressions, tried in this order."""
_DRINK = re.compile(
    r"珈琲|コーヒー|茶(?!碗|漬)|ティー|ココア|ジュース|ドリンク|ドリップ|カフェ|ラテ|牛乳|豆乳|甘酒"
    r"|サイダー|シロップ|coffee|tea\b",
    re.I,
)
_DRINK_BAG = re.compile(r"(?:ティー|ドリップ|コーヒー|珈琲|出し)(?:バッグ|パック)")
"""A bag to brew, not one to carry."""
_USED_ONCE = re.compile(r"ペーパー(?:フィルター|タオル|ナプキン)|使い捨て")
"""Nobody asks how such a thing lies in the hand."""
_AT_END = {kind: re.compile(rf"(?:{words})$", re.I) for kind, words in _WORDS.items()}
_INSIDE = {kind: re.compile(rf"(?:{words})", re.I) for kind, words in _WORDS.items()}


def product_kind(title: str, *, product_class: str, category: str = "") -> Kind:
    """The kind of a product. product_class: cosmetic, quasi_drug, food, alcohol or other.

    Japanese puts the head noun last, so the end of the spoken name decides first (珈琲の道具 are no drink); then the class, then
    the shop's category, then words anywhere in the name.
    """
    name, place = _fold(spoken_name(title)), _fold(category)
    if product_class in ("cosmetic", "quasi_drug"):
        return "cosmetic"
    if product_class == "alcohol":
        return "alcohol"
    if _DRINK_BAG.search(name):
        return "drink"
    if _USED_ONCE.search(name):
        return "other"
    for kind, pattern in _AT_END.items():
        if pattern.search(name):
            return kind
    if product_class == "food":
        inside = _AT_END["tool"].search(place)
        return "tool" if inside else "drink" if _DRINK.search(name) or _DRINK.search(place) else "food"
    for text in (place, name):
        for kind, pattern in _INSIDE.items():
            if pattern.search(text):
                return kind
    return "other"


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text)
