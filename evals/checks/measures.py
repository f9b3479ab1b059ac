"""Compare sizes, weights, volumes, shares and guarantees told of a product with what the sources give."""

import re
from collections.abc import Iterator
from functools import lru_cache

from agent.domain.finding import Finding, Severity
from agent.domain.message import MessageContext
from evals.checks import quantities as q
from evals.checks.ledger import Ledger, ledger_of
from evals.checks.product_mentions import product_mentions
from evals.checks.quantities import Quantity, quantities
from evals.checks.reading import FieldText, Reading

_WHY = "商品の記録にない寸法・重さ・割合・保証などです。記録にある数に直すか、外してください。"
_SAME_UNITS: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("mm", "ミリ"), ("mm", 1.0)),
    **dict.fromkeys(("cm", "センチ"), ("mm", 10.0)),
    **dict.fromkeys(("m", "メートル"), ("mm", 1000.0)),
    **dict.fromkeys(("g", "グラム"), ("g", 1.0)),
    **dict.fromkeys(("kg", "キロ"), ("g", 1000.0)),
    "mg": ("g", 0.001),
    **dict.fromkeys(("ml", "ミリリットル", "cc"), ("ml", 1.0)),
    **dict.fromkeys(("l", "リットル"), ("ml", 1000.0)),
}
_UNITS = "kcal インチ フィート デニール 号 ルーメン オンス ワット mah ページ 番手 ゲージ カラット 気圧 db デシベル w v 畳"
_SPEC_UNITS = frozenset((*_SAME_UNITS, *_UNITS.split()))
_RUNS = re.compile(r"連続|稼働|点灯|運転|持続|充電|保温|保冷|駆動|再生|電池")
"""Beside these an hour is a property of the thing."""
_OF_USE = re.compile(
    r"お湯|水|牛乳|ミルク|ずつ|あたり|に対して|大さじ|小さじ|ほど|くらい|程度|炭酸|お米|米|油|お手持ち|お部屋|身長|体重|以上の(?:鍋|お皿)|離|深さに|間隔"
)
"""A measure beside these is advice on use, or no exact one."""
_LISTED = re.compile(
    r"(?P<first>\d+(?:\.\d+)?)(?:\s*[×xX*〜～~\-・/]\s*(?P<more>\d+(?:\.\d+)?)){1,3}\s*(?P<unit>ミリリットル|センチ|ミリ|メートル|グラム|キロ|リットル|mm|cm|kg|mL|ml|mg|m|g|L)"
)
"""20×24cm, 25.0〜28.0cm: the unit belongs to every number."""


_LAWFUL_AGE = 20
"""20歳未満の者の飲酒は… is the law's number, no product's."""


@lru_cache(maxsize=256)
def _known(context: MessageContext) -> frozenset[tuple[float, str]]:
    """Every measure of the context as (value, unit), lengths in mm, weights in g, volumes in ml."""
    found: set[tuple[float, str]] = set()
    for source in ledger_of(context).sources:
        found.update(_plain(one) for one in source.quantities if one.kind == q.MEASURE)
        for match in _LISTED.finditer(source.text):
            base, factor = _SAME_UNITS[match["unit"].lower()]
            numbers = re.findall(r"\d+(?:\.\d+)?", match.group())
            found.update((round(float(number) * factor, 3), base) for number in numbers)
    return frozenset(found)


def _plain(found: Quantity) -> tuple[float, str]:
    base, factor = _SAME_UNITS.get(found.unit.lower(), (found.unit.lower(), 1.0))
    return round(found.value * factor, 3), base


