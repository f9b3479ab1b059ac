"""When is this customer's birthday, if they told us?"""

import re
from calendar import isleap
from datetime import date

from agent.chains.material import Birthday
from agent.domain.chart import Chart
from agent.domain.provenance import is_order_to_writer

PROFILE = "profile:birthday"
EARLY_DAYS, LATE_DAYS = 7, 3
"""Wishes may come so many days before and after. Editorial choice."""

_TOLD = re.compile(
    r"(?:お?誕生日|バースデー)\s*(?:は|が|[:：])?\s*(?:毎年)?\s*(\d{1,2})\s*(?:月|/)\s*(?:(\d{1,2})\s*日?)?"
)
_TOLD_MONTH = re.compile(r"(?:お?誕生月)\s*(?:は|が|[:：])?\s*(\d{1,2})\s*月?")
_OF_SOMEBODY_ELSE = re.compile(
    r"娘|息子|お子|子ども|孫|[お]?母|[お]?父|夫|妻|主人|旦那|奥さ|両親|祖|兄|姉|弟|妹|友|恋人|彼|家族|犬|猫|ペット|ちゃん|くん|贈"
)


def find_birthday(chart: Chart, facts: dict[str, str], *, today: date) -> Birthday | None:
    """The birthday from the customer's record, else from what they told us; None when nobody knows.

    facts: the message's facts so far; the one that states the birthday is added. A note about somebody else's birthday is none.
    """
    for fact in sorted(chart.facts, key=lambda fact: fact.id != PROFILE):
        if fact.id.startswith(("summary:", "order:", "line:", "consent:")):
            continue
        found = _read(fact.text)
        if found and not is_order_to_writer(fact.text):
            facts[fact.id] = fact.text
            month, day = found
            return Birthday(month, day, _days_until(month, day, today) if day else None, fact.id)
    return None


def is_near(birthday: Birthday, *, today: date) -> bool:
    """Whether wishes are in time."""
    if birthday.days_until is None:
        return birthday.month == today.month
    return -LATE_DAYS <= birthday.days_until <= EARLY_DAYS


def _read(text: str) -> tuple[int, int | None] | None:
    told = _TOLD.search(text) or _TOLD_MONTH.search(text)
    if told is None or _OF_SOMEBODY_ELSE.search(text[max(0, told.start() - 16) : told.start() + 4]):
        return None
    month = int(told[1])
    day = int(told[2]) if told.re is _TOLD and told[2] else None
    try:
        date(2024, month, day or 1)  # a leap year: 29 February is a birthday
    except ValueError:
        return None
    return month, day


def _days_until(month: int, day: int, today: date) -> int:
    """Days to the nearest one, negative when it is over. 29 February is kept on the 28th in common years."""
    around = [_in_year(month, day, year) for year in (today.year - 1, today.year, today.year + 1)]
    return min(((one - today).days for one in around), key=abs)


def _in_year(month: int, day: int, year: int) -> date:
    return date(year, 2, 28) if (month, day) == (2, 29) and not isleap(year) else date(year, month, day)
