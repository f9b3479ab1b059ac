"""Compare the season told of a first order (2024年の秋に初めて…) with the day the facts give."""

import re
from collections.abc import Iterator
from datetime import date

from agent.domain.finding import Finding
from evals.checks.reading import Reading

_SEASON = r"(?:(?P<year{n}>\d{{4}})年|(?P<ago{n}>昨年|去年|一昨年|おととし|今年|本年))の?(?:早|初|晩|真)?(?P<season{n}>春|夏|秋|冬)"
_FIRST = r"(?:初めて|はじめて|最初に|初の)"
_CAME = r"(?:お?買い?(?:上げ|物|求め)|お求め|ご?注文|ご?購入|お?迎え|お?越し|ご?来店|ご?利用|お選び|お付き合い|お目にかか)"
_TOLD = re.compile(
    rf"{_SEASON.format(n=1)}[^。\n]{{0,12}}{_FIRST}[^。\n]{{0,10}}{_CAME}|{_FIRST}[^。\n]{{0,14}}{_CAME}[^。\n]{{0,16}}?{_SEASON.format(n=2)}"
)
_FIRST_DAY = re.compile(
    r"(?:初回|初めて|はじめて|最初)[^。\n\d]{0,16}(\d{4})[-/年](\d{1,2})[-/月](\d{1,2})|(\d{4})[-/年](\d{1,2})[-/月](\d{1,2})日?[^。\n]{0,24}(?:初回|初めて|はじめて|最初)"
)
_MONTHS = {"春": (3, 4, 5), "夏": (6, 7, 8), "秋": (9, 10, 11), "冬": (12, 1, 2)}
_AGO = {"今年": 0, "本年": 0, "昨年": 1, "去年": 1, "一昨年": 2, "おととし": 2}


def find_first_season(reading: Reading, check: str) -> Iterator[Finding]:
    """One finding where neither the season nor a month beside it is that of the first order, or the year is another."""
    day = _first_day(reading.known.customer)
    if day is None:
        return
    why = f"初めてのご注文は、記録では{day.year}年{day.month}月です。季節を直してください。"
    for text in reading.fields:
        for told in _TOLD.finditer(text.said):
            at = "1" if told["season1"] else "2"
            ago = told[f"ago{at}"]
            year = reading.context.today.year - _AGO[ago] if ago else int(told[f"year{at}"])
            if not _fits(day, year, told[f"season{at}"]):
                start = told.start(f"year{at}") if told[f"year{at}"] else told.start(f"ago{at}")
                yield text.find(check, start, told.end(f"season{at}"), why)


def _first_day(facts: str) -> date | None:
    found = _FIRST_DAY.search(facts)
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups() if part)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _fits(day: date, year: int, season: str) -> bool:
    """True within the season, and within a month of it: seasons have no sharp ends. A winter may begin the year before."""
    months = _MONTHS[season]
    near = {(month + shift - 1) % 12 + 1 for month in months for shift in (-1, 0, 1)}
    years = {year, year + 1} if season == "冬" and day.month <= 3 else {year}
    return day.month in near and day.year in years
