"""Compare how many pieces of one named product a draft says were bought or delivered with the facts about that product."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from evals.checks import quantities as q
from evals.checks.dates import Dated, dates
from evals.checks.fold import spelled
from evals.checks.knowledge import KnownProduct
from evals.checks.ledger import Ledger, ledger_of
from evals.checks.quantities import Quantity, quantities
from evals.checks.reading import FieldText, Reading

_PIECES = re.compile("[個点本袋箱枚足着缶冊瓶玉束鉢台脚客膳つ丁組斤]|セット|パック|ケース")
_LEAST = 3
"""Signs of a product's name that must stand before a count; a shorter name must stand there whole."""
_MOST = 18
_TAIL = re.compile(r"(?:[」』]|[をがはの]|\s)+$")
_DONE = re.compile(
    r"^(?:(?!なら|ですと|でしたら|だと|より|場合|以上|円|あと|残り|たら|れば)[^。!?\n]){0,24}?"
    r"(?:お届け|届け|ご?注文|ご?購入|お選び|お求め|お買い(?:上げ|求め)|お迎え|お送り)(?:を|に)?"
    r"(?:いただ(?:い(?:て|た)|き(?:ま(?:して|した)|、|あり))|頂[いき]|くださ(?:っ|いま(?:し|して)|り)|し(?:た|まし)"
    r"|いたしまし|に?なっ|、?(?:誠に|まことに|本当に)?ありがとう)"
)
"""After a count: it was bought or delivered."""


def find_product_counts(reading: Reading, check: str) -> Iterator[Finding]:
    """ほうじ茶3袋をお届けしました, where the facts tell of two of them, whatever else was bought in threes."""
    ledger = ledger_of(reading.context)
    for text in reading.fields:
        for count in quantities(text.said):
            if count.kind != q.COUNT or not _PIECES.fullmatch(count.unit) or count.is_rough:
                continue
            product = _product_before(reading, text, count)
            when = _when(text, count, reading)
            told = (
                _told(ledger, product, when)
                if product and _DONE.match(text.said[count.end :])
                else frozenset()
            )
            if product is None or not told:
                continue
            if count.value not in told | ledger.own_counts[product.id] | _of_no_product(reading, count.unit):
                yield text.find(
                    check,
                    count.start,
                    count.end,
                    f"「{product.title}」の数が、お客さまの記録と合いません。記録を確かめて直してください。",
                )


_NOUN = re.compile(r"([一-鿿々ァ-ヴー]{2,12})$")


def find_part_counts(reading: Reading, check: str) -> Iterator[Finding]:
    """丸パン8個 of a box whose record has 丸パン6個: as many, or as many times some, must be told."""
    for text in reading.fields:
        for count in quantities(text.said):
            noun = _NOUN.search(text.said[: count.start])
            if noun is None or not _PIECES.fullmatch(count.unit) or count.is_rough:
                continue
            own = {
                one.value
                for product in reading.known.products
                for line in product.texts
                for one in quantities(line)
                if one.unit == count.unit and line[: one.start].endswith(noun[1])
            }
            facts = reading.known.customer
            if f"{noun[1]}{text.said[count.start : count.end]}" in facts or _SUPPOSED.match(
                text.said, count.end
            ):
                continue
            if own and not any(count.value % value == 0 for value in own if value):
                why = f"「{noun[1]}」の数が商品の記録と合いません。記録を確かめて直してください。"
                yield text.find(check, count.start, count.end, why)


_SUPPOSED = re.compile(
    r"(?:で|分|ほど|くらい|ずつ|なら|ですと|でしたら|以上|まで|あたり|につき|を[^。、]{0,6}(?:使|加|入れ|の場合))"
)


def _product_before(reading: Reading, text: FieldText, count: Quantity) -> KnownProduct | None:
    """The one product whose name, or the end or beginning of it, stands right before a count."""
    before = spelled(_TAIL.sub("", text.said[max(0, count.start - _MOST - 4) : count.start]))
    sizes: dict[int, list[KnownProduct]] = {}
    for product in reading.known.products:
        size = max((_overlap(before, name) for name in product.cores), default=0)
        if size >= _LEAST or any(size == len(name) for name in product.cores):
            sizes.setdefault(size, []).append(product)
    best = sizes[max(sizes)] if sizes else []
    return best[0] if len(best) == 1 else None


def _overlap(before: str, name: str) -> int:
    """How many of the last signs of a text stand in a name as one piece."""
    return next((size for size in range(min(len(before), _MOST), 0, -1) if before[-size:] in name), 0)


def _told(ledger: Ledger, product: KnownProduct, when: Dated | None) -> frozenset[float]:
    """Counts the facts give for a product: each order's, what orders of several days come to, and all together."""
    found: list[float] = []
    totals: set[float] = set()
    lines = ledger.customer.text.split("\n")
    if when is not None:
        own = [line for line in lines if _ends_of_name(line, product) and _tells_of(ledger, line, when)]
        lines = own or lines
    for line in lines:
        days = sum(line.find(dated) >= 0 for dated in _dated_words(ledger, line)) or 1
        for end in _ends_of_name(line, product):
            near = next((one for one in quantities(line[end : end + 14]) if one.kind == q.COUNT), None)
            if near is None:
                return frozenset()
            found.append(near.value)
            totals |= {near.value * times for times in range(1, days + 1)}
    return frozenset({*found, *totals, sum(found)}) if found else frozenset()


def _when(text: FieldText, count: Quantity, reading: Reading) -> Dated | None:
    """The past time a sentence names before a count: 昨年は, 12月に."""
    start, _ = text.sentence_span(count.start)
    found = [
        one
        for one in dates(text.said, reading.context.today)
        if start <= one.start and one.end <= count.start and one.last < reading.context.today
    ]
    return found[-1] if found else None


def _tells_of(ledger: Ledger, line: str, when: Dated) -> bool:
    first = ledger.customer.text.find(line)
    return any(
        first <= one.start < first + len(line)
        and ((one.first <= when.last and when.first <= one.last) or when.may_be(one.first))
        for one in ledger.customer.dates
    )


def _of_no_product(reading: Reading, unit: str) -> frozenset[float]:
    """Counts of a unit in lines of the facts that name no product: 1本の瓶が割れていた, 新しい1本を発送."""
    return frozenset(
        one.value
        for line in reading.known.customer.split("\n")
        if not any(product.title in line for product in reading.known.products)
        for one in quantities(line)
        if one.kind == q.COUNT and one.unit == unit
    )


def _dated_words(ledger: Ledger, line: str) -> list[str]:
    first = ledger.customer.text.find(line)
    text = ledger.customer.text
    return [
        text[one.start : one.end]
        for one in ledger.customer.dates
        if first <= one.start and one.end <= first + len(line)
    ]


def _ends_of_name(line: str, product: KnownProduct) -> list[int]:
    """Places of a facts' line after each naming of a product, its closing bracket included."""
    found = [match.end() for match in re.finditer(re.escape(product.title), line)]
    return [end + len(closed[0]) if (closed := re.match(r"[」』]", line[end:])) else end for end in found]
