"""Compare last days to order (12月28日までのご注文は年内に発送) with the days that sources name or lead to."""

import re
from collections.abc import Iterator
from datetime import timedelta

from agent.domain.finding import Finding, Severity
from evals.checks.dates import dates
from evals.checks.ledger import ledger_of
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
