"""Compare last days to order (12月28日までのご注文は年内に発送) with the days that sources name or lead to."""

import re
from collections.abc import Iterator
from datetime import timedelta

from agent.domain.finding import Finding, Severity
from evals.checks.dates import dates
from evals.checks.delivery_calendar import calendar_of
from evals.checks.ledger import ledger_of
from evals.checks.loose_days import loose_days
from evals.checks.reading import FieldText, Reading

_BY_ORDER = re.compile(
    r"(?:の)?[^。、\n]{0,8}?(?:まで|迄)(?:に|の)?、?(?:ご)?(?:注文|入金|決済|お求め|申し込|お申し込み)[^。\n]*?(?:発送|出荷|届|着き|着く|間に合)"
)
_DAYS_AHEAD = re.compile(r"(\d{1,2})日前")


def find_order_deadlines(reading: Reading, text: FieldText, check: str) -> Iterator[Finding]:
    """A last day to order for a shipment must stand in a source, or lie as many days ahead of one as a source says.

    Blocks where policies name other days; without any such day a person looks.
    """
    ledger, today = ledger_of(reading.context), reading.context.today
    yield from _on_the_eve(reading, text, check)
    if not _BY_ORDER.search(text.said):
        return
    known = [one for one in ledger.dates() if one.kind == "day"]
    ahead = {int(days) for source in ledger.sources for days in _DAYS_AHEAD.findall(source.text)}
    named = any(one.kind == "day" for one in ledger.policies.dates)
    for dated in dates(text.said, today):
        if dated.kind != "day" or dated.first <= today or not _BY_ORDER.match(text.said, dated.end):
            continue
        if any(dated.may_be(one.first) for one in known) or any(
            one.first - timedelta(days=days) == dated.first for one in known for days in ahead
        ):
            continue
        why = "規約にないご注文の締め切り日です。規約の日に直してください。"
        yield text.find(check, dated.start, dated.end, why, Severity.BLOCK if named else Severity.REVIEW)


_EVE = re.compile(r"前日の?(?P<hour>正午|\d{1,2}時)?まで")
_BY = re.compile(
    r"(?:\([月火水木金土日]\))?(?:の)?(?P<when>[^。、\n]{0,8}?)(?:まで|迄)(?:に|の)?、?(?:ご)?(?:注文|入金|決済|お求め|申し込|お申し込み)"
)
_LATER = re.compile(r"夕方|夜|午後|深夜|23時|いっぱい|中(?=$)")


def _on_the_eve(reading: Reading, text: FieldText, check: str) -> Iterator[Finding]:
    """18日の夕方までにご注文 where policies ship on that day what was ordered by noon of the day before."""
    if not _BY.search(text.said):
        return
    eves = [match for line in reading.known.policies for match in [_EVE.search(line)] if match]
    ships = calendar_of(reading.context).ships
    if not eves or not ships:
        return
    last = {day - timedelta(days=1) for day in ships}
    until_noon = all(match["hour"] == "正午" for match in eves)
    today = reading.context.today
    for dated in (*dates(text.said, today), *loose_days(text.said, today)):
        told = _BY.match(text.said, dated.end)
        if dated.kind != "day" or told is None:
            continue
        late = until_noon and _LATER.search(told["when"])
        if late or (dated.first <= max(last) and not any(dated.may_be(day) for day in last)):
            why = "規約と違うご注文の締め切りです。規約の日と時刻に直してください。"
            yield text.find(check, dated.start, told.end(), why)
