"""Find dates in a text and resolve them against a day: 4月3日（木）, 2026/4/3, 令和8年4月3日, 明日, 来週, 12月上旬."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from evals.checks.numerals import number

_N = r"(?:\d{1,4}|[〇一二三四五六七八九十]{1,4}|元)"
_NAME = r"[月火水木金土日]"
_WEEKDAY = (
    rf"(?:\s*[(\[]\s*(?P<weekday>{_NAME})(?:曜日?)?(?:[・,、]?\s*祝?)?\s*[)\]]"
    rf"|\s*(?P<weekday2>{_NAME})曜日?|の(?P<weekday3>{_NAME})曜日?)?"
)
_YEAR = rf"(?:(?P<era>令和|平成|R|H)\s*(?P<era_year>{_N})年?|(?P<year>(?:19|20)\d\d|二〇[〇一二三四五六七八九]{{2}})年?)"
_DATED = re.compile(
    rf"(?:{_YEAR}\s*[年./-]?\s*|(?P<which>昨年|去年|一昨年|おととし|今年|来年|本年)の?)?(?P<month>{_N})月の?\s*(?P<day>{_N})日(?!間|ほど|分)"
    rf"{_WEEKDAY}"
    r"|(?P<iso_year>(?:19|20)\d\d|(?:R|令和)\s*\d{1,2})\s*[-/.]\s*(?P<iso_month>\d{1,2})\s*[-/.]\s*(?P<iso_day>\d{1,2})(?!\d)"
    rf"(?:\s*[(]\s*(?P<iso_weekday>{_NAME})(?:曜日?)?[^)]{{0,2}}[)])?"
    r"|(?<![\d/.])(?P<slash_month>\d{1,2})/(?P<slash_day>\d{1,2})(?![\d/])"
    rf"(?:\s*[(]\s*(?P<slash_weekday>{_NAME})(?:曜日?)?[^)]{{0,2}}[)]"
    r"|(?=\s*(?:まで|迄|から|より|に|発送|入荷|着|\D{0,2}\d{1,2}:\d\d)))"
)
_OF_MONTH = re.compile(
    rf"(?P<of>先々月|先月|今月|当月|来月|再来月)の?、?(?P<day>{_N})日(?!間|ほど|分|以内|後|前){_WEEKDAY}"
)
_MONTHLY = re.compile(
    rf"(?:{_YEAR}\s*[年./-]?\s*|(?P<which>昨年|去年|一昨年|今年|来年|本年)の?)?(?P<month>{_N})月(?!曜|\s*{_N}日)"
    r"(?P<part>の?(?:上旬|初旬|初め|はじめ|頭|中旬|半ば|なかば|下旬|末日?|終わり|後半|前半))?"
)
_WHICH_YEAR = {"昨年": -1, "去年": -1, "一昨年": -2, "おととし": -2, "今年": 0, "本年": 0, "来年": 1}
_RELATIVE: dict[str, tuple[int, int]] = {
    "一昨日": (-2, -2),
    "さきおととい": (-3, -3),
    "しあさって": (3, 3),
    "昨日の夜": (-1, -1),
    "ゆうべ": (-1, -1),
    "けさ": (0, 0),
    "おととい": (-2, -2),
    "昨日": (-1, -1),
    "きのう": (-1, -1),
    "昨晩": (-1, -1),
    "昨夜": (-1, -1),
    "本日": (0, 0),
    "今日": (0, 0),
    "今朝": (0, 0),
    "明日": (1, 1),
    "あした": (1, 1),
    "あす": (1, 1),
    "明後日": (2, 2),
    "あさって": (2, 2),
    "明々後日": (3, 3),
}
_RELATIVE_WORD = re.compile(
    "|".join(sorted(_RELATIVE, key=len, reverse=True))
    + r"|先々週|先週|今週末|今週|来週末|来週|再来週|先々月|先月|今月末|今月|来月|再来月"
    r"|(?:昨年|去年|一昨年|おととし|昨春|昨夏|昨秋|昨冬)(?:の?(?:春|夏|秋|冬))?"
)
_IN_WEEKDAY = re.compile(r"の?(?P<weekday>[月火水木金土日])曜日?")
_ITS_WEEKDAY = re.compile(r"(?:の|、|\s*[(])(?P<weekday>[月火水木金土日])(?:曜日?[)]?|[)])")
_ITS_DAY = re.compile(r"(?:の|、)?\s*(\d{1,2})日")
_SEASONS = {"春": (2, 6), "夏": (5, 9), "秋": (8, 12), "冬": (11, 3)}
"""Months a season may mean, first and last, with a month of slack on either side."""
_WEEKDAYS = "月火水木金土日"


@dataclass(frozen=True, slots=True)
class Dated:
    """A date in a text, as the days it may mean.

    first, last: inclusive; one day for a full date.    has_year: whether the text gave it.
    weekday: 0 Monday to 6, None when not written.    kind: day, month, or relative.
    """

    first: date
    last: date
    has_year: bool
    weekday: int | None
    kind: str
    start: int
    end: int
    is_valid: bool = True

    def may_be(self, day: date) -> bool:
        """True when the text may mean this day: a date without year means any year's."""
        if self.first <= day <= self.last:
            return True
        if self.has_year or self.kind == "relative":
            return False
        for year in (day.year - 1, day.year, day.year + 1):
            first, last = _moved(self.first, year), _moved(self.last, year)
            if first and last and first <= day <= last:
                return True
        return False


