"""Which legal class a product falls into, read from its title and the words around it.

Classes: cosmetic, quasi_drug, food, alcohol, other. The law on what may be said differs by class, so a
wrong guess matters: words are matched longest first, the last head noun of a title wins (酒粕化粧水 is a
lotion, 緑茶石けん a soap), and what is only an ingredient, a scent or a colour (緑茶の香り, ワインレッド,
茶色) is taken out before.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

COSMETIC, QUASI_DRUG, FOOD, ALCOHOL, OTHER = "cosmetic", "quasi_drug", "food", "alcohol", "other"

ALCOHOL_NOTICE = "20歳未満の者の飲酒は法律で禁止されています。"
"""What a message on alcohol says (二十歳未満の者の飲酒防止に関する表示基準)."""

_QUASI = re.compile(r"医薬部外品(?!では|じゃ)|薬用(?!植物|酒|養命酒)|quasi[- ]?drugs?")

_TERMS: Mapping[str, str] = {
    COSMETIC: """
        化粧水 化粧品 日やけ止め 日やけ止めミルク 椿油 化粧下地 化粧クリーム 美容液 美容オイル 美容クリーム 美容水 美容ジェル 乳液
        クレンジング 洗顔 洗顔フォーム メイク落とし ファンデーション 口紅 リップ リップクリーム
        リップバーム マスカラ アイシャドウ アイライナー アイクリーム アイブロウ チーク コンシーラー
        フェイスパウダー ハンドクリーム ボディクリーム フェイスクリーム ナイトクリーム デイクリーム
        保湿クリーム 日焼け止め 日焼け止めクリーム uvクリーム uvミルク ボディミルク ボディローション
        ボディオイル ボディソープ ボディスクラブ ボディバーム フェイスオイル フェイスマスク
        フェイスパック シートマスク フェイスウォッシュ ヘアオイル ヘアミルク ヘアマスク ヘアパック
        ヘアワックス ヘアスプレー ヘアトニック シャンプー コンディショナー トリートメント リンス 石けん
        石鹸 せっけん ソープ ハンドソープ 入浴料 入浴剤 バスボム バスソルト バスオイル 香水 オードトワレ
        オードパルファム コロン 練り香水 マニキュア ネイルカラー ネイルオイル ローション トナー セラム
        エッセンス オールインワンジェル クレンジングオイル クレンジングジェル クレンジングバーム
        スキンケア コスメ ヘアケア ボディケア 基礎化粧品 歯磨き 歯みがき 化粧せっけん 椿油ヘアオイル
        保湿下地 uv下地 メイク下地 日焼け止め下地 まつげ下地 ネイルベース
        マッサージオイル マッサージクリーム 保湿ジェル 保湿ミルク ブースター 導入液 スキンローション
    """,
    FOOD: """
        食品 飲料 だしパック お菓子 菓子 和菓子 洋菓子 スイーツ 食材 食料品 グルメ お茶 緑茶 紅茶 煎茶 抹茶 番茶
        玉露 ほうじ茶 麦茶 玄米茶 烏龍茶 ウーロン茶 ジャスミン茶 ハーブティー ハーブティ ルイボスティー
        茶葉 ティーバッグ 珈琲 コーヒー コーヒー豆 珈琲豆 焙煎 深煎り 中深煎り 中煎り 浅煎り 中挽き 細挽き 粗挽き デカフェ
        ドリップバッグ カフェオレ ココア ジュース 牛乳 豆乳
        ヨーグルト チーズ クリームチーズ 生クリーム アイスクリーム ソフトクリーム シュークリーム
        クリームパン クリームシチュー バタークリーム アイス ジェラート バター ジャム はちみつ 蜂蜜
        ハチミツ 味噌 みそ 醤油 しょうゆ 酢 黒酢 だし 出汁 つゆ ドレッシング ソース 塩 砂糖 スパイス
        カレー 米 お米 玄米 餅 もち パン パスタ うどん そば 蕎麦 そうめん ラーメン 麺 豆腐 納豆 漬物
        梅干し 梅干 海苔 のり佃煮 佃煮 昆布 わかめ 肉 牛肉 豚肉 鶏肉 ハム ソーセージ ベーコン 魚 干物 鮭
        明太子 いくら かに 蟹 野菜 果物 フルーツ りんご みかん ぶどう いちご 桃 メロン マンゴー
        ドライフルーツ ナッツ グラノーラ シリアル クッキー サブレ ビスケット ケーキ カステラ マドレーヌ
        フィナンシェ バウムクーヘン プリン ゼリー 羊羹 ようかん 饅頭 まんじゅう 酒まんじゅう 最中
        どら焼き 大福 団子 煎餅 せんべい おかき あられ チョコ チョコレート キャラメル キャンディ 飴 ガム
        サプリ サプリメント 健康食品 プロテイン 七味 一味 胡椒 ジャーキー 青汁 酵素ドリンク ドリンク 栄養補助食品 機能性表示食品
        特定保健用食品 甘酒 酒粕 料理酒 みりん ノンアルコールビール ノンアルコールワイン ノンアルコール
        オリーブオイル ごま油 食用油 なたね油 えごま油 アマニ油 亜麻仁油 ココナッツミルク
        ミネラルウォーター 炭酸水 スープ 惣菜 お惣菜 レトルト 缶詰 ふりかけ おつまみ おせち 卵 たまご
    """,
    ALCOHOL: """
        お酒 酒類 日本酒 清酒 地酒 純米酒 吟醸酒 純米吟醸 大吟醸 純米大吟醸 本醸造 にごり酒 どぶろく
        梅酒 果実酒 薬膳酒 薬用酒 養命酒 薬用養命酒 泡盛 焼酎 芋焼酎 麦焼酎 米焼酎 古酒 ワイン 赤ワイン
        白ワイン ロゼワイン スパークリングワイン シャンパン シャンパーニュ ビール クラフトビール
        地ビール 発泡酒 ウイスキー ウィスキー ブランデー ラム酒 ジン ウォッカ テキーラ リキュール
        チューハイ 酎ハイ ハイボール カクテル サワー缶 紹興酒 マッコリ シードル
    """,
    OTHER: """
        茶色 茶系 焦茶 焦げ茶 こげ茶 薄茶色 赤茶 茶器 茶碗 茶筒 茶托 茶こし 茶漉し 茶せん 茶筅 茶道具
        茶箱 急須 湯呑 湯のみ ティーカップ ティーポット マグカップ カップ グラス ワイングラス
        ビールグラス ワインオープナー ワインクーラー ワインレッド ワインカラー ビールジョッキ ビアグラス
        酒器 徳利 おちょこ お猪口 ぐい呑み コーヒーカップ コーヒーメーカー コーヒーミル
        コーヒーフィルター コーヒードリッパー コーヒーサーバー コーヒー染め 茶染め クリーム色 皿 お皿
        小皿 大皿 豆皿 鉢 弁当箱 箸 トレー 食器 米びつ 保存容器 鍋 フライパン 包丁 まな板 パンケース
        キッチン用品 食器用洗剤 洗濯洗剤 洗剤 柔軟剤 漂白剤 重曹 クエン酸スプレー ドッグフード キャットフード ペットフード
        ペット用おやつ 犬用おやつ 猫用おやつ 不織布マスク 布マスク スキンケアポーチ コスメポーチ
        メイクポーチ ポーチ 化粧ポーチ 化粧箱 メイクブラシ 洗顔ブラシ 洗顔ネット 泡立てネット
        シャンプーブラシ ソープディッシュ 石けん置き 石鹸置き ソープディスペンサー アロマオイル 精油
        エッセンシャルオイル キャンドル ペットシーツ ペット食器 お香 ルームスプレー ディフューザー シャツ tシャツ ワンピース
        スカート パンツ デニム ジャケット コート ニット セーター カーディガン ブラウス 靴下 ソックス
        ストール マフラー 帽子 バッグ トートバッグ エコバッグ 財布 靴 サンダル スニーカー パジャマ
        エプロン タオル バスタオル フェイスタオル ハンドタオル ハンカチ 毛布 クッション シーツ まくら 枕
        傘 手帳 ノート ペン 花瓶 時計 スポンジ ブラシ たわし ほうき ジンジャー色 ブラウン
    """,
}

_WEAK: Mapping[str, str] = {
    COSMETIC: (
        "クリーム ジェル バーム フォーム マスク パック オイル ミスト スクラブ メイク リップ スプレー "
        "下地 ビューティー beauty cream balm"
    ),
    FOOD: "ミルク おやつ ギフト菓子 ハーブ 茶 ティー tea 油 豆 粉",
    ALCOHOL: "酒",
}
"""Words that only speak when nothing clearer does."""

_ENGLISH: Mapping[str, str] = {
    COSMETIC: (
        "cosmetics cosmetic|skin care|skincare|hair care|makeup|shampoo|soap|lotion|serum|"
        "perfume|personal care|face cream|hand cream|toner"
    ),
    FOOD: (
        "food items|food, beverages & tobacco|food|foods|beverages|coffee|green tea|black tea|"
        "tea & infusions|snacks|candy|supplements|vitamins & supplements|chocolate"
    ),
    ALCOHOL: ("alcoholic beverages|wine|beer|sake|whisky|whiskey|liquor & spirits|liquor"),
    OTHER: (
        "pet supplies|pet food|apparel & accessories|home & garden|kitchen & dining|drinkware|"
        "wine glass|wine glasses|coffee makers|soap dish|cosmetic bag|cosmetic bags|coffee mug|"
        "animals & pet supplies"
    ),
}

_INGREDIENT = re.compile(
    r"[^\s・/／、,|>＞\-–—―「」]*(?:エキス|成分|由来|の香り|香り|風味|フレーバー|配合|入り|抽出物|仕立ての)(?:の|入り|配合)?"
)
_NOT_FOR_PEOPLE = re.compile(
    r"(?:洗濯|台所|食器|キッチン|衣類|衣料|お?掃除|住居|住まい|トイレ|浴室|風呂釜|床|洗車|車内|革|レザー|靴|木工|木製品?|家具|ペット|愛?犬|愛?猫|"
    r"小動物|うさぎ|小鳥|観賞魚|楽器|まな板|カッティングボード|塗装|畳|筆)(?:専?用)|^(?:革|靴|レザー|シュー|ミンク)(?:クリーム|オイル)"
)
"""What a thing is for, when that is no person: 洗濯用せっけん is no soap for the skin, 犬用シャンプー no cosmetic."""
_BRACKETS = re.compile(r"[(（\[【〔「『<＜][^)）\]】〕」』>＞]*[)）\]】〕」』>＞]")
_PARTS = re.compile(r"[\s・/|、,;:>+×&\-–—―~〜]+")


def _compiled(
    groups: Mapping[str, str], *, separator: str | None = None
) -> tuple[re.Pattern[str], dict[str, str]]:
    class_of = {term: name for name, terms in groups.items() for term in terms.split(separator)}
    longest_first = sorted(class_of, key=lambda term: (-len(term), term))
    bounded = (
        rf"(?<![a-z]){re.escape(t)}(?![a-z])" if t[0].isascii() else re.escape(t) for t in longest_first
    )
    return re.compile("|".join(bounded)), class_of


_STRONG_PATTERN, _STRONG_CLASS = _compiled({k: " ".join(v.split()) for k, v in _TERMS.items()})
_ENGLISH_PATTERN, _ENGLISH_CLASS = _compiled(_ENGLISH, separator="|")
_WEAK_PATTERN, _WEAK_CLASS = _compiled(_WEAK)
_SHORT = frozenset(
    {
        "酢",
        "塩",
        "米",
        "餅",
        "麺",
        "肉",
        "魚",
        "鮭",
        "桃",
        "飴",
        "皿",
        "鉢",
        "箸",
        "鍋",
        "靴",
        "傘",
        "枕",
        "卵",
        "蟹",
        "かに",
        "ガム",
        "ハム",
        "ジン",
        "パン",
        "そば",
        "だし",
        "みそ",
        "もち",
        "のり",
        "アイス",
        "いくら",
        "コロン",
        "ペン",
    }
)
"""Words so short that they hide inside others (パン in パンツ): they must end a part of the title."""


def infer_product_class(title: str, texts: Sequence[str]) -> str:
    """The class of a product: cosmetic, quasi_drug, food, alcohol or other.

    title: as the shop writes it.    texts: category, type, tags, then facts or description, most telling first.
    A notice of 医薬部外品 or 薬用 anywhere decides; then a title that says it is not for people (洗濯用);
    else the title's head noun; else the first text that says something; else weak words of the title (クリーム, ミルク); else other.
    """
    return _inferred(title, tuple(texts))


@lru_cache(maxsize=4096)
def _inferred(title: str, texts: tuple[str, ...]) -> str:
    """Kept: a shop's products stand in every draft, and each asks several times."""
    name = _fold(title)
    others = [_fold(text) for text in texts if text]
    if _QUASI.search(name) or any(_QUASI.search(text) for text in others):
        return QUASI_DRUG
    if _NOT_FOR_PEOPLE.search(name):
        return OTHER
    bare = _INGREDIENT.sub(" ", _BRACKETS.sub(" ", name))
    found = _head_class(bare) or next((c for c in map(_text_class, others) if c), None)
    return found or _head_class(name) or _weak_class(bare) or _weak_class(name) or OTHER


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _head_class(text: str) -> str | None:
    """The class of the last clear word of the first part that has one; Japanese puts the head noun last."""
    classes = [c for part in _PARTS.split(text) if (c := _part_class(part))]
    english = _ENGLISH_PATTERN.findall(text)
    if not classes and english:
        return _ENGLISH_CLASS[max(english, key=len)]
    return classes[0] if classes else None


def _part_class(part: str) -> str | None:
    last: str | None = None
    for match in _STRONG_PATTERN.finditer(part):
        word = match.group()
        if word in _SHORT and match.end() != len(part):
            continue
        last = _STRONG_CLASS[word]
    return last


def _text_class(text: str) -> str | None:
    """A category path names its most special level last; in prose the first clear word counts."""
    bare = _INGREDIENT.sub(" ", text)
    english = _ENGLISH_PATTERN.findall(bare)
    if english:
        return _ENGLISH_CLASS[english[-1]]
    classes = [c for part in _PARTS.split(bare) if (c := _part_class(part))]
    if not classes:
        return None
    return classes[-1] if ">" in text and len(text) < 120 else classes[0]


def _weak_class(text: str) -> str | None:
    words = [
        m.group()
        for part in _PARTS.split(text)
        for m in _WEAK_PATTERN.finditer(part)
        if m.end() == len(part) > 1
    ]
    return _WEAK_CLASS[words[-1]] if words else None
