"""Compare birthdays a draft speaks of with the birthdays of the facts."""

import re
from collections.abc import Iterator
from datetime import date

from agent.domain.finding import Finding
from agent.domain.occasion import Occasion
from evals.checks.dates import Dated, dates
from evals.checks.ledger import ledger_of
from evals.checks.reading import Reading

_BIRTHDAY = re.compile(
    r"お?誕生日(?:を)?(?:、)?(?:まことに|誠に|本当に|心より)?(?:おめでとう|お祝い|をお迎え|を迎え)"
    r"|(?:ハッピー|Happy )(?:バースデー|birthday)",
    re.I,
)
_ITS_DAY = re.compile(
    r"(?:\s*[(][月火水木金土日][^)]*[)])?(?:は|が|の|に|、|には)[^。!?\n\d]{0,14}?お?誕生日(?!の?(?:プレゼント"
    r"|ギフト|クーポン|特典|まで|月|前|後))"
)
_DAY_AFTER = re.compile(r"お?誕生日(?:は|の|が|、|である)[^。!?\n\d]{0,6}$")
_NOT_ITS_DAY = re.compile(r"まで|から|間に合|お届け|発送|ご注文|お求め|ご購入|期限|有効|前に|ひと足|一足")


def find_birthdays(reading: Reading, check: str) -> Iterator[Finding]:
    """Congratulations on a birthday the facts do not have or that is not near, and birthdays on another day."""
    yield from _birthday(reading, check, reading.context.today)
    yield from _on_another_day(reading, check, reading.context.today)


def _on_another_day(reading: Reading, check: str, today: date) -> Iterator[Finding]:
    """明日はお誕生日 where the facts give another day."""
    known = [
        day.first
        for fact in ledger_of(reading.context).customer.text.split("\n")
        if "誕生" in fact
        for day in dates(fact, today)
        if day.kind == "day"
    ]
    for text in reading.fields if known else ():
        for dated in dates(text.said, today):
            after = _ITS_DAY.match(text.said, dated.end)
            before = _DAY_AFTER.search(text.said[max(0, dated.start - 16) : dated.start])
            told = after.group() if after else text.said[dated.end : dated.end + 6]
            if not (after or before) or _NOT_ITS_DAY.search(told) or dated.kind == "month":
                continue
            if not any(_falls_on(dated, day, today) for day in known):
                why = "お誕生日の記録と日が合いません。記録を確かめて直してください。"
                yield text.find(check, dated.start, dated.end, why)


def _falls_on(dated: Dated, day: date, today: date) -> bool:
    """True when a birthday of any year lies in the days told."""
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            if dated.first <= day.replace(year=year) <= dated.last:
                return True
        except ValueError:
            continue
    return (dated.first.month, dated.first.day) == (day.month, day.day)


def _birthday(reading: Reading, check: str, today: date) -> Iterator[Finding]:
    """Congratulations on a birthday the facts do not have, or that is not near."""
    if reading.occasion is Occasion.BIRTHDAY:
        return
    facts = [plain for plain in ledger_of(reading.context).customer.text.split("\n") if "誕生" in plain]
    for text in reading.fields:
        for match in _BIRTHDAY.finditer(text.said):
            near = any(
                abs((day.first.replace(year=today.year, day=min(day.first.day, 28)) - today).days) <= 31
                for fact in facts
                for day in dates(fact, today)
            )
            others = any(re.search(r"贈|プレゼント|母|父|娘|息子|友|間に合", fact) for fact in facts)
            if not near and not others:
                why = "お誕生日の記録と合いません。お祝いの言葉を外すか、記録を確かめてください。"
                yield text.find(check, *match.span(), why)
