"""The demo shop says nothing a Japanese shop may not say about cosmetics, food, prices or stock."""

import re
import unicodedata

import pytest

from agent.demo.shop.catalogue import Family, Product, products
from agent.demo.shop.policies import policy_texts

_COSMETICS = (
    "シミ|美白|シワ|たるみ|リフトアップ|ほうれい線|アンチエイジング|老化|若返|若々し|細胞|ターンオーバー|新陳代謝|デトックス|毒素|ニキビ|アトピー"
    "|湿疹|治|肌荒れ改善|毛穴|クマ|くすみ|発毛|育毛|薄毛|白髪|修復|痩|セルライト|バスト|殺菌|除菌|抗菌|ウイルス|薬用|医薬|敏感肌|無添加|オーガニック|肌の奥|真皮"
)
"""Beyond the 56 effects a plain cosmetic may claim (薬機法66条, 適正広告基準)."""

_FOOD = (
    "痩|ダイエット|脂肪|血圧|血糖|コレステロール|血液|血行|冷え性|免疫|疲労|滋養|強壮|がん予防|風邪|花粉|糖尿|認知症|便秘|便通|整腸|腸内|関節|安眠|熟睡"
    "|ストレス|集中力|記憶力|体質|代謝|デトックス|美容|健康に|効く|効果|トクホ|無農薬|無添加|治"
)
"""Effects on body or illness, and claims of cultivation without a certificate (薬機法68条, 健増法65条)."""

_ANY = (
    r"No\.?1|ナンバーワン|業界|世界一|日本一|最高品質|最高級|究極|唯一|最安|どこよりも|半額|[0-9]+%オフ|OFF|今だけ|本日限り|期間限定|残りわずか|先着"
    "|数量限定|完全無料|実質無料|いつでも解約|縛り|全額返金|返金保証|話題|有名人|必ず|絶対|100%安全|副作用|医師|特許|厚生労働省|純国産|国産100%|全員に|もれなく"
    "|豪華|当選|通常価格|定価|メーカー希望|電磁波|磁気|環境にやさしい|環境に優しい|エコ|除菌|抗ウイルス|漂白|カビを防"
)
"""Superlatives, false urgency, double prices and certainty without proof (景表法5条, 特商法12条)."""

_MACHINE_DEPENDENT = re.compile("[①-⑳Ⅰ-Ⅻ㈱℡㎝㎏｡-ﾟ\ufffd]")


def _words(product: Product) -> str:
    names = " ".join(variant.name for variant in product.variants)
    return unicodedata.normalize(
        "NFKC", f"{product.title} {product.description} {' '.join(product.tags)} {names}"
    )


@pytest.mark.parametrize("product", products(), ids=lambda product: product.handle)
def test_a_product_promises_nothing_the_law_forbids(product: Product) -> None:
    forbidden = {Family.COSMETICS: _COSMETICS, Family.FOOD: _FOOD}.get(product.family)
    pattern = _ANY if forbidden is None else f"{_ANY}|{forbidden}"
    assert re.findall(pattern, _words(product)) == []


def test_the_policies_promise_nothing_the_law_forbids() -> None:
    for name, text in policy_texts().items():
        assert re.findall(_ANY, unicodedata.normalize("NFKC", text)) == [], name


def test_no_text_holds_characters_that_break_on_other_machines() -> None:
    texts = [product.title + product.description for product in products()] + list(policy_texts().values())
    assert [found for text in texts for found in _MACHINE_DEPENDENT.findall(text)] == []


def test_these_patterns_catch_what_they_are_for() -> None:
    assert re.findall(_COSMETICS, "シワが消え、若返る化粧水")
    assert re.findall(_FOOD, "飲むと血圧が下がるお茶")
    assert re.findall(_ANY, "今だけ半額")
