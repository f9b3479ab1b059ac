"""Find days written without their month or date: 12日, 水曜, 金曜日."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from evals.checks.dates import Dated, dates

_BARE = re.compile(
    r"(?<![月\d/.,第〇一二三四五六七八九十])(?P<day>[1-9]|[12]\d|3[01])日(?:\s*[(](?P<weekday>[月火水木金土日])[^)]{0,3}[)])?"
    r"(?!間|後|前|以内|以上|目|め|ほど|くらい|程度|おき|ごと|ぶり|分|た|経|が|も|を過|未満|あたり|つづ|続|遅|早|かけ|寝|熟|乾|～|〜|~)"
)
_WEEKDAY = re.compile(
    r"(?<![月火水木金土日・とや(\d])(?<![月火水木金土日]、)(?P<weekday>[月火水木金土日])曜日?(?![・とや、]?[月火水木金土日]曜|定休|休み|市)"
)
_NAMES = "月火水木金土日"


def loose_days(text: str, today: date) -> Iterator[Dated]:
    """Days that `dates` leaves: a bare day of the month after today or beside a date before it, and the next such weekday."""
    full = dates(text, today)
    for match in _BARE.finditer(text):
        if any(dated.start <= match.start() < dated.end for dated in full):
            continue
        before = [
            dated.first
            for dated in full
            if dated.kind == "day"
            and dated.end <= match.start()
            and "。" not in text[dated.end : match.start()]
        ]
        day = _day_after(before[-1] if before else today, int(match["day"]))
        weekday = _NAMES.index(match["weekday"]) if match["weekday"] else None
        if day is not None:
            yield Dated(day, day, True, weekday, "day", *match.span())
    for match in _WEEKDAY.finditer(text):
        if any(dated.start <= match.start() < dated.end for dated in full):
            continue
        ahead = (_NAMES.index(match["weekday"]) - today.weekday()) % 7 or 7
        day = today + timedelta(days=ahead)
        yield Dated(day, day, True, None, "weekday", *match.span())


def _day_after(base: date, day: int) -> date | None:
    """The first such day of a month on or after a base, None when neither month has it."""
    for months in (0, 1):
        year, month = divmod(base.year * 12 + base.month - 1 + months, 12)
        try:
            found = date(year, month + 1, day)
        except ValueError:
            continue
        if found >= base:
            return found
    return None
