"""Compare what happened on which day: bought, arrived, asked. A day of the facts may still be the day of something else."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from agent.domain.finding import Finding
from evals.checks.dates import Dated, dates
from evals.checks.ledger import Source, ledger_of
from evals.checks.reading import Reading


class Event(StrEnum):
    """What happened on a day."""

    BOUGHT = "bought"
    ARRIVED = "arrived"
    ASKED = "asked"


_WORDS = {
    Event.BOUGHT: r"購入|注文|お?買い?(?:上げ|求め|もとめ)|お求め|お選び|お迎え|選んで|買って|頼んで",
    Event.ARRIVED: r"届|配達|到着|お渡し|受け取|受取|着い|着き|納品|お手元",
    Event.ASKED: r"相談|問い?合わ?せ|質問|尋ね|連絡|メール|チャット|トーク|電話|LINE|お便り|お話|アンケート|レビュー|来店|お越し",
}
_EVENT = re.compile("|".join(f"(?P<{kind}>{words})" for kind, words in _WORDS.items()))
_TITLED = re.compile(r"[^。、\n]{1,16}(?:は|:|が)\s*$")
"""実際の配達は1月31日: the word stands before its day."""
_LAST = re.compile(r"(?:前回|直近|この前|最後)(?:の|は|に)?(?:ご?(?:購入|注文|お求め))?(?:の|は|に)?、?$")
_DONE = re.compile(
    r"[^。!?\n]{0,24}?(?:いただ[いき]|くださ(?:っ|いま|り)|[しでせ](?:た|まし|て)|に?なっ|着い|届い|から(?!の)|以来|済み|とのこと|でした)"
)
_WHY = "記録では、この日のことは別の出来事です。日付と出来事を確かめて直してください。"
_NOT_YET = re.compile(r"予定|希望|指定|まで|期限|予約")


@dataclass(frozen=True, slots=True)
class Happening:
    """An event of the customer's facts with the days it may have happened on."""

    kind: Event
    dated: Dated


@lru_cache(maxsize=256)
def happenings(facts: Source) -> tuple[Happening, ...]:
    """The events of the facts that have a date: the nearest telling word after a date, in its line."""
    text = facts.text
    found: list[Happening] = []
    for dated in facts.dates:
        end = text.find("\n", dated.end)
        kind = kind_after(text[dated.end : end if end >= 0 else len(text)])
        if kind is None and (titled := _TITLED.search(text[: dated.start].rsplit("\n", 1)[-1])):
            kind = last_kind(titled[0])
        if kind is not None and dated.is_valid:
            found.append(Happening(kind, dated))
    return tuple(found)


def kind_after(rest: str) -> Event | None:
    """The kind of event that the words after a date tell, None when they tell none or something still to come."""
    match = _EVENT.search(rest)
    if match is None or _NOT_YET.search(rest[: match.end() + 4]):
        return None
    return Event(match.lastgroup or "")


def last_kind(before: str) -> Event | None:
    """The kind of event that the last telling word of some words tells."""
    last = None
    for match in _EVENT.finditer(before):
        last = Event(match.lastgroup or "")
    return last


def find_event_days(reading: Reading, check: str) -> Iterator[Finding]:
    """9月3日にご購入 where that day is the delivery's, and 前回は8月24日 where a later purchase is recorded."""
    known = happenings(ledger_of(reading.context).customer)
    today = reading.context.today
    for text in reading.fields if known else ():
        for dated in dates(text.said, today):
            if not dated.is_valid or dated.first > today or dated.kind == "month":
                continue
            rest = text.said[dated.end : dated.end + 26].split("。")[0].split("\n")[0]
            kind = kind_after(rest)
            before = text.said[max(0, dated.start - 12) : dated.start]
            same = [event.dated for event in known if event.kind is kind]
            others = [event.dated for event in known if event.kind is not kind and event.dated.kind == "day"]
            is_other = any(_meets(dated, day) for day in others) and not any(
                _meets(dated, day) for day in same
            )
            if kind is not None and same and is_other and _DONE.match(rest):
                if kind in (Event.BOUGHT, Event.ARRIVED) and "お迎え" in rest:
                    continue
                yield text.find(check, dated.start, dated.end, _WHY)
            elif dated.kind == "day" and _LAST.search(before) and kind in (None, Event.BOUGHT):
                bought = [event.dated for event in known if event.kind is Event.BOUGHT]
                if (
                    bought
                    and dated.last < max(day.first for day in bought)
                    and any(_meets(dated, day) for day in bought)
                ):
                    yield text.find(check, dated.start, dated.end, _WHY)


def _meets(dated: Dated, known: Dated) -> bool:
    """True when a day told may be the known one, either of them perhaps a month or without its year."""
    return (
        (dated.first <= known.last and known.first <= dated.last)
        or dated.may_be(known.first)
        or (not known.has_year and known.kind != "relative" and known.may_be(dated.first))
    )
