"""Which words of a sentence state a value (an amount, a day, a product, a code), and does a piece of evidence hold it?"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from agent.chains.spoken_name import spoken_name
from evals.checks.fold import fold_width

Span = tuple[int, int]
Amount = tuple[str, str]
"""A number without separators and the class of its unit; empty for a bare number."""

_NUMBER = re.compile(r"\d+(?:[,.]\d+)*")
_KANJI_AMOUNT = re.compile(
    r"(?<![一-龥])([二三四五六七八九十百千]{1,5})(回目|度目|回|度|年|か月|ヶ月|ヵ月|カ月|週間|日間|点|枚|本|袋|個|円|割|歳|周年)(?!と|手間|[一-龥])"
)
_UNITS: tuple[tuple[str, str], ...] = (
    ("times", r"回目?|度目?|たび"),
    ("yen", r"円"),
    ("share", r"[%割]|パーセント"),
    ("points", r"ポイント|pt"),
    ("months", r"か月|ヶ月|ヵ月|カ月|箇月"),
    ("weeks", r"週間?"),
    ("years", r"年(?:間|あまり|ぶり|前|以上|近く)|周年"),
    ("year", r"年"),
    ("month", r"月"),
    ("days", r"日(?:間|ほど|前|後|以内|目|ぶり|ごと|おき|あまり)|営業日"),
    ("day", r"日"),
    ("hours", r"時間"),
    ("minutes", r"分(?!の|かち)間?"),
    ("seconds", r"秒"),
    ("things", r"[点個枚本袋箱缶足着冊組膳杯]|セット|つ"),
    ("age", r"歳"),
    ("degrees", r"℃"),
    ("length", r"(?:mm|cm|m)(?![a-z])"),
    ("mass", r"(?:mg|kg|g)(?![a-z])"),
    ("volume", r"(?:ml|l|cc)(?![a-z])"),
)
_UNIT = tuple((name, re.compile(rf"\s*(?:{pattern})", re.I)) for name, pattern in _UNITS)
_ALIKE = ({"days", "day"}, {"years", "year"}, {"degrees", "times"})
"""Classes one of which may be said for the other: 8日 for 8日以内, 2年 for 2年あまり, 80度 for 80℃."""
_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")}
_QUOTE = re.compile(r"「([^「」\n]{2,60})」|『([^『』\n]{2,60})』")
_TITLE = re.compile(r"『([^』]+)』")
_NO_NAME = re.compile(r"[。？?！!、…]|^[ぁ-んー〜]+$|^(?:配信停止|お返事|返信)$")
_ONLY_WORDS = re.compile(r"^(?:と(?!ても)|って|という|とい)")
_BOUGHT = re.compile(r"選び|求め|購入|買い|注文|お使い|召し上が|届け|入荷|発売|新作|新商品|ご用意")
_CODE = re.compile(r"(?<![A-Za-z0-9])(?=[A-Z0-9_-]*[A-Z])[A-Z0-9][A-Z0-9_-]{3,}(?![A-Za-z0-9])")
_COUPON = re.compile(r"クーポン|コード|合言葉|割引|特典|ギフト券")
_NO_CODES = frozenset({"LINE", "COUPON", "NAME", "HTML"})
_PAST = re.compile(
    r"先日|昨日|一昨日|おととい|先週|先月|(?:昨年|去年|一昨年|おととし|(?P<year>\d{4})年の?)?"
    r"(?P<month>\d{1,2})月の(?:はじめ|初め|上旬|半ば|中旬|下旬|終わり|末)|一昨年|おととし|昨年|去年"
)
_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")


def amounts(text: str) -> list[tuple[Span, Amount]]:
    """Every amount in a text, with the place of its number: 30秒, 1,980円, 二度目. Width hides nothing."""
    plain = fold_width(text)
    found: list[tuple[Span, Amount]] = []
    for match in _NUMBER.finditer(plain.text):
        amount = (match.group().replace(",", ""), _unit(plain.text, match.end()))
        found.append((plain.span(*match.span()), amount))
    for match in _KANJI_AMOUNT.finditer(plain.text):
        amount = (str(_kanji(match[1])), _unit(plain.text, match.end(1)))
        found.append((plain.span(match.start(1), match.end(1)), amount))
    return found


def with_unit(text: str, span: Span) -> Span:
    """The place of an amount's number, stretched over its unit: 2回, 1,980円."""
    plain = fold_width(text[span[1] :])
    ends = [match.end() for _, pattern in _UNIT if (match := pattern.match(plain.text)) and match.end()]
    return (span[0], span[1] + plain.span(0, ends[0])[1]) if ends else span