def _moved(day: date, year: int) -> date | None:
    try:
        return day.replace(year=year)
    except ValueError:
        return None


@lru_cache(maxsize=2048)
def dates(text: str, today: date) -> tuple[Dated, ...]:
    """All dates of a text with its width folded, in order; a date without year is taken as the nearest to today."""
    found: list[Dated] = []
    taken: list[tuple[int, int]] = []
    for finder in (_full_dates, _days_of_month, _months, _relatives):
        for dated in finder(text, today):
            if not any(dated.start < to and since < dated.end for since, to in taken):
                found.append(dated)
        taken = [(dated.start, dated.end) for dated in found]
    return tuple(sorted(found, key=lambda dated: dated.start))


def _days_of_month(text: str, today: date) -> Iterator[Dated]:
    """先月26日, 今月の5日（火）."""
    for match in _OF_MONTH.finditer(text):
        first, _ = _span_of(match["of"].replace("当月", "今月"), today)
        name = match["weekday"] or match["weekday2"] or match["weekday3"]
        weekday = _WEEKDAYS.index(name) if name else None
        try:
            day = first.replace(day=_whole(match["day"]))
        except ValueError:
            yield Dated(today, today, True, None, "day", *match.span(), is_valid=False)
            continue
        yield Dated(day, day, True, weekday, "day", *match.span())


def _full_dates(text: str, today: date) -> Iterator[Dated]:
    for match in _DATED.finditer(text):
        year = _year(match, match["iso_year"])
        if match["which"]:
            year = today.year + _WHICH_YEAR[match["which"]]
        month = _whole(match["month"] or match["iso_month"] or match["slash_month"])
        day = _whole(match["day"] or match["iso_day"] or match["slash_day"])
        name = next(
            (
                match[g]
                for g in ("weekday", "weekday2", "weekday3", "iso_weekday", "slash_weekday")
                if match[g]
            ),
            None,
        )
        weekday = _WEEKDAYS.index(name) if name else None
        if match["slash_month"] and not (1 <= month <= 12 and 1 <= day <= 31):
            continue
        try:
            resolved = date(year, month, day) if year else nearest(month, day, today)
        except ValueError:
            yield Dated(today, today, False, None, "day", *match.span(), is_valid=False)
            continue
        yield Dated(resolved, resolved, year is not None, weekday, "day", *match.span())


