"""Compare how long goods are on sale, and when those we wait for come in, with what the products' own records say."""

import re
from collections.abc import Iterator
from datetime import date

from agent.domain.finding import Finding
from evals.checks.dates import Dated, dates
from evals.checks.knowledge import KnownProduct
from evals.checks.product_mentions import product_mentions
from evals.checks.reading import FieldText, Reading
from evals.checks.stock_status import stock_status

_SOLD_UNTIL = re.compile(r"まで(?:の|に限り)?、?(?:限定)?(?:期間)?(?:販売|発売|お取り?扱い|店頭)")
_SAYS_UNTIL = re.compile(
    r"(?:\s*[(][^)]{1,3}[)])?(?:いっぱい)?まで(?:の|に限り|は)?、?[^。、\n]{0,8}?(?:店(?:に|頭)|並べ|並んで|販売|お?取り?扱|お求めいただけ|お買い求め|棚に)"
)
_READY = re.compile(
    r"[^。\n]{0,8}?(?:ご?用意(?:が|も)?(?:整い|でき)(?:ます|る)|入(?:って(?:まいり|き|参り)|り)ます|お出しできます|そろいます|揃います|お手に取っていただけ)"
)


def find_sale_days(reading: Reading, text: FieldText, check: str) -> Iterator[Finding]:
    """11月の終わりまで並べております of goods sold until 10月10日; 今週ご用意が整います of goods that come in July."""
    today = reading.context.today
    ends = _ends_of_sale(reading, today)
    for dated in dates(text.said, today):
        if not dated.is_valid or dated.last < today:
            continue
        if (
            ends
            and _SAYS_UNTIL.match(text.said, dated.end)
            and not any(_may_end_on(dated, end) for end in ends)
        ):
            why = "商品の記録にある販売の期間と合いません。記録の日に直してください。"
            yield text.find(check, dated.start, dated.end, why)
        elif _READY.match(text.said, dated.end):
            waiting = _waiting(reading, text, dated)
            if waiting and not any(_meet(dated, one) for one in waiting):
                why = "商品の記録にある入荷の予定と合いません。予定の日に直してください。"
                yield text.find(check, dated.start, dated.end, why)


def _ends_of_sale(reading: Reading, today: date) -> list[Dated]:
    texts = [text for product in reading.known.products for text in product.texts[1:]]
    return [
        one
        for text in (*texts, *reading.known.policies)
        for one in dates(text, today)
        if _SOLD_UNTIL.match(re.sub(r"^\s*[(][^)]{1,3}[)]", "", text[one.end :]))
    ]


def _may_end_on(dated: Dated, end: Dated) -> bool:
    return dated.may_be(end.last) or end.may_be(dated.last) or dated.first <= end.last <= dated.last


def _waiting(reading: Reading, text: FieldText, dated: Dated) -> list[Dated]:
    """When the product comes in that a sentence names, be it by one word of its title (3kg); empty when it is there now."""
    start, end = text.sentence_span(dated.start)
    named = {m.product.id for m in product_mentions(reading, text) if start <= m.start < end}
    own = {
        p.id
        for p in reading.known.products
        if any(word in text.said[start:end] for word in _own_words(reading, p))
    }
    days: list[Dated] = []
    for product in reading.known.products:
        if product.id in named | own:
            status = stock_status(product.stock, reading.context.today)
            if status.available is not False or not status.arrivals:
                return []
            days += status.arrivals
    return days


def _own_words(reading: Reading, product: KnownProduct) -> list[str]:
    """Words of a title that no other title has."""
    others = " ".join(p.title for p in reading.known.products if p.id != product.id)
    return [word for word in product.title.split() if len(word) > 1 and word not in others]


def _meet(one: Dated, other: Dated) -> bool:
    return (one.first <= other.last and other.first <= one.last) or one.may_be(other.first)
