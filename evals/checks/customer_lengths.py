"""Compare lengths of time that speak of the customer (お届けから3週間, 1年半ぶり) with the facts."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from agent.domain.finding import Finding
from evals.checks import quantities as q
from evals.checks.customer_events import Event, happenings, last_kind
from evals.checks.ledger import Ledger, ledger_of
from evals.checks.quantities import Quantity, quantities
from evals.checks.reading import FieldText, Reading
from evals.checks.roles import Role, role_of

DAYS_OF_GRACE = 3
"""An honest rounding of days (checks' meaning: within about three days)."""
_SINCE = re.compile(
    r"(?:前|ぶり|が(?:経|過ぎ|た[ちっ])|経|たち|たった|になり|になる|過ぎ"
    r"|続けて|連続|の(?:お付き合い|ご愛顧|あいだ|間|ご愛用)|続け|ほど|以上|近く|ほど前|が過|も|に?わた|余|愛用)"
)
_ROUGHLY = re.compile(r"^(?:ほど|くらい|ぐらい|近く|以上|あまり|余り|程度|強|弱)")
_BEGINNING = re.compile(r"(?:はじめて|始めて|始めの|はじめの|最初の|はじめは|慣れるまで(?:の)?)$")
"""使いはじめて1か月ほどは: advice on use."""
_FURTHER = re.compile(r"(?:月|年|週間)と、?$")
"""ひと月と10日: the days belong to the month before them."""
_INTERVAL = re.compile(r"ごと|おき|間隔|ペース|周期|に1度|に一度|に1回|に一回|ずつ")
_FUTURE = re.compile(
    r"以内|後に|後を|後の|分(?:は|の|ほど|く)|もちます|持ちます|お使いいただけ|使える|使い切|かけて|続けてみ|目安|保存|賞味|"
    r"消費|寝かせ|置いて|待|まで"
)
_AND_DAYS = re.compile(r"と(\d{1,2})日")
_LAST_TIME = re.compile(r"前回|最後|直近|この前")
_ASKED_FOR = re.compile(
    r"\s*(?:[(][^)]*[)])?(?:に|の|まで)?、?(?:お?届け?|到着|着|配達)?(?:の|を|で)?(?:(?:ご|お)?(?:指定|希望|予定|約束)|必着)"
)
_LATE = re.compile(r"も?(?:の|ほど)?遅(?:れ|く|延)")


def find_lengths(reading: Reading, check: str) -> Iterator[Finding]:
    """Lengths of time told of the customer's past that no record gives."""
    ledger, today = ledger_of(reading.context), reading.context.today
    for text in reading.fields:
        for length in quantities(text.said):
            if length.kind in (q.DAYS, q.MONTHS, q.YEARS) and not _is_known_length(
                ledger, text, length, today
            ):
                why = "お客さまの記録から計算した期間と合いません。記録を確かめて直してください。"
                yield text.find(check, length.start, length.end, why)


def length_in_days(length: Quantity) -> float:
    """A length in days; a month is 30.44, a year 365.25."""
    return length.value * {q.DAYS: 1.0, q.MONTHS: 30.44, q.YEARS: 365.25}[length.kind]


def _is_known_length(ledger: Ledger, text: FieldText, length: Quantity, today: date) -> bool:
    """True unless the length speaks of the customer's past and no record gives it."""
    after = text.said[length.end : length.end + 16]
    before = text.said[max(0, length.start - 18) : length.start]
    if _FURTHER.search(before):
        return True
    if _BEGINNING.search(before) or _FUTURE.match(after) or "営業日" in length.unit or "以内" in after[:4]:
        return True
    speaks = _SINCE.match(_ROUGHLY.sub("", after)) and (
        role_of(text, length.start, length.end) is Role.CUSTOMER
        or re.search(r"から|以来|前回|お求め|ご購入|届", before)
    )
    speaks_late = _LATE.match(after) is not None and bool(ledger.customer.text)
    if (
        not speaks
        and not speaks_late
        and not (_INTERVAL.search(after[:8]) and role_of(text, length.start, length.end) is Role.CUSTOMER)
    ):
        return True
    if length.kind == q.YEARS and re.match(r"続けて|連続", after):
        years = {known.first.year for known in ledger.customer.dates}
        return length.value == len(years) or length.value in ledger.customer.values(q.YEARS)
    wanted = length_in_days(length) + (float(more[1]) if (more := _AND_DAYS.match(after)) else 0.0)
    if _LATE.match(after):
        return wanted in _days_late(ledger) or any(
            length_in_days(known) == wanted for known in ledger.customer.quantities if known.kind == q.DAYS
        )
    if re.match(r"近く", after):
        wanted -= 5 if length.kind != q.DAYS else 1
    grace = _grace(length)
    if re.match(r"あまり|余|以上|が過ぎ|を過ぎ", after):
        # As much and somewhat more: the middle of what it may mean.
        more_days = 15 if length.kind != q.DAYS else 2
        wanted += more_days / 2
        grace += more_days / 2
    if (days := _days_since(ledger, before, today)) and not _INTERVAL.search(after[:8]):
        known = ledger.policies.values(length.kind) | ledger.products.values(length.kind)
        return length.value in known or any(abs(passed - wanted) <= grace for passed in days)
    for source in (ledger.customer, ledger.policies, ledger.products):
        for told in source.quantities:
            if told.kind in (q.DAYS, q.MONTHS, q.YEARS) and abs(length_in_days(told) - wanted) <= _grace(
                length
            ):
                return True
    if _INTERVAL.search(after[:8]):
        return _fits_gaps(ledger, wanted, grace) or not ledger.customer.dates
    passed = [(today - known.first).days for known in ledger.customer.dates if known.kind == "day"]
    passed += [(today - known.last).days for known in ledger.customer.dates if known.kind == "month"]
    passed += [(today - known.first).days for known in ledger.customer.dates if known.kind == "month"]
    if not passed and not any(
        known.kind in (q.DAYS, q.MONTHS, q.YEARS) for known in ledger.customer.quantities
    ):
        return False
    return any(abs(days - wanted) <= grace for days in passed) or _within_month(ledger, today, wanted, grace)


_STARTS = re.compile(
    r"(?:から|以来|より|て|後|して)、?(?:早いもので|もう|はや|ちょうど|およそ|約|そろそろ)*、?$"
)


def _days_since(ledger: Ledger, before: str, today: date) -> list[int]:
    """Days since the recorded events of the kind from which a length is told to run: お届けから, お求めいただいて.

    前回 and 最後 leave only the latest of them; 前回の煎茶から without a verb is the latest purchase.
    """
    start = _STARTS.search(before)
    origin = before[: start.start()] if start else ""
    is_last = _LAST_TIME.search(origin) is not None
    kind = last_kind(origin) or (Event.BOUGHT if is_last else None)
    found = sorted(
        (today - event.dated.first).days
        for event in happenings(ledger.customer)
        if event.kind is kind and event.dated.kind == "day"
    )
    return found[:1] if is_last else found


def _days_late(ledger: Ledger) -> set[float]:
    """Days between a day that was asked for or announced and the day of an arrival."""
    facts = ledger.customer
    asked = [one.first for one in facts.dates if one.kind == "day" and _ASKED_FOR.match(facts.text, one.end)]
    came = [one.dated.first for one in happenings(facts) if one.kind is Event.ARRIVED]
    return {float((late - due).days) for due in asked for late in came if late > due}


def _within_month(ledger: Ledger, today: date, wanted: float, grace: float) -> bool:
    """A fact that only names a month may lie anywhere in it."""
    for known in ledger.customer.dates:
        if (
            known.kind == "month"
            and (today - known.last).days - grace <= wanted <= (today - known.first).days + grace
        ):
            return True
    return False


def _fits_gaps(ledger: Ledger, wanted: float, grace: float) -> bool:
    days = sorted({known.first for known in ledger.customer.dates if known.kind == "day"})
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    told = [
        float(number)
        for line in ledger.customer.text.split("\n")
        if "間隔" in line or _INTERVAL.search(line)
        for number in re.findall(r"(?<!月)(?<!\d)(\d{1,3})(?:日|(?=[、〜~]\d))", line)
    ]
    return any(abs(gap - wanted) <= grace + 3 for gap in (*gaps, *told))


def _grace(length: Quantity) -> float:
    """Days a rounding may be off: three for days, nine and more for months, two months for years."""
    if length.kind == q.DAYS:
        return DAYS_OF_GRACE if length.unit != "週間" else 4
    if length.kind == q.MONTHS:
        return 9 if length.value <= 1.5 else 14 if length.value <= 3 else 25 if length.value <= 6 else 35
    return 62 if length.value <= 1.5 else 130
