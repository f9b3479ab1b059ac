"""Compare what a draft says of stock (there is some, none, few, this many) with the products' records."""

import re
from collections.abc import Callable, Iterator

from agent.domain.finding import Finding
from evals.checks import quantities as q
from evals.checks.dates import dates
from evals.checks.ledger import ledger_of
from evals.checks.phrases import Phrase, find_phrases, load_phrases
from evals.checks.product_mentions import product_mentions
from evals.checks.quantities import quantities
from evals.checks.reading import FieldText, Reading
from evals.checks.stock_status import StockStatus, stock_status

_FEW_AT_MOST = 10
"""Up to this many pieces are few."""


def _is_many(status: StockStatus) -> bool:
    if status.available is not True or re.search("わずか|僅か|残り", status.text):
        return False
    return status.count is None or status.count > _FEW_AT_MOST


_IS_WRONG: dict[str, Callable[[StockStatus], bool]] = {
    "available": lambda s: s.available is False,
    "open": lambda s: s.available is False,
    "restock": lambda s: s.available is False and not s.arrivals,
    "gone": lambda s: s.available is True,
    "few": _is_many,
    "plenty": lambda s: s.count is not None and s.count <= _FEW_AT_MOST,
}
"""When a kind of statement of lexicon/stock_words.rules is wrong; `never` is wrong of every product."""
_CONTRASTS = re.compile(
    r"(?:です|ます|した|せん|だ|い|る)が、|けれど|一方|ほか|ものの|、[^、。]{1,16}(?:は|なら)"
)
"""Two products are told apart: only the nearer one is meant, and none when what follows has no name of ours."""
_LATER = re.compile(
    r"予定|予約|入荷(?:し|いたし)?(?:たら|ましたら|次第|後|待ち)|(?:入り|届き|整い|そろい)(?:ましたら|次第)|次第|以降|再開(?!し(?:まし|て)|いたしまし)|"
    r"見込|待ち|まで(?:今しばらく|しばらく|もう少し)?お待ち|受注|取り?寄せ|先行|発売|のち|(?:いただけ|でき)るように|ころ|頃|たら|"
    r"ほか|別の|代わり|一方|では|同じ"
)
"""A sentence with one of these does not say that a product can be had now."""
_OF_THEIRS = re.compile(
    r"な(?:いよう|くな|い(?:ころ|頃|かと|で(?:しょう|した))|ければ)|(?:ころ|頃|よう|かと|で(?:しょうか|したら))"
)
"""残りが少ないようでしたら speaks of what the customer has at home."""
_AT_HOME = re.compile(r"お手[元もと]|ご自宅|ご家庭|そろそろ|[^そのこ](?:ころ|頃)")
_IN_THE_SHOP = re.compile(r"在庫|当店|入荷|品薄|お早め|お急ぎ")
"""お手元の分がそろそろ残りわずかではありませんか: of the customer's shelf, unless the shop's is named."""
_CONDITIONAL = re.compile(
    r"(?:の際|の場合|次第|でしたら|ことが|こともあ|な(?:い|く)[^。]{0,6}(?:ころ|頃|時期|か)|の?(?:ころ|頃))"
)


def find_stock(reading: Reading, check: str) -> Iterator[Finding]:
    """Statements that the stock of the products meant contradicts, and numbers left that no product has."""
    status = {p.id: stock_status(p.stock, reading.context.today) for p in reading.known.products}

    def contradicts(text: FieldText, phrase: Phrase, match: re.Match[str]) -> bool:
        if match.group() in reading.known.everything:
            return False
        after = text.said[match.end() : match.end() + 14]
        if phrase.tag == "never":
            return True
        if _CONDITIONAL.match(after) or (phrase.tag == "few" and _OF_THEIRS.match(after)):
            return False
        if phrase.tag == "few" and _is_of_their_shelf(text, match):
            return False
        meant = _meant(reading, text, match.start(), status, is_named=phrase.tag in ("open", "restock"))
        if not meant or not all(_IS_WRONG[phrase.tag](one) for one in meant):
            return False
        return phrase.tag not in ("available", "open") or not _speaks_of_later(reading, text, match, meant)

    yield from find_phrases(check, reading.fields, load_phrases("stock_words"), accept=contradicts)
    for text in reading.fields:
        yield from _numbers(reading, text, status, check)


def _is_of_their_shelf(text: FieldText, match: "re.Match[str]") -> bool:
    start, end = text.sentence_span(match.start())
    sentence = text.said[start:end]
    return bool(_AT_HOME.search(sentence)) and not _IN_THE_SHOP.search(sentence)


def _speaks_of_later(
    reading: Reading, text: FieldText, match: "re.Match[str]", meant: list[StockStatus]
) -> bool:
    """True when the sentence waits for something, or names a day on or after the stock's arrival."""
    start, end = text.sentence_span(match.start())
    sentence = text.said[start:end]
    if _LATER.search(sentence) or re.search(r"売り?切|品切|欠品|完売|未定|お休み|ません", sentence):
        return True
    arrivals = [arrival.first for one in meant for arrival in one.arrivals]
    days = [dated.last for dated in dates(sentence, reading.context.today)]
    return any(day >= arrival for day in days for arrival in arrivals)


def _named(
    reading: Reading, text: FieldText, place: int, status: dict[str, StockStatus], *, before: bool
) -> list[StockStatus]:
    """Stock of the products named in the sentence of a place. before: only ahead of it."""
    first, last = text.sentence_span(place)
    last = min(last, place) if before else last
    return [status[m.product.id] for m in product_mentions(reading, text) if first <= m.start < last]


