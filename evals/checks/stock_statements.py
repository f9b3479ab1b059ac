"""Compare what a draft says of stock (there is some, none, few, this many) with the products' records."""

import re
from collections.abc import Callable, Iterator

from agent.domain.finding import Finding
from evals.checks import quantities as q
from evals.checks.ledger import ledger_of
from evals.checks.product_mentions import product_mentions
from evals.checks.quantities import quantities
from evals.checks.reading import FieldText, Reading
from evals.checks.stock_status import StockStatus, stock_status

_FEW_AT_MOST = 10
"""Up to this many pieces are few."""
_SAYS_AVAILABLE = re.compile(
    r"在庫(?:が|は|も)?(?:まだ)?(?:ござい|あり(?!ません)|十分|たっぷり|豊富|確保|ご用意|潤沢)|(?:入荷|再入荷)(?:し|いたし)(?:まし|た)|(?:再)?入荷(?:済み|しております)|すぐ(?:に)?(?:お届け|発送|ご用意|お送り|お出し|出荷)|"
    r"(?:今|いま|現在)(?:なら|は|も|でしたら)?[^。\n]{0,6}(?:在庫|お求めいただけ|ご購入いただけ|お買い求めいただけ|ご用意)|(?:今年|今季)の[^。\n]{0,12}(?:が|も)(?:入りました|入荷しました|届きました|そろいました|揃いました)"
)
_SAYS_GONE = re.compile(
    r"売り切れ(?!(?:る|の際|の場合|次第|前))|完売(?!の際|の場合|次第)|品切れ(?!の際|の場合|次第)|欠品|在庫(?:が|は)?(?:なくな|無くな|切れ(?!の際|の場合)|ございません|ありません)|販売(?:を)?終了(?:し|いた|とな)|入荷待ち"
)
_FEW = re.compile(
    r"残り(?:が|も)?(?:あと)?(?:わずか|僅か|少)|在庫(?:が|は|も)?(?:残り)?(?:わずか|僅か|少な)|残りわずか|数(?:が|に)(?:少な|限り)|品薄"
)
_PLENTY = re.compile(
    r"在庫(?:は|が|も)?(?:まだ)?(?:十分|たっぷり|豊富|潤沢|余裕)|(?:十分|たっぷり|たくさん|豊富|余裕)(?:に|な)?(?:、)?(?:在庫|ご用意|数)(?:が|を)?(?:ござい|あり(?!ませ)|して|確保)"
)


def _is_many(status: StockStatus) -> bool:
    if status.available is not True or re.search("わずか|僅か|残り", status.text):
        return False
    return status.count is None or status.count > _FEW_AT_MOST


_CLAIMS: tuple[tuple[re.Pattern[str], Callable[[StockStatus], bool], str], ...] = (
    (_SAYS_AVAILABLE, lambda s: s.available is False, "在庫の記録では、いまお求めいただけない商品です。"),
    (_SAYS_GONE, lambda s: s.available is True, "在庫の記録では、いまお求めいただける商品です。"),
    (_FEW, _is_many, "在庫の記録では、残りわずかではありません。"),
    (
        _PLENTY,
        lambda s: s.count is not None and s.count <= _FEW_AT_MOST,
        "在庫の記録では、残りは多くありません。",
    ),
)
_OF_THEIRS = re.compile(
    r"な(?:いよう|くな|い(?:ころ|頃|かと|で(?:しょう|した))|ければ)|(?:ころ|頃|よう|かと|で(?:しょうか|したら))"
)
"""残りが少ないようでしたら speaks of what the customer has at home."""
_CONDITIONAL = re.compile(
    r"(?:の際|の場合|次第|でしたら|ことが|こともあ|な(?:い|く)[^。]{0,6}(?:ころ|頃|時期|か)|の?(?:ころ|頃))"
)


def find_stock(reading: Reading, check: str) -> Iterator[Finding]:
    """Statements that the stock of the products meant contradicts, and numbers left that no product has."""
    status = {p.id: stock_status(p.stock, reading.context.today) for p in reading.known.products}
    for text in reading.fields:
        for pattern, is_wrong, why in _CLAIMS:
            for match in pattern.finditer(text.said):
                meant = _meant(reading, text, match.start(), status)
                if not meant or not all(is_wrong(one) for one in meant):
                    continue
                after = text.said[match.end() : match.end() + 8]
                rest = text.said[match.end() : match.end() + 14]
                if pattern is _FEW and _OF_THEIRS.match(rest):
                    continue
                if match.group() not in reading.known.everything and not _CONDITIONAL.match(after):
                    yield text.find(check, *match.span(), why + "在庫に合わせて直してください。")
        yield from _numbers(reading, text, status, check)


def _named(
    reading: Reading, text: FieldText, place: int, status: dict[str, StockStatus]
) -> list[StockStatus]:
    """Stock of the products named in the sentence of a place."""
    first, last = text.sentence_span(place)
    return [status[m.product.id] for m in product_mentions(reading, text) if first <= m.start < last]


def _meant(
    reading: Reading, text: FieldText, place: int, status: dict[str, StockStatus]
) -> list[StockStatus]:
    """Stock of the products a place speaks of: named in its sentence, else the last named before it, else all."""
    first, last = text.sentence_span(place)
    named = product_mentions(reading, text)
    inside = [status[m.product.id] for m in named if first <= m.start < last]
    if inside:
        return inside
    before = [m for m in named if m.start < first]
    if before:
        return [status[before[-1].product.id]]
    return list(status.values())


def _numbers(
    reading: Reading, text: FieldText, status: dict[str, StockStatus], check: str
) -> Iterator[Finding]:
    """残り3点 must be the number of the product meant, exactly."""
    ledger = ledger_of(reading.context)
    for found in quantities(text.said):
        if found.kind != q.COUNT or found.unit in ("回", "度", "名", "人", "種類", "色"):
            continue
        before = text.said[max(0, found.start - 10) : found.start]
        after = text.said[found.end : found.end + 8]
        left = re.search(
            r"(?:残り|在庫(?:は|が)?|ラスト|残すところ|初回(?:は|の?(?:数|入荷|生産|ご用意))?|限定|数量|全部で|入荷(?:数)?(?:は)?|用意(?:は|数は)?|作った(?:の)?は|仕込んだ(?:の)?は)[^。、\n]{0,6}$",
            before,
        )
        if not left and not re.match(
            r"(?:のみ|だけ|を|が|ほど|限り|限定)?(?:の)?(?:残|在庫|ご用意|入荷|を?(?:仕込|ご?用意)|の?(?:限定|み(?:の)?ご用意)|(?:が|は)?(?:お手元|棚|倉庫))",
            after,
        ):
            continue
        meant = _named(reading, text, found.start, status) or list(status.values())
        counts = {one.count for one in meant} | {
            known.value for one in meant for known in quantities(one.text) if known.kind == q.COUNT
        }
        others = (*ledger.offer.quantities, *ledger.customer.quantities)
        told = any(known.value == found.value and known.unit == found.unit for known in others)
        if told and not (left and re.match("残|在庫|ラスト", left.group())):
            continue
        is_left = left and re.match("残|在庫|ラスト", left.group())
        listed = any(k.value == found.value and k.unit == found.unit for k in ledger.products.quantities)
        if found.value not in counts and (is_left or not listed):
            why = "在庫の記録と数が合いません。残りの数を直してください。"
            yield text.find(check, found.start, found.end, why)
