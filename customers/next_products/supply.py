"""How many days does one pack last, as the catalogue states it?

Read off titles and descriptions: 「30日分」「約1か月分」「2週間分」「半月分」 are taken at their word; 「60粒（1日2粒）」 and
「90錠 1日3錠を目安に」 are divided. Where a text states several packs (「30日分×2袋」「2個セット」), they last together.
「30回分」 and 「200ml」 say nothing of days.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

MONTH: Final = 30
"""Days of a month on a pack."""

LONGEST: Final = 400
"""Days beyond which a reading is a slip (a shelf life, a year of guarantee), not a supply."""

_NUMBER = r"(\d+(?:\.\d+)?|半|[一二三四五六七八九十]+)"
_MONTHS = r"(?:[かヶケカヵ箇]月|ヵ月)"
_STATED: Final = re.compile(rf"{_NUMBER}\s*(日|週間|{_MONTHS}|年)\s*(?:間\s*)?分")
_PIECE = r"(?:粒|錠|カプセル|包|袋|本|枚|個|杯|パック|スティック|ml|mL|g|滴|回)"
_CONTENT: Final = re.compile(rf"{_NUMBER}\s*({_PIECE})")
_DAILY: Final = re.compile(
    rf"(?:1|一)\s*日\s*(?:あたり\s*)?(?:(?:に|目安|量|摂取目安量|:)\s*)*(?:約\s*)?{_NUMBER}\s*(?:[~〜～-]\s*{_NUMBER}\s*)?({_PIECE})"
)
_PACKS: Final = re.compile(
    r"^\s*(?:[)）」』]\s*)?(?:[x×✕*]\s*(\d+)|(\d+)\s*(?:個|袋|本|箱|パック|缶)\s*(?:セット|組))(?!\s*(?:日|週|ml|g))"
)
_SET: Final = re.compile(r"(\d+)\s*(?:個|袋|本|箱|パック|缶)\s*(?:セット|組)")
_KANJI: Final = {sign: value for value, sign in enumerate("一二三四五六七八九", start=1)}


def days_of_supply(*texts: str | None) -> float | None:
    """Days one piece of a product lasts, from the first text that says so; None where none does.

    texts: title first, then variant and description.
    """
    for text in texts:
        if text and (days := _read(unicodedata.normalize("NFKC", text))) is not None:
            return days
    return None


def supply_of(catalogue: Iterable[tuple[str, Iterable[str | None]]]) -> dict[str, float]:
    """sku → days of supply, of those products whose texts state it. catalogue: (sku, texts)."""
    found = ((sku, days_of_supply(*texts)) for sku, texts in catalogue)
    return {sku: days for sku, days in found if days is not None}


def _read(text: str) -> float | None:
    if half := re.search(r"半月分", text):
        return _sensible(MONTH / 2 * _packs(text, half.end()))
    if stated := _STATED.search(text):
        unit = stated.group(2)
        each = 1 if unit == "日" else 7 if unit == "週間" else 365 if unit == "年" else MONTH
        return _sensible(_number(stated.group(1)) * each * _packs(text, stated.end()))
    if daily := _DAILY.search(text):
        a_day = _number(daily.group(1))
        if daily.group(2):
            a_day = (a_day + _number(daily.group(2))) / 2
        unit = daily.group(3)
        for content in _CONTENT.finditer(text):
            apart = content.end() <= daily.start() or content.start() >= daily.end()
            if content.group(2).lower() == unit.lower() and apart and a_day > 0:
                return _sensible(_number(content.group(1)) * _packs(text, content.end()) / a_day)
    return None


def _packs(text: str, end: int) -> int:
    """How many packs belong together: named right after the content, or as a set anywhere."""
    found = _PACKS.match(text[end:])
    count = next((group for group in found.groups() if group), None) if found else None
    if count is None and (found := _SET.search(text)):
        count = found.group(1)
    return int(count) if count and 1 <= int(count) <= 50 else 1


def _sensible(days: float) -> float | None:
    return days if 2 <= days <= LONGEST else None


def _number(text: str) -> float:
    if text == "半":
        return 0.5
    if text[0].isdigit():
        return float(text)
    tens, ten, ones = text.rpartition("十")
    return 10.0 * (_KANJI.get(tens, 1) if ten else 0) + _KANJI.get(ones, 0)