def same_amount(said: Amount, known: Iterable[Amount]) -> bool:
    """Whether a stated amount stands in the evidence: the number, and a unit that is not another one."""
    return any(
        number == said[0] and (not unit or not said[1] or unit == said[1] or {unit, said[1]} in _ALIKE)
        for number, unit in known
    )


def unknown_names(text: str, known: Iterable[str]) -> Iterator[tuple[Span, str, bool]]:
    """Quoted names that no evidence holds; the flag says that the sentence calls it something bought or sold.

    known: texts of evidence, titles included.
    """
    texts = list(known)
    plain = [_tight(one) for one in texts]
    spoken: set[str] | None = None
    for match in _QUOTE.finditer(text):
        name = match[1] or match[2]
        after = text[match.end() : match.end() + 24]
        if _NO_NAME.search(name) or _ONLY_WORDS.match(after):
            continue
        tight = _tight(name)
        if any(tight in one for one in plain):
            continue
        if spoken is None:  # rarely needed: a name is mostly written as it stands
            spoken = {_tight(spoken_name(t)) for one in texts for t in [one, *_TITLE.findall(one)]}
        if tight in spoken or _tight(spoken_name(name)) in spoken:
            continue
        yield (match.start(), match.end()), name, bool(_BOUGHT.search(re.split(r"[。\n]", after)[0]))


def unknown_codes(text: str, known: Collection[str], *, granted: Collection[str]) -> Iterator[Span]:
    """Words in capitals that stand in no evidence; beside a word for coupons, in none that grants any.

    known: texts of all evidence.    granted: those of the reward and of the shop's rules; a product page or a note grants nothing.
    """
    plain = fold_width(text)
    for match in _CODE.finditer(plain.text):
        near = plain.text[max(match.start() - 16, 0) : match.end() + 16]
        source = fold_width("\n".join(granted if _COUPON.search(near) else known)).text.upper()
        if match.group() not in source and match.group() not in _NO_CODES:
            yield plain.span(*match.span())


def past_words(text: str, *, today: date) -> Iterator[tuple[Span, str, Callable[[date], bool]]]:
    """Words for a past day with the test a day must pass to be meant by them: 先日, 先月, 9月の終わり."""
    plain = fold_width(text)
    for match in _PAST.finditer(plain.text):
        said = match.group()
        month, year = match["month"], match["year"]

        def meant(day: date, said: str = said, month: str | None = month, year: str | None = year) -> bool:
            return _fits(said, day, today, month=int(month or 0), year=int(year or 0))

        yield plain.span(*match.span()), said, meant


def dates_in(texts: Mapping[str, str] | Sequence[str]) -> list[date]:
    """Full dates written in texts; impossible ones are left out."""
    found = []
    for text in texts.values() if isinstance(texts, Mapping) else texts:
        for match in _DATE.finditer(fold_width(text).text):
            try:
                found.append(date(int(match[1]), int(match[2]), int(match[3])))
            except ValueError:
                continue
    return found


def _fits(said: str, day: date, today: date, *, month: int, year: int) -> bool:
    age = (today - day).days
    if month and day.month != month:
        return False
    if year:
        return day.year == year
    if said.startswith(("一昨年", "おととし")):
        return day.year == today.year - 2
    if said.startswith(("昨年", "去年")):
        return day.year == today.year - 1
    if month:
        return age >= 0
    if said == "先月":
        last = today.replace(day=1) - timedelta(days=1)
        return (day.year, day.month) == (last.year, last.month)
    low, high = {"昨日": (1, 1), "一昨日": (2, 2), "おととい": (2, 2), "先週": (1, 13)}.get(said, (1, 60))
    return low <= age <= high


def _unit(text: str, end: int) -> str:
    return next((name for name, pattern in _UNIT if pattern.match(text, end)), "")


def _kanji(text: str) -> int:
    """二十三 → 23, 千二百 → 1200."""
    total, digit = 0, 0
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        else:
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[sign]
            digit = 0
    return total + digit


def _tight(text: str) -> str:
    return re.sub(r"[\s「」『』]+", "", fold_width(text).text)