def nearest(month: int, day: int, today: date) -> date:
    """The day of that month and day closest to today. Raises ValueError when no year has it."""
    options = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            options.append(date(year, month, day))
        except ValueError:
            continue
    if not options:
        date(2024, month, day)
        options = [date(2024, month, day)]
    return min(options, key=lambda option: abs((option - today).days))


def _months(text: str, today: date) -> Iterator[Dated]:
    for match in _MONTHLY.finditer(text):
        month = _whole(match["month"])
        if not 1 <= month <= 12 or text[match.end("month") - 1 : match.end("month")] == "元":
            continue
        which = _WHICH_YEAR.get(match["which"] or "")
        year = _year(match, None) or (today.year + which if which is not None else None)
        base = year or nearest(month, 15, today).year
        first, last = part_of_month(base, month, match["part"] or "")
        yield Dated(first, last, year is not None, None, "month", *match.span())


def part_of_month(year: int, month: int, part: str) -> tuple[date, date]:
    """The days that 上旬, 中旬, 下旬, 末 or nothing mean in a month."""
    end = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    low, high = 1, end
    if re.search("上旬|初旬|初め|はじめ|頭", part):
        high = 10
    elif re.search("中旬|半ば|なかば", part):
        low, high = 11, 20
    elif "下旬" in part:
        low = 21
    elif re.search("末|終わり", part):
        low = end - 5
    elif "後半" in part:
        low = 16
    elif "前半" in part:
        high = 15
    return date(year, month, low), date(year, month, high)


def _relatives(text: str, today: date) -> Iterator[Dated]:
    for match in _RELATIVE_WORD.finditer(text):
        first, last = _span_of(match.group(), today)
        weekday = _IN_WEEKDAY.match(text, match.end()) if "週" in match.group() else None
        end, told = match.end(), None
        if match.group() in _RELATIVE and (again := _ITS_DAY.match(text, end)) and int(again[1]) == first.day:
            end = again.end()
        if match.group() in _RELATIVE and (named := _ITS_WEEKDAY.match(text, end)):
            told, end = _WEEKDAYS.index(named["weekday"]), named.end()
        if weekday:
            first = last = (
                first - timedelta(days=first.weekday()) + timedelta(days=_WEEKDAYS.index(weekday["weekday"]))
            )
            end = weekday.end()
        yield Dated(first, last, True, told, "relative", match.start(), end)


def _span_of(word: str, today: date) -> tuple[date, date]:
    if word in _RELATIVE:
        return today + timedelta(days=_RELATIVE[word][0]), today + timedelta(days=_RELATIVE[word][1])
    if "週" in word:
        offset = {"先々週": -2, "先週": -1, "今週": 0, "来週": 1, "再来週": 2}[word.removesuffix("末")]
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=offset)
        return (monday + timedelta(days=4 if word.endswith("末") else 0), monday + timedelta(days=6))
    if "月" in word:
        offset = {"先々月": -2, "先月": -1, "今月": 0, "来月": 1, "再来月": 2}[word.removesuffix("末")]
        months = today.year * 12 + today.month - 1 + offset
        return part_of_month(months // 12, months % 12 + 1, "末" if word.endswith("末") else "")
    year = today.year - (2 if word.startswith(("一昨年", "おととし")) else 1)
    first, last = _SEASONS.get(word[-1], (1, 12))
    if first > last:
        return date(year - 1, first, 1), date(year, last, 28)
    return part_of_month(year, first, "")[0], part_of_month(year, last, "")[1]


def _year(match: "re.Match[str]", iso: str | None) -> int | None:
    if iso:
        return int(iso) if iso.isdigit() else 2018 + int(re.sub(r"\D", "", iso))
    if match["era"]:
        first = 2018 if match["era"] in ("令和", "R") else 1988
        return first + (1 if match["era_year"] == "元" else _whole(match["era_year"]))
    return _whole(match["year"]) if match["year"] else None


def _whole(text: str) -> int:
    return int(number(text) or 0)
