"""Does a draft say that a product has not, or stands not, what a finding points to (食洗機には対応しておりません)?"""

import re
from bisect import bisect_left
from collections.abc import Iterable
from enum import StrEnum

from agent.domain.finding import Finding
from evals.checks.fold import spelled
from evals.checks.product_mentions import product_mentions
from evals.checks.reading import FieldText, Reading

_SAYS_NO = re.compile(
    r"^(?:の)?(?:ご?使用|ご?利用|認証|認定|表示|対応|加工|処理|機能|温め|加熱|洗濯)?(?:(?:で|に|を|が|から|と)(?:は|も)?|は|も)?"
    r"[^。、!?\n\x00]{0,10}?(?:(?:て|で)(?:い|お)(?:ない|り?ません|らず)|(?:でき|いただけ|使え|かけられ|洗え)(?:ない|ません|ず)"
    r"|ありません|ございません|ではない|ではなく|なし|不可|非対応|対象外|未取得|お?控え|お?避け|ご遠慮|お?やめ)"
)
_NO_IN_A_FACT = re.compile(
    r"不可|なし|ない|ません|非対応|未取得|不使用|禁止|お?控え|お?避け|できず|無し|使えず|×|NG", re.IGNORECASE
)


class Denial(StrEnum):
    """as_recorded: a fact denies the same; unrecorded: the facts are silent about it."""

    AS_RECORDED = "as_recorded"
    UNRECORDED = "unrecorded"


def denial_of(
    reading: Reading, text: FieldText, finding: Finding, kin: Iterable[tuple[str, tuple[str, ...], bool]]
) -> Denial | None:
    """What the words after a finding's place deny; None when they deny nothing or a fact says that it is so.

    kin: words with the other words that say the same (有機, オーガニック), spelled.
    """
    place = bisect_left(text.plain.starts, finding.span[1])
    if not _SAYS_NO.match(text.said[place : place + 34]):
        return None
    words = _words_of(spelled(finding.quote), kin)
    lines = [line for line in _lines(reading, text, place) if any(word in spelled(line) for word in words)]
    if not lines:
        return Denial.UNRECORDED
    return Denial.AS_RECORDED if any(_NO_IN_A_FACT.search(line) for line in lines) else None


def _words_of(quoted: str, kin: Iterable[tuple[str, tuple[str, ...], bool]]) -> set[str]:
    """The quoted words and those that say the same of what is quoted."""
    return {quoted} | {other for word, others, _ in kin if word in quoted for other in others}


def _lines(reading: Reading, text: FieldText, place: int) -> list[str]:
    """The facts of the products named in the sentence, else of all."""
    first, last = text.sentence_span(place - 1)
    named = [m.product for m in product_mentions(reading, text) if first <= m.start < last]
    return [line for product in (named or reading.known.products) for line in product.texts[1:]]
