"""On which days may an order of today leave the shop and arrive, by the shop's own policies?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from agent.domain.message import MessageContext
from evals.checks.dates import dates
from evals.checks.knowledge import knowledge_of
from evals.checks.loose_days import loose_days

_SHIPS = re.compile(r"発送|出荷|お?送り(?:し|いた)|送(?:る|ります)|お出し")
_ARRIVES = re.compile(r"届|到着|着(?:き|く|予定)|お手元")
_WITHIN = re.compile(
    r"(?P<few>\d+)?\s*(?:日|営業日)?\s*[〜~～-]?\s*(?P<most>\d+)\s*(?P<business>営業)?日(?:以内|後|ほど|程度|で|が目安|くらい|前後|$)"
)
_WEEKDAYS = re.compile(r"[月火水木金土日](?=曜|・|と|、)")
_DENIED = re.compile(r"でき(?:ない|ません|かね)|しない|いたしません|不可|承って(?:い|おり)ません")
_LEFT_OUT = re.compile(r"(?P<days>[月火水木金土日・と、曜]{1,9})日?(?:は|を)?(?:除|休|以外)")
_HORIZON = 14
"""Days ahead that a shop's weekly shipping days are followed."""


@dataclass(frozen=True)
class DeliveryCalendar:
    """ships, arrives: days an order of today may leave and arrive; empty when no policy tells."""

    ships: frozenset[date]
    arrives: frozenset[date]


@lru_cache(maxsize=256)
def calendar_of(context: MessageContext) -> DeliveryCalendar:
    """Read policies, and days of shipment that facts name for this customer."""
    known, today = knowledge_of(context), context.today
    sentences = [part for policy in known.policies for part in re.split(r"[\n。]", policy)]
    clauses = [
        part
        for line in sentences
        if _SHIPS.search(line) and _ARRIVES.search(line)
        for part in line.split("、")
    ]
    lines = list(dict.fromkeys((*sentences, *clauses)))
    ships = _shipped_days(known.everything, today) | {
        day for line in lines for day in _ship_days(line, today)
    }
    for line in lines:
        if _AFTER_A_DAY.search(line):
            ships |= _days_after(known.everything, today)
        if re.search(r"連絡|受付|お申し出", line):
            ships |= {day for start in _recent(known.customer, today) for day in _ship_days(line, start)}
    arrives = {day for line in lines for day in _arrival_days(line, ships, today)}
    return DeliveryCalendar(frozenset(ships), frozenset(arrives))


_WITHOUT_WAITING = re.compile(r"[^、。]*を待たず(?:に)?、?")
"""返送を待たず発送: what is not waited for does not make it a rule on returns."""
_AFTER_A_DAY = re.compile(
    r"(?:焙煎|製造|入荷|仕込み|収穫|焼き上が|焼い|打ち上が|精米|検品|完成|仕上が)[^。、]{0,6}(?:翌日|次の日)に?[^。]{0,4}(?:発送|出荷|お送り)"
)
"""焙煎の翌日に発送."""


def _days_after(text: str, today: date) -> set[date]:
    """The day after every coming day that the sources name."""
    return {
        one.first + timedelta(days=1)
        for one in dates(text, today)
        if one.kind == "day" and one.first >= today
    }


def _recent(text: str, today: date) -> set[date]:
    """Days of the last ten that a customer's facts name: an order or a word of theirs from which a policy counts."""
    return {
        one.first for one in dates(text, today) if one.kind == "day" and 0 < (today - one.first).days <= 10
    }


def _shipped_days(text: str, today: date) -> set[date]:
    """Days of which a source says that something leaves on them: 12月16日に発送し."""
    found = (*dates(text, today), *loose_days(text, today))
    return {
        dated.first
        for dated in found
        if dated.kind == "day"
        and dated.first == dated.last
        and re.match(r"(?:に|には|[^。\n]{0,12}を)?(?:発送|出荷|お送り)", text[dated.end :])
    }


def _ship_days(line: str, today: date) -> Iterator[date]:
    """Days a policy line lets an order of today leave the shop."""
    line = _WITHOUT_WAITING.sub("", line)
    if not _SHIPS.search(line) or _DENIED.search(line) or re.search(r"返|発送(?:から|の|後)", line):
        return
    if re.search(r"当日|即日|その日|同日", line):
        yield today
        yield _business_day(today, 1)
    if "翌営業日" in line or "翌日" in line:
        yield _business_day(today, 1)
    tomorrow = today + timedelta(days=1)
    left_out = _LEFT_OUT.search(line)
    is_left_out = left_out is not None and "月火水木金土日"[tomorrow.weekday()] in left_out["days"]
    if re.search("翌日(?!配)", line) and not re.search("営業|平日", line) and not is_left_out:
        yield tomorrow
    if "翌々営業日" in line or "翌々日" in line:
        yield _business_day(today, 2)
    for match in _WITHIN.finditer(line):
        if match["business"]:
            yield from (_business_day(today, count) for count in range(int(match["most"]) + 1))
        else:
            yield from (today + timedelta(days=count) for count in range(int(match["most"]) + 1))
    weekdays = {"月火水木金土日".index(name) for name in _WEEKDAYS.findall(line)}
    if "除" not in line and "定休" not in line:
        days = (today + timedelta(days=ahead) for ahead in range(_HORIZON + 1))
        yield from (day for day in days if day.weekday() in weekdays)


def _arrival_days(line: str, ships: set[date], today: date) -> Iterator[date]:
    """Days on which what leaves then arrives by a policy line."""
    if not _ARRIVES.search(line) or _DENIED.search(line) or re.search(r"返品|返送|交換は|以内の", line):
        return
    after: set[int] = set()
    if re.search(r"(?:発送|出荷)[^。]{0,6}翌日|翌日(?:に|の)?(?:お?届|到着|着)|翌日か", line):
        after.add(1)
    if "翌々日" in line:
        after.add(2)
    for match in _WITHIN.finditer(line):
        most = int(match["most"])
        few = int(match["few"]) if match["few"] else 1 if "翌日から" in line or "以内" in line else most
        after.update(range(few, most + 1))
    from_order = re.search(r"(?:ご?注文|お申し込み)(?:日)?(?:から|後)", line) and "発送" not in line
    for start in [today] if from_order or not ships else sorted(ships):
        yield from (start + timedelta(days=days) for days in after)


def _business_day(day: date, count: int) -> date:
    """The count-th weekday after a day; holidays are not known."""
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day