def find_measures(reading: Reading, text: FieldText, check: str) -> Iterator[Finding]:
    """A size, weight or share of a product must stand in the context; temperatures and minutes are advice, to be looked at."""
    ledger = ledger_of(reading.context)
    known = _known(reading.context)
    for found in quantities(text.said):
        if found.kind in (q.YEARS, q.MONTHS, q.DAYS) and not _warranty_is_known(ledger, text, found):
            yield text.find(check, found.start, found.end, _WHY)
        is_share = found.kind == q.PERCENT and _is_share_of_product(text, found)
        if is_share and found.value not in ledger.values(q.PERCENT):
            yield text.find(check, found.start, found.end, _WHY)
        if found.kind != q.MEASURE or _plain(found) in known:
            continue
        if found.value == _LAWFUL_AGE and re.match(
            r"[歳才](?:未満|以上|に満たない|になって)", text.said[found.end - 1 :]
        ):
            continue
        near = text.said[max(0, found.start - 8) : found.end + 5]
        runs = found.unit == "時間" and _RUNS.search(text.sentence_at(found.start))
        if runs or (found.unit.lower() in _SPEC_UNITS and not _OF_USE.search(near)):
            if not _follows(known, found) and not _of_pieces(reading, text, known, found):
                yield text.find(check, found.start, found.end, _WHY)
        elif found.unit in ("歳", "才", "時間") and not found.is_rough and product_mentions(reading, text):
            why = "商品の記録にない数字です。使い方の目安として正しいか確かめてください。"
            yield text.find(check, found.start, found.end, why, Severity.REVIEW)


def _follows(known: frozenset[tuple[float, str]], found: Quantity) -> bool:
    """520ページ is 312 and 208, 10mL the difference of 150mL and 140mL, 400g two of 200g, 24.5cm between 22 and 28."""
    value, unit = _plain(found)
    own = [other for other, of in known if of == unit]
    return any(value in (one + other, abs(one - other)) for one in own for other in own) or any(
        one and value / one in (2, 3, 4, 5, 6, 10, 0.5) for one in own
    )


_BETWEEN = re.compile(
    r"[^。\n]{0,8}?(?:で|なら|分|ぶん|=|で、|、)(?:合計|合わせて|しめて|およそ|約)?(?:\d[^。、\n]{0,8}、)?$"
)


def _of_pieces(
    reading: Reading, text: FieldText, known: frozenset[tuple[float, str]], found: Quantity
) -> bool:
    """8玉で640g of 80g each: a count that stands before it in the sentence, where the customer bought so many or just told."""
    start, _ = text.sentence_span(found.start)
    value, unit = _plain(found)
    for one in quantities(text.said[start : found.start]):
        if (
            one.kind != q.COUNT
            or one.value < 2
            or not _BETWEEN.match(text.said[start + one.end : found.start])
        ):
            continue
        if any(of == unit and each * one.value == value for each, of in known):
            return True
    return False


def _warranty_is_known(ledger: Ledger, text: FieldText, found: Quantity) -> bool:
    """1年間の保証 must be a length that some source gives."""
    after = text.said[found.end : found.end + 10]
    if not re.match(r"(?:間)?(?:の)?(?:品質|製品|無料|メーカー|長期)?保証", after):
        return True
    told = re.compile(rf"(?<!\d){found.value:g}\s*{re.escape(found.unit[:1])}")
    return any(
        told.search(source.text)
        or any(found.value == known.value and found.kind == known.kind for known in source.quantities)
        for source in ledger.sources
    )


def _is_share_of_product(text: FieldText, found: Quantity) -> bool:
    after, before = text.said[found.end : found.end + 8], text.said[max(0, found.start - 14) : found.start]
    return bool(
        re.match(
            r"(?:の)?(?:まで磨|まで削|精米|配合|使用|天然|植物|国産|オーガニック|カット|ウール|綿|麻|リネン|コットン|シルク|果汁|カカオ|高濃度|以上|の濃度|減|増|含|由来|オフ(?=の))",
            after,
        )
        or re.search(
            r"(?:綿|麻|ウール|リネン|コットン|シルク|カシミヤ|果汁|カカオ|アルコール(?:分)?|天然由来|植物由来|濃度|純度|精米歩合|遮光率|カット率|含有率|UV)[^。\n]{0,4}$",
            before,
        )
    ) and not re.match(r"OFF|オフ|引|割", after)
