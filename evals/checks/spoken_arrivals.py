"""Compare arrivals told without a date (今夜, 明朝, 週末, 週明け) with the days that the shop's policies allow."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from agent.domain.finding import Finding
from evals.checks.delivery_calendar import calendar_of
from evals.checks.reading import FieldText, Reading

_WHEN = re.compile(
    r"(?P<word>今夜|今晩|今夕|本日中|今日中|明朝|明晩|明日中|あすの朝|あしたの朝|翌朝|週末|週明け|連休(?:前|明け)?|年内|年明け|三が日|大晦日|お正月|クリスマス|お?(?:夕飯|夕食|晩ごはん|朝ごはん|朝食|昼食))"
)
_COMES = re.compile(
    r"(?:お?届け(?:し(?:ます|て)|いた(?:し|せ)|でき(?:ます|る)|の見込|予定|になり)|届(?:きます|く(?:はず|予定|見込|かと|でしょう|と思|よう)|いて(?:いる|おり|い)(?:はず|ます|る)|くよう)|(?:着|到着)(?:きます|く(?:はず|予定)|し(?:ます|て)|いたします|の予定|予定)|お?手[元も]と?(?:に|へ)[^。、\n]{0,6}(?:参|まい|ござい|あるは|お?届|着)|間に合(?:います|わせ|う(?:よう|はず)))"
)
_NO_PROMISE = re.compile(
    r"たら|れば|なら|場合|ご?希望|指定|ませ|かね|かどうか|次第|以降|できるだけ|てから|(?:あと|後|から)でも|(?:まし|でし)た|^た|くれ|いただ"
)
_WHY = "規約や記録から数えられないお届けの約束です。外すか、規約の範囲に直してください。"
_SAT = 5


def find_spoken_arrivals(reading: Reading, text: FieldText, check: str) -> Iterator[Finding]:
    """今夜のお夕飯のころには玄関先に届いているはずです, where neither policy nor record lets it arrive then."""
    for match in _WHEN.finditer(text.said):
        end = text.sentence_span(match.start())[1]
        rest = text.said[match.end() : min(end, match.end() + 36)]
        comes = _COMES.search(rest)
        if comes is None or _NO_PROMISE.search(rest[: comes.end() + 8]):
            continue
        if match["word"] in reading.known.everything or calendar_of(reading.context).arrives & _days_of(
            match["word"], reading.context.today
        ):
            continue
        yield text.find(check, match.start(), match.end() + comes.end(), _WHY)


def _days_of(word: str, today: date) -> frozenset[date]:
    """The days a word may mean; for one without certain days the next two weeks."""
    if re.match(r"今|本日", word):
        ahead: tuple[int, ...] = (0,)
    elif re.match(r"明|あ|翌", word):
        ahead = (1,)
    elif word == "週末":
        first = (_SAT - today.weekday()) % 7
        ahead = (first, first + 1)
    elif word == "週明け":
        first = 7 - today.weekday()
        ahead = (first, first + 1)
    elif "飯" in word or "食" in word or "ごはん" in word:
        ahead = (0, 1)
    else:
        ahead = tuple(range(15))
    return frozenset(today + timedelta(days=days) for days in ahead)
