"""Compare small facts that a draft retells (片道8km, 月に1回, 木曜までに, 2月のご結納) with the facts that have the like."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from evals.checks import quantities as q
from evals.checks.dates import dates
from evals.checks.ledger import Ledger, ledger_of
from evals.checks.numerals import NUMBER, number
from evals.checks.quantities import quantities
from evals.checks.reading import FieldText, Reading

_RETOLD = re.compile(
    r"とのこと|との(?:お話|ご?希望|ご?要望|ご?連絡)|と(?:うかが|伺|お聞き|おっしゃ|仰|教えて|お話し|お書き)|(?:うかが|伺)っ"
)
"""Where the customer's own words are taken up."""
_PERIODS = {
    "日": 1.0,
    "週": 7.0,
    "週間": 7.0,
    "月": 30.0,
    "か月": 30.0,
    "ヶ月": 30.0,
    "カ月": 30.0,
    "年": 365.0,
}
_OFTEN = re.compile(
    rf"(?P<count>{NUMBER})?(?P<period>週間|か月|ヶ月|カ月|週|月|日|年)に(?:約|およそ)?(?P<times>{NUMBER})(?:回|度)(?!目)"
)
_WEEKDAY = re.compile(r"(?<![月火水木金土日・、])([月火水木金土日])曜(?!定休|以外|を除)")
_TOPIC = re.compile(r"[一-鿿]{2,}")
_MONTH_OF = re.compile(r"(?:に|の|は)、?(?:お|ご)?(?P<topic>[一-鿿]{2,4})")
_WHY = "お客さまの記録にある内容（{known}）と合いません。記録を確かめて直してください。"


def find_retold(reading: Reading, check: str) -> Iterator[Finding]:
    """How often, how far, which weekday and which month, where the facts tell the same otherwise."""
    ledger = ledger_of(reading.context)
    if not ledger.customer.text:
        return
    for text, start, sentence in reading.sentences():
        retold = _RETOLD.search(sentence) is not None
        if retold:
            yield from _often(ledger, text, start, sentence, check)
            yield from _weekdays(ledger, text, start, sentence, check)
        yield from _rhythm(ledger, text, start, sentence, check)
        yield from _measures(ledger, text, start, sentence, check, retold=retold)
        yield from _months(reading, text, start, sentence, check)


def _often(ledger: Ledger, text: FieldText, start: int, sentence: str, check: str) -> Iterator[Finding]:
    known = {_days_between(match): match.group() for match in _OFTEN.finditer(ledger.customer.text)}
    for match in _OFTEN.finditer(sentence) if known else ():
        days = _days_between(match)
        if not any(abs(days - other) <= 0.2 * other for other in known):
            why = _WHY.format(known="・".join(known.values()))
            yield text.find(check, start + match.start(), start + match.end(), why)


_EVERY = re.compile(
    rf"毎(?P<each>日|週|月|年)|(?P<number>{NUMBER})\s*(?P<unit>日|週間|か月|ヶ月|カ月)(?:前後|ほど|くらい)?(?:おき|ごと|の?間隔|に(?:一|1)(?:回|度))"
)
_BUYS = re.compile(r"(?:購入|求め|注文|買い|選び|利用)[^。、\n]{0,4}(?:いただ[いき]|くださ(?:っ|い?まし|り))")


def _rhythm(ledger: Ledger, text: FieldText, start: int, sentence: str, check: str) -> Iterator[Finding]:
    """毎月お求めいただいている where the facts tell of 60日ごと."""
    if not _BUYS.search(sentence) or not _EVERY.search(sentence):
        return
    lines = [line for line in ledger.customer.text.split("\n") if re.search("購入|注文|間隔|買", line)]
    known = {_rhythm_days(m): m.group() for line in lines for m in _EVERY.finditer(line)}
    for match in _EVERY.finditer(sentence) if known else ():
        days = _rhythm_days(match)
        if match["each"] != "日" and not any(abs(days - other) <= 0.35 * other for other in known):
            yield text.find(
                check,
                start + match.start(),
                start + match.end(),
                _WHY.format(known="・".join(known.values())),
            )


def _rhythm_days(match: "re.Match[str]") -> float:
    if match["each"]:
        return _PERIODS[match["each"]]
    return (number(match["number"]) or 1.0) * _PERIODS[match["unit"]]


def _days_between(match: "re.Match[str]") -> float:
    """Days from one time to the next: 月に2回 is 15."""
    periods = number(match["count"]) if match["count"] else 1.0
    return (periods or 1.0) * _PERIODS[match["period"]] / (number(match["times"]) or 1.0)


def _weekdays(ledger: Ledger, text: FieldText, start: int, sentence: str, check: str) -> Iterator[Finding]:
    known = set(_WEEKDAY.findall(ledger.customer.text))
    anywhere = "\n".join(source.text for source in ledger.sources)
    for match in _WEEKDAY.finditer(sentence) if known else ():
        ends = _RETOLD.search(sentence, match.end())
        if (
            ends
            and match[1] not in known
            and f"{match[1]}曜" not in anywhere
            and f"({match[1]})" not in anywhere
        ):
            why = _WHY.format(known="・".join(f"{name}曜" for name in sorted(known)))
            yield text.find(check, start + match.start(), start + match.end(), why)


def _measures(
    ledger: Ledger, text: FieldText, start: int, sentence: str, check: str, *, retold: bool
) -> Iterator[Finding]:
    """12km where the facts have 8km, of a unit nothing else in the context has; told, or after the same word (片道)."""
    facts = ledger.customer
    for told in quantities(sentence):
        same = [k for k in facts.quantities if k.kind == q.MEASURE and k.unit == told.unit]
        if told.kind != q.MEASURE or not same or told.unit in ("歳", "才", "分", "秒", "時間", "号"):
            continue
        if told.value in ledger.values(q.MEASURE) or any(
            k.unit == told.unit for s in (ledger.products, ledger.policies) for k in s.quantities
        ):
            continue
        before = sentence[max(0, told.start - 2) : told.start]
        if retold or any(len(before) == 2 and facts.text[: k.start].endswith(before) for k in same):
            why = _WHY.format(known=facts.text[same[0].start : same[0].end])
            yield text.find(check, start + told.start, start + told.end, why)


def _months(reading: Reading, text: FieldText, start: int, sentence: str, check: str) -> Iterator[Finding]:
    """3月にご結納 where the facts tell of the 結納 in another month, and in that one only."""
    today, facts = reading.context.today, reading.known.customer
    for told in dates(sentence, today):
        if told.kind != "month" or (after := _MONTH_OF.match(sentence, told.end)) is None:
            continue
        lines = [line for line in facts.split("\n") if after["topic"] in line]
        known = [dated for line in lines for dated in dates(line, today)]
        if known and not any(told.may_be(day.first) or day.may_be(told.first) for day in known):
            if not _TOPIC.fullmatch(after["topic"]) or re.search(r"購入|注文|届|配達", after["topic"]):
                continue
            why = _WHY.format(known=lines[0][:20])
            yield text.find(check, start + told.start, start + told.end, why)