def _meant(
    reading: Reading, text: FieldText, place: int, status: dict[str, StockStatus], *, is_named: bool
) -> list[StockStatus]:
    """Stock of the products a place speaks of: named in its sentence, else the last named before it, else all.
    is_named: only products of its own sentence count.
    """
    first, last = text.sentence_span(place)
    named = product_mentions(reading, text)
    inside = [status[m.product.id] for m in named if first <= m.start < last]
    if inside:
        ahead = [m for m in named if first <= m.start < place]
        if ahead and _CONTRASTS.search(text.said[ahead[-1].end : place]):
            return []
        return (
            [status[ahead[-1].product.id]] if ahead and _CONTRASTS.search(text.said[first:place]) else inside
        )
    if is_named:
        return []
    if called := _called_shortly(reading, text.said[first:place]):
        return [status[product_id] for product_id in called]
    before = [m for m in named if m.start < first]
    if before:
        return [status[before[-1].product.id]]
    return list(status.values())


_TOPIC = re.compile(r"(?:^|[、「])(?P<topic>[一-鿿々ァ-ヴーA-Za-z]{1,8})[」]?(?:は|も|が)[^。]{0,10}$")


def _called_shortly(reading: Reading, before: str) -> list[str]:
    """Products with a word of their title as the topic of a sentence, be it one sign long: 蛍は of 夏純米 蛍."""
    topic = _TOPIC.search(before)
    if topic is None:
        return []
    return [p.id for p in reading.known.products if topic["topic"] in re.split(r"[\s・「」]+", p.title)]


_IS_IN_STOCK = re.compile(
    r"(?:のみ|だけ|を|が|は|も|なら|まで|ほど|くらい|以上|限り|限定)?(?:は|も)?(?:の)?"
    r"(?:残|在庫|ご用意|入荷|を?(?:仕込|ご?用意)|の?(?:限定|み(?:の)?ご用意)|(?:が|は)?(?:お手元|棚|倉庫|店に|店頭)|そろ|揃|お出しでき|お分けでき|確保)"
)
_IS_LEFT = re.compile(r"(?:に|と)な(?:り|っ)|です|でござ|のみ|だけ|ござ|しか|限り")
"""あと14鉢になりました tells what is left, あと2袋で送料無料 does not."""
_OF_HELP = re.compile(
    r"(?:対応|方法|案|コース|やり方|選択肢|プラン|提案|候補|道|お答え|理由|お願い|お知らせ)(?:を|は|が|も)?$"
)
"""対応を二つご用意: no goods."""
_AT_THEIR_HOME = re.compile(r"(?:お手[元も]と?|ご自宅|お宅|ご家庭|お使いの|お?台所|戸棚)[^。\n]{0,14}$")
_IS_GUESSED = re.compile(
    r"(?:くらい|ほど|ぐらい|前後|か\d+\S{1,3})?(?:に(?:なる|なって|減)[^。]{0,6})?(?:でしょう|かもしれ|ころ|頃|かと)"
)
"""What a customer may still have is guessed, never told of the shop's own stock."""
_OF_THE_REST = re.compile(r"のうち(?:の)?$|の中から$")
"""残り3足のうちの1足 is no number left."""


_OF_COMPARING = re.compile(
    r"(?:を|ずつ|で|分)?(?:お)?(?:そろえ|揃え|まとめ|合わせ|買|求め)[^。、\n]{0,8}(?:より|と比べ|よりも)"
)
"""「1kgを3袋そろえるより」 compares prices; nothing is said of the shelf."""


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
            r"(?:残り|在庫(?:は|が)?|ラスト|残すところ|初回(?:は|の?(?:数|入荷|生産|ご用意))?|限定|数量|全部で|入荷(?:数)?(?:は)?|用意(?:は|数は)?|作った(?:の)?は|仕込んだ(?:の)?は|(?:倉庫|棚|店|店頭|手元|蔵|当店)に(?:は|も)?)[^。、\n]{0,6}$",
            before,
        )
        left = left or (_IS_LEFT.match(after) and re.search(r"あと(?P<word>)$", before))
        if (not left and not _IS_IN_STOCK.match(after)) or _OF_THE_REST.search(before):
            continue
        if (
            _OF_HELP.search(before)
            or _OF_COMPARING.match(text.said, found.end)
            or _AT_THEIR_HOME.search(text.said[max(0, found.start - 24) : found.start])
            or _IS_GUESSED.match(text.said, found.end)
        ):
            continue
        meant = _named(reading, text, found.start, status, before=True) or list(status.values())
        counts = {one.count for one in meant} | {
            known.value for one in meant for known in quantities(one.text) if known.kind == q.COUNT
        }
        others = (*ledger.offer.quantities, *ledger.customer.quantities)
        told = any(known.value == found.value and known.unit == found.unit for known in others)
        if told and not (left and re.match("残|在庫|ラスト|あと", left.group())):
            continue
        is_left = left and re.match("残|在庫|ラスト|あと", left.group())
        listed = any(k.value == found.value and k.unit == found.unit for k in ledger.products.quantities)
        if found.value not in counts and (is_left or not listed):
            why = "在庫の記録と数が合いません。残りの数を直してください。"
            yield text.find(check, found.start, found.end, why)
