"""Is it told rightly how long before the others a customer may choose?"""

import re
from collections.abc import Iterator
from functools import lru_cache

from agent.domain.finding import Finding
from evals.checks import quantities as q
from evals.checks.dates import dates
from evals.checks.ledger import Ledger
from evals.checks.quantities import Quantity, quantities
from evals.checks.reading import FieldText, Reading

_BEFORE = re.compile(r"(?:も)?前(?:から|に|より)")
_EARLY = re.compile(r"お?求め|お?選び|ご?購入|お出し|ご?予約|お?取り?置き|発売|先行|先に|ひと足")
_DAYS_EACH = {q.DAYS: 1, q.MONTHS: 30}
_WHY = "先にお選びいただける日数が、特典や規約と合いません。記録のとおりに直してください。"


def find_early_access(reading: Reading, ledger: Ledger, text: FieldText, check: str) -> Iterator[Finding]:
    """一週間前から where policy or offer say three days. Only where they name such a length at all."""
    yield from _first_days(ledger, reading, text, check)
    granted = {days for source in (ledger.offer, ledger.policies) for days in _lengths(source.text)}
    if not granted:
        return
    for found in quantities(text.said):
        days = _days_before(text.said, found)
        if days is not None and days not in granted and _EARLY.search(text.sentence_at(found.start)):
            yield text.find(check, found.start, found.end, _WHY)


_SINCE = re.compile(
    r"(?:\([月火水木金土日]\))?(?:の)?(?:朝|昼|夜|午前|午後|正午|お昼|\d{1,2}時)[^。、\n]{0,8}?(?:から|より)"
)
_FIRST = re.compile(r"先に|先行|ひと足|一足|いち早|いちばんに")


def _first_days(ledger: Ledger, reading: Reading, text: FieldText, check: str) -> Iterator[Finding]:
    """4月20日の正午から先に where the offer names the 21st. Only where the offer itself names such a day."""
    today = reading.context.today
    named = [
        day
        for day in dates(ledger.offer.text, today)
        if day.kind == "day" and _SINCE.match(ledger.offer.text, day.end)
    ]
    if not named or not _FIRST.search(ledger.offer.text):
        return
    for day in dates(text.said, today):
        if day.kind != "day" or not _SINCE.match(text.said, day.end):
            continue
        if _FIRST.search(text.sentence_at(day.start)) and not any(day.may_be(one.first) for one in named):
            why = "先にお選びいただける日が、特典の記録と合いません。記録の日付に直してください。"
            yield text.find(check, day.start, day.end, why)


@lru_cache(maxsize=64)
def _lengths(source: str) -> frozenset[float]:
    return frozenset(
        days
        for line in source.split("\n")
        if _EARLY.search(line)
        for found in quantities(line)
        if (days := _days_before(line, found)) is not None
    )


def _days_before(words: str, found: Quantity) -> float | None:
    """The days of 3日前から, None for another quantity."""
    each = _DAYS_EACH.get(found.kind)
    return found.value * each if each and _BEFORE.match(words, found.end) else None
