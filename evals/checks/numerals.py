"""Read numbers as Japanese writes them: digits with commas, 3万5千, 二千五百, 三〇."""

import re

_DIGITS = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {"零": 0, "両": 2}
_SMALL = {"十": 10, "百": 100, "千": 1_000}
_LARGE = {"万": 10_000, "億": 100_000_000}

NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[万千百](?:\d+[千百]?)*)*|[〇一二三四五六七八九十百千万]+"
"""A number in text with its width folded: digits, digits with 万 or 千, or kanji."""

_PART = re.compile(r"((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)|([〇零一二三四五六七八九])|([十百千])|([万億])")


def number(text: str) -> float | None:
    """The value of a number as `NUMBER` finds it; None when it is not one."""
    if re.fullmatch(r"[〇零一二三四五六七八九]{2,}", text):
        return float("".join(str(_DIGITS[sign]) for sign in text))
    total, section, current, place = 0.0, 0.0, None, 0
    while place < len(text):
        match = _PART.match(text, place)
        if match is None:
            return None
        place = match.end()
        digits, kanji, small, large = match.groups()
        if digits:
            current = float(digits.replace(",", ""))
        elif kanji:
            current = float(_DIGITS[kanji])
        elif small:
            section += (1 if current is None else current) * _SMALL[small]
            current = None
        else:
            total += (section + (current or 0) or 1) * _LARGE[large]
            section, current = 0.0, None
    return total + section + (current or 0)
